"""Lets requests read from a replica that may be answered with content that is some seconds old."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from jobboard.common.storage import replica
from jobboard.site.kept.middleware import KEPT, address_for_all

# Beside the pages that are kept: files and feeds of the same jobs. All of the API that is open to
# everybody is read by programs, which ask again.
FILES = {"browse:feed", "browse:csv", "browse:json"}
API = "api"


class ReadFromReplica:
    """Middleware, before that of kept pages: those are kept only if both databases have the same
    version. Who is signed in, or said something about themselves, reads what they just wrote.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not replica.is_configured():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        if match is None or address_for_all(request) is None:
            return
        may_read_replica = match.view_name in KEPT | FILES or API in match.namespaces
        if may_read_replica and replica.is_usable():
            request.reads_replica = True  # type: ignore[attr-defined]
