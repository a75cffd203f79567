"""What views share."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import InvalidPage
from django.http import Http404
from django.views.decorators.http import require_http_methods

P = ParamSpec("P")
T = TypeVar("T")

form_view = require_http_methods(["GET", "HEAD", "POST"])


def found_or_404(find: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``find`` returns. Where it finds no object or no such page, Http404 with the same
    message.
    """
    try:
        return find(*args, **kwargs)
    except (ObjectDoesNotExist, InvalidPage) as error:
        raise Http404(str(error)) from None
