"""Jobs within reach of a visitor, as pages count, show and list them."""

import re

import pytest
from django.test import Client

from jobboard.insights.your.steps import Step
from jobboard.listings.models import Listing
from jobboard.you.said import You
from roles.models import Role, Skill
from tests.reading import text_of
from tests.you.open_by_rows import YES, open_word

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

COUNTED = re.compile(
    r"^(\d+) open [^.]* within reach with [^.,]*(?:, (\d+) of them open from Portugal)?\."
)
FORM = re.compile(
    r'<form [^>]*method="get" action="/jobs/">((?:\s*<input type="hidden"[^>]*>)*)\s*'
    r"<button[^>]*>\s*See (?:it|all [\d,]+) at the top of the list"
)
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
MARK = re.compile("(?:^|, )within reach$")


def client_of(you: You) -> Client:
    client = Client()
    client.cookies["you"] = you.as_cookie()
    return client


def skills_of(slug: str, leave_out: int = 0) -> tuple[str, ...]:
    wanted = Skill.objects.filter(pk__in=Role.objects.get(slug=slug).profile.skill_ids)
    return tuple(wanted.order_by("slug").values_list("slug", flat=True))[leave_out:]


@pytest.fixture
def people(starter_with_samples) -> list[You]:
    return [
        You(country="PT", level="mid", skills=skills_of("data-analyst")),
        You(country="PT", skills=skills_of("machine-learning-engineer", 4)),
        You(role="data-engineer", level="senior"),
        You(skills=("python", "sql")),
    ]


def list_of(response) -> dict[str, str] | None:
    """What the form that leads to the list asks for."""
    form = FORM.search(response.content.decode())
    return dict(FIELD.findall(form[1])) if form else None


def cards_of(client: Client, asked: dict[str, str]) -> list[Listing]:
    cards = []
    for page in range(1, 10):
        results = client.get("/jobs/", asked | {"page": page}).context["results"]
        cards += results.listings
        if len(cards) >= results.total:
            return cards
    raise AssertionError("a list without an end")


def step_of(response) -> Step:
    return response.context.get("step") or response.context["steps"][0]


def is_marked(card: Listing) -> bool:
    return any(MARK.search(mark.words) for mark in card.marks)


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", ["/", "/roles/data-engineer/", "/roles/machine-learning-engineer/"]
)
def test_a_count_leads_to_a_list_that_begins_with_what_it_counts(people, page):
    totals = set()
    for you in people:
        client = client_of(you)
        response = client.get(page)
        said = step_of(response).sentence
        assert said in text_of(response)
        counted = COUNTED.search(said)
        total = int(counted[1]) if counted else 0
        asked = list_of(response)
        assert bool(asked) == bool(total)
        totals.add(total)
        if not asked:
            continue

        cards = cards_of(client, asked)

        assert [is_marked(card) for card in cards] == [at < total for at in range(len(cards))]
        if counted[2]:
            are_open = [open_word(card, "PT") == YES for card in cards[:total]]
            assert int(counted[2]) == sum(are_open)
    assert len(totals) > 1


def test_jobs_that_are_shown_are_open_from_their_country_and_counted(people):
    response = client_of(people[1]).get("/")

    [shown] = [listing for listing, _ in step_of(response).jobs]
    assert open_word(shown, "PT") == YES
    assert "within reach with your 18 skills, 1 of them open from Portugal." in text_of(response)


@pytest.mark.slow
def test_a_step_says_if_fewer_jobs_are_shown_than_counted_and_if_none_is_open(people):
    assert "The newest 2 are shown." in step_of(client_of(people[2]).get("/")).sentence
    none_open = step_of(client_of(people[0]).get("/"))
    assert none_open.sentence.endswith(". None of them says that it is open from Portugal.")
    assert not none_open.jobs


@pytest.mark.slow
def test_one_more_skill_says_from_where_its_jobs_are_open(people):
    from_portugal = re.compile(r"brings \d+ more jobs? open from Portugal within reach")
    anywhere = re.compile(r"brings \d+ more within reach")

    assert from_portugal.search(text_of(client_of(people[1]).get("/")))
    assert anywhere.search(text_of(client_of(people[2]).get("/")))
    for_nobody_there = step_of(client_of(people[0]).get("/")).next_in_words
    assert anywhere.search(for_nobody_there)
    assert for_nobody_there.endswith(". None of those says that it is open from Portugal.")


def test_no_link_says_anything_of_them(people):
    response = client_of(people[0]).get("/")

    assert list_of(response) == {"level": "mid", "sort": "fit"}
    links = re.findall(r'href="([^"]*)"', response.content.decode())
    assert not [link for link in links if "level=mid" in link or "PT" in link]
