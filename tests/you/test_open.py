"""Whether a job is open to its visitor: page, mark, group and filter say the same, and what its
rows and its text say.
"""

import random
import re

import pytest
from django.test import Client
from django.utils import timezone

from benchmarks.generated import generate
from jobboard.browse.eligibility import check_eligibility
from jobboard.feeds.whereabouts import fill_said, read_texts_anew
from jobboard.listings.copies.lines import gather_places
from jobboard.listings.models import Listing
from jobboard.search.find import Criteria, search
from jobboard.search.order.fit import IS_OPEN, NOT_OPEN, OPEN, UNCLEAR, Fit
from jobboard.search.order.open_jobs import open_states

from . import open_by_rows
from .open_by_rows import TEXTS, open_word

pytestmark = pytest.mark.django_db

JOBS, PAIRS, SEED = 150, 200, 20_261_129
HOME = ["PT", "ES", "DE", "US", "FR", "IS"]
PLACES = {open_by_rows.YES: IS_OPEN, open_by_rows.UNCLEAR: UNCLEAR, open_by_rows.NO: NOT_OPEN}
MARKS = {IS_OPEN: "Open to you", UNCLEAR: "Unclear if open from", NOT_OPEN: "Not open from"}


@pytest.fixture
def texts(starter, analyze):
    """Id → what the text of the job says, of generated jobs; some are parts of others."""
    generate(JOBS, now=timezone.now())
    analyze()
    chance = random.Random(SEED)  # noqa: S311
    jobs = list(Listing.objects.order_by("pk"))
    chosen = {job.pk: chance.choice(TEXTS) for job in jobs}
    for job in jobs:
        job.description_html = f"<p>{chosen[job.pk].sentence}</p>"
        fill_said(job)
        job.save()
    live = list(Listing.objects.live().order_by("pk"))
    for job, copy in zip(live[::10], live[1::10], strict=False):
        Listing.objects.filter(pk=copy.pk).update(folded_into=job, same_as=job)
        gather_places(job)
    return chosen


@pytest.fixture(params=["index", pytest.param("database", marks=pytest.mark.slow)])
def answered_by(request, texts):
    if request.param == "index":
        request.getfixturevalue("index")


def groups_by_id(country: str) -> dict[int, int]:
    """As the pages of the list in groups have them."""
    found = search(Criteria(sort=OPEN, fit=Fit(country=country)), limit=JOBS, with_facets=False)
    places = [place for place in (IS_OPEN, UNCLEAR, NOT_OPEN) for _ in range(found.groups[place])]
    return dict(zip(found.ids, places, strict=True))


def test_page_mark_group_and_filter_say_what_the_rows_and_texts_say(texts, answered_by):
    jobs = list(Listing.objects.live().order_by("pk"))
    chance, said = random.Random(SEED), set()  # noqa: S311
    groups = {country: groups_by_id(country) for country in HOME}
    ids = [job.pk for job in jobs]
    states = {country: open_states(ids, country) for country in HOME}
    found = {
        country: set(search(Criteria(work_from=(country,)), limit=JOBS, with_facets=False).ids)
        for country in HOME
    }

    for _ in range(PAIRS):
        job, country = chance.choice(jobs), chance.choice(HOME)
        expected = open_word(job, country, texts)
        said.add((expected, texts[job.pk], job.has_remote))

        assert check_eligibility(job, country)[0].word == expected, (job.pk, country)
        assert states[country][job.pk] == PLACES[expected], (job.pk, country)
        assert groups[country][job.pk] == PLACES[expected], (job.pk, country)
        assert (job.pk in found[country]) == (expected == open_by_rows.YES), (job.pk, country)
    assert len(said) > len(TEXTS) * 3  # no kind of text is left out


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_a_card_says_what_its_group_says_in_each_order(texts, index):
    client = Client()
    client.cookies["you"] = "country=PT"
    groups = groups_by_id("PT")

    for address in ("/jobs/?sort=open", "/jobs/", "/jobs/?sort=fit", "/jobs/?q=engineer"):
        response = client.get(address)
        cards = response.context["results"].listings
        assert cards
        for card in cards:
            (words,) = [mark.words for mark in card.marks if "pen " in mark.words]
            assert words.startswith(MARKS[groups[card.pk]]), (address, card.pk)
        for group in response.context["groups"]:
            assert {groups[card.pk] for card in group.listings} == {group.place}


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_a_search_from_the_box_stays_in_its_order(texts, index):
    client = Client()
    client.cookies["you"] = "country=PT"

    for sort in ("open", "newest"):
        page = client.get(f"/jobs/?sort={sort}").content.decode()
        box = re.search(r'<form class="search".*?</form>', page, re.DOTALL)[0]
        assert f'<input type="hidden" name="sort" value="{sort}">' in box
    assert (
        'name="sort"'
        not in re.search(
            r'<form class="search".*?</form>', client.get("/jobs/").content.decode(), re.DOTALL
        )[0]
    )


@pytest.mark.slow
def test_texts_that_an_older_release_read_are_read_anew(texts):
    remote = [job.pk for job in Listing.objects.order_by("pk") if job.has_remote]
    Listing.objects.update(said_countries="", said_otherwise="", said_as_of=0)

    assert read_texts_anew() is (len(remote) >= 100)
    while read_texts_anew():
        pass

    for job in Listing.objects.filter(pk__in=remote):
        text = texts[job.pk]
        authorized = text.authorized if job.eligibility == "anywhere" else frozenset()
        others = text.others or (open_by_rows.UNCLEAR if authorized else "")
        assert set(job.said_countries.split()) == text.countries | authorized
        assert job.said_otherwise == others.lower()
