"""Knows who an employer is and how that was proven."""
