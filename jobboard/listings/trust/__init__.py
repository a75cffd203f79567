"""Where a job's words and links lead, and what in them has cheated people: pure, without models."""
