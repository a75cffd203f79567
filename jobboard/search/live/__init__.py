"""Questions about live jobs, answered exactly from the index and the log of what changed since."""
