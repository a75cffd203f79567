"""Which of two roles is nearer to a visitor: said first on a comparison, and counted again here."""

import re

import pytest
from django.test import Client

from jobboard.listings.models import Listing, ListingSkill
from jobboard.you.said import You
from roles.models import Role, Skill
from tests.reading import text_of
from tests.you.open_by_rows import YES, open_word

pytestmark = pytest.mark.django_db

PAIR = ("ai-engineer", "machine-learning-engineer")
PAGE = f"/compare/{PAIR[0]}-vs-{PAIR[1]}/"


def first_words(you: You, page: str = PAGE) -> str:
    client = Client()
    client.cookies["you"] = you.as_cookie()
    response = client.get(page)
    verdict = response.context["your_verdict"]
    text = re.sub(r" ([.,:])", r"\1", text_of(response))
    assert verdict is None or str(verdict) in text
    return str(verdict or "")


def missing(role: Role, you: You) -> list[str]:
    profile = role.profile
    names = {item.skill.name: item.skill.slug for item in (*profile.skills, *profile.tools)}
    return [name for name, slug in names.items() if slug not in you.skills]


def within_reach(role: Role, you: You) -> list[Listing]:
    """At their level, as the methodology says: 3 required skills or more, 60% of them known."""
    known = set(Skill.objects.filter(slug__in=you.skills).values_list("pk", flat=True))
    found = []
    for job in Listing.objects.live().filter(role=role):
        rows = ListingSkill.objects.filter(listing=job, need="required")
        required = set(rows.values_list("skill", flat=True))
        is_known = len(required) >= 3 and len(required & known) * 100 >= 60 * len(required)
        if is_known and (not you.level or you.level in job.levels):
            found.append(job)
    return found


def test_a_comparison_says_first_what_is_nearer_with_its_counts(starter_with_samples):
    roles = [Role.objects.get(slug=slug) for slug in PAIR]
    slugs = Skill.objects.filter(pk__in=roles[0].profile.skill_ids).values_list("slug", flat=True)
    you = You(country="PT", skills=tuple(slugs.order_by("slug")[3:]))

    said = first_words(you)

    near, far = (missing(role, you) for role in roles)
    assert len(far) - len(near) >= 3 == len(near)
    assert within_reach(roles[0], you)
    assert said.startswith(f"AI Engineer is nearer to you: {len(near)} skills and tools to learn, ")
    first, second = said.partition("to learn, ")[2].partition(" first, against")[0].split(" and ")
    assert {first, second} <= set(near)
    assert f"against {len(far)} for Machine Learning Engineer." in said
    for role in roles:
        jobs = within_reach(role, you)
        are_open = sum(open_word(job, "PT") == YES for job in jobs)
        where = f" ({are_open} open from Portugal)" if jobs else ""
        assert f"{len(jobs)} {role} job{'' if len(jobs) == 1 else 's'}{where}" in said
    assert "Open jobs within reach with your" in said


def test_a_tie_is_named_and_so_is_that_nothing_is_within_reach(starter_with_samples):
    you = You(level="executive", skills=("cobol", "sql"))
    near, far = sorted(len(missing(Role.objects.get(slug=slug), you)) for slug in PAIR)
    assert far - near < 3

    said = first_words(you)

    assert said.startswith(f"Both are about as near to you: {near} skills and tools to learn for ")
    assert "No open executive-level job of either role is within reach with your 1 skill" in said


def test_from_their_own_role_it_says_what_they_would_learn(starter_with_samples):
    analyst, engineer = (Role.objects.get(slug=s) for s in ("data-analyst", "data-engineer"))
    count = len(engineer.profile.skill_ids - analyst.profile.skill_ids)

    said = first_words(You(role="data-analyst"), "/compare/data-analyst-vs-data-engineer/")

    assert said.startswith(f"For Data Engineer you would learn {count} skills and tools, ")
    assert "with the skills in the Data Analyst profile" in said


@pytest.mark.parametrize(
    ("you", "words"),
    [
        (You(level="mid", skills=("sql", "python")), "With your 2 skills, for mid-level jobs:"),
        (You(role="data-analyst"), "With the skills in the Data Analyst profile:"),
    ],
)
def test_what_is_counted_for_them_and_for_everybody_is_told_apart(
    starter_with_samples, client, you, words
):
    for_everybody = "Whoever you are, from one whole profile to the other, at any level:"
    assert for_everybody not in text_of(client.get(PAGE))
    client.cookies["you"] = you.as_cookie()

    text = re.sub(r" ([.,:])", r"\1", text_of(client.get(PAGE)))

    _, theirs, after = text.partition(words)
    assert theirs
    assert "From where you are to AI Engineer" in after.partition(for_everybody)[0]
    assert "From AI Engineer to Machine Learning Engineer" in after.partition(for_everybody)[2]


def test_who_named_no_skills_reads_what_everybody_reads(starter_with_samples, client):
    assert first_words(You(country="PT", level="mid")) == ""
    assert (
        "your_verdict" not in client.get(PAGE).context
        or not client.get(PAGE).context["your_verdict"]
    )


@pytest.mark.parametrize("page", ["/roles/", "/"])
def test_the_map_says_how_much_there_is_to_learn(starter_with_samples, client, page):
    visitor = Client()
    you = You(role="data-analyst", level="entry", skills=("sql", "python"))
    visitor.cookies["you"] = you.as_cookie()

    response = visitor.get(page)

    spots = {one.spot.key: one.spot for one in response.context["map"].placed}
    assert spots["data-analyst"].note == "your role"
    assert spots["data-analyst"].is_marked
    engineer = Role.objects.get(slug="data-engineer")
    assert spots["data-engineer"].note == f"{len(missing(engineer, you))} to learn"
    assert sum(spot.is_marked for spot in spots.values()) == 4
    assert response.context["level_words"] == "entry-level"
    everybody = client.get(page)
    assert "to learn" not in everybody.content.decode().partition("<svg")[2]


def test_roles_can_be_sorted_by_what_is_to_learn(starter_with_samples, client):
    visitor = Client()
    visitor.cookies["you"] = "skill=sql.python.excel"

    rows = visitor.get("/roles/?sort=learn").context["rows"]

    counts = [row.distance.to_learn for row in rows]
    assert counts == sorted(counts)
    assert "Skills to learn" not in client.get("/roles/?sort=learn").content.decode()
