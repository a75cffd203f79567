"""Locations: text in, places out."""
