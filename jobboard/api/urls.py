from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from jobboard.common.web.files import add_cors_header
from jobboard.common.web.limits import MINUTE, check_rate_limit

from . import company  # noqa: F401  adds its addresses
from .api import MAX_REQUESTS_PER_MINUTE, api

METHODS_OF = {
    "company_jobs": ["GET", "HEAD", "POST"],
    "company_job": ["GET", "HEAD", "PATCH", "DELETE"],
}


def allow_cross_origin(view) -> Callable[..., HttpResponse]:
    """Read only, for scripts of any site, and as often as is fair."""

    @require_safe
    @wraps(view)
    def answer(request, *args, **kwargs) -> HttpResponse:
        check_rate_limit(request, "api", max_count=MAX_REQUESTS_PER_MINUTE, seconds=MINUTE)
        method = request.method
        request.method = "GET"  # the library knows no HEAD
        try:
            return add_cors_header(view(request, *args, **kwargs))
        finally:
            request.method = method

    return answer


def for_programs(view, methods: list[str]) -> Callable[..., HttpResponse]:
    """Let a request in with a token alone: no cookie counts, so another site cannot send a
    visitor's, and scripts of other sites read nothing.
    """

    @csrf_exempt
    @require_http_methods(methods)
    @wraps(view)
    def answer(request, *args, **kwargs) -> HttpResponse:
        method = request.method
        if method == "HEAD":
            request.method = "GET"  # the library knows no HEAD
        try:
            response = view(request, *args, **kwargs)
        finally:
            request.method = method
        patch_cache_control(response, private=True, no_store=True)
        return response

    return answer


@require_safe
def start(request) -> HttpResponse:
    return redirect("api:openapi-view")


app_name = "api"
urlpatterns = api.urls[0]
for pattern in cast(list[URLPattern], urlpatterns):
    if str(pattern.pattern).startswith("company/"):
        pattern.callback = for_programs(pattern.callback, METHODS_OF[str(pattern.name)])
    else:
        pattern.callback = allow_cross_origin(pattern.callback)
urlpatterns.insert(0, path("", start, name="start"))
