"""Two skills that are one: merged in profiles, in jobs, in searches and in texts still to
be read.
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from jobboard.accounts.models import User
from jobboard.listings.models import Listing, ListingSkill
from jobboard.moderation.merging import skills as merge_skills_module
from jobboard.moderation.merging.skills import MergeError, merge_skills
from roles.models import Role, RoleSkill, Skill, SkillAlias
from tests.factories import ListingFactory, RoleFactory, SkillFactory, UserFactory
from tests.meanwhile import before_the_lock
from tests.reading import text_of
from tests.search.test_search import titles_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def k8s():
    skill = SkillFactory(name="K8s", slug="k8s", kind="tool")
    SkillAlias.objects.create(folded="kubernetes (k8s)", skill=skill)
    return skill


@pytest.fixture
def kubernetes():
    return SkillFactory(name="Kubernetes", slug="kubernetes", kind="tool")


def test_profiles_name_the_skill_that_stays_with_the_stronger_importance_and_both_notes(
    k8s, kubernetes, editor
):
    one, both = RoleFactory(skills=[k8s]), RoleFactory()
    RoleSkill.objects.create(role=both, skill=kubernetes, importance="useful", note="Runs it.")
    RoleSkill.objects.create(role=both, skill=k8s, importance="core", note="Plans it.")

    merge_skills(skill=k8s, into=kubernetes, by=editor)

    assert [item.skill for item in one.role_skills.all()] == [kubernetes]
    item = both.role_skills.get()
    assert (item.skill, item.importance, item.note) == (kubernetes, "core", "Runs it. Plans it.")
    assert [version.by for version in both.versions.all()] == [editor, None]


def test_jobs_name_it_once_with_the_stronger_need_on_their_cards_too(
    client, index, k8s, kubernetes, editor
):
    role = RoleFactory(slug="mlops-engineer", skills=[kubernetes])
    one = ListingFactory(live=True, title="One name", role=role, required=[k8s], skill_line="K8s")
    both = ListingFactory(live=True, title="Both names", role=role, skill_line="Kubernetes, K8s")
    ListingSkill.objects.create(listing=both, skill=kubernetes, need="mentioned")
    ListingSkill.objects.create(listing=both, skill=k8s, need="required")
    assert titles_in(client.get("/jobs/?skill=kubernetes")) == ["Both names"]

    merge_skills(skill=k8s, into=kubernetes, by=editor)

    assert ListingSkill.objects.get(listing=both).need == "required"
    assert list(Listing.objects.order_by("pk").values_list("skill_line", flat=True)) == [
        "Kubernetes",
        "Kubernetes",
    ]
    for address in ["/jobs/?skill=kubernetes", "/jobs/?skill=k8s", "/jobs/?q=k8s"]:
        assert sorted(titles_in(client.get(address))) == ["Both names", "One name"], address
    assert one.role.listings.live().market_facts()[role.pk].skill_count(kubernetes.pk) == 2


def test_a_merger_that_is_interrupted_is_done_again(monkeypatch, k8s, kubernetes, editor):
    monkeypatch.setattr(merge_skills_module, "JOBS_AT_ONCE", 2)
    jobs = [ListingFactory(live=True, required=[k8s]) for _ in range(5)]
    merge_in, batches = merge_skills_module._merge_in, []

    def interrupted(*args):
        batches.append(args[0])
        if len(batches) == 2:
            raise KeyboardInterrupt
        merge_in(*args)

    monkeypatch.setattr(merge_skills_module, "_merge_in", interrupted)
    with pytest.raises(KeyboardInterrupt):
        merge_skills(skill=k8s, into=kubernetes, by=editor)
    k8s.refresh_from_db()
    assert (k8s.listing_skills.count(), k8s.merged_into) == (3, None)

    merge_skills(skill=k8s, into=kubernetes, by=editor)

    assert [len(batch) for batch in batches] == [2, 2, 2, 1]
    assert {row.listing for row in kubernetes.listing_skills.all()} == set(jobs)
    assert set(Listing.objects.values_list("skill_line", flat=True)) == {"Kubernetes"}
    k8s.refresh_from_db()
    assert k8s.merged_into == kubernetes


def test_its_names_become_names_of_the_other_and_its_own_mergers_follow(k8s, kubernetes, editor):
    earlier = SkillFactory(name="Kube", merged_into=k8s)

    merge_skills(skill=k8s, into=kubernetes, by=editor)

    assert sorted(alias.folded for alias in kubernetes.aliases.all()) == ["k8s", "kubernetes (k8s)"]
    assert Skill.objects.get(pk=earlier.pk).merged_into == kubernetes


def test_a_merged_skill_is_offered_to_nobody(client, k8s, kubernetes, editor):
    ListingFactory(live=True, required=[k8s])
    merge_skills(skill=k8s, into=kubernetes, by=editor)

    found = client.get("/jobs/suggestions/?q=k8").json()["suggestions"]

    assert [one["label"] for one in found if one["kind"] == "skill"] == ["Kubernetes"]


def test_who_loses_the_right_meanwhile_merges_nothing(k8s, kubernetes, editor, monkeypatch):
    rights = User.objects.filter(pk=editor.pk)
    before_the_lock(monkeypatch, lambda: rights.update(is_superuser=False))

    with pytest.raises(PermissionDenied):
        merge_skills(skill=k8s, into=kubernetes, by=editor)

    k8s.refresh_from_db()
    assert k8s.merged_into is None


def test_what_cannot_be_merged_is_refused_in_a_sentence(client, k8s, kubernetes, editor):
    with pytest.raises(MergeError, match="into itself"):
        merge_skills(skill=k8s, into=k8s, by=editor)
    merge_skills(skill=k8s, into=kubernetes, by=editor)
    with pytest.raises(MergeError, match="K8s has already been merged into Kubernetes"):
        merge_skills(skill=k8s, into=SkillFactory(), by=editor)


def test_an_editor_sees_what_a_merger_concerns_before_it_happens(client, k8s, kubernetes, editor):
    role = RoleFactory(name="MLOps Engineer", skills=[k8s])
    ListingFactory(live=True, role=role, required=[k8s])
    ListingFactory(closed=True, role=role, required=[k8s])
    merge = reverse("admin:roles_skill_merge", args=[k8s.pk])

    assert "1 open job (2 including closed jobs)" in text_of(
        client.get(reverse("admin:roles_skill_change", args=[k8s.pk]))
    )
    page = text_of(client.get(merge, {"into": kubernetes.pk}))
    assert (
        "K8s will become an alias of Kubernetes, "
        "in 1 role (MLOps Engineer) and 2 jobs, 1 of them open." in page
    )
    assert Skill.objects.get(pk=k8s.pk).merged_into is None
    assert "A skill cannot be merged into itself." in text_of(client.post(merge, {"into": k8s.pk}))

    response = client.post(merge, {"into": kubernetes.pk})
    assert response["Location"] == reverse("admin:roles_skill_change", args=[kubernetes.pk])
    assert Role.objects.get().profile.tools[0].skill == kubernetes
