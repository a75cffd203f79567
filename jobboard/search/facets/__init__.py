"""What can be chosen of a search and is counted: the table of facets, and counts with names."""
