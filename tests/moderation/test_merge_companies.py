"""Two companies that are one: what moves, what redirects, and taking it back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobboard.listings.employers.companies import find_company
from jobboard.listings.models import Company, CompanyMerge, FormerMember, Membership
from jobboard.moderation.merging.companies import CannotMergeError, merge, undo
from jobboard.recruiting import company_actions
from jobboard.seekers.models import Report, SavedListing
from tests.factories import (
    CompanyFactory,
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
)
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def editor(client):
    editor = UserFactory(staff=True)
    client.force_login(editor)
    return editor


@pytest.fixture
def two():
    """The company that goes, with a job, a feed, members and a former name; and the other one."""
    old = CompanyFactory(name="Acme AI", slug="acme-first", domain="acme.example")
    old.refresh_from_db()
    old.slug = "acme-ai"
    old.save()
    new = CompanyFactory(name="Acme", slug="acme", domain="acme.example")
    feed = FeedFactory(company=old)
    job = ListingFactory(live=True, company=old, feed=feed, title="Data Engineer")
    Report.objects.create(listing=job, reason="scam")
    SavedListing.objects.create(user=UserFactory(), listing=job, title="x", company="y")
    both = MembershipFactory(company=old, proof="admin", user__email="both@acme.example").user
    MembershipFactory(company=new, user=both, part="editor")
    MembershipFactory(company=old, proof="domain", user__email="old@acme.example")
    company_actions.ask_to_join(company=old, user=UserFactory(email="eve@example.com"))
    return old, new


def everything() -> tuple:
    members = Membership.objects.order_by("company__slug", "user__email")
    return (
        list(Company.objects.order_by("slug").values_list("slug", "merged_into")),
        list(members.values_list("company__slug", "user__email", "part", "proof")),
        {company.slug: company.listings.count() for company in Company.objects.all()},
        {company.slug: company.join_requests.count() for company in Company.objects.all()},
    )


def test_all_that_it_has_moves_and_its_addresses_lead_there(client, editor, two):
    old, new = two
    url = f"/admin/listings/company/{old.pk}/merge/"

    preview = text_of(client.get(url, {"into": "acme"}))
    assert "Live jobs 1" in preview
    assert "Saved by people 1" in preview
    assert "Merge into Acme" in preview
    client.post(url, {"into": "Acme"})

    assert (new.listings.count(), old.listings.count()) == (1, 0)
    assert new.listings.get().feed.company == new
    assert new.listings.live().count() == 1
    proofs = dict(new.memberships.values_list("user__email", "proof"))
    assert proofs == {"both@acme.example": "", "old@acme.example": ""}
    assert new.join_requests.get().user.email == "eve@example.com"
    for slug in ("acme-ai", "acme-first"):
        answer = Client().get(f"/companies/{slug}/")
        assert (answer.status_code, answer["Location"]) == (301, "/companies/acme/")
    assert "Data Engineer" in text_of(Client().get("/jobs/?company=acme-ai"))
    assert find_company("Acme AI") == new
    assert "acme-ai" not in Client().get("/companies/").content.decode()


def test_undoing_gives_back_what_was_moved(client, editor, two):
    old, new = two
    before = everything()
    merge(company=old, into=new, by=editor)
    ListingFactory(live=True, company=new)  # came since

    page = text_of(client.get(f"/admin/listings/company/{old.pk}/merge/"))
    assert "Undoing gives back the 1 job, 1 feed and 1 member" in page
    client.post(f"/admin/listings/company/{old.pk}/merge/", {"undo": "1"})

    companies, members, jobs, requests = before
    assert everything() == (companies, members, jobs | {"acme": 1}, requests)
    assert Client().get("/companies/acme-ai/").status_code == 200
    assert Client().get("/companies/acme-first/")["Location"] == "/companies/acme-ai/"
    with pytest.raises(CannotMergeError):
        undo(merge=CompanyMerge.objects.get(), by=editor)


def test_undoing_costs_the_same_queries_however_many_members_have_left_the_site(editor, two):
    old, new = two

    def count_queries(left: int) -> int:
        done = merge(company=old, into=new, by=editor)
        row = {"part": "owner", "proof": "", "proven_at": None}
        done.moved["members_of_both"] += [row | {"user_id": -pk} for pk in range(1, left + 1)]
        done.save()
        with CaptureQueriesContext(connection) as queries:
            undo(merge=done, by=editor)
        return len(queries)

    assert count_queries(left=3) == count_queries(left=1)


def test_a_chain_of_merges_ends_at_the_last_one(editor, two):
    old, new = two
    last = ListingFactory(live=True, company__name="Globex", company__slug="globex").company
    merge(company=old, into=new, by=editor)
    merge(company=new, into=last, by=editor)

    assert Client().get("/companies/acme-ai/")["Location"] == "/companies/globex/"
    assert find_company("Acme AI") == last


@pytest.mark.parametrize("case", ["itself", "twice", "sample"])
def test_what_cannot_be_merged_says_why(client, editor, two, case):
    old, new = two
    if case == "twice":
        merge(company=old, into=new, by=editor)
    if case == "sample":
        Company.objects.filter(pk=new.pk).update(is_demo=True)

    with pytest.raises(CannotMergeError):
        merge(company=old, into=old if case == "itself" else new, by=editor)

    answer = client.post(f"/admin/listings/company/{old.pk}/merge/", {"into": "No such"})
    assert answer.status_code == 200


def suspend(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(suspended_at=timezone.now())


def test_a_merge_never_puts_jobs_of_a_suspended_company_back_in_public(client, editor, two):
    old, new = two
    suspend(old)
    url = f"/admin/listings/company/{old.pk}/merge/"

    answer = text_of(client.post(url, {"into": "acme"}))

    assert "Reinstate Acme AI first if they should be public, otherwise suspend Acme too." in answer
    assert "Live jobs 1" in answer
    assert not new.listings.exists()
    suspend(new)
    merge(company=old, into=new, by=editor)
    assert (new.listings.count(), new.listings.live().count()) == (1, 0)


def test_undoing_a_merge_never_does_so_either(client, editor, two):
    old, new = two
    merge(company=old, into=new, by=editor)
    suspend(new)
    url = f"/admin/listings/company/{old.pk}/merge/"

    answer = text_of(client.post(url, {"undo": "1"}, follow=True))

    assert "Reinstate Acme first if they should be public, otherwise suspend Acme AI too." in answer
    assert not old.listings.exists()
    suspend(old)
    client.post(url, {"undo": "1"})
    assert (old.listings.count(), old.listings.live().count()) == (1, 0)


def test_what_both_follow_is_followed_once_and_its_jobs_stay(editor, two):
    old, new = two
    board = {"kind": "lever", "address": "https://api.lever.co/v0/postings/acme?mode=json"}
    doubled, kept = FeedFactory(company=old, **board), FeedFactory(company=new, **board)
    for company in two:
        FeedFactory(company=company, kind="csv", address="")
    job = ListingFactory(live=True, company=old, feed=doubled)

    merge(company=old, into=new, by=editor)

    for row in (doubled, kept, job):
        row.refresh_from_db()
    assert (doubled.ended_at is None, kept.ended_at) == (False, None)
    assert job in new.listings.live()


def test_who_was_removed_has_to_ask_in_the_other_company_too(editor, two):
    old, new = two
    removed, stays = UserFactory(), new.members.get()
    for user in [removed, stays]:
        FormerMember.objects.create(company=old, user=user)

    done = merge(company=old, into=new, by=editor)
    assert [one.user for one in new.former_members.all()] == [removed]
    undo(merge=done, by=editor)

    assert not new.former_members.exists()
    assert {one.user for one in old.former_members.all()} == {removed, stays}


def test_who_was_removed_from_the_other_company_does_not_come_back_by_a_merge(editor, two):
    old, new = two
    removed = MembershipFactory(company=old, part="owner").user
    FormerMember.objects.create(company=new, user=removed)

    done = merge(company=old, into=new, by=editor)

    assert not new.memberships.filter(user=removed).exists()
    undo(merge=done, by=editor)
    assert old.memberships.get(user=removed).part == "owner"
