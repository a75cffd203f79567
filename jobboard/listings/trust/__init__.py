"""Where a job's words and links lead, what in them has cheated people, and what that makes of a
change.
"""
