"""Everything about a job or a company in one list, also of admins whose accounts are gone."""

import pytest
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from jobboard.listings import lifecycle
from jobboard.listings.employers import identity, undo_claims
from jobboard.listings.models import Company, ListingEvent
from jobboard.recruiting import proofs
from tests.factories import (
    CompanyFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
    in_days,
)
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

HISTORY = reverse("moderation_history")


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True, email="editor@rolebook.example")
    client.force_login(user)
    return user


@pytest.fixture
def job(db):
    return ListingFactory(
        in_review=True, title="Data Engineer", company=CompanyFactory(name="Acme")
    )


def told(client, **query) -> list[tuple[str, str, str]]:
    entries = client.get(HISTORY, query).context["entries"]
    return [(entry.name, entry.what, entry.by) for entry in entries]


def test_events_and_the_admins_log_stand_in_one_list_newest_first(client, editor, job):
    lifecycle.reject_listing(listing=job, reason="A scam.", by=editor)
    LogEntry.objects.log_actions(editor.pk, [job.company], CHANGE, "Suspended: A scam.")
    LogEntry.objects.log_actions(editor.pk, [job], CHANGE, "Changed level.")

    assert told(client, q="acme") == [
        ("Data Engineer", "Changed level.", "editor@rolebook.example"),
        ("Acme", "Suspended: A scam.", "editor@rolebook.example"),
        ("Data Engineer", "Rejected: A scam.", "editor@rolebook.example"),
    ]


def test_it_is_found_by_company_title_and_id(client, editor, job):
    other = ListingFactory(in_review=True, title="Poet", company=CompanyFactory(name="Beta"))
    for one in [job, other]:
        lifecycle.reject_listing(listing=one, reason="No.", by=editor)

    for query in [
        {"q": "ACME"},
        {"q": "data eng"},
        {"q": str(job.pk)},
        {"job": job.pk},
        {"company": job.company_id},
    ]:
        assert [name for name, *_ in told(client, **query)] == ["Data Engineer"], query
    assert len(told(client)) == 2
    assert told(client, q="Nobody’s") == []


@pytest.mark.parametrize("query", [{"q": "9" * 40}, {"q": "\0"}, {"page": "x"}, {"job": "9" * 30}])
def test_odd_queries_are_answered(client, editor, query):
    assert client.get(HISTORY, query).status_code == 200


def test_what_a_deleted_admin_did_stays_with_their_name(client, editor, job):
    former = UserFactory(staff=True, email="former@rolebook.example")
    lifecycle.reject_listing(listing=job, reason="A scam.", by=former)
    LogEntry.objects.log_actions(former.pk, [job.company], CHANGE, "Suspended: A scam.")

    former.delete()

    assert told(client, q="Acme") == [
        ("Acme", "Suspended: A scam.", "former@rolebook.example"),
        ("Data Engineer", "Rejected: A scam.", "former@rolebook.example"),
    ]


def test_what_a_recruiter_did_stays_without_their_name(client, editor, job):
    recruiter = UserFactory(email="ann@acme.example")
    ListingEvent.objects.create(listing=job, kind="submitted", actor="employer", by=recruiter)

    recruiter.delete()

    assert told(client) == [("Data Engineer", "Submitted for review", "the employer")]


def test_older_entries_are_on_the_next_page(client, editor, job):
    ListingEvent.objects.bulk_create(
        ListingEvent(listing=job, kind="edited", actor="admin", field=f"number {number}", at=at)
        for number, at in enumerate(in_days(-number) for number in range(60))
    )

    assert len(told(client)) == 50
    assert [what for _, what, _ in told(client, page=2)][-1] == "Edited number 59"


def test_the_history_of_the_forms_leads_here(client, editor, job):
    for thing, name in [(job, "job"), (job.company, "company")]:
        model = thing._meta.model_name
        page = client.get(reverse(f"admin:listings_{model}_history", args=[thing.pk]))
        assert page["Location"] == f"{HISTORY}?{name}={thing.pk}"


def test_it_costs_the_same_queries_with_one_entry_and_with_many(
    client, editor, job, django_assert_max_num_queries
):
    for _ in range(3):
        LogEntry.objects.log_actions(editor.pk, [job, job.company], CHANGE, "Looked.")
        ListingEvent.objects.create(listing=job, kind="edited", actor="admin", by=editor)
    with django_assert_max_num_queries(16):
        client.get(HISTORY)


def test_the_page_says_what_it_is_of(client, editor, job):
    assert "History of Acme" in text_of(client.get(HISTORY, {"company": job.company_id}))


def test_what_was_said_of_who_a_company_is_stands_there_too(client, editor):
    member = MembershipFactory(company__name="Acme", user__email="ann@acme.example")
    ListingFactory(live=True, company=member.company, created_by=member.user)
    how = Company.VerifiedBy.DNS
    proofs.prove(company=member.company, user=member.user, how=how, domain="acme.example")
    claim = member.company.claims.create(field="name", value="Acme Labs", by=member.user)
    identity.refuse(claim=claim, reason="Not you.", by=editor)
    undo_claims.undo(claim=claim, by=editor)

    assert told(client, company=member.company_id) == [
        ("Acme", "Name “Acme Labs”: decision undone", "editor@rolebook.example"),
        ("Acme", "Name “Acme Labs”: declined. Not you.", "editor@rolebook.example"),
        ("Acme", "Name “Acme Labs”: asked for", "ann@acme.example"),
        ("Acme", "Domain “acme.example”: proven", "ann@acme.example"),
    ]


def test_an_entry_of_the_log_without_an_id_is_listed_under_its_name(client, editor):
    company = ContentType.objects.get_for_model(Company)
    LogEntry.objects.create(
        user=editor, content_type=company, object_repr="Gone", action_flag=DELETION
    )

    assert [name for name, _, _ in told(client)] == ["Gone"]


def test_a_company_that_is_gone_has_no_history_by_its_id(client, editor):
    company = CompanyFactory(name="Gone")
    LogEntry.objects.log_actions(editor.pk, [company], DELETION, "Deleted.")
    pk = company.pk
    company.delete()

    assert told(client, company=pk) == []
