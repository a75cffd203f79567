"""What a pasted ad says in prose of what a feed says in its fields."""
