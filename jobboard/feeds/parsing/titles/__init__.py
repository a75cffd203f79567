"""Titles: role, level and whether it is AI or data work."""
