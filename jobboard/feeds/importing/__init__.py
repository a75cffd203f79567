"""Storing what a feed lists: new, changed and vanished jobs."""
