"""Storing what a feed lists: new, changed and missing jobs."""
