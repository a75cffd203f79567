"""Who an employer is and how that is known."""
