"""The HTML part of an email, made from its text."""

import re
from collections.abc import Iterator
from itertools import chain

from django.conf import settings
from django.template.loader import render_to_string


def html_of(subject: str, text: str) -> str:
    """The HTML part that says what ``text`` says. As in any mail, what follows the last line "-- "
    is the footer.
    """
    body, *footer = text.rsplit("\n-- \n", 1)
    context = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "subject": subject,
        "paragraphs": _split_paragraphs(body),
        "footer": list(chain.from_iterable(map(_split_paragraphs, footer))),
    }
    return render_to_string("mail/base.html", context)


def _split_paragraphs(text: str) -> Iterator[dict]:
    """Split a text into paragraphs: ``label`` and ``url`` of an action, or ``lines``: pairs of a
    text and the address it ends with, or "".

    Only addresses of this site become links: the words of strangers lead nowhere.
    """
    url = rf"{re.escape(settings.SITE_URL)}(?:/\S*)?"
    action_pattern = re.compile(rf"(.+):\n({url})")
    line_pattern = re.compile(rf"(.*?)({url})?", re.DOTALL)
    for paragraph in re.split(r"\s*\n\s*\n\s*", text.strip()):
        if action := action_pattern.fullmatch(paragraph):
            yield {"label": action[1], "url": action[2]}
        else:
            matches = map(line_pattern.fullmatch, paragraph.split("\n"))
            yield {"lines": [match.groups("") for match in matches if match]}
