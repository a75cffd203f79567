from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_safe

from jobboard.common.web.files import for_any_site
from jobboard.common.web.limits import MINUTE, limit

from .api import MOST_A_MINUTE, api


def open_to_everybody(view) -> Callable[..., HttpResponse]:
    """Read only, for scripts of any site, and as often as is fair."""

    @require_safe
    @wraps(view)
    def answer(request, *args, **kwargs) -> HttpResponse:
        limit(request, "api", most=MOST_A_MINUTE, seconds=MINUTE)
        asked, request.method = request.method, "GET"  # the library knows no HEAD
        try:
            return for_any_site(view(request, *args, **kwargs))
        finally:
            request.method = asked

    return answer


@require_safe
def start(request) -> HttpResponse:
    return redirect("api:openapi-view")


app_name = "api"
urlpatterns = api.urls[0]
for pattern in urlpatterns:
    pattern.callback = open_to_everybody(pattern.callback)
urlpatterns.insert(0, path("", start, name="start"))
