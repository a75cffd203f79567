"""Every mail goes through the queue: a page never waits for a mail server, and nothing is lost while it is away."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from post_office import mail as queue
from post_office.backends import EmailBackend

logger = logging.getLogger("jobboard.mail")


def as_template_text(text: str) -> str:
    """``text`` such that rendering it as a Django template gives ``text`` back."""
    return text.replace("{", "{% templatetag openbrace %}")


class QueueBackend(EmailBackend):
    """Puts mails into the queue's table.

    The queue renders subject and body as Django templates, so a job title with "{%" in it would be code: it is escaped.
    """

    def send_messages(self, email_messages):
        for message in email_messages:
            message.subject = as_template_text(message.subject)
            message.body = as_template_text(message.body)
            message.alternatives = [
                type(part)(as_template_text(part[0]), part[1]) for part in getattr(message, "alternatives", [])
            ]
        return super().send_messages(email_messages)


def send_template_mail(template: str, context: dict, *, to: list[str]) -> None:
    """Queue the mail of ``mail/<template>.txt``, whose first line is the subject."""
    context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
    subject, _, body = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
    if to:
        EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=to).send()


def send_queued_mail() -> int:
    """Send what waits, one mail at a time; returns how many left. What fails is tried again later by itself."""
    sent = 0
    while any(result := queue.send_queued(processes=1)):
        sent += result[0]
    return sent
