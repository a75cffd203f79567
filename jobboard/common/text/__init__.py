"""Words, HTML and Unicode: text in, text out."""
