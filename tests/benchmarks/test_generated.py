"""Jobs made to measure the site: the same every time, of every kind, stored as the site itself
would store them.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from benchmarks import generate_listings, generated
from benchmarks.generated import MissingStarterContentError, generate
from jobboard.common.text.html import markdown_to_html
from jobboard.listings.content import get_content, hash_content
from jobboard.listings.models import Company, Listing, Place
from roles.models import FxRate, Role, RoleAlias
from tests.factories import ListingFactory, RoleFactory, SkillFactory

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OTHER_EACH_TIME = ("id", "company_id", "submission", "changed_at")


@pytest.fixture(autouse=True)
def _few_words(monkeypatch):
    """Drawing words for a million jobs takes longer than to make these."""
    monkeypatch.setattr(generated, "STREAM", 2**14)


@pytest.fixture(autouse=True)
def _starter(db):
    RoleAlias.objects.create(folded="etl engineer", role=RoleFactory(name="Data Engineer"))
    RoleFactory(name="Research & Data Scientist", draft=True)
    for name in ["Python", "SQL", "C++", "Weights & Biases"]:
        SkillFactory(name=name)
    for currency in ["USD", "EUR", "GBP", "INR", "PLN", "CAD", "JPY"]:
        FxRate.objects.create(currency=currency, date=NOW.date(), usd_per_unit=1, source="test")


def stored():
    rows = Listing.objects.order_by("external_id").values()
    return [
        {name: value for name, value in row.items() if name not in OTHER_EACH_TIME} for row in rows
    ]


def parts_of(listing):
    places = listing.places.values_list("text", "place__name", "workplace")
    skills = listing.skills.values_list("skill__name", "need")
    return listing.company.name, [*places], [*skills], [*listing.countries.values_list("country")]


@pytest.mark.slow
def test_the_same_jobs_for_the_same_arguments():
    generate(30, now=NOW)
    first = stored(), [parts_of(listing) for listing in Listing.objects.order_by("external_id")]
    Listing.objects.all().delete()
    Company.objects.all().delete()
    generate(30, now=NOW)

    assert (
        stored(),
        [parts_of(listing) for listing in Listing.objects.order_by("external_id")],
    ) == first


def test_another_run_adds_other_jobs_of_other_companies():
    generate(30, now=NOW)
    generate(30, now=NOW)

    assert Listing.objects.count() == len(set(Listing.objects.values_list("external_id"))) == 60
    assert Listing.objects.values("content_hash").distinct().count() == 60
    assert Company.objects.filter(is_demo=True).count() == 10


@pytest.mark.slow
def test_jobs_are_stored_as_the_site_itself_stores_them():
    generate(60, now=NOW)

    for listing in Listing.objects.select_related("company"):
        content = get_content(listing)
        assert listing.description_html == markdown_to_html(listing.description_source)
        assert listing.content_hash == hash_content(content)
        assert listing.skill_line == ", ".join(skill.name for skill, _ in content.skills[:4])
        assert (listing.pay_rate_on is not None) == (listing.salary_currency not in ("", "KES"))
        listing.full_clean()
    assert set(Place.objects.values_list("kind")) == {("city",)}
    assert not Place.objects.filter(geoname_id=None).exists()


@pytest.mark.slow
def test_jobs_differ_in_all_that_can_be_filtered_and_in_state():
    generate(1000, now=NOW)

    def values(name):
        return set(Listing.objects.values_list(name, flat=True))

    assert values("status") == {"published", "closed", "draft", "in_review"}
    assert values("level") == {"", "entry", "mid", "senior", "executive"}
    assert values("workplace") == {"", "on_site", "hybrid", "remote"}
    assert values("eligibility") == {"unstated", "anywhere", "listed"}
    assert values("visa") == {"unknown", "yes", "no"}
    assert values("role__status") == {"published", "draft", None}
    assert {"", "USD", "EUR", "KES"} <= values("salary_currency")
    assert {0, 1, 4} <= values("employment_types")
    live = Listing.objects.live(NOW)
    assert 920 <= live.count() <= 960
    assert live.order_by("posted_at")[0].posted_at > NOW - timedelta(days=60)
    assert Listing.objects.exclude(hidden_at=None).exists()
    assert Listing.objects.filter(status="published", expires_at__lte=NOW).exists()


def test_pages_of_generated_jobs_work(client):
    generate(20, now=timezone.now())
    listing = Listing.objects.live().first()

    page = client.get(listing.get_absolute_url())

    assert page.status_code == 200
    assert "Sample job" in page.content.decode()
    assert client.get(reverse("browse:list")).status_code == 200


def test_batches_are_stored_one_by_one(monkeypatch):
    monkeypatch.setattr(generated, "BATCH", 4)
    heard = []

    generate(10, now=NOW, progress=lambda done: heard.append((done, Listing.objects.count())))

    assert heard == [(4, 4), (8, 8), (10, 10)]


def test_the_command_says_how_many_it_added(capsys):
    generate_listings.main(3)

    assert capsys.readouterr().out == "Added 3 made-up jobs.\n"
    assert Listing.objects.count() == 3


def test_the_command_refuses_where_real_companies_have_jobs():
    ListingFactory(draft=True)

    with pytest.raises(SystemExit, match="jobs from real companies"):
        generate_listings.main(3)
    assert Listing.objects.count() == 1

    generate_listings.main(3, force=True)
    assert Listing.objects.count() == 4


def test_the_command_needs_the_starter_content():
    Role.objects.all().delete()

    with pytest.raises(MissingStarterContentError):
        generate(3, now=NOW)
    with pytest.raises(SystemExit, match="Run load_starter first"):
        generate_listings.main(3)
    with pytest.raises(SystemExit, match="N must be 1 or more"):
        generate_listings.main(0)
