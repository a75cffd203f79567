"""Reads what texts of a job hold, and how two of them differ."""
