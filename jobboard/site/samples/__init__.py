"""Sample companies and jobs."""
