def read_minutes(*texts: str) -> int:
    """Minutes to read the texts at 220 words a minute, at least 1."""
    return max(1, round(sum(len(text.split()) for text in texts) / 220))
