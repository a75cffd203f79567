"""Every email is a row and a task, written in the transaction of the change that it tells of: a
page never waits for a mail server, and nothing is lost while that is away.
"""

import logging
import smtplib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, make_msgid
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django_tasks import task

from .batches import delete_in_batches
from .mailing.html_part import html_of
from .mailing.mail_budget import Budget, counted, get_budget, stop_context
from .mailing.mail_server import TurnedDownError, describe_error, hand_over, hang_up
from .mailing.suppression import (
    get_mailbox,
    is_stopped,
    is_suppressed,
    note_delivered,
    stop_headers,
    suppress,
)
from .models import Email
from .security_events import Kind, pseudonym, record
from .tasks import MAIL, SOMEBODY_WAITS, SOON, TryAgainError, enqueue_once, pause_after, unfinished
from .web.tracing import current_request

EMAILS_RETENTION = timedelta(days=30)
logger = logging.getLogger("jobboard.mail")


# --- Writing --------------------------------------------------------------------------------------


def send_template_mail(
    template: str,
    context: dict[str, Any] | Callable[[], dict[str, Any]],
    *,
    to: list[str],
    about: Iterable[int] = (),
    headers: dict[str, str] | None = None,
    priority: int = SOON,
    caused_from: str = "",
    after: timedelta = timedelta(),
) -> list[Email]:
    """Queue ``mail/<template>.txt``, whose first line is the subject, to each address that may get
    it; returns what was queued.

    ``context`` may be a function, which is called only for an email that is written, because a new
    link in it revokes the earlier one. ``about``: see MAY_STILL_GET. ``caused_from``: the result of
    ``get_network`` for the request, where this is done later. ``after``: how long it waits for more
    to tell; see FINISHED_BY.
    """
    queued = []
    not_queued = []
    # In one order, and events last: what is locked for each is so until the transaction ends.
    with transaction.atomic():
        for address in sorted(to, key=get_mailbox):
            budget = get_budget(template, address)
            email = Email(to=address, purpose=template, about=list(about), headers=headers or {})
            email.caused_from = caused_from
            if why_not := _reason_against(email, budget, priority):
                not_queued.append((email, why_not))
                continue
            values = context() if callable(context) else context
            email.subject, email.text = _write(template, values, address, budget)
            queued.append(_queue(email, budget, priority, after))
        for email, why_not in not_queued:
            _note_not_queued(email, why_not)
    return queued


def _write(
    template: str, context: dict[str, Any], address: str, budget: Budget | None
) -> tuple[str, str]:
    """The subject and the text."""
    site = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    context = site | stop_context(budget, address) | context
    rendered = render_to_string(f"mail/{template}.txt", context)
    subject, _, text = rendered.strip().partition("\n")
    return subject, text.strip() + "\n"


def queue_email(
    *,
    to: str,
    subject: str,
    text: str,
    purpose: str,
    priority: int,
    budget: Budget | None = None,
    headers: dict[str, str] | None = None,
    worth_until: datetime | None = None,
) -> Email | None:
    """The row of an email that leaves soon; None for an address that may not get it."""
    email = Email(
        to=to,
        subject=subject,
        text=text,
        headers=headers or {},
        purpose=purpose,
        worth_until=worth_until,
    )
    with transaction.atomic():
        if why_not := _reason_against(email, budget, priority):
            _note_not_queued(email, why_not)
            return None
        return _queue(email, budget, priority)


BOUNCED = "no such mailbox"
STOPPED = "stopped by its owner"
TOO_MANY = "too many to this mailbox"


def _reason_against(email: Email, budget: Budget | None, priority: int) -> str:
    """Why it may not be written; '' where it may.

    Somebody who waits for an email gets it even if mail servers turned down the address: they may
    have mended their mailbox.
    """
    if priority < SOMEBODY_WAITS and is_suppressed(email.to):
        return BOUNCED
    if budget is None:
        return ""
    if budget.can_be_stopped and is_stopped(email.to):
        return STOPPED
    if not counted(email, budget):
        return TOO_MANY
    return ""


def _note_not_queued(email: Email, why: str) -> None:
    if why == BOUNCED:
        logger.info("An email (%s) was not queued: its address is suppressed", email.purpose)
        return
    record(
        Kind.EMAIL_NOT_SENT,
        actor=getattr(current_request(), "user", None),
        subject=f"mailbox {pseudonym(get_mailbox(email.to))}",
        detail=f"{email.purpose}: {why}",
    )


def _queue(
    email: Email, budget: Budget | None, priority: int, after: timedelta = timedelta()
) -> Email:
    if budget and budget.can_be_stopped:
        email.headers = email.headers | stop_headers(email.to)
    email.message_id = make_msgid(domain=settings.SITE_HOST or "localhost")
    email.subject = " ".join(email.subject.split())
    email.save()
    leaves_at = timezone.now() + after if after else None
    deliver_email.using(priority=priority, run_after=leaves_at).enqueue(email_id=email.pk)
    return email


def rewrite(email: Email, template: str, context: dict[str, Any]) -> None:
    """Write an email that waits anew, before it leaves."""
    email.purpose = template
    budget = get_budget(template, email.to)
    subject, email.text = _write(template, context, email.to, budget)
    email.subject = " ".join(subject.split())
    email.save(update_fields=["purpose", "subject", "text", "about"])


class QueueBackend(BaseEmailBackend):
    """Queues what Django and the account library send; these are emails that somebody waits for."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for address in message.recipients():
                purpose = getattr(message, "purpose", "")
                queue_email(
                    to=address,
                    subject=str(message.subject),
                    text=str(message.body),
                    headers=message.extra_headers,
                    purpose=purpose,
                    budget=getattr(message, "budget", get_budget(purpose, address)),
                    worth_until=getattr(message, "worth_until", None),
                    priority=SOMEBODY_WAITS,
                )
        return len(email_messages)


# --- Delivering -----------------------------------------------------------------------------------


# By purpose: asked once more before an email leaves, up to two days after it was written. Apps that
# know who acts for which company fill it in.
MAY_STILL_GET: dict[str, Callable[[Email], bool]] = {}


# By purpose: a function that completes an email just before it leaves. Apps fill it in.
FINISHED_BY: dict[str, Callable[[Email], None]] = {}


# Emails that are cancelled when the address of their reader's account changes: they hold secrets
# for the old mailbox, or its link to stop such emails.
ENDS_WITH_ADDRESS = ["join_request", "login_code", "password_reset_key"]
# The purposes of emails that go to the new address instead. Apps fill it in, too.
FOLLOWS_READER: set[str] = set()


@transaction.atomic
def address_changed(old: str, new: str) -> None:
    """Send the waiting emails of an account to its new address, or cancel them."""
    waiting = Email.objects.filter(state=Email.State.WAITING, to=old)
    waiting.filter(purpose__in=FOLLOWS_READER).update(to=new)
    for email in waiting.filter(purpose__in=ENDS_WITH_ADDRESS):
        email.text = ""
        email.give_up("Its reader has another address now.")


@task(queue_name=MAIL)
def deliver_email(email_id: int) -> None:
    """Hand the email to the mail server. A process that is killed between the server's yes and our
    note of it repeats it, with the same Message-ID.
    """
    email = Email.objects.filter(pk=email_id, state=Email.State.WAITING).first()
    if email is None:
        return
    is_wiped = not email.text
    if is_wiped or (email.worth_until and timezone.now() > email.worth_until):
        email.give_up("It was of no use any more when it could be sent.")
        return
    if email.purpose in FINISHED_BY:
        FINISHED_BY[email.purpose](email)
    may_still_get = MAY_STILL_GET.get(email.purpose)
    if may_still_get and not may_still_get(email):
        email.give_up("Its reader does not act for the company any more.")
        return
    try:
        hand_over(build_message(email))
    except TurnedDownError as refusal:
        if refusal.is_about_address:
            suppress(email.to, str(refusal))
        email.give_up(str(refusal))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # ValueError: what Python cannot send, such as a header, or a password that is not ASCII.
        hang_up()
        _try_again_later(email, describe_error(error))
    else:
        email.note_sent()
        note_delivered(email.to)


def send_again(email: Email) -> None:
    """Try an email now that waits, or that was given up. A code that is too old is not sent."""
    with transaction.atomic():
        email.state = Email.State.WAITING
        email.tries = 0
        email.next_try_at = None
        email.save(update_fields=["state", "tries", "next_try_at"])
        enqueue_once(deliver_email.using(priority=SOON), email_id=email.pk)


def build_message(email: Email) -> EmailMultiAlternatives:
    headers = {"Message-ID": email.message_id, "Auto-Submitted": "auto-generated", **email.headers}
    message = EmailMultiAlternatives(email.subject, email.text, to=[email.to], headers=headers)
    message.attach_alternative(html_of(email.subject, email.text), "text/html")
    return message


def _try_again_later(email: Email, reason: str) -> None:
    pause = pause_after(email.tries + 1)
    if pause is None:
        email.give_up(reason)
        return
    next_try_at = timezone.now() + pause
    email.note_failure(reason, next_try_at=next_try_at)
    raise TryAgainError(next_try_at, reason)


def give_up_those_without_a_task() -> None:
    """An email would wait for ever whose task ended with an error of ours or over dead workers."""
    waiting = Email.objects.filter(state=Email.State.WAITING)
    # In this order: an email that is queued after the first query has a task in the second.
    ids = set(waiting.values_list("pk", flat=True))
    ids -= {arguments["email_id"] for arguments in unfinished(deliver_email)}
    for email in waiting.filter(pk__in=ids):
        email.give_up("Its task failed. See the task results.")


def delete_old_emails() -> None:
    """Emails older than EMAILS_RETENTION: each was sent or given up long before."""
    delete_in_batches(Email.objects.filter(created_at__lt=timezone.now() - EMAILS_RETENTION))
