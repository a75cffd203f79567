"""What views share."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import InvalidPage
from django.http import Http404
from django.urls import reverse
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


def site(request) -> dict:
    """What every template may show."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "local_mail_url": reverse("mail_here") if settings.MAIL_IS_READ_HERE else "",
        "canonical_url": settings.SITE_URL + request.path,
    }
