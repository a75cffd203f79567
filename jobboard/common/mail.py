"""Every mail goes through the queue: a page never waits for a mail server, and nothing is lost
while it is away.
"""

import logging
import re
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailAlternative, EmailMessage
from django.template.loader import render_to_string
from post_office import mail as queue
from post_office.backends import EmailBackend

logger = logging.getLogger("jobboard.mail")


def as_template_text(text: str) -> str:
    """``text`` such that rendering it as a Django template gives ``text`` back."""
    return text.replace("{", "{% templatetag openbrace %}")


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
        "footer": [paragraph for part in footer for paragraph in _paragraphs(part)],
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


class QueueBackend(EmailBackend):
    """Puts mails into the queue's table, and gives an HTML part to those that are text alone.

    The queue renders all parts as Django templates, so a job title with "{%" in it would be code:
    it is escaped.
    """

    def send_messages(self, email_messages) -> int:
        for message in email_messages:
            parts = getattr(message, "alternatives", [])
            parts = parts or [EmailAlternative(html_of(message.subject, message.body), "text/html")]
            message.alternatives = [
                type(part)(as_template_text(part[0]), part[1]) for part in parts
            ]
            message.subject = as_template_text(message.subject)
            message.body = as_template_text(message.body)
        return super().send_messages(email_messages)


def send_template_mail(
    template: str, context: dict, *, to: list[str], headers: dict[str, str] | None = None
) -> None:
    """Queue the mail of ``mail/<template>.txt``, whose first line is the subject."""
    context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
    subject, _, body = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
    if to:
        subject = " ".join(subject.split())
        EmailMessage(subject, body.strip() + "\n", to=to, headers=headers).send()


def send_queued_mail() -> int:
    """Send what waits, one mail at a time; returns how many left. What fails is retried."""
    sent = 0
    while any(result := queue.send_queued(processes=1)):
        sent += result[0]
    return sent
