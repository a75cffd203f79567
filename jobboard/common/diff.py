"""Two versions of a text, word by word."""

from difflib import SequenceMatcher


def word_diff(old: str, new: str) -> list[tuple[str, str]]:
    """Runs of words in order, each with what became of it: "same", "old" (gone) or "new"."""
    before, after = old.split(), new.split()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    pieces = []
    for change, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if change == "equal":
            pieces.append(("same", " ".join(before[old_from:old_to])))
            continue
        if old_to > old_from:
            pieces.append(("old", " ".join(before[old_from:old_to])))
        if new_to > new_from:
            pieces.append(("new", " ".join(after[new_from:new_to])))
    return pieces
