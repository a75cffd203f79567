"""The table of held changes: each edit, harmless and risky, by each way that an edit can come, of a
company or feed that is proven and one that is not. What the public reads afterwards.
"""

import csv
from dataclasses import replace
from decimal import Decimal
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.adapters.own_csv_columns import COLUMNS
from jobboard.feeds.adapters.own_csv_export import build_row
from jobboard.feeds.importing.importer import import_items
from jobboard.feeds.importing.uploaded import reference
from jobboard.listings import lifecycle
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, get_content, write_content
from jobboard.listings.lifecycle.differences import differences
from jobboard.listings.models import Feed, Listing, Membership
from jobboard.recruiting import uploads
from jobboard.recruiting.forms.job_content import get_initial
from tests.factories import FeedFactory, ListingFactory, MembershipFactory, add_rates

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TEXT = " ".join(f"Sentence {number} says what the team does with data." for number in range(20))
PAY = PayStatement(Decimal(60_000), Decimal(80_000), "EUR", "year")
BOARD = "https://boards.greenhouse.io/acme/jobs"
BEFORE = ListingContent(
    title="Data Engineer, Platform",
    description=TEXT,
    places=(PlaceText("Munich, Germany", "Munich", "DE", "on_site", "Bavaria"),),
    pay=(PAY,),
    apply_url=f"{BOARD}/1",
)
HARMLESS = {
    "title": {"title": "Data Engineer, Platfrom"},
    "text": {"description": TEXT.replace("Sentence 3 says", "Sentence 3 explains")},
    "pay": {"pay": (replace(PAY, highest=Decimal(90_000)),)},
    "place": {"places": (PlaceText("Berlin, Germany", "Berlin", "DE", "on_site", "Berlin"),)},
    "apply": {"apply_url": f"{BOARD}/2"},
}
# Of pay only: each is twice what it was, once it is compared for a year and in one currency.
JUMPS = {
    "another currency": PayStatement(Decimal(200_000), Decimal(300_000), "USD", "year"),
    "another period": PayStatement(Decimal(9_000), Decimal(14_000), "EUR", "month"),
    "only from": PayStatement(Decimal(800), None, "USD", "day"),
}
FOR_A_LOOK = {
    "title": {"title": "Machine Learning Engineer"},
    "text": {"description": TEXT + " Many other words that nobody read before." * 12},
    "pay": {"pay": (replace(PAY, highest=Decimal(107_000)),)},
    "place": {"places": (PlaceText("Lagos, Nigeria", "Lagos", "NG", "on_site", "Lagos"),)},
}
HEAVY = {
    "title": {"title": "Data Engineer, Platform, WhatsApp us"},
    "text": {"description": f"{TEXT} Pay the registration fee by gift card."},
    "pay": {"pay": (replace(PAY, highest=Decimal(900_000)),)},
    "place": {"places": (replace(BEFORE.places[0], text="Munich, contact us on Telegram"),)},
    "apply": {"apply_url": "https://blue-careers.example/1"},
}
# What was changed, as ``differences`` calls it.
NAMES = {
    "title": "Title",
    "text": "Description",
    "pay": "Pay",
    "place": "Locations",
    "apply": "Application method",
}


@pytest.fixture(autouse=True)
def rates():
    add_rates(USD="1", EUR="1.1")


class Way:
    """By which an edit comes; ``client`` is signed in as the company's recruiter."""

    def __init__(self, client, *, is_proven: bool) -> None:
        self.client, self.is_proven = client, is_proven
        self.member = MembershipFactory(
            company__name="Acme",
            company__domain="acme.example",
            company__verified_by="email" if is_proven else "",
        )
        client.force_login(self.member.user)

    def job(self, **values) -> Listing:
        values |= {"live": True, "company": self.member.company, "created_by": self.member.user}
        return write_content(ListingFactory(**values, role=None), BEFORE)

    def edit(self, content: ListingContent) -> Listing:
        raise NotImplementedError


class Form(Way):
    def edit(self, content: ListingContent) -> Listing:
        listing = self.job()
        sent = {k: v for k, v in get_initial(listing, content).items() if v is not None}
        address = reverse("recruiting:listing_edit", args=[listing.pk])
        assert self.client.post(address, sent).status_code == 302
        return listing


class File(Way):
    def edit(self, content: ListingContent) -> Listing:
        listing = self.job()
        outcome = import_row(self.member, build_row(content, reference(listing)))
        assert (outcome["updated"], outcome["wrong"]) == (1, 0)
        return listing


def import_row(member: Membership, row: list[str]) -> dict[str, int]:
    """What became of the row of a file that ``member`` uploads."""
    text = StringIO()
    csv.writer(text).writerows([COLUMNS, row])
    job = uploads.begin(text.getvalue().encode(), company=member.company, by=member.user)
    uploads.import_file(job, lambda rows: None)
    return job.outcome


class FromFeed(Way):
    """“Proven” is one of a known hiring system; its company is not."""

    def edit(self, content: ListingContent) -> Listing:
        known = "https://boards-api.greenhouse.io/v1/boards/acme/jobs"
        feed = Feed.objects.filter(company=self.member.company).first() or FeedFactory(
            company=self.member.company,
            address=known if self.is_proven else "https://feeds.example.net/jobs.xml",
        )
        Feed.objects.filter(pk=feed.pk).update(last_success_at=None)
        number = f"job-{Listing.objects.count()}"
        import_items(feed=feed, items=[self._item(number, BEFORE)], now=timezone.now())
        import_items(feed=feed, items=[self._item(number, content)], now=timezone.now())
        return Listing.objects.get(external_id=number)

    def _item(self, number: str, content: ListingContent) -> FeedItem:
        return FeedItem(
            external_id=number,
            title=content.title,
            description=content.description,
            places=content.places,
            are_places_settled=True,
            pay=content.pay,
            apply_url=content.apply_url,
        )


WAYS = {"form": Form, "file": File, "feed": FromFeed}


def public_changes(before: Listing, edit: str, changes: dict) -> bool:
    """Whether the public reads what was changed."""
    listing = Listing.objects.get(pk=before.pk)
    assert listing.is_live
    names = [one.name for one in differences(BEFORE, get_content(listing))]
    return NAMES[edit] in names


@pytest.mark.sqlite_alone  # test_held_changes.py has each part on both
@pytest.mark.slow
@pytest.mark.parametrize("is_proven", [True, False], ids=["proven", "unproven"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_the_public_reads_after_an_edit(client, way, is_proven):
    by_way = way(client, is_proven=is_proven)
    public = {}
    for kind, edits in [("harmless", HARMLESS), ("for a look", FOR_A_LOOK), ("heavy", HEAVY)]:
        for edit, changes in edits.items():
            listing = by_way.edit(replace(BEFORE, **changes))
            public[kind, edit] = public_changes(listing, edit, changes)
            Listing.objects.filter(pk=listing.pk).update(status="closed", outcome="withdrawn")

    assert public == {
        **{("harmless", edit): True for edit in HARMLESS},
        **{("for a look", edit): is_proven for edit in FOR_A_LOOK},
        **{("heavy", edit): False for edit in HEAVY},
    }


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_currency_or_period_hides_that_pay_is_twice_what_it_was(client, way):
    by_way = way(client, is_proven=True)
    for statement in JUMPS.values():
        listing = by_way.edit(replace(BEFORE, pay=(statement,)))
        assert not public_changes(listing, "pay", {})
        Listing.objects.filter(pk=listing.pk).update(status="closed", outcome="withdrawn")


@pytest.mark.parametrize("again", ["copy", "post again"])
@pytest.mark.parametrize("is_proven", [True, False], ids=["proven", "unproven"])
def test_a_copy_and_a_job_posted_again_are_public_once_somebody_decided(client, again, is_proven):
    way = Form(client, is_proven=is_proven)
    listing = way.job()
    if again == "copy":
        lifecycle.copy_listing(listing=listing, by=way.member.user)
    else:
        lifecycle.close_listing(listing=listing, outcome="withdrawn", by=way.member.user)
        lifecycle.repost_listing(listing=listing, by=way.member.user)
    copy = Listing.objects.exclude(pk=listing.pk).get()
    content = replace(get_content(copy), **HEAVY["text"])
    sent = {k: v for k, v in get_initial(copy, content).items() if v is not None}
    edit = reverse("recruiting:listing_edit", args=[copy.pk])
    client.post(edit, sent | {"do": "submit"})

    copy.refresh_from_db()
    assert copy.status == "in_review"
    assert copy not in Listing.objects.live()


def test_a_file_uploaded_twice_changes_nothing_the_second_time_and_keeps_what_waits(client):
    way = File(client, is_proven=False)
    listing = way.edit(replace(BEFORE, **FOR_A_LOOK["title"]))
    before = lifecycle.open_change(listing)
    row = build_row(replace(BEFORE, **FOR_A_LOOK["title"]), reference(listing))

    outcome = import_row(way.member, row)

    assert (outcome["updated"], outcome["unchanged"]) == (0, 1)
    assert lifecycle.open_change(listing).submitted_at == before.submitted_at
