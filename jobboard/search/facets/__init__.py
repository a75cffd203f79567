"""The facets of a search: their table, and counts with names."""
