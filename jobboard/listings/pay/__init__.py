"""Chooses the pay by which a job is filtered, sorted and compared."""
