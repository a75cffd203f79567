"""Careers pages of employers: the shipped directory, connecting one, whose it is."""
