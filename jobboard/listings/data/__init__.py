"""Turns jobs into values, of which the API and the files are made."""
