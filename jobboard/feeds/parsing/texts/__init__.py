"""Parsers that read facts from the text of a job, each with the words it was read from."""
