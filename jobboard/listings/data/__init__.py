"""What jobs say, as values: the API and the files are made of these."""
