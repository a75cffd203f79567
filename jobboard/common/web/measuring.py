"""Measures each request: a line of the log with LOG_FORMAT=json, and numbers with METRICS."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from .tracing import path_without_tokens

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REQUESTS = Histogram(
    "rolebook_request_seconds",
    "Time until an answer began, by the name of its address",
    ["view", "method", "status"],
    buckets=SECONDS,
)
METHODS = {"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"}

logger = logging.getLogger("jobboard.requests")


class MeasureRequests:
    """Middleware, there only if somebody reads what it measures."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        queries = CountQueries()
        start = time.perf_counter()
        with ExitStack() as wrappers:
            for connection in connections.all():  # a replica too
                wrappers.enter_context(connection.execute_wrapper(queries))
            response = self.get_response(request)
        seconds = time.perf_counter() - start
        view = view_name(request)
        if settings.METRICS:
            method = request.method if request.method in METHODS else "other"
            REQUESTS.labels(view, method, response.status_code).observe(seconds)
        if settings.LOG_FORMAT == "json":
            measured = {
                "method": request.method,
                "path": path_without_tokens(request),
                "view": view,
                "status": response.status_code,
                "milliseconds": round(seconds * 1000, 1),
                "queries": queries.number,
                "user_id": user_id(request),
            }
            logger.info("request", extra=measured)
        return response


class CountQueries:
    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Callable, *args: Any) -> Any:
        self.number += 1
        return execute(*args)


def view_name(request: HttpRequest) -> str:
    """Return the name of the view; '' for a request that is answered before its address is looked
    up.
    """
    if request.resolver_match is None:
        return ""
    return request.resolver_match.view_name


def user_id(request: HttpRequest) -> int | None:
    """The ID of a user who is known to be signed in; nobody is looked up for it."""
    user = getattr(request, "_cached_user", None)
    if user:
        return user.pk
    return None
