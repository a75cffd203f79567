"""Joins the same job in several locations or from several sources."""
