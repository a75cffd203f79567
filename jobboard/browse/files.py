"""Any search as a feed and as files, in the list's language. A wrong value refuses the file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from jobboard.common.addresses import address
from jobboard.common.web.files import (
    NOT_IN_XML,
    add_cors_header,
    json_answer,
    long_csv_answer,
    long_json_answer,
)
from jobboard.common.web.limits import MINUTE, check_rate_limit
from jobboard.common.web.turns import FILES
from jobboard.listings.cards import live_cards
from jobboard.listings.data.many_jobs import read_data
from jobboard.listings.data.one_job import COLUMNS, credit, listing_row
from jobboard.listings.models import Listing
from jobboard.search.find import MAX_RESULTS, search
from jobboard.search.results.page import ListingSearch

IN_FEED = 25
MAX_REQUESTS_PER_MINUTE = {"feed": 60, "file": 10}  # from one network; a whole file takes seconds
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def asked_for(request, kind: str) -> ListingSearch:
    check_rate_limit(request, kind, max_count=MAX_REQUESTS_PER_MINUTE[kind], seconds=MINUTE)
    return ListingSearch(request.GET)


def form_errors(listing_search: ListingSearch) -> dict[str, list[str]]:
    return {name: list(map(str, errors)) for name, errors in listing_search.form.errors.items()}


def validation_error_response(listing_search: ListingSearch) -> HttpResponse:
    lines = []
    for name, errors in form_errors(listing_search).items():
        lines += [f"{name}: {error}" for error in errors]
    return HttpResponse("\n".join(lines), status=422, content_type="text/plain; charset=utf-8")


def all_results(listing_search: ListingSearch) -> tuple[int, Iterator[dict]]:
    """The number of results, and the data of the first MAX_RESULTS of them."""
    results = search(listing_search.criteria, limit=MAX_RESULTS, with_facets=False)
    return results.total, read_data(results.ids)


@require_safe
def jobs_json(request) -> HttpResponseBase:
    return _jobs_json(asked_for(request, "file"))


@FILES.one_at_a_time
def _jobs_json(listing_search: ListingSearch) -> HttpResponseBase:
    if listing_search.form.errors:
        return json_answer({"errors": form_errors(listing_search)}, status=422)
    total, items = all_results(listing_search)
    about = {
        "search": listing_search.in_words,
        "url": address(reverse("browse:list") + listing_search.query_string),
    }
    numbers = {"total": total, "most_in_a_file": MAX_RESULTS, "ignored": listing_search.ignored}
    return long_json_answer(about | credit() | numbers, items)


@require_safe
def jobs_csv(request) -> HttpResponseBase:
    return _jobs_csv(asked_for(request, "file"))  # counted before the turn that it may wait for


@FILES.one_at_a_time
def _jobs_csv(listing_search: ListingSearch) -> HttpResponseBase:
    if listing_search.form.errors:
        return validation_error_response(listing_search)
    total, items = all_results(listing_search)
    response = long_csv_answer("jobs", COLUMNS, map(listing_row, items))
    response["X-Total"], response["X-Most-In-A-File"] = str(total), str(MAX_RESULTS)
    if listing_search.ignored:
        response["X-Ignored"] = urlencode({"names": listing_search.ignored}, doseq=True)
    return response


@require_safe
def jobs_feed(request) -> HttpResponse:
    listing_search = asked_for(request, "feed")
    if listing_search.form.errors:
        return validation_error_response(listing_search)
    response = JobFeed()(request, listing_search)
    del response["Last-Modified"]  # stays the same when a job goes
    return add_cors_header(response)


class JobAtom(Atom1Feed):
    def latest_post_date(self) -> datetime:
        # Not the present moment, which would differ each time.
        if self.items:
            return super().latest_post_date()
        return LONG_AGO


class JobFeed(Feed):
    """The newest jobs of a search, whatever order it asks for."""

    feed_type = JobAtom

    def get_object(self, request, listing_search) -> ListingSearch:
        return listing_search

    def title(self, listing_search) -> str:
        return f"{settings.SITE_NAME}: {listing_search.in_words}".translate(NOT_IN_XML)

    def subtitle(self, listing_search) -> str:
        names = ", ".join(listing_search.ignored).translate(NOT_IN_XML)
        if not names:
            return ""
        return f"Ignored because they are not filters: {names}"

    def link(self, listing_search) -> str:
        return address(reverse("browse:list") + listing_search.query_string)

    def feed_url(self, listing_search) -> str:
        return address(reverse("browse:feed") + listing_search.query_string)

    def feed_guid(self, listing_search) -> str:
        return self.feed_url(listing_search)

    def author_name(self) -> str:
        return settings.SITE_NAME

    def items(self, listing_search) -> list[Listing]:
        newest = search(
            replace(listing_search.criteria, sort="newest"), limit=IN_FEED, with_facets=False
        )
        return live_cards(newest.ids)

    def item_title(self, listing) -> str:
        title = f"{listing.title}, {listing.company}"
        if listing.company.is_demo:
            title = f"Sample: {title}"
        return title.translate(NOT_IN_XML)

    def item_description(self, listing) -> str:
        return escape(in_one_line(listing).translate(NOT_IN_XML))  # read as HTML

    def item_link(self, listing) -> str:
        return address(listing.get_absolute_url())

    def item_guid(self, listing) -> str:
        return f"tag:{settings.SITE_HOST},{listing.first_seen_at:%Y-%m-%d}:job/{listing.pk}"

    def item_author_name(self, listing) -> str:
        return listing.company.name.translate(NOT_IN_XML)

    def item_pubdate(self, listing) -> datetime:
        return listing.posted_at

    def item_updateddate(self, listing) -> datetime:
        return listing.changed_at


def in_one_line(listing: Listing) -> str:
    """The text of its card: “Acme · Munich, Germany · Hybrid · Senior-level / Expert · USD 100,000
    - 130,000 a year”.
    """
    parts = [
        listing.company.name,
        listing.place_summary,
        listing.workplace_line,
        listing.level_line,
    ]
    parts += [kind.label for kind in listing.types]
    parts += [listing.pay_line or "Pay not stated", listing.skill_line]
    return " · ".join(filter(None, parts))
