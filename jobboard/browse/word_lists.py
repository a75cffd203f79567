"""The word lists with which the page of a job reads its text."""

from jobboard.common.text.html import plain_text
from jobboard.feeds.parsing.texts.extras import read_extras
from jobboard.feeds.parsing.texts.whereabouts import read_whereabouts
from jobboard.listings.trust.texts.warning_words import warnings_in

A_TEXT = "<p>You can work from anywhere in Germany. We pay for your training.</p>"


def read_word_lists() -> None:
    """Compile the patterns before anybody waits for them: half a second, once in a process."""
    text = plain_text(A_TEXT)
    read_whereabouts(text)
    read_extras(A_TEXT)
    warnings_in(text)
