"""Parsers that read from the prose of a pasted ad what a feed says in its fields."""
