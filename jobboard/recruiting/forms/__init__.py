"""The forms that recruiters fill in."""
