"""Hosts of the web: whose a domain is, and which ones hiring systems run on."""
