"""“Is my pay fair?”: where an amount that a visitor types stands in each source of pay figures."""
