"""Limits how many emails one mailbox gets that somebody else may have caused, about anything.

Anybody may type any address into the forms that mail a code, a link or an invitation. So those are
counted together, by mailbox, over all forms and all who use them. The page answers the same whether
an email was written or not.

Who wants to sign in must get a code although somebody else spends the budget of their address:
what they ask for while signed in has a budget of its own, and codes from a network that their
account signed in from have the last of the common one; no more, since neighbours may share it. One
network never gets all of it. Passwords and passkeys need no email. Who is attacked from several
networks, and is on a network that is new to us without either, waits for an hour: that is what is
given up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from jobboard.common.locks import hold_until_commit
from jobboard.common.models import Email
from jobboard.common.security_events import pseudonym
from jobboard.common.web.limits import client_network, coarse
from jobboard.common.web.tracing import current_request

from .suppression import get_mailbox, hash_of, stop_url

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Budget:
    """``max_emails`` emails to one mailbox in each of these times, of which ``of_one_network`` may
    be caused by one network.

    ``stranger`` may be the cause of them. ``can_be_stopped``: not sent to who stopped such emails.
    ``otherwise``: what counts them once this has no room.
    """

    name: str
    max_emails: Mapping[timedelta, int]
    of_one_network: Mapping[timedelta, int] = field(default_factory=dict)
    stranger: bool = False
    can_be_stopped: bool = False
    otherwise: "Budget | None" = None


ANYBODY = Budget(
    "anybody",
    {HOUR: 4, DAY: 16},
    of_one_network={HOUR: 3, DAY: 12},
    stranger=True,
    can_be_stopped=True,
)
# To who has proven the address, about what is theirs: codes to sign in, links to change an alert.
# They may be the one who asks, so the link that stops emails does not lock them out. Counted with
# the rest.
PROVEN = replace(ANYBODY, can_be_stopped=False)
OWNER = Budget("owner", {HOUR: 10, DAY: 40}, otherwise=PROVEN)
# Codes from a network that the account signed in from, which have the last of what strangers may
# cause: five an hour and twenty a day. Neighbours may share it, so there is no more.
AT_HOME = replace(PROVEN, max_emails={HOUR: 5, DAY: 20})
# What the contact address is told of. The queue in the admin shows what is left out.
EDITORS = Budget("editors", {HOUR: 30, DAY: 100})

# By purpose. What is not here, such as a new kind of the account library's, counts as ANYBODY's.
BUDGETS: dict[str, Budget | None] = {
    "": None,  # of Django's commands, such as sendtestemail: nobody else causes them
    "alert_links": PROVEN,
    "listing_waits": EDITORS,
    "jobs_wait": EDITORS,
    "listing_reported": EDITORS,
    "join_request_for_editors": EDITORS,
    "claim_waits": EDITORS,
    "board_for_editors": EDITORS,
    # Answers to what their readers did or confirmed, and news of their own accounts and jobs.
    **dict.fromkeys(
        [
            "alert",
            "badge_dropped",
            "claim_decided",
            "claim_undone",
            "board_answer",
            "join_answer",
            "company_reinstated",
            "company_suspended",
            "listing_closed",
            "listing_decisions",
            "listing_edited",
            "listing_hidden",
            "listing_published",
            "listing_change_published",
            "listing_change_rejected",
            "listing_change_returned",
            "listing_rejected",
            "listing_returned",
            "listing_shown",
            "listing_submitted",
            "listing_undone",
            "outranked",
            "still_open",
            "email_changed",
            "password_changed",
            "password_reset",
            "password_set",
            "recovery_codes_generated",
            "totp_activated",
            "totp_deactivated",
            "webauthn_added",
            "webauthn_removed",
        ]
    ),
}


def get_budget(purpose: str, address: str) -> Budget | None:
    """Return the budget of the email; None if it is not counted."""
    budget = BUDGETS.get(purpose, ANYBODY)
    if budget in (ANYBODY, PROVEN) and _is_signed_in_as(address):
        return OWNER
    return budget


def stop_context(budget: Budget | None, address: str) -> dict[str, str]:
    """Build the context of ``mail/base.txt``: where its reader stops what strangers cause."""
    if budget is None or not budget.stranger:
        return {"stop_url": ""}
    return {"stop_url": stop_url(address)}


def _is_signed_in_as(address: str) -> bool:
    user = getattr(current_request(), "user", None)
    return user is not None and user.is_authenticated and user.email == address.lower()


def counted(email: Email, budget: Budget) -> bool:
    """Whether the budget, or its ``otherwise``, has room for ``email``, and note on it where it is
    counted. To call in the transaction that saves it: until that ends, no other email to this
    mailbox is counted.

    At most the emails of a day in a budget are read.
    """
    if _is_counted_in(budget, email):
        return True
    return budget.otherwise is not None and counted(email, budget.otherwise)


def _is_counted_in(budget: Budget, email: Email) -> bool:
    request = current_request()
    if request and not email.caused_from:
        email.caused_from = get_network(request)
    email.counts_for = hash_of(f"{budget.name} {get_mailbox(email.to)}")
    if budget.stranger:
        # Of the other budgets, two at once may exceed their end by one, which is no attack.
        hold_until_commit(f"emails {email.counts_for}")
    now = timezone.now()
    lately = Email.objects.filter(counts_for=email.counts_for, created_at__gt=now - DAY)
    earlier = list(lately.values_list("created_at", "caused_from"))
    times = [at for at, _ in earlier]
    if not _has_room(times, budget.max_emails, now):
        return False
    times_of_network = [at for at, network in earlier if network == email.caused_from]
    return not email.caused_from or _has_room(times_of_network, budget.of_one_network, now)


def get_network(request: HttpRequest) -> str:
    """A hash that tells networks apart."""
    return pseudonym(coarse(client_network(request)))


def _has_room(times: list[datetime], max_emails: Mapping[timedelta, int], now: datetime) -> bool:
    def count(span: timedelta) -> int:
        return sum(at > now - span for at in times)

    return all(count(span) < number for span, number in max_emails.items())
