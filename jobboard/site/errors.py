"""Error pages: each says what happened and what to do next. None of them needs the database. Of the
API: in JSON.
"""

import sys
from collections.abc import Sequence

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from jobboard.common.web.files import json_answer
from jobboard.common.web.limits import MINUTE, RateLimitError
from jobboard.common.web.middleware import COMPANY_API
from jobboard.common.web.tracing import request_id
from jobboard.common.web.turns import ServerBusyError

API = "/api/"
START = {"url": "/", "label": "Home page"}
JOBS = {"url": "/jobs/", "label": "All jobs"}
ROLES = {"url": "/roles/", "label": "Role profiles"}
COMPARE = {"url": "/compare/", "label": "Compare two roles"}


def error_page(
    request: HttpRequest,
    code: int,
    title: str,
    message: str,
    next_steps: Sequence[dict[str, str]] = (JOBS, ROLES, COMPARE, START),
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    if request.path.startswith(API):
        response = json_answer({"detail": message}, status=code)
        if request.path.startswith(COMPANY_API):  # it says nothing to scripts of other sites
            del response.headers["Access-Control-Allow-Origin"]
    else:
        context = {
            "code": code,
            "title": title,
            "message": message,
            "next": next_steps,
            "site_name": settings.SITE_NAME,
        }
        response = render(request, "error.html", context, status=code)
    for name, value in {"Cache-Control": "no-store", **(headers or {})}.items():
        response.headers[name] = value
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400, "Bad request", "Check the web address and try again.")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = "You’re signed in, but you don’t have permission to see this page."
    return error_page(request, 403, "You don’t have access to this page", message)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = (
        "The form was open for too long or cookies are turned off. "
        "Go back, reload the page and submit it again. Your browser has kept what you typed."
    )
    return error_page(request, 403, "We couldn’t submit your form", message, [START])


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    message = (
        "If you typed the web address, check it is correct. "
        "If you followed a link, the page may have been removed."
    )
    if _is_ours(exception):
        message = str(exception)
    return error_page(request, 404, "Page not found", message)


def _is_ours(exception: Exception) -> bool:
    """Whether a view of ours raised it with a sentence for readers, and not Django."""
    if not isinstance(exception, Http404) or not str(exception):
        return False
    is_of_django = "matches the given query" in str(exception) or "Resolver404" in repr(exception)
    return not is_of_django


def address_too_long(request: HttpRequest) -> HttpResponse:
    message = "Remove some filters or words from the web address and try again."
    return error_page(request, 414, "The web address is too long", message)


def too_large(request: HttpRequest) -> HttpResponse:
    message = (
        "Go back, then shorten the text or choose a smaller file. "
        "Your browser has kept what you typed."
    )
    return error_page(request, 413, "Your form is too large", message, [START])


def too_many_requests(request: HttpRequest, problem: RateLimitError | None = None) -> HttpResponse:
    """allauth names no ``problem``."""
    retry_after = problem.retry_after if problem else MINUTE
    if isinstance(problem, ServerBusyError):
        title = "We’re busy right now"
        message = (
            "Too many people are asking for this at the same moment, so we haven’t started on your "
            f"request and nothing has changed. Wait {retry_after} seconds, then try again."
        )
    else:
        wait = "a minute"
        if retry_after > MINUTE:
            wait = f"{-(-retry_after // 60)} minutes"
        title = "Too many requests"
        message = f"You’ve made too many requests. Wait {wait}, then try again."
    headers = {"Retry-After": str(retry_after)}
    return error_page(request, 429, title, message, [START], headers)


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return _database_failed(request)
    message = "This is our fault and we’ve logged it. Try again later."
    if reference := request_id():
        message += f" If you contact us about it, quote {reference}."
    return error_page(request, 500, "Sorry, something went wrong", message, [START, JOBS])


def _database_failed(request: HttpRequest) -> HttpResponse:
    message = "We can’t reach our database. Try again in a minute."
    if request.method == "POST":
        # It may have failed before, during or after writing: nobody knows.
        message = (
            "We can’t tell whether your change was saved. "
            "Wait a minute, then check before you submit it again."
        )
    title = "Sorry, the service is unavailable"
    return error_page(request, 503, title, message, [START], {"Retry-After": "30"})
