"""Judges where a job's words and links lead, what in them has cheated people, and what a change
makes of that.
"""
