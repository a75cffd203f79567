"""What the text of a job says, each with the words it was read from."""
