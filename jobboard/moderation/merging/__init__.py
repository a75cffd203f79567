"""Two companies or two skills become one, and can be taken apart again."""
