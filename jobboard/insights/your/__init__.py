"""What pages answer with what their visitor said about themselves."""
