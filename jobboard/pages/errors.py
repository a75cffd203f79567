"""Error pages: each says what happened and what to do next. None of them needs the database. Of the API: in JSON."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from jobboard.common.files import json_answer

API = "/api/"
START = {"url": "/", "label": "Start page"}
JOBS = {"url": "/jobs/", "label": "All jobs"}
ROLES = {"url": "/roles/", "label": "Role profiles"}
COMPARE = {"url": "/compare/", "label": "Compare two roles"}


def error_page(request, code: int, title: str, message: str, next_steps=(JOBS, ROLES, COMPARE, START), headers=None):
    if request.path.startswith(API):
        response = json_answer({"detail": message}, status=code)
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


def bad_request(request, exception=None):
    return error_page(request, 400, "That request made no sense to us", "Check the address, or start over from here.")


def permission_denied(request, exception=None):
    message = "You are signed in, but this page is for somebody else."
    return error_page(request, 403, "Not for this account", message)


@requires_csrf_token
def csrf_failure(request, reason=""):
    message = (
        "The form was open for too long, or cookies are switched off. Go back, load the page again and send it once "
        "more: your browser keeps what you typed."
    )
    return error_page(request, 403, "The form could not be checked", message, [START])


def page_not_found(request, exception):
    message = str(exception) if isinstance(exception, Http404) and str(exception) else ""
    if not message or "matches the given query" in message or "Resolver404" in repr(exception):
        message = "The address may be mistyped, or what was here was never public."
    return error_page(request, 404, "There is nothing at this address", message)


def too_many_requests(request):
    message = "That was tried too often in a short time. Wait a minute, then try again."
    return error_page(request, 429, "A moment, please", message, [START], {"Retry-After": "60"})


def server_error(request):
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        message = "The database does not answer at the moment. Nothing you did is lost; try again in a minute."
        return error_page(request, 503, "Back in a moment", message, [START], {"Retry-After": "30"})
    message = "The fault is ours and has been noted. Try again, or go on from here."
    return error_page(request, 500, "Something broke on our side", message, [START, JOBS])
