"""Answers anonymous visitors with a page that was made for another one, as long as it would be made
the same. See ADR 29.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe

from jobboard.common.web.http import YOU_COOKIE
from jobboard.common.web.limits import RateLimitError, check_rate_limit, too_often
from jobboard.common.web.tracing import get_limits, is_made_for_one
from roles.models import Article

from .release import release
from .state import State, current_state
from .store import Page, Store

# Pages that depend on nothing but public tables, the release, the clock and the address. A page
# that counts its visitors is none of them. The rate limits of a page are counted each time.
KEPT = {
    "api:companies",
    "api:comparison",
    "api:listing",
    "api:listings",
    "api:role",
    "api:roles",
    "api:salary",
    "api:skills",
    "browse:company",
    "browse:company_list",
    "browse:detail",
    "browse:feed",
    "browse:list",
    "insights:compare",
    "insights:comparison",
    "insights:comparison_csv",
    "insights:comparison_json",
    "insights:home",
    "insights:role",
    "insights:role_csv",
    "insights:role_json",
    "insights:role_list",
    "insights:salaries_csv",
    "insights:salaries_json",
    "insights:salary",
    "insights:salary_csv",
    "insights:salary_json",
    "insights:salary_list",
    "roles:article",
    "roles:article_feed",
    "roles:article_list",
    "site:methodology",
    "site:sitemap",
    "site:sitemap_part",
    *(f"site:{slug}" for slug in Article.PAGE_SLUGS),
}
# Visitors with one of these cookies may see another page than others.
PERSONAL_COOKIES = {
    settings.SESSION_COOKIE_NAME,
    settings.CSRF_COOKIE_NAME,
    CookieStorage.cookie_name,
    YOU_COOKIE,
}
CACHE_CONTROL = "no-cache"
VARY = "Cookie, Accept-Encoding"
ETAG_BEGINS = 'W/"page-'
LIMITED_BEGINS = 'W/"limited-'  # only a process that keeps it says 304: it counts who asks


class KeptPages:
    """Middleware. The ones before it, such as the redirect to https and the content policy, run for
    each request; the results of those after it are kept with the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.store = Store()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = address_for_all(request)
        if address is None:
            return self.get_response(request)
        try:
            kept_response = self._find_kept(request, address)
        except RateLimitError as error:
            return too_often(request, error)
        if kept_response is not None:
            return kept_response
        request.kept_at = address  # type: ignore[attr-defined]
        response = self.get_response(request)
        made_of = getattr(request, "made_of", None)
        if made_of is None:
            return response
        return self._keep(request, response, made_of)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """The last moment before anything is read for a page that may be kept."""
        match = request.resolver_match
        if not hasattr(request, "kept_at") or match is None or match.view_name not in KEPT:
            return
        request.made_of = current_state()  # type: ignore[attr-defined]
        if request.made_of:  # type: ignore[attr-defined]
            # The whole page is made and kept, since others may not have it yet: no 304 here.
            request.browser_etags = request.META.pop("HTTP_IF_NONE_MATCH", "")  # type: ignore[attr-defined]

    def _find_kept(self, request: HttpRequest, address: str) -> HttpResponse | None:
        browser_etags = request.META.get("HTTP_IF_NONE_MATCH", "")
        if address not in self.store and ETAG_BEGINS not in browser_etags:
            return None
        state = current_state()
        if state is None:
            return None
        page = self.store.get(state, address)
        if page:
            for action, max_count, seconds in page.limits:
                check_rate_limit(request, action, max_count=max_count, seconds=seconds)
            return as_asked(request, HttpResponse(page.body, headers=page.headers))
        etag = build_etag(state, address)
        if etag not in browser_etags:
            return None
        # It cannot be guessed: it came with a page that was kept, here or by another process.
        headers = {"Cache-Control": CACHE_CONTROL, "ETag": etag, "Vary": VARY}
        return HttpResponseNotModified(headers=headers)

    def _keep(self, request: HttpRequest, response: HttpResponse, made_of: State) -> HttpResponse:
        """Keep it, if nothing changed while it was made."""
        address: str = request.kept_at  # type: ignore[attr-defined]
        if browser_etags := request.browser_etags:  # type: ignore[attr-defined]
            request.META["HTTP_IF_NONE_MATCH"] = browser_etags
        if response.status_code != 200 or response.streaming:
            return response
        if is_for_all(request, response) and current_state() == made_of:
            limits = tuple(get_limits(request))
            begins = LIMITED_BEGINS if limits else ETAG_BEGINS
            response.headers["ETag"] = build_etag(made_of, address, begins)
            page = Page(response.content, dict(response.headers), limits)
            self.store.save(made_of, address, page)
        return as_asked(request, response)


def as_asked(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, or 304 for a browser that has it already."""
    modified = parse_http_date_safe(response.get("Last-Modified", ""))
    etag = response.get("ETag")
    conditional = get_conditional_response(request, etag, modified, response)
    return conditional or response


def address_for_all(request: HttpRequest) -> str | None:
    """The parts of an anonymous request that its response depends on; None if the request says who
    makes it.
    """
    if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in request.META:
        return None
    if "HTTP_COOKIE" in request.META and not PERSONAL_COOKIES.isdisjoint(request.COOKIES):
        return None
    if not request.META.get("QUERY_STRING", "").isascii():
        return None  # raw bytes, which an address and its parameters read differently
    try:
        host = request.get_host()
    except DisallowedHost:
        return None
    # Where the site begins and the page in it: together they could be of two pages.
    script = request.META.get("SCRIPT_NAME", "")
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    packed = "gzip" if re_accepts_gzip.search(accepted) else "plain"
    return f"{packed} {request.scheme}://{host} {script} {request.get_full_path()}"


def is_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    varies_by = {name.strip() for name in response.get("Vary", "").split(",") if name.strip()}
    return (
        response.get("Cache-Control") == CACHE_CONTROL
        and not response.cookies
        and varies_by <= set(VARY.split(", "))
        and not is_made_for_one(request)
    )


def build_etag(state: State, address: str, begins: str = ETAG_BEGINS) -> str:
    """Weak, as pages are packed with a name of random length."""
    made_of = f"{release()} {state} {address}"
    key = settings.SECRET_KEY.encode()[:64]
    return f'{begins}{blake2b(made_of.encode(), key=key, digest_size=16).hexdigest()}"'
