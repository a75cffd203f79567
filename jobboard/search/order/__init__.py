"""The order of a list for who reads it: what fits them best, or what is open to them first."""
