"""Limits how often somebody may do something, counted in the cache. No cache, no limit."""

import hashlib
import ipaddress
import logging
import time

from allauth.account.adapter import get_adapter
from django.core.cache import DEFAULT_CACHE_ALIAS
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import get_resolver

from jobboard.common.cache import HERE, count

from .tracing import make_for_one, note_limit

MINUTE, HOUR, DAY = 60, 3_600, 86_400  # seconds
AS_MANY_NETWORKS = 10
READING = {"GET", "HEAD", "OPTIONS"}
logger = logging.getLogger("jobboard.limits")


class RateLimitError(Exception):
    """Answered with 429 by the middleware; ``retry_after`` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many requests. Try again in {retry_after} seconds.")
        self.retry_after = retry_after


def client_network(request) -> str:
    """Return the visitor's address; of IPv6 the /64, which is one household or server. All share
    one if it is not known.
    """
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        # Behind a proxy that TRUSTED_PROXIES does not count, or on a socket.
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def coarse(network: str) -> str:
    """Return the network an address is in, /24 or /48: enough to see that attacks belong
    together.
    """
    try:
        address = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return network
    prefix = 24 if address.version == 4 else 48
    return str(address.supernet(new_prefix=prefix))


def check_rate_limit(
    request,
    action: str,
    *,
    max_count: int,
    seconds: int,
    who: str = "",
    is_shared: bool | None = None,
) -> None:
    """Count one ``action`` by ``who`` (default: the visitor's network); raises RateLimitError above
    ``max_count`` in a window.

    Anyone may have 65,536 networks of IPv6, a /48: all of them together get AS_MANY_NETWORKS.

    Only a hash is stored, for as long as the window. Each machine counts readers for itself, so
    that reading writes nothing that machines share. An action of several methods has to say whether
    machines count it together (``is_shared``), or it would be counted twice.
    """
    if is_shared is None:
        is_shared = request is None or request.method not in READING
    if who or is_shared:
        make_for_one()
    else:
        note_limit(request, action, max_count, seconds)
    where = DEFAULT_CACHE_ALIAS if is_shared else HERE
    _count(action, who or client_network(request), max_count, seconds, where)
    if not who and ":" in (network := client_network(request)):
        _count(action, coarse(network), AS_MANY_NETWORKS * max_count, seconds, where)


def _count(action: str, who: str, max_count: int, seconds: int, where: str) -> None:
    now = int(time.time())
    window = now // seconds
    name = hashlib.sha256(f"{action} {who}".encode()).hexdigest()[:32]
    try:
        counted = count(f"limit:{name}:{seconds}:{window}", seconds, where)
    except Exception:  # whatever a cache can raise: the site goes on without limits
        logger.exception("The cache could not be updated, so rate limits are off")
        return
    if counted > max_count:
        raise RateLimitError((window + 1) * seconds - now)


class RateLimitMiddleware:
    """Middleware: the page of status 429 where a view raised RateLimitError."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request, exception) -> HttpResponse | None:
        if isinstance(exception, RateLimitError):
            return too_often(request, exception)
        return None


def too_often(request, error: RateLimitError) -> HttpResponse:
    answer = get_resolver().resolve_error_handler(429)
    return answer(request, error)  # type: ignore[call-arg]  # ours takes both
