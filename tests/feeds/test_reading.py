"""What a listing says of an item: where the parsers meet. The parsers themselves have tests of
their own.
"""

import ast
import importlib
import importlib.util
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from jobboard.feeds import chosen, download, parsing, reading
from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.reading import Reader, cut, files_read_with
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.geo.places import place_for
from jobboard.listings.models import PlaceAlias
from jobboard.listings.pay.base import base_pay
from roles.models import RoleAlias
from tests.factories import RoleFactory, SkillFactory

pytestmark = pytest.mark.django_db


def read(**values):
    """The content of an item with ``values``."""
    return Reader().content(FeedItem(**{"external_id": "1"} | values), "Acme")


def test_an_item_that_states_nothing_but_a_title_says_nothing_else():
    content = read(title="  Data\u00a0Gardener \u200b")

    assert (content.title, content.description) == ("Data Gardener", "")
    assert (content.role, content.level, content.employment_types) == (None, "", ())
    assert (content.places, content.named_countries, content.eligibility) == ((), [], "unstated")
    assert (content.pay, content.pay_note) == ((), "")
    assert (content.skills, content.visa, content.closes_on) == ((), "unknown", None)


# Title, role, level, types


def test_role_level_and_types_are_read_of_the_items_words():
    role = RoleFactory(name="Data Engineer")
    RoleAlias.objects.create(role=role, folded="Pipeline Engineer")

    content = read(title="Senior Pipeline Engineer", types=("FULL_TIME", "Permanent", "Part time"))

    assert (content.role, content.role_from, content.level) == (role, "matched", "senior")
    assert content.employment_types == ("full_time", "part_time")


def test_a_level_and_a_role_that_are_stated_win_over_those_of_the_title():
    RoleFactory(name="Data Engineer")
    stated = RoleFactory(name="Data Analyst", slug="data-analyst")

    content = read(title="Senior Data Engineer", level="mid", role="data-analyst")

    assert (content.role, content.role_from, content.level) == (stated, "feed", "mid")


def test_a_stated_role_that_nobody_knows_leaves_the_title_to_speak():
    role = RoleFactory(name="Data Engineer")

    content = read(title="Data Engineer", role="unheard-of")

    assert (content.role, content.role_from) == (role, "matched")


def test_a_title_too_long_is_cut_at_a_word():
    title = read(title="Data Scientist " * 20).title

    assert len(title) <= 140
    assert title.endswith("Data Scientist Data…")


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("two words", 9, "two words"),
        ("two words, three", 12, "two words…"),
        ("Donaudampfschiff", 8, "Donauda…"),
    ],
)
def test_text_is_cut_at_a_word_and_only_where_it_is_too_long(text, longest, shown):
    assert cut(text, longest) == shown


def test_plain_text_keeps_what_looks_like_html():
    content = read(description="a <b> c\n", description_is_html=False)

    assert (content.description, content.description_is_html) == ("a <b> c\n", False)


def test_what_the_text_states_counts_where_the_feed_has_no_field_for_it():
    text = (
        "<p>This is a full-time position. We cannot sponsor visas.</p>"
        "<p>Applications close on 3 February 2027. In the office two days a week.</p>"
    )
    hybrid = (PlaceText("Oslo, Norway", workplace="hybrid"),)

    content = read(title="Mid/Senior Data Engineer", description=text, places=hybrid)

    assert (content.level, content.level_max) == ("mid", "senior")
    assert (content.employment_types, content.visa) == (("full_time",), "no")
    assert content.closes_on == date(2027, 2, 3)
    assert [place.hybrid_days for place in content.places] == [2]


def test_fields_beat_the_text():
    text = (
        "<p>This is a full-time position. We cannot sponsor visas.</p>"
        "<p>Applications close on 3 February 2027.</p>"
    )
    content = read(
        title="Senior Data Engineer",
        description=text,
        types=("Part time",),
        visa="yes",
        closes_on=date(2027, 3, 4),
        level="entry",
        level_max="mid",
    )

    assert (content.level, content.level_max) == ("entry", "mid")
    assert (content.employment_types, content.visa) == (("part_time",), "yes")
    assert content.closes_on == date(2027, 3, 4)


def test_days_on_site_are_those_of_hybrid_work_and_a_last_day_before_the_first_is_an_old_one():
    text = "<p>In the office two days a week. Applications close on 3 February 2027.</p>"
    posted = datetime(2027, 5, 1, tzinfo=UTC)

    oslo = (PlaceText("Oslo, Norway"),)

    content = read(title="Data Engineer", description=text, places=oslo, posted_at=posted)

    assert content.closes_on is None
    assert [place.hybrid_days for place in content.places] == [None]


def test_other_work_has_no_role_of_ours():
    RoleFactory(name="Research Scientist")

    content = read(title="Laser Research Scientist")

    assert (content.role, content.relevance, content.family) == (None, "no", "")
    assert content.relevance_why == "The title names research in another field."


# Skills


def test_skills_of_the_text_come_with_their_need_and_stated_ones_are_mentioned():
    sql, python, dbt = (SkillFactory(name=name) for name in ("SQL", "Python", "dbt"))

    content = read(
        description=(
            "<h3>Requirements</h3><ul><li>Python</li></ul>"
            "<h3>Nice to have</h3><ul><li>SQL</li></ul>"
        ),
        skills=("dbt", "python", "Juggling"),
    )

    assert set(content.skills) == {(python, "required"), (sql, "nice"), (dbt, "mentioned")}
    assert content.skills_from == "extracted"


def test_a_boards_tags_count_only_where_the_text_names_the_skill_too():
    go, excel = (SkillFactory(name=name) for name in ("Go", "Excel"))
    tags = ("go", "excel", "git")
    SkillFactory(name="Git")

    assert read(description="<p>You go to customers and excel.</p>", tags=tags).skills == ()
    assert read(title="Gardener", tags=tags).skills == ()
    assert set(read(description="<p>We write Go and fill Excel sheets.</p>", tags=tags).skills) == {
        (go, "mentioned"),
        (excel, "mentioned"),
    }


def test_a_skill_the_company_is_called_after_is_not_one_it_asks_for():
    SkillFactory(name="Acme")

    assert read(description="<p>You need Acme.</p>").skills == ()


# Places


def test_places_keep_their_text_and_get_city_country_and_workplace():
    content = read(
        places=(
            PlaceText("Lisbon, Portugal", workplace="hybrid"),
            PlaceText("HQ", city="Porto", country="PT", workplace="hybrid"),
            PlaceText("Remote (Spain)"),
        )
    )

    assert [
        (place.text, place.city, place.country, place.workplace) for place in content.places
    ] == [
        ("Lisbon, Portugal", "Lisbon", "PT", "hybrid"),
        ("HQ", "Porto", "PT", "hybrid"),
        ("Remote (Spain)", "", "ES", "remote"),
    ]
    assert content.named_countries == ["ES"]


def test_of_a_place_whose_country_was_chosen_the_city_is_read():
    content = read(places=(PlaceText("Berlin, Germany", country="DE"),), are_places_settled=True)

    assert [(place.text, place.city) for place in content.places] == [("Berlin, Germany", "Berlin")]


def test_a_place_whose_city_and_country_were_chosen_is_not_read(monkeypatch):
    monkeypatch.setattr(reading, "read_place", None)

    place = PlaceText("HQ", city="Porto", country="PT")
    content = read(places=(place,), are_places_settled=True)

    assert content.places == (place,)


def test_each_place_comes_once_and_as_short_as_it_is_stored():
    content = read(
        places=(
            PlaceText("Lisbon,  Portugal "),
            PlaceText("lisbon, portugal"),
            PlaceText("Hall " * 40),
        )
    )

    lisbon, hall = content.places
    assert lisbon.text == "Lisbon, Portugal"
    assert len(hall.text) <= 120
    assert hall.text.endswith("Hall…")


def test_what_employers_call_a_place_is_looked_up_among_the_aliases():
    lisbon = place_for("Lisbon", "PT")
    PlaceAlias.objects.create(place=lisbon, folded="The Lighthouse")

    (place,) = read(places=(PlaceText("The  LIGHTHOUSE", workplace="on_site"),)).places

    assert (place.text, place.city, place.country) == ("The LIGHTHOUSE", "Lisbon", "PT")
    assert (place.admin1, place.workplace) == (lisbon.admin1, "on_site")


@pytest.mark.parametrize(
    ("texts", "eligibility", "countries"),
    [
        (["Remote (Spain)"], "listed", ("ES",)),
        (["Remote (Spain)", "Remote (Italy)", "Lisbon, Portugal"], "listed", ("ES", "IT")),
        (["Remote"], "unstated", ()),
        (["Remote (Spain)", "Remote"], "unstated", ()),
        (["Spain"], "unstated", ()),
        (["Remote (Worldwide)"], "anywhere", ()),
    ],
)
def test_eligibility_is_what_all_remote_places_say(texts, eligibility, countries):
    content = read(places=tuple(map(PlaceText, texts)))

    remote = "; ".join(text for text in texts if text.startswith("Remote"))
    assert (content.eligibility, content.eligible_countries) == (eligibility, countries)
    assert content.eligibility_text == ("" if eligibility == "unstated" else remote)


# Pay


def tier(place, lowest, highest, currency="EUR", period="year", **more):
    ends = [None if end is None else Decimal(end) for end in (lowest, highest)]
    return PayStatement(*ends, currency, period, place=place, **more)


def base_of(*tiers, **values):
    """The base pay of the job's own places: what its card shows."""
    base = base_pay(read(pay=tiers, **values).pay)
    return base and (base.lowest, base.highest, base.currency, base.period)


def test_pay_that_a_feed_states_is_kept_as_it_states_it():
    stated = tier("Spain", 300, "400.50", period="day")

    content = read(pay=(stated,))

    assert content.pay == (replace(stated, origin="feed"),)
    assert base_of(stated) == (300, Decimal("400.50"), "EUR", "day")
    assert content.pay_note == ""


@pytest.mark.parametrize(
    ("tiers", "expected"),
    [
        (
            [tier("Lisbon", 60_000, 75_000), tier("Spain", 55_000, "70500.50")],
            (55_000, 75_000, "EUR", "year"),
        ),
        (
            [tier("", 80_000, 90_000, level="Senior"), tier("", 90_000, 99_000, level="Staff")],
            (80_000, 99_000, "EUR", "year"),
        ),
        (
            [tier("Spain", 50_000, 60_000), tier("Porto", None, 70_000)],
            (None, 70_000, "EUR", "year"),
        ),
        (
            [tier("Spain", 50_000, None), tier("Porto", 55_000, 70_000)],
            (50_000, None, "EUR", "year"),
        ),
        (
            [
                tier("Spain", "27.75", 30, period="hour"),
                tier("Zone 2", 4_000, 5_000, "USD", "month"),
            ],
            ("27.75", 30, "EUR", "hour"),
        ),
        (
            [tier("Spain", 50_000, 60_000), tier("Porto", 50_000, 60_000)],
            (50_000, 60_000, "EUR", "year"),
        ),
    ],
    ids=[
        "by location",
        "by level",
        "an open bottom",
        "an open top",
        "another currency and period",
        "the same twice",
    ],
)
def test_of_several_ranges_the_card_shows_the_one_around_them(tiers, expected):
    lowest, highest, *unit = expected
    ends = [None if end is None else Decimal(end) for end in (lowest, highest)]
    places = PlaceText("Lisbon, Portugal"), PlaceText("Porto, Portugal"), PlaceText("Spain")

    assert base_of(*tiers, places=places) == (*ends, *unit)
    assert list(read(pay=tiers, places=places).pay) == [
        replace(one, origin="feed") for one in tiers
    ]


def test_on_target_earnings_are_not_base_pay():
    zones = (
        tier("Zone A", 168_000, 231_000, "USD", kind="on_target"),
        tier("Zone B", 151_000, 207_000, "USD", kind="on_target"),
    )

    assert base_of(*zones) is None
    assert [one.kind for one in read(pay=zones).pay] == ["on_target", "on_target"]


def test_base_pay_beside_on_target_earnings_is_the_cards():
    both = tier("Spain", 50_000, 60_000), tier("Spain", 80_000, 90_000, kind="on_target")

    assert base_of(*both) == (50_000, 60_000, "EUR", "year")


def test_pay_after_tax_is_no_base_pay():
    net = tier("", 2_500, 3_000, period="month", gross="net")

    assert base_of(net) is None
    assert base_of(net, tier("", 50_000, 60_000)) == (50_000, 60_000, "EUR", "year")


@pytest.mark.parametrize(
    ("place", "base"),
    [
        ("Berlin, Germany", None),
        ("Remote (Germany)", None),
        ("San Francisco, CA", (200_000, 300_000)),
        ("Oakland, CA", (200_000, 300_000)),  # a suburb, and nothing nearer is named
        ("Remote (US)", (200_000, 300_000)),
        ("Remote", (200_000, 300_000)),
    ],
)
def test_pay_for_another_place_is_not_this_jobs(place, base):
    text = "<p>The San Francisco, CA base pay range for this role is $200,000 - $300,000.</p>"
    job = {"description": text, "places": (PlaceText(place),)}

    (stated,) = read(**job).pay

    assert (stated.place, stated.kind, stated.origin) == ("San Francisco, CA", "base", "text")
    assert stated.is_elsewhere is (base is None)
    assert stated.quote in text
    assert base_of(**job) == (base and (*base, "USD", "year"))


@pytest.mark.parametrize("states", ["Colorado, New York and Washington residents", "CO, NY, WA"])
@pytest.mark.parametrize(
    ("place", "is_elsewhere"),
    [("Austin, TX", True), ("Spokane, WA", False), ("Remote - US", False)],
)
def test_pay_for_a_list_of_states_is_pay_for_those_states_alone(states, place, is_elsewhere):
    text = f"<p>Salary range ({states}): $90,000 - $99,000.</p>"

    (stated,) = read(description=text, places=(PlaceText(place),)).pay

    assert stated.is_elsewhere is is_elsewhere


def test_of_ranges_for_several_places_the_nearest_is_the_jobs():
    text = """<p>Pay ranges:</p><p>Employees in New York City or Seattle: $130,000 - $165,000</p>
        <p>Employees outside of New York City or Seattle: $119,000 - $149,000</p>
        <p>Canada: CAD $125,000 - $156,000</p>"""

    def stated(place):
        return base_of(description=text, places=(PlaceText(place),))[:3]

    assert stated("Seattle, WA") == (130_000, 165_000, "USD")
    assert stated("Denver, CO") == (119_000, 149_000, "USD")
    assert stated("Toronto, Canada") == (125_000, 156_000, "CAD")


TEXT = "<p>The base salary is €50,000 to €60,000 per year.</p>"


def test_pay_in_the_text_is_read_and_marked_as_such():
    (stated,) = read(description=TEXT).pay

    assert (stated.lowest, stated.highest, *stated.unit) == (50_000, 60_000, "EUR", "year")
    assert (stated.kind, stated.origin) == ("base", "text")


def test_a_field_that_speaks_of_pay_wins_over_the_text_and_is_quoted_where_it_cannot_be_read():
    read_field = read(description=TEXT, pay_text="€70,000 to €80,000 per year")
    assert [(one.lowest, one.origin) for one in read_field.pay] == [(70_000, "feed")]
    assert read_field.pay_note == ""

    unread = read(description="<p>You measure.</p>", pay_text=" In line with  tariff 7 ")
    assert (unread.pay, unread.pay_note) == ((), "In line with tariff 7")


def test_pay_in_fields_wins_over_words():
    stated = base_of(tier("", 30_000, 40_000), pay_text="€70,000 per year", description=TEXT)

    assert stated == (30_000, 40_000, "EUR", "year")


def test_an_employer_who_hides_pay_is_not_outwitted_by_its_text():
    content = read(description=TEXT, hides_pay=True)

    assert (content.pay, content.pay_note) == ((), "")


@pytest.mark.parametrize(
    ("place", "currency"),
    [("Toronto, Canada", "CAD"), ("Austin, TX, USA", "USD"), ("Lisbon, Portugal", "USD")],
)
def test_a_dollar_is_that_of_the_jobs_place(place, currency):
    text = "The base salary is $90,000 to $100,000 per year."

    (stated,) = read(description=text, description_is_html=False, places=(PlaceText(place),)).pay

    assert stated.currency == currency


def test_a_dollar_in_places_with_different_ones_is_no_pay():
    places = PlaceText("Toronto, Canada"), PlaceText("Austin, TX, USA")

    text = "<p>The base salary is $90,000 to $100,000 per year.</p>"

    assert read(description=text, places=places).pay == ()


def test_what_any_parser_says_anew_is_read_anew():
    folder = Path(parsing.__file__).parent
    parsers = {file for file in folder.rglob("*") if file.suffix in (".py", ".csv")}

    assert parsers <= set(files_read_with())


def imports_of(module):
    """The modules of jobboard that ``module`` imports, whatever it takes from them."""
    tree = ast.parse(Path(module.__file__).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    for node in imports:
        name = "." * node.level + (node.module or "")
        package = importlib.util.resolve_name(name, module.__package__)
        if not package.startswith("jobboard."):
            continue
        importlib.import_module(package)
        names = [package, *(f"{package}.{alias.name}" for alias in node.names)]
        yield from (sys.modules[name] for name in names if name in sys.modules)


def test_what_any_module_that_the_reading_imports_says_anew_is_read_anew():
    """Of feeds, and of the texts they are read as."""
    waiting, found = [reading], set()
    while waiting:
        module = waiting.pop()
        file = Path(module.__file__)
        is_read_with = module.__name__.startswith(("jobboard.feeds.", "jobboard.common.text."))
        if is_read_with and file not in found:
            found.add(file)
            waiting += imports_of(module)

    assert Path(chosen.__file__) in found
    says_nothing = {file for file in found if not file.read_text().strip()}
    says_nothing.add(Path(download.__file__))  # brings what is read, and changes nothing of it
    assert found - says_nothing - set(files_read_with()) == set()
