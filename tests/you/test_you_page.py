"""/you/: what a visitor says is kept in their browser, and with their account if they want it."""

import re

import pytest
from django.test import Client

from jobboard.accounts.personal_data import export_personal_data
from jobboard.common.models import OldSlug
from jobboard.you.models import KeptYou
from jobboard.you.said import You
from roles.models import SkillAlias
from tests.factories import RoleFactory, SkillFactory, UserFactory

pytestmark = pytest.mark.django_db

SAID = {"role": "data-analyst", "country": "PT", "level": "mid", "currency": "EUR"}


@pytest.fixture
def analyst():
    """A role with SQL and Excel in its profile."""
    skills = [SkillFactory(name=name, slug=name.lower()) for name in ("SQL", "Excel")]
    return RoleFactory(slug="data-analyst", name="Data Analyst", skills=skills)


def cookie_of(client: Client) -> You:
    return You.from_cookie(client.cookies["you"].value)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_what_is_said_is_kept_in_one_readable_cookie(client, analyst):
    SkillFactory(name="Python", slug="python")

    response = client.post("/you/", SAID | {"salary_from": "80k", "add": "python, SQL"})

    assert response.status_code == 302
    assert response.url == "/you/?saved=1"
    assert {*response.cookies} == {"you"}
    cookie = response.cookies["you"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] > 0
    assert cookie.value == (
        "role=data-analyst&country=PT&level=mid&currency=EUR&salary_from=80000&skill=python.sql"
    )
    assert "You: Data Analyst · Portugal · mid-level · EUR" in text_of(client.get(response.url))


def test_opening_the_form_sets_no_cookie(client, analyst):
    response = client.get("/you/?role=data-analyst&country=PT")

    assert not response.cookies
    assert '<option value="data-analyst" selected' in text_of(response)
    assert '<option value="PT" selected' in text_of(response)


def test_the_skills_of_a_profile_are_added_with_one_tick(client, analyst):
    client.post("/you/", SAID | {"profile": "on"})

    assert cookie_of(client).skills == ("excel", "sql")


def test_a_link_shows_the_skills_of_a_profile_before_they_are_saved(client, analyst):
    page = text_of(client.get("/you/?role=data-analyst&profile=1"))

    assert 'name="skill" value="sql" checked' in page


def test_a_skill_of_a_profile_that_is_unticked_before_saving_is_not_kept(client, analyst):
    page = client.get("/you/?role=data-analyst&profile=1&back=/roles/").content.decode()
    assert not re.search(r'<input[^>]*name="profile"[^>]*checked', page)

    response = client.post("/you/", SAID | {"skill": ["sql"], "back": "/roles/"})

    assert response.url == "/roles/"
    assert cookie_of(client).skills == ("sql",)


def test_a_link_with_a_profile_leaves_the_role_that_was_said(client, analyst):
    RoleFactory(slug="data-engineer", name="Data Engineer", skills=[SkillFactory(slug="dbt")])
    client.post("/you/", SAID | {"add": "SQL"})

    page = text_of(client.get("/you/?role=data-engineer&profile=1"))

    assert '<option value="data-analyst" selected' in page
    for slug in ("sql", "dbt"):
        assert f'name="skill" value="{slug}" checked' in page


PROFILE = {"do": "profile", "role": "data-analyst", "back": "/roles/data-analyst/"}


def test_a_profile_is_added_with_one_click_on_the_page_of_its_role(client, analyst):
    client.post("/you/", {"country": "PT", "level": "mid", "add": "SQL"})

    response = client.post("/you/", PROFILE)

    assert response.url == "/roles/data-analyst/"
    assert cookie_of(client) == You("data-analyst", "PT", "mid", skills=("excel", "sql"))


def test_adding_a_profile_leaves_the_role_that_was_said(client, analyst):
    RoleFactory(slug="data-engineer", name="Data Engineer")
    client.post("/you/", SAID | {"role": "data-engineer"})

    client.post("/you/", PROFILE)

    assert cookie_of(client).role == "data-engineer"
    assert cookie_of(client).skills == ("excel", "sql")


def test_another_site_cannot_add_a_profile(client, analyst):
    client.post("/you/", PROFILE, headers={"origin": "https://evil.example"})

    assert "you" not in client.cookies


def test_an_account_that_keeps_it_keeps_a_profile_that_is_added(client, seeker, analyst):
    client.post("/you/", SAID | {"keep": "on"})

    client.post("/you/", PROFILE)

    assert KeptYou.objects.get().you.skills == ("excel", "sql")


def test_more_skills_than_are_kept_are_not_cut_but_said(client, analyst):
    names = [
        SkillFactory(name=f"Tool {number}", slug=f"tool-{number}").name for number in range(59)
    ]
    client.post("/you/", SAID | {"add": ", ".join(names)})
    assert len(cookie_of(client).skills) == 59

    added = client.post("/you/", PROFILE)
    typed = client.post("/you/", SAID | {"add": ", ".join([*names, "SQL", "Excel"])})

    for response in (added, typed):
        assert response.status_code == 200
        assert "Remove 1 skill. You chose 61, and we can keep 60." in text_of(response)
    assert text_of(added).count(" checked>") == 61
    assert f'value="{", ".join([*names, "SQL", "Excel"])}"' in text_of(typed)


def test_pay_is_said_with_its_currency(client, analyst):
    client.post("/you/", {"salary_from": "120000", "country": "CH"})
    assert "wants CHF 120,000 a year" in text_of(client.get("/you/?saved=1"))

    client.post("/you/", {"salary_from": "120000"})
    assert "wants USD 120,000 a year" in text_of(client.get("/you/?saved=1"))


@pytest.mark.parametrize("said", ["role=nobody", "skill=nothing", "role=nobody&skill=nothing"])
def test_who_named_nothing_that_we_know_is_invited_as_anybody_is(client, analyst, said):
    client.cookies["you"] = said

    for page in ("/", "/jobs/", "/roles/data-analyst/"):
        text = text_of(client.get(page))
        assert "What you told us" not in text
    assert "Add your role or skills" in text_of(client.get("/"))


def test_a_skill_that_is_unticked_is_gone(client, analyst):
    client.post("/you/", SAID | {"profile": "on"})

    client.post("/you/", SAID | {"skill": ["sql"]})

    assert cookie_of(client).skills == ("sql",)


def test_skills_are_found_by_other_names_too(client, analyst):
    SkillAlias.objects.create(
        skill=SkillFactory(name="Kubernetes", slug="kubernetes"), folded="k8s"
    )

    client.post("/you/", {"add": "K8s"})

    assert cookie_of(client).skills == ("kubernetes",)


def test_an_unknown_skill_is_named_and_nothing_typed_is_lost(client, analyst):
    response = client.post("/you/", SAID | {"add": "SQL, Basketry", "salary_from": "lots"})

    page = text_of(response)
    assert response.status_code == 200
    assert not response.cookies
    assert "We don’t know “Basketry”" in page
    assert "Enter an amount, such as 80000." in page
    assert 'value="SQL, Basketry"' in page
    assert '<option value="mid" selected' in page


def test_forgetting_takes_one_click_and_leads_back(client, analyst):
    client.post("/you/", SAID)

    response = client.post("/you/", {"do": "forget", "back": "/roles/"})

    assert response.url == "/roles/"
    assert response.cookies["you"]["max-age"] == 0
    assert response.cookies["you"].value == ""


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site(client, back):
    assert client.post("/you/", SAID | {"role": "", "back": back}).url == "/you/?saved=1"


def test_another_site_can_neither_say_anything_nor_have_it_forgotten(client, analyst):
    client.post("/you/", SAID)
    before = client.cookies["you"].value

    said = client.post("/you/", {"level": "entry"}, headers={"origin": "https://evil.example"})
    client.post("/you/", {"do": "forget"}, headers={"origin": "https://evil.example"})

    assert said.status_code == 200
    assert client.cookies["you"].value == before


def test_a_skill_or_role_that_was_renamed_is_still_known(client, analyst):
    renamed = SkillFactory(name="Postgres", slug="postgresql")
    OldSlug.objects.create(kind="skill", slug="postgres", target=renamed.pk)
    OldSlug.objects.create(kind="role", slug="analyst", target=analyst.pk)
    client.cookies["you"] = "role=analyst&skill=postgres.sql"

    assert "You: Data Analyst · 2 skills" in text_of(client.get("/you/?saved=1"))


# --- With an account ------------------------------------------------------------------------------


@pytest.fixture
def seeker(client):
    user = UserFactory()
    client.force_login(user)
    return user


def test_an_account_keeps_it_only_if_its_owner_says_so(client, seeker, analyst):
    client.post("/you/", SAID)
    assert not KeptYou.objects.exists()

    client.post("/you/", SAID | {"keep": "on"})
    assert KeptYou.objects.get().you.country == "PT"

    client.post("/you/", SAID)
    assert not KeptYou.objects.exists()


def test_what_the_account_forgot_is_forgotten_on_each_device(client, seeker, analyst):
    other = Client()
    other.force_login(seeker)
    other.post("/you/", {"country": "DE"})
    other.post("/you/", SAID | {"keep": "on"})
    assert other.cookies["you"].value == ""
    assert "You: Data Analyst · Portugal" in text_of(other.get("/you/?saved=1"))

    client.post("/you/", {"do": "forget"})

    for page in ("/", "/you/?saved=1", "/jobs/"):
        assert "Portugal ·" not in text_of(other.get(page))
        assert "What you told us" not in text_of(other.get(page))


def test_what_the_account_keeps_is_there_on_another_device(client, seeker, analyst):
    KeptYou.objects.create(user=seeker, said="role=data-analyst&country=PT")
    other = Client()
    other.force_login(seeker)
    other.cookies["you"] = "country=DE"

    assert "You: Data Analyst · Portugal" in text_of(other.get("/you/?saved=1"))


def test_forgetting_empties_the_account_too(client, seeker):
    KeptYou.objects.create(user=seeker, said="country=PT")

    client.post("/you/", {"do": "forget"})

    assert not KeptYou.objects.exists()


def test_the_account_says_what_it_keeps(seeker):
    KeptYou.objects.create(user=seeker, said="country=PT")

    [kept] = export_personal_data(seeker)["What you said about yourself"]

    assert kept["said"] == "country=PT"
