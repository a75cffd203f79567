"""Sends email, within limits."""
