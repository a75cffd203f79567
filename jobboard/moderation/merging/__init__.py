"""Merges two companies or two skills into one, and takes them apart again."""
