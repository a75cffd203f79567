"""Companies by name, and a record of changes to who one says it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common import security_events
from jobboard.common.text.words import fold
from jobboard.listings import emails
from jobboard.listings.models import Company, Listing


def company_is_proven(company: Company) -> bool:
    """Whether somebody proved that they speak for the company. Until then, what its members write
    is only their own word.
    """
    return bool(company.verified_by)


def speaks_for(user: User | None, company: Company) -> bool:
    """Whether what ``user``, a member, writes is the company's word: not where others have proven
    to act for it, and ``user`` has not. Programs without a user are the site's own.
    """
    proven = company.memberships.proven()
    return user is None or proven.filter(user=user).exists() or not proven.exists()


def company_names() -> dict[str, int]:
    """Folded names to ids, without invented companies. Whoever names one that was merged means the
    one that it is part of.
    """
    companies = Company.objects.filter(is_demo=False).order_by("-pk")
    names: dict[str, int] = {}
    of_their_own: dict[str, int] = {}
    for pk, into, name in companies.values_list("pk", "merged_into", "name"):
        if into:
            names[fold(name)] = into
        else:
            of_their_own[fold(name)] = pk
    return names | of_their_own


def find_company(name: str, names: dict[str, int] | None = None) -> Company | None:
    """Find the company by its name, else by its slug."""
    if names is None:
        names = company_names()
    pk = names.get(fold(name))
    if pk:
        return Company.objects.filter(pk=pk).first()
    return Company.objects.filter(slug=fold(name), is_demo=False, merged_into=None).first()


def company_named(name: str) -> Company | None:
    """The one called so, or a new one that is not saved; None without a name."""
    if name:
        return find_company(name) or Company(name=name)
    return None


# --- Who it says it is ----------------------------------------------------------------------------

IDENTITY = ["name", "website", "domain", "verified_by", "verified_domain"]


def lock_company(pk: int) -> Company:
    """The row as it is once nobody else writes to it, until the transaction ends. Raises
    DoesNotExist.

    Whoever decides by a company, its members or its jobs locks it first and asks then: what was
    read before may have waited for somebody who changed it. Jobs are locked after their company.
    """
    return Company.objects.select_for_update(no_key=True).get(pk=pk)


@contextmanager
def recording_identity(company: Company, by: User | None) -> Iterator[Company]:
    """The locked row. What is saved of IDENTITY within becomes a security event, in the same
    transaction.
    """
    rows = Company.objects.filter(pk=company.pk)
    with transaction.atomic():
        locked = lock_company(company.pk)
        before = rows.values(*IDENTITY).get()
        yield locked
        after = rows.values(*IDENTITY).get()
        changes = []
        for name in IDENTITY:
            if before[name] != after[name]:
                changes.append(f"{name}: “{before[name]}” to “{after[name]}”")
        if changes:
            record_company(company, by, "; ".join(changes))


class AlreadyDoneError(Exception):
    """Somebody else suspended or reinstated the company meanwhile; says so."""


@transaction.atomic
def suspend(*, company: Company, reason: str, by: User) -> None:
    _set_suspended(company, timezone.now(), f"Suspended: {reason}", by)
    emails.to_members("suspended", company, reason)


@transaction.atomic
def reinstate(*, company: Company, reason: str, by: User) -> None:
    _set_suspended(company, None, f"Reinstated: {reason}", by)
    emails.to_members("reinstated", company, reason)


def live_unless_suspended(company: Company) -> QuerySet[Listing]:
    """Return the company's jobs that are live, or would be once it is reinstated."""
    jobs = company.listings.filter(status=Listing.Status.PUBLISHED, hidden_at=None)
    return jobs.filter(expires_at__gt=timezone.now())


def _set_suspended(company: Company, at: datetime | None, detail: str, by: User) -> None:
    company = lock_company(company.pk)
    if at and company.suspended_at:
        raise AlreadyDoneError(f"{company} is already suspended.")
    if not at and not company.suspended_at:
        raise AlreadyDoneError(f"{company} is no longer suspended.")
    company.suspended_at = at
    company.save(update_fields=["suspended_at"])  # which tells the search index of its jobs
    record_company(company, by, detail, security_events.Kind.MODERATED)


def record_company(
    company: Company,
    by: User | None,
    detail: str,
    kind: security_events.Kind = security_events.Kind.COMPANY_CHANGED,
) -> None:
    subject = f"company {company.pk}, {company.name}"
    security_events.record(kind, actor=by, subject=subject, detail=detail)
