"""Parsers that read facts from the words of an opening. Nothing here knows the database."""
