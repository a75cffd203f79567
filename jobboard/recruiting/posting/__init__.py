"""A job from the first paste to “still open?”."""
