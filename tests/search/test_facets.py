"""What can be chosen of a search: values, and the panel that offers them."""

import pytest
from django.http import QueryDict

from jobboard.listings.choices import PlaceText
from jobboard.listings.content import ListingContent, write_content
from jobboard.listings.models import Listing
from jobboard.search.results.page import ListingSearch, Results
from tests.factories import ListingFactory, SkillFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True, params=["database", "index"])
def _answered_by(request):
    """Everything here is said of both implementations."""
    if request.param == "index":
        request.getfixturevalue("index")


def job_in(country: str, city: str = "", admin1: str = "") -> Listing:
    listing = ListingFactory(live=True)
    place = PlaceText(city or admin1 or country, city=city, country=country, admin1=admin1)
    write_content(
        listing,
        ListingContent(
            title=listing.title, description="Work.", apply_url=listing.apply_url, places=(place,)
        ),
    )
    return listing


def total_of(query: str) -> int:
    return shown_by(query).total


def shown_by(query: str) -> Results:
    return ListingSearch(QueryDict(query)).run()


def names_of(panels) -> list[str]:
    return [panel.name for panel in panels]


@pytest.mark.parametrize("query", ["skills=any&skill=python&skill=sql", "skill=python&skill=sql"])
def test_several_skills_are_all_wanted_unless_any_will_do(query):
    python, sql = SkillFactory(name="Python"), SkillFactory(name="SQL")
    ListingFactory(live=True, required=[python])
    ListingFactory(live=True, required=[sql])
    ListingFactory(live=True, required=[python, sql])
    ListingFactory(live=True)

    assert total_of(query) == (3 if "any" in query else 1)


def test_what_can_be_left_out_says_how_many_jobs_stay():
    python, sql = SkillFactory(name="Python"), SkillFactory(name="SQL")
    ListingFactory(live=True, required=[python, sql])
    ListingFactory.create_batch(2, live=True, required=[python])
    ListingFactory(live=True)

    [skills] = [panel for panel in shown_by("").panels if panel.name == "skill"]
    counts = {choice.option.value: choice.option.count for choice in skills.unwanted}

    assert counts == {f"-{python.slug}": 1, f"-{sql.slug}": 3}
    assert [total_of(f"skill={value}") for value in counts] == [1, 3]


def test_names_are_taken_for_slugs_and_an_alert_keeps_the_slugs():
    skill = SkillFactory(name="Machine learning")
    listing = job_in("DE")
    listing.skills.create(skill=skill, need="required")
    Listing.objects.filter(pk=listing.pk).mark_changed()

    results = shown_by("skill=machine+Learning&country=Germany")

    assert results.total == 1
    assert results.search.filter_pairs == [("skill", skill.slug), ("country", "DE")]
    assert [chip.label for chip in results.search.chips] == ["Germany", "Machine learning"]


def test_what_was_typed_by_name_is_called_so_where_nothing_is_found():
    there = SkillFactory(name="Machine learning")
    ListingFactory(live=True, required=[there])
    SkillFactory(name="Feature engineering")

    results = shown_by("skill=machine+learning&skill=feature+engineering")

    [(group, _)] = results.near
    assert (group.label, group.url) == ("Feature engineering", f"?skill={there.slug}")


def test_regions_are_counted_and_chosen_beside_countries():
    job_in("DE")
    job_in("CH")
    job_in("US")

    results = shown_by("country=europe")

    [countries] = [panel for panel in results.panels if panel.name == "country"]
    counted = {choice.option.value: choice.option.count for choice in countries.regions}
    assert (counted["europe"], counted["eu"], counted["north-america"]) == (2, 1, 1)
    assert [choice.option.value for choice in countries.chosen] == ["europe"]
    assert results.total == 2


def test_what_is_chosen_comes_first_then_what_splits_the_result_best():
    for number in range(8):
        ListingFactory(live=True, level="senior" if number % 2 else "mid", workplace="remote")

    plain, chosen = shown_by(""), shown_by("type=unstated")

    assert "level" in names_of(plain.panels_in_sight)
    assert names_of(chosen.panels_in_sight)[0] == "type"
    assert chosen.panels_in_sight[0].hint == "Not stated"
    assert len(chosen.panels_in_sight) <= 4
    assert (plain.opens_more, chosen.opens_more) == (False, False)


def test_a_state_finds_the_jobs_of_its_cities():
    job_in("US", city="Austin", admin1="Texas")
    job_in("US", admin1="Texas")
    job_in("US", city="Denver", admin1="Colorado")

    assert total_of("city=Texas") == total_of("q=jobs+in+texas") == 2
    assert total_of("where=Texas&workplace=remote") == 0
