"""Pay: text in, statements out."""
