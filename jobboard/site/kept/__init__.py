"""Public pages, kept in memory for as long as they would be made the same."""
