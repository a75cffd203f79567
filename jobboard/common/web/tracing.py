"""The request that is being answered, and its ID, which the log, security events and the answer
share. The log needs this before any app is there, so nothing of them is imported.
"""

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
# URL arguments that open something to whoever has them.
SECRET_ARGUMENTS = {"key", "proof", "token", "uidb36"}
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# Of an address that is none of ours: a token that was copied in part, or with something beside it.
_MAY_BE_A_TOKEN = re.compile(r"(?=[^/]*[A-Z0-9:])[^/]{12,}")


class NotedRequest(HttpRequest):
    """With what the site notes of it, each from some moment on."""

    trace_id: str
    limits: list[tuple[str, int, int]]
    is_made_for_one: bool
    reads_replica: bool


_request: ContextVar[NotedRequest | None] = ContextVar("request", default=None)


def current_request() -> NotedRequest | None:
    """Return the request of this thread; None in commands and scheduled jobs."""
    return _request.get()


def request_id() -> str:
    """Return the ID of the request; '' in commands and scheduled jobs."""
    return getattr(current_request(), "trace_id", "")


def make_for_one() -> None:
    """Note that the response to this request must not be kept to answer others."""
    if request := current_request():
        request.is_made_for_one = True


def is_made_for_one(request: HttpRequest) -> bool:
    return getattr(request, "is_made_for_one", False)


def note_limit(request: HttpRequest, action: str, max_count: int, seconds: int) -> None:
    """Note that whoever gets the kept response later is to be counted under this limit too."""
    get_limits(request).append((action, max_count, seconds))


def get_limits(request: HttpRequest) -> list[tuple[str, int, int]]:
    """Return the limits under which its response was made."""
    limits: list[tuple[str, int, int]] | None = getattr(request, "limits", None)
    if limits is None:
        limits = request.limits = []  # type: ignore[attr-defined]
    return limits


class TraceRequests:
    """Middleware: gives each request its ID. A proxy of ours may have given it one already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: NotedRequest) -> HttpResponse:
        request.trace_id = id_of(request)
        before = _request.set(request)
        try:
            response = self.get_response(request)
        finally:
            _request.reset(before)
        response.headers[HEADER] = request.trace_id
        return response


def id_of(request: HttpRequest) -> str:
    proxy_id = request.headers.get(HEADER, "")
    if settings.TRUSTED_PROXIES and _GIVEN_ID.fullmatch(proxy_id):
        return proxy_id
    return secrets.token_hex(8)


def is_key(request: HttpRequest) -> bool:
    """Whether the address opens something to whoever has it."""
    match = request.resolver_match
    return match is not None and not SECRET_ARGUMENTS.isdisjoint(match.kwargs)


def path_without_tokens(request: HttpRequest) -> str:
    """The path as a log may hold it."""
    if request.resolver_match is None:
        return _MAY_BE_A_TOKEN.sub("…", request.path)
    path = request.path
    for name, value in request.resolver_match.kwargs.items():
        if name in SECRET_ARGUMENTS:
            path = path.replace(str(value), "…")
    return path


class AddRequestId(logging.Filter):
    """Gives each line of the log the ID of its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        answered = getattr(record, "request", None)  # Django says what went wrong after the answer
        record.request_id = request_id() or getattr(answered, "trace_id", "-")
        return True


class HideTokens(logging.Filter):
    """Django logs the path of a request, and some paths are keys."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            args = list(record.args)
            for index, value in enumerate(args):
                if value == request.path:
                    args[index] = path_without_tokens(request)
            record.args = tuple(args)
        return True
