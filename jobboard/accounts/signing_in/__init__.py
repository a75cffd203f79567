"""Signing in and what it asks for anew: passwords, mailed codes, factors."""
