"""Nearly the same job in several places: which ones are linked, and what their pages show. What is
the same is one job: test_copies.py.
"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from jobboard.feeds.adapters.base import FeedItem, InvalidFeedError
from jobboard.feeds.importing import run
from jobboard.feeds.importing.importer import import_items
from jobboard.listings.choices import PlaceText
from jobboard.listings.copies.joining import link_same_jobs
from jobboard.listings.models import Feed, Listing
from tests.factories import CompanyFactory, RoleFactory
from tests.reading import text_of
from tests.site.test_queries import queries

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORDS = [f"word{number}" for number in range(200)]
TEXT = f"<p>{' '.join(WORDS)}</p>"
NEAR = f"<p>{' '.join(WORDS[:190])}</p>"  # shares 186 of 196 runs of five words
NEARER = f"<p>{' '.join(WORDS[:193])}</p>"
NEAREST = f"<p>{' '.join(WORDS[:196])}</p>"
FAR = f"<p>{' '.join(WORDS[:140])}</p>"  # 136 of 196


@pytest.fixture
def board(db):
    RoleFactory(name="Data Engineer")
    return Feed.objects.create(kind=Feed.Kind.REMOTIVE, publishes="directly")


def job(number, title="Data Engineer", place="Berlin, Germany", text=TEXT, company="Acme"):
    return FeedItem(
        str(number),
        title=title,
        company=company,
        description=text,
        places=(PlaceText(place),),
        apply_url=f"https://jobs.example.com/{number}",
    )


BERLIN = job(1, title="Data Engineer - Berlin")
PARIS = job(2, title="Data Engineer (Paris)", place="Paris, France", text=NEAR)


def store(feed, *items, now=NOW):
    import_items(feed=feed, items=items, now=now)


def links():
    """Number of a linked listing → number of the first one."""
    return dict(
        Listing.objects.exclude(same_as=None).values_list("external_id", "same_as__external_id")
    )


@pytest.mark.both_databases
def test_a_job_that_says_nearly_the_same_elsewhere_is_linked_to_the_first_and_both_are_live(board):
    store(board, BERLIN, PARIS)

    assert links() == {"2": "1"}
    assert set(Listing.objects.values_list("status", "same_as_from")) == {("published", "matched")}
    assert Listing.objects.live().count() == 2


@pytest.mark.parametrize(
    "other",
    [
        job(2, place="Paris, France", text=FAR),
        job(2, place="Paris, France", company="Globex"),
        job(2, title="Data Engineer, Streaming", place="Paris, France"),
        job(2, text=NEAR),
        job(2, place="Paris, France", text=""),
    ],
    ids=["another text", "another company", "another title", "the same place", "no text"],
)
def test_other_jobs_are_not_linked(board, other):
    store(board, BERLIN, other)

    assert Listing.objects.count() == 2
    assert links() == {}


def test_texts_too_short_to_compare_are_not_the_same(board):
    store(
        board,
        job(1, text="<p>Apply now.</p>"),
        job(2, place="Paris, France", text="<p>Apply now.</p>"),
    )

    assert links() == {}


@pytest.mark.both_databases
def test_two_feeds_with_nearly_the_same_job_in_one_place_link_it(board):
    own = Feed.objects.create(
        kind=Feed.Kind.ASHBY, company=CompanyFactory(name="Acme"), publishes="directly"
    )
    store(own, BERLIN)

    store(board, job(2, text=NEAR), now=NOW + timedelta(days=1))

    assert Listing.objects.get(external_id="2").same_as == Listing.objects.get(external_id="1")


def test_later_ones_are_linked_to_the_first_too_and_never_to_one_that_is_over(board):
    store(board, BERLIN, PARIS)
    rome, oslo = (
        job(3, place="Rome, Italy", text=NEARER),
        job(4, place="Oslo, Norway", text=NEAREST),
    )

    store(board, BERLIN, PARIS, rome, now=NOW + timedelta(days=1))
    assert links() == {"2": "1", "3": "1"}

    Listing.objects.update(same_as=None)
    Listing.objects.filter(external_id="1").update(status="closed", outcome="withdrawn")
    store(board, BERLIN, PARIS, rome, oslo, now=NOW + timedelta(days=2))
    assert links() == {"4": "2"}


def test_an_editors_choice_stays(board):
    store(board, BERLIN, PARIS, job(3, place="Rome, Italy", text=NEARER))
    Listing.objects.update(same_as=None)
    Listing.objects.filter(external_id="2").update(same_as_from="editor")

    link_same_jobs(board, after=None)

    assert links() == {"3": "1"}


@pytest.mark.both_databases
def test_jobs_of_a_run_that_broke_off_are_linked_by_the_next(board, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 1)

    def breaks_off():
        yield from [BERLIN, PARIS]
        raise InvalidFeedError("The feed has more than 50 pages.")

    with pytest.raises(InvalidFeedError):
        import_items(feed=board, items=breaks_off(), now=NOW)
    store(board, BERLIN, PARIS, now=NOW + timedelta(days=1))

    assert links() == {"2": "1"}


@pytest.mark.slow
@time_machine.travel(NOW + timedelta(hours=1), tick=False)
def test_the_pages_of_both_lead_to_each_other_and_cost_no_more_queries(board, client):
    store(board, BERLIN, PARIS, job(3, title="Data Engineer, Streaming"))
    berlin, paris, other = Listing.objects.order_by("external_id")
    pages = {listing: client.get(listing.get_absolute_url()) for listing in (berlin, paris, other)}

    assert "Same job, other locations Paris, France Data Engineer (Paris)" in text_of(pages[berlin])
    assert "Same job, other locations Berlin, Germany Data Engineer - Berlin" in text_of(
        pages[paris]
    )
    assert "Same job, other locations" not in text_of(pages[other])

    linked = queries(client, berlin.get_absolute_url())
    Listing.objects.update(same_as=None)
    assert len(queries(client, berlin.get_absolute_url())) == len(linked)


@time_machine.travel(NOW + timedelta(hours=1), tick=False)
def test_a_job_that_is_over_still_leads_to_where_it_is_open(board, client):
    store(board, BERLIN, PARIS)
    Listing.objects.filter(external_id="1").update(
        status="closed", outcome="unlisted", closed_at=NOW
    )

    over = client.get(Listing.objects.get(external_id="1").get_absolute_url())
    live = client.get(Listing.objects.get(external_id="2").get_absolute_url())

    assert over.status_code == 410
    assert "Same job, other locations Paris, France" in text_of(over)
    assert "Same job, other locations" not in text_of(live)
