"""Every sentence that pages say about somebody, worked out again from the rows."""

import random
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.html import strip_tags

from jobboard.common.text.words import COUNTRIES, country_with_article, plural
from jobboard.listings.models import Listing, ListingSkill
from jobboard.you.said import You
from jobboard.you.visitor import visitor_for
from roles.models import FxRate, Role, SalaryFigure, Skill
from roles.pay.regions import REGIONS, the_area, wider_areas

from .open_by_rows import YES, open_word

pytestmark = pytest.mark.django_db

SEED, PAIRS, FEW_PAIRS = 20_261_129, 200, 12
LEVELS = {
    "entry": "entry-level",
    "mid": "mid-level",
    "senior": "senior-level",
    "executive": "executive-level",
}
AT_LEVELS = LEVELS | {"senior": "senior level", "executive": "executive level"}
HOME = ["PT", "DE", "US", "GB", "IN", "BR", "NZ"]


@pytest.fixture
def pairs(starter_with_samples):
    """The same people and jobs in each run."""
    chance = random.Random(SEED)  # noqa: S311
    skills = list(Skill.objects.current().order_by("slug").values_list("slug", flat=True))
    roles = list(Role.objects.published().order_by("slug").values_list("slug", flat=True))
    jobs = list(Listing.objects.live().order_by("external_id", "pk").values_list("pk", flat=True))

    def somebody() -> You:
        return You(
            role=chance.choice(["", *roles]),
            country=chance.choice(["", *HOME]),
            level=chance.choice(["", *LEVELS]),
            currency=chance.choice(["", "EUR", "GBP", "USD"]),
            salary_from=chance.choice([None, 60_000, 95_000, 150_000]),
            skills=tuple(sorted(chance.sample(skills, chance.choice([0, 3, 25, 40])))),
        )

    return lambda count: [(somebody(), chance.choice(jobs)) for _ in range(count)]


def check_pairs(pairs) -> None:
    said = 0
    for you, pk in pairs:
        listing = Listing.objects.get(pk=pk)
        client = Client()
        client.cookies["you"] = you.as_cookie()
        page = client.get(listing.get_absolute_url())
        text = words_of(page.content.decode())
        for sentence in sentences_about(you, listing):
            said += 1
            assert sentence in text, (you, listing.pk, sentence)
        if you.salary_from is None:
            assert "you want." not in text, (you, listing.pk)
        if not skills_said(you, listing):
            assert "your_skills" not in page.context, (you, listing.pk)
        if not level_said(you, listing):
            assert "survey median" not in " ".join(page.context.get("your_pay", [])), you
    assert said > len(pairs)  # there is something to say of most


@pytest.mark.slow
def test_what_a_few_job_pages_say_is_what_the_rows_say(pairs):
    check_pairs(pairs(FEW_PAIRS))


@pytest.mark.slow
@pytest.mark.sqlite_alone  # a few run on both
def test_what_job_pages_say_is_what_the_rows_say(pairs):
    check_pairs(pairs(PAIRS))


def words_of(html: str) -> str:
    main = html.partition("<main")[2].partition("</main>")[0]
    blocks = re.sub(r"<(option|select|script)\b.*?</\1>", " ", main, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", strip_tags(blocks.replace("&#x27;", "’")))
    return re.sub(r"\s+([.,])", r"\1", text)


def sentences_about(you: You, listing: Listing) -> list[str]:
    return [*skills_said(you, listing), *pay_said(you, listing), *open_said(you, listing)]


# --- Skills ---------------------------------------------------------------------------------------


def skills_said(you: You, listing: Listing) -> list[str]:
    known = set(Skill.objects.filter(slug__in=you.skills).values_list("pk", flat=True))
    rows = list(ListingSkill.objects.filter(listing=listing).select_related("skill"))
    for need, words in (("required", "required"), ("nice", "nice-to-have")):
        of_need = [row for row in rows if row.need == need]
        if of_need and known:
            have = {row.skill.name for row in of_need if row.skill_id in known}
            total = plural(len(of_need), f"{words} skill")
            return [f"You have {len(have)} of the {total}"]
    return []


# --- Pay ------------------------------------------------------------------------------------------


def usd_rate(currency: str) -> Decimal | None:
    if currency == "USD":
        return Decimal(1)
    rate = FxRate.objects.newest(currency)
    return rate.usd_per_unit if rate else None


def their_currency(you: You) -> str:
    if you.currency:
        return you.currency
    of_country = {"PT": "EUR", "DE": "EUR", "US": "USD", "GB": "GBP", "IN": "INR", "BR": "BRL"}
    return (of_country | {"NZ": "NZD", "": ""})[you.country]


def pay_said(you: You, listing: Listing) -> list[str]:
    return [*wanted_said(you, listing), *level_said(you, listing)]


def wanted_said(you: You, listing: Listing) -> list[str]:
    lowest, highest = listing.pay_year_min_usd, listing.pay_year_max_usd
    rate = usd_rate(their_currency(you) or "USD")
    if you.salary_from is None or rate is None or (lowest is None and highest is None):
        return []
    wanted = int(you.salary_from * rate)
    amount = f"{their_currency(you) or 'USD'} {you.salary_from:,} you want."
    if lowest is not None and lowest >= wanted:
        return [f"The whole range is at or above the {amount}"]
    if highest is None or highest >= wanted:
        return [f"Part of the range reaches the {amount}"]
    return [f"The range is below the {amount}"]


def level_said(you: You, listing: Listing) -> list[str]:
    """Never a figure of another level."""
    role = listing.public_role
    if not you.level or not role:
        return []
    for area in [you.country, *wider_areas(you.country)]:
        figure = SalaryFigure.objects.survey().filter(
            role_key=role.slug, level=you.level, country=area, year=0, remote=-1, n__gte=10
        )
        if row := figure.first():
            return [median_said(you, role, area, row)]
    return [f"Too few {LEVELS[you.level]} survey responses for {role} to compare."]


def median_said(you: You, role: Role, area: str, row: SalaryFigure) -> str:
    rate = usd_rate(their_currency(you)) if their_currency(you) else None
    currency = their_currency(you) if rate else "USD"
    amount = round(row.p50 / (rate or 1), -3)
    where = the_area(area) if area in REGIONS or not area else country_with_article(area)
    return (
        f"At {AT_LEVELS[you.level]} in {where}, the survey median for {role} is "
        f"{currency} {amount / 1000:,.0f}K a year before tax ({plural(row.n, 'response')}"
    )


# --- Whether it is open ---------------------------------------------------------------------------


def open_said(you: You, listing: Listing) -> list[str]:
    """The rows alone decide: the text of no sample says anything else."""
    if not you.country:
        return []
    country, word = country_with_article(you.country), open_word(listing, you.country)
    here = listing.places.filter(place__country=you.country).exclude(workplace="remote").first()
    sentences = [f"From {country}: {word.lower()}."]
    if here:
        silence = "" if here.workplace else ", though the job does not say how much is on-site"
        sentences.append(f"The work is there{silence}: {here.text}.")
    return sentences


# --- The line, the list and the steps -------------------------------------------------------------


def test_marks_of_a_list_say_what_the_rows_say(starter_with_samples):
    you = You("data-analyst", "PT", "mid", "EUR", 80_000, ("excel", "python", "sql"))
    client = Client()
    client.cookies["you"] = you.as_cookie()
    known = visitor_for(you).skill_ids
    assert len(known) == 3

    response = client.get("/jobs/")

    cards = response.context["results"].listings
    assert len(cards) == 25
    for card in cards:
        marks = [mark.words for mark in card.marks]
        required = ListingSkill.objects.filter(listing=card, need="required")
        ids = set(required.values_list("skill", flat=True))
        if ids:
            share = f"{len(ids & known)} of {plural(len(ids), 'skill')}"
            is_within = len(ids) >= 3 and len(ids & known) * 100 >= len(ids) * 60
            assert (f"{share}, within reach" if is_within else share) in marks
        surely = [sentence for sentence in wanted_said(you, card) if "whole" in sentence]
        assert ("Pays what you want" in marks) == bool(surely)
        assert ("Open to you" in marks) == (open_word(card, "PT") == YES)


@pytest.mark.parametrize("code", ["XX", "pt"])
def test_a_country_is_one_or_none(code):
    assert You.from_cookie(f"country={code}").country in ("", *COUNTRIES)
