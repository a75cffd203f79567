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
        "paragraphs": _paragraphs(body),
        "footer": list(chain.from_iterable(map(_paragraphs, footer))),
    }
    return render_to_string("mail/base.html", context)


def _paragraphs(text: str) -> Iterator[dict]:
    """``label`` and ``url`` of an action, or ``lines``: pairs of words and the address they end
    with, or "".

    Only addresses of this site become links: the words of strangers lead nowhere.
    """
    url = rf"{re.escape(settings.SITE_URL)}(?:/\S*)?"
    action, line = re.compile(rf"(.+):\n({url})"), re.compile(rf"(.*?)({url})?", re.DOTALL)
    for paragraph in re.split(r"\s*\n\s*\n\s*", text.strip()):
        if found := action.fullmatch(paragraph):
            yield {"label": found[1], "url": found[2]}
        else:
            matches = [line.fullmatch(words) for words in paragraph.split("\n")]
            yield {"lines": [match.groups("") for match in matches if match]}
