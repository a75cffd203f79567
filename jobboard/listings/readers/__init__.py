"""Counts what readers do with a job: what they look at, and what they ask for."""
