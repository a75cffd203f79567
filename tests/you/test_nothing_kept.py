"""What a visitor without an account says about themselves is in their browser and nowhere else."""

import logging

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from jobboard.common.models import Email
from jobboard.search.live import current, reach
from roles.models import Role, Skill
from tests.factories import ListingFactory, RoleFactory, SkillFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

PAY = "87654321"  # found nowhere by chance
PAGES = [
    "/",
    "/jobs/",
    "/jobs/?sort=fit",
    "/jobs/?sort=open",
    "/roles/",
    "/roles/data-analyst/",
    "/compare/data-analyst-vs-data-engineer/",
    "/salaries/",
    "/salaries/data-analyst/",
    "/you/",
]
PERSONAL = "private, no-store"


@pytest.fixture
def job():
    _, engineer = [
        RoleFactory(slug=slug, name=slug, skills=[SkillFactory(slug=f"of-{slug}")])
        for slug in ("data-analyst", "data-engineer")
    ]
    return ListingFactory(live=True, role=engineer)


@pytest.fixture
def said(job) -> dict[str, str]:
    skill = SkillFactory(name="Zymurgy", slug="zymurgy")
    return {
        "role": "data-analyst",
        "country": "PT",
        "level": "mid",
        "currency": "EUR",
        "salary_from": PAY,
        "add": skill.name,
    }


def all_rows() -> dict[str, list]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.label: sorted(map(str, model.objects.values_list())) for model in models}


def cached() -> str:
    """All that the cache in memory holds, keys and values."""
    return repr(caches["default"]._cache)


def test_nothing_of_it_is_in_the_database_the_cache_the_log_or_an_email(job, said, caplog):
    caplog.set_level(logging.DEBUG, logger="jobboard")
    caplog.set_level(logging.DEBUG, logger="django.request")
    before, client = all_rows(), Client()

    client.post("/you/", said | {"salary_from": "lots"})
    client.post("/you/", said)
    for page in [*PAGES, job.get_absolute_url(), f"/you/?salary_from={PAY}", "/nothing/"]:
        client.get(page)
    client.post("/you/", {"do": "forget"})

    assert all_rows() == before
    assert not Email.objects.exists()
    assert "limit:" in cached()  # so something is in it
    for kept in (cached(), caplog.text):
        assert PAY not in kept
        assert "zymurgy" not in kept.lower()


@pytest.mark.slow
def test_what_answers_with_it_is_for_nobody_else(job, said):
    client = Client()
    client.post("/you/", said)

    for page in [*PAGES, job.get_absolute_url()]:
        answer = client.get(page)

        assert answer.status_code == 200, page
        assert set(answer["Cache-Control"].split(", ")) == set(PERSONAL.split(", ")), page
        assert "Cookie" in answer["Vary"], page
        assert not answer.cookies, page


@pytest.mark.slow
def test_who_said_nothing_gets_the_page_that_is_for_everybody(job, said):
    plain = {page: Client().get(page) for page in PAGES}
    client = Client()
    client.post("/you/", said)
    for page in PAGES:
        client.get(page)

    for page, before in plain.items():
        after = Client().get(page)

        assert after["Cache-Control"] == "no-cache", page
        assert not after.cookies, page
        assert after.content == before.content, page


@pytest.mark.slow
def test_what_is_kept_of_the_index_is_the_same_whoever_asked(job, said, index):
    """Sets of jobs by role, level and country, as filters have them; nothing by skills."""
    client = Client()
    client.post("/you/", said)
    for page in [*PAGES, job.get_absolute_url()]:
        assert client.get(page).status_code == 200

    state = current.current()
    asked = [*state.counted.cache._answers, *state.cache._answers]
    assert reach.SKILL_SETS in asked
    skills = set(Skill.objects.values_list("pk", flat=True))
    named = [one for key in asked if isinstance(key, tuple) for one in key]
    of_visitors = [one for one in named if isinstance(one, frozenset) and one <= skills]
    profiles = [frozenset(role.profile.skill_ids) for role in Role.objects.all()]
    assert all(one in profiles for one in of_visitors)  # between two roles, for everybody


@pytest.mark.slow
def test_pages_say_nothing_of_it_in_their_links(job, said):
    client = Client()
    client.post("/you/", said)

    for page in PAGES[:-1]:
        assert PAY not in client.get(page).content.decode(), page


def test_one_cookie_is_all_that_is_set(job, said):
    client = Client()

    client.get("/you/")
    client.post("/you/", said)
    client.get("/jobs/")

    assert {*client.cookies} == {"you"}
    assert settings.SESSION_COOKIE_NAME not in client.cookies
