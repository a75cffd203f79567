"""What can be read from the words of an opening. Nothing here knows the database."""
