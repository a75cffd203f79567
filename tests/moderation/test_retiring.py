"""Deleting a role, a skill or a company says what it takes, and offers another one in its place."""

from datetime import date

import pytest
from django.urls import reverse

from jobboard.listings.models import Company, Listing
from jobboard.seekers.models import Alert
from roles.models import Comparison, Role, RoleAlias, SalaryFigure, Skill
from tests.factories import (
    ArticleFactory,
    CompanyFactory,
    ComparisonFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
)
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True, email="editor@rolebook.example")
    client.force_login(user)
    return user


@pytest.fixture
def role(db) -> Role:
    role = RoleFactory(name="AI Architect", slug="ai-architect")
    RoleAlias.objects.create(role=role, folded="planner of ai")
    ComparisonFactory(role_1=role)
    ListingFactory(live=True, role=role)
    ListingFactory(closed=True, role=role)
    SalaryFigure.objects.create(
        layer="survey",
        source_key="survey",
        role_key="ai-architect",
        as_of=date(2026, 1, 1),
        n=3,
        n_distinct=3,
        first_year=2025,
        last_year=2025,
        top_share=1,
    )
    Alert.objects.create(email="ada@example.com", query="role=ai-architect&level=senior")
    return role


def address(thing) -> str:
    return reverse(
        f"admin:{thing._meta.app_label}_{thing._meta.model_name}_delete", args=[thing.pk]
    )


def test_the_page_says_in_numbers_what_a_role_would_take(client, editor, role):
    page = text_of(client.get(address(role)))

    for words in [
        "Jobs 2 lose their role move to the other role",
        "Jobs that are live 1",
        "Comparisons 1 deleted",
        "Salary figures 1 deleted",
        "Job alerts 1 find less",
        "Other names 1",
    ]:
        assert words in page


def test_another_role_takes_its_place_in_everything(client, editor, role):
    other = RoleFactory(name="Solutions Architect", slug="solutions-architect")
    narrower = RoleFactory(broader=role)
    guide = ArticleFactory(roles=[role])

    answer = client.post(address(role), {"do": "replace", "into": other.pk}, follow=True)

    assert "“AI Architect” was replaced by “Solutions Architect”." in text_of(answer)
    assert set(Listing.objects.values_list("role", flat=True)) == {other.pk}
    assert set(other.aliases.values_list("folded", flat=True)) == {"planner of ai", "ai architect"}
    assert Role.objects.get(pk=narrower.pk).broader == other
    assert list(guide.roles.all()) == [other]
    assert client.get("/roles/ai-architect/")["Location"] == "/roles/solutions-architect/"
    assert client.get("/jobs/?role=ai-architect").context["results"].total == 1
    assert not SalaryFigure.objects.filter(role_key="ai-architect").exists()


def test_a_role_is_deleted_without_a_successor_and_leaves_nothing_behind(client, editor, role):
    client.post(address(role), {"do": "delete"})

    assert not Role.objects.filter(pk=role.pk).exists()
    assert set(Listing.objects.values_list("role", flat=True)) == {None}
    assert not SalaryFigure.objects.exists()
    assert not Comparison.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"do": "replace"}, "Choose what replaces it."),
        ({"do": "replace", "into": "x"}, "Select a valid choice."),
        ({}, "AI Architect"),
    ],
)
def test_a_button_without_a_choice_does_nothing(client, editor, role, data, said):
    assert said in text_of(client.post(address(role), data))
    assert Role.objects.filter(pk=role.pk).exists()


def test_a_skill_of_a_profile_is_replaced_not_deleted(client, editor):
    skill, other = SkillFactory(name="Pyton"), SkillFactory(name="Python")
    role = RoleFactory(skills=[skill])
    job = ListingFactory(live=True, required=[skill])

    page = client.post(address(skill), {"do": "delete"})
    assert "1 role profile lists Pyton. Replace it with another skill" in text_of(page)
    client.post(address(skill), {"do": "replace", "into": other.pk})

    assert [item.skill for item in role.role_skills.all()] == [other]
    assert Listing.objects.get(pk=job.pk).skill_line == "Python"


def test_a_skill_that_only_jobs_list_is_deleted_from_them(client, editor):
    skill, other = SkillFactory(name="Fax"), SkillFactory(name="Python")
    job = ListingFactory(live=True, required=[skill, other])

    assert "Jobs that are live 1 no longer list it" in text_of(client.get(address(skill)))
    client.post(address(skill), {"do": "delete"})

    assert not Skill.objects.filter(pk=skill.pk).exists()
    assert Listing.objects.get(pk=job.pk).skill_line == "Python"


def test_a_company_with_jobs_is_kept_and_a_superuser_is_told_why(client, editor):
    company = CompanyFactory(name="Acme")
    ListingFactory(live=True, company=company)
    MembershipFactory(company=company)

    page = text_of(client.post(address(company), {"do": "delete"}))

    assert "Acme has 1 job. Jobs are kept for the people who saved them" in page
    assert "permission" not in page
    assert "Merge it into another company" in page
    assert (
        reverse("moderation_merge_company", args=[company.pk])
        in client.get(address(company)).content.decode()
    )
    assert "Members 1 belong to it no more" in page
    assert Company.objects.filter(pk=company.pk).exists()


def test_a_company_without_jobs_is_deleted(client, editor):
    company = CompanyFactory()

    client.post(address(company), {"do": "delete"})

    assert not Company.objects.filter(pk=company.pk).exists()


def test_nobody_deletes_many_at_a_click_or_without_the_right(client, editor, role):
    page = client.get(reverse("admin:roles_role_changelist"))
    assert "delete_selected" not in page.content.decode()

    client.force_login(UserFactory(is_staff=True))
    assert client.get(address(role)).status_code == 403
    assert client.post(address(role), {"do": "delete"}).status_code == 403


def test_deleting_the_only_owner_of_a_company_warns(client, editor):
    alone, one_of_two = CompanyFactory(name="Acme"), CompanyFactory(name="Beta")
    owner = MembershipFactory(company=alone).user
    MembershipFactory(company=one_of_two, user=owner)
    MembershipFactory(company=one_of_two)
    page = reverse("admin:accounts_user_delete", args=[owner.pk])

    said = text_of(client.get(page))
    assert "Companies left without an owner: Acme 1" in said
    assert "Beta" not in said

    client.post(page, {"do": "delete"})
    assert not alone.memberships.exists()


def test_removing_the_only_owner_from_the_form_of_a_company_warns(client, editor):
    company = MembershipFactory(company=CompanyFactory(name="Acme")).company
    ListingFactory(live=True, company=company)
    page = reverse("admin:listings_company_change", args=[company.pk])
    context = client.get(page).context
    data = {"name": "Acme", "slug": company.slug, "domain": company.domain}
    for one in context["inline_admin_formsets"]:
        for form in [one.formset.management_form, *one.formset.forms]:
            data |= {
                field.html_name: "" if field.value() is None else field.value() for field in form
            }

    answer = client.post(page, data | {"memberships-0-DELETE": "on"}, follow=True)

    assert "Acme has no owner now." in text_of(answer)
