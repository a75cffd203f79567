"""Answers to visitors who said something about themselves."""
