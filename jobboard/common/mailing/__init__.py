"""How email leaves, and what does not."""
