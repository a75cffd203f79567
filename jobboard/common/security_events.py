"""Events of accounts, rights, companies and jobs, for whoever looks into an attack."""

import hashlib
import hmac
import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from .batches import delete_in_batches
from .models import SecurityEvent
from .web.limits import HOUR, RateLimitError, check_rate_limit, client_network, coarse
from .web.tracing import current_request, request_id

logger = logging.getLogger("jobboard.security")

EVENTS_RETENTION = timedelta(days=90)
Kind = SecurityEvent.Kind
# Strangers can cause these as often as they like, so only so many of each are stored an hour, from
# one network and in all. All of them are logged.
BY_STRANGERS = {
    Kind.SIGN_IN_FAILED,
    Kind.SIGNED_UP,
    Kind.TOO_MANY_ATTEMPTS,
    Kind.EMAIL_NOT_SENT,
}
MAX_PER_NETWORK = 50
MAX_FROM_STRANGERS = 1_000


def record(kind: Kind, *, actor=None, subject: str = "", detail: str = "") -> None:
    """Keep that ``kind`` happened, in the transaction of what is recorded.

    ``actor`` is the user who did it or, where a sign-in failed, whose account was tried; None where
    there is none. ``subject`` is what it was done to. No secrets and no addresses of people: users
    are named by ID.
    """
    user_id = getattr(actor, "pk", None)
    request = current_request()
    network = coarse(client_network(request)) if request else ""
    logger.info("%s user=%s network=%s", kind.value, user_id or "-", network or "-")
    if kind in BY_STRANGERS and _are_too_many(kind, network):
        return
    SecurityEvent.objects.create(
        kind=kind,
        actor_id=user_id,
        network=network,
        subject=subject[:200],
        detail=detail[:500],
        request_id=request_id(),
    )


def _are_too_many(kind: Kind, network: str) -> bool:
    """Whether there are too many events: one network does not use up what is kept of all."""
    action = f"event {kind}"
    try:
        check_rate_limit(
            None, action, max_count=MAX_PER_NETWORK, seconds=HOUR, who=network or "none"
        )
        check_rate_limit(None, action, max_count=MAX_FROM_STRANGERS, seconds=HOUR, who="everybody")
    except RateLimitError:
        return True
    return False


def pseudonym(address: str) -> str:
    """Return the same for the same e-mail address, without naming it."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, address.lower().encode(), hashlib.sha256).hexdigest()[:12]


def delete_old_events() -> None:
    """Delete events older than EVENTS_RETENTION, in short transactions."""
    delete_in_batches(SecurityEvent.objects.filter(at__lt=timezone.now() - EVENTS_RETENTION))
