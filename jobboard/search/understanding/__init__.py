"""Understands what a line of words asks for: “senior data engineer berlin 80k” as filters. Pure:
the names that the database holds are handed in.
"""
