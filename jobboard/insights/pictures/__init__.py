"""Charts of pay and roles, and sentences about them: plain values for templates to show."""
