"""What pages of pay and roles draw and say of it: pure figures and words, for templates to show."""
