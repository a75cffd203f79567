"""Helpers that views share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import InvalidPage, Page
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.views.decorators.http import require_http_methods

P = ParamSpec("P")
T = TypeVar("T")

# Holds what a visitor said about themselves; see the package ``you``.
YOU_COOKIE = "you"
NEIGHBOURS = 2  # pages linked on each side of this one

form_view = require_http_methods(["GET", "HEAD", "POST"])


def found_or_404(find: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of ``find``. Raises Http404 with its message if nothing is found."""
    try:
        return find(*args, **kwargs)
    except (ObjectDoesNotExist, InvalidPage) as error:
        raise Http404(str(error)) from None


def is_from_this_site(request: HttpRequest) -> bool:
    """Whether one of our pages sent it, as far as the browser says."""
    origin = request.headers.get("Origin")
    return origin in (None, f"{request.scheme}://{request.get_host()}")


@dataclass(frozen=True)
class Pager:
    """Links to the pages of a list, for templates/_pager.html. ``url`` gives a page's address."""

    page: Page[Any]
    url: Callable[[int], str]

    @property
    def is_needed(self) -> bool:
        return self.page.has_other_pages()

    @property
    def links(self) -> Iterator[dict[str, Any]]:
        """The first and last page, this one and its neighbours; without a url where pages between
        are left out.
        """
        numbers = self.page.paginator.get_elided_page_range(
            self.page.number, on_each_side=NEIGHBOURS, on_ends=1
        )
        for number in numbers:
            yield {
                "number": number,
                "url": self.url(number) if isinstance(number, int) else "",
                "current": number == self.page.number,
            }

    @property
    def previous_url(self) -> str:
        if not self.page.has_previous():
            return ""
        return self.url(self.page.previous_page_number())

    @property
    def next_url(self) -> str:
        if not self.page.has_next():
            return ""
        return self.url(self.page.next_page_number())


def site(request: HttpRequest) -> dict[str, Any]:
    """The context of every template."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "local_mail_url": reverse("mail_here") if settings.EMAIL_IS_LOCAL else "",
        "canonical_url": settings.SITE_URL + request.path,
    }
