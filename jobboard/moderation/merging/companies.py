"""Merging two companies that are one, and undoing that."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, UUIDField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jobboard.accounts.models import User
from jobboard.accounts.staff import ask_again
from jobboard.common.models import OldSlug
from jobboard.common.security_events import Kind
from jobboard.listings.employers.companies import (
    find_company,
    live_unless_suspended,
    lock_company,
    record_company,
)
from jobboard.listings.models import (
    Company,
    CompanyClaim,
    CompanyLogo,
    CompanyMerge,
    Feed,
    Membership,
)
from jobboard.listings.rights import CHANGE_COMPANIES
from jobboard.moderation.access import may_moderate
from jobboard.recruiting import company_actions
from jobboard.recruiting.models import ImportJob
from jobboard.seekers.models import Alert, Report, SavedListing


class CannotMergeError(Exception):
    """The companies cannot be merged, or taken apart; says why."""


def check_merge(company: Company, into: Company) -> None:
    """Raises CannotMergeError."""
    if company == into:
        raise CannotMergeError("A company cannot be merged into itself.")
    for merged in (company, into):
        if merged.merged_into:
            raise CannotMergeError(f"{merged} is already merged into {merged.merged_into}.")
    if company.is_demo != into.is_demo:
        raise CannotMergeError("A sample company cannot be merged with a real one.")
    if into.suspended_at and not company.suspended_at:
        raise CannotMergeError(f"{into} is suspended, so all jobs of {company} would disappear.")
    if company.suspended_at and not into.suspended_at:
        raise CannotMergeError(
            f"{company} is suspended, and its jobs would be public again under {into}. "
            f"Reinstate {company} first if they should be public, otherwise suspend {into} too."
        )


@transaction.atomic
def merge(*, company: Company, into: Company, by: User) -> CompanyMerge:
    """Move the jobs, feeds, members and addresses of ``company`` to ``into``. Saved jobs, reports
    and all else that belongs to a job moves with it. Raises CannotMergeError.
    """
    company, into = _lock_both(company, into)
    ask_again(by, CHANGE_COMPANIES)
    check_merge(company, into)
    moved = {
        "listings": _move(company.listings.all(), into, changed_at=timezone.now()),
        "feeds": _move(_feeds_to_move(company, into), into),
        "imports": _move(ImportJob.objects.filter(company=company), into),
        "logo": _move_logo(company, into),
        "old_slugs": _move_addresses(company, into),
    }
    moved |= _move_people(company, into)
    _end_open_requests(company)
    company.merged_into = into
    company.save(update_fields=["merged_into"])
    Company.objects.filter(merged_into=company).update(merged_into=into)
    record_company(into, by, f"company {company.pk}, {company}, merged into it", Kind.MODERATED)
    return CompanyMerge.objects.create(company=company, into=into, moved=moved, by=by)


def _feeds_to_move(company: Company, into: Company) -> QuerySet[Feed]:
    """Return feeds that ``into`` does not have too. Ends the others, and leaves their jobs open."""
    same = Feed.objects.filter(company=into, kind=OuterRef("kind"), address=OuterRef("address"))
    feeds = Feed.objects.filter(company=company)
    duplicates = feeds.filter(Exists(same)).exclude(address="")
    duplicates.filter(ended_at=None).update(ended_at=timezone.now(), keeps_jobs=True)
    return feeds.filter(~Exists(same))


def _lock_both(company: Company, into: Company) -> tuple[Company, Company]:
    """Always in the order of their ids, so that no two merges wait for each other."""
    locked = {pk: lock_company(pk) for pk in sorted({company.pk, into.pk})}
    return locked[company.pk], locked[into.pk]


def _move(rows: QuerySet, into: Company, **values) -> list:
    """Returns the ids of the rows, as JSON can hold them: UUIDs as text."""
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=pks).update(company=into, **values)
    if isinstance(rows.model._meta.pk, UUIDField):
        return list(map(str, pks))
    return pks


def _move_logo(company: Company, into: Company) -> list:
    """Move the logo, if the other company has none."""
    if CompanyLogo.objects.filter(company=into).exists():
        return []
    return _move(CompanyLogo.objects.filter(company=company), into)


def _move_addresses(company: Company, into: Company) -> list:
    """Redirect its address and its former ones to the other; returns the former ones."""
    former = OldSlug.objects.filter(kind=OldSlug.Kind.COMPANY, target=company.pk)
    slugs = list(former.values_list("slug", flat=True))
    former.update(target=into.pk)
    OldSlug.objects.update_or_create(
        kind=OldSlug.Kind.COMPANY, slug=company.slug, defaults={"target": into.pk}
    )
    return slugs


def _move_people(company: Company, into: Company) -> dict[str, list]:
    """Somebody who is a member of both keeps their membership of the other, and somebody who was
    removed there stays out. Proofs do not move: they are only valid for the company they were
    given for.
    """
    members = into.memberships.values("user")
    in_both = Q(user__in=members) | Q(user__in=into.former_members.values("user"))
    members_of_both = _as_json(company.memberships.filter(in_both))
    members_before = _as_json(company.memberships.exclude(in_both))
    company.memberships.filter(in_both).delete()
    company.memberships.update(proof=Membership.Proof.NONE, proven_at=None)
    requests = company.join_requests.exclude(user__in=into.join_requests.values("user"))
    requests = requests.exclude(user__in=members)
    moved_requests = _move(requests, into)
    moved_memberships = _move(company.memberships.all(), into)
    former_members = company.former_members.exclude(user__in=into.former_members.values("user"))
    former_members = former_members.exclude(user__in=into.memberships.values("user"))
    return {
        "former_members": _move(former_members, into),
        "memberships": moved_memberships,
        "members_before": members_before,
        "members_of_both": members_of_both,
        "join_requests": moved_requests,
    }


def _as_json(memberships: QuerySet[Membership]) -> list[dict]:
    rows: list[dict] = []
    for member in memberships:
        proven_at = None
        if member.proven_at:
            proven_at = member.proven_at.isoformat()
        rows.append(
            {
                "user_id": member.user_id,
                "part": member.part,
                "proof": member.proof,
                "proven_at": proven_at,
            }
        )
    return rows


def _end_open_requests(company: Company) -> None:
    """End requests that name a company that is no longer there."""
    company.feed_requests.all().delete()
    for invitation in company.invitations.all():
        company_actions.withdraw_invitation(invitation)
    open_claims = company.claims.filter(outcome=CompanyClaim.Outcome.OPEN)
    open_claims.update(outcome=CompanyClaim.Outcome.REPLACED, decided_at=timezone.now())


@transaction.atomic
def undo(*, merge: CompanyMerge, by: User) -> Company:
    """Give back what was moved and still exists. What is newer than the merge stays. Raises
    CannotMergeError.
    """
    company, into = _lock_both(merge.company, merge.into)
    ask_again(by, CHANGE_COMPANIES)
    if into.merged_into:
        raise CannotMergeError(f"{into} was merged itself since. Undo that first.")
    if into.suspended_at and not company.suspended_at:
        raise CannotMergeError(
            f"{into} is suspended, and the jobs that {company} gets back would be public again. "
            f"Reinstate {into} first if they should be public, otherwise suspend {company} too."
        )
    not_undone = CompanyMerge.objects.filter(pk=merge.pk, undone_at=None)
    if not not_undone.update(undone_at=timezone.now(), undone_by=by):
        raise CannotMergeError("This merge has been undone already.")
    company.merged_into = None
    company.save(update_fields=["merged_into"])
    _give_back_rows(company, into, merge.moved)
    _give_back_members(company, merge.moved)
    slugs = OldSlug.objects.filter(kind=OldSlug.Kind.COMPANY)
    slugs.filter(slug=company.slug, target=into.pk).delete()
    slugs.filter(slug__in=merge.moved["old_slugs"], target=into.pk).update(target=company.pk)
    record_company(into, by, f"merge of company {company.pk}, {company}, undone", Kind.MODERATED)
    return company


def _give_back_rows(company: Company, into: Company, moved: dict) -> None:
    jobs = into.listings.filter(pk__in=moved.get("listings", []))
    jobs.update(company=company, changed_at=timezone.now())
    querysets: dict[str, QuerySet[Any]] = {
        "feeds": Feed.objects.filter(company=into),
        "imports": ImportJob.objects.filter(company=into),
        "logo": CompanyLogo.objects.filter(company=into),
        "memberships": into.memberships.all(),
        "join_requests": into.join_requests.all(),
        "former_members": into.former_members.all(),
    }
    for name, rows in querysets.items():
        rows.filter(pk__in=moved.get(name, [])).update(company=company)


def _give_back_members(company: Company, moved: dict) -> None:
    """Give back proofs, and the memberships that were deleted because they were members of both."""
    for row in moved["members_before"]:
        memberships = company.memberships.filter(user=row["user_id"])
        memberships.update(proof=row["proof"], proven_at=row["proven_at"])
    ids = [row["user_id"] for row in moved["members_of_both"]]
    users = set(User.objects.filter(pk__in=ids).values_list("pk", flat=True))
    for row in moved["members_of_both"]:
        if row["user_id"] in users:
            Membership.objects.get_or_create(
                company=company,
                user_id=row["user_id"],
                defaults={
                    "part": row["part"],
                    "proof": row["proof"],
                    "proven_at": row["proven_at"],
                },
            )


# --- The page -------------------------------------------------------------------------------------


class MergeCompanyForm(forms.Form):
    into = forms.CharField(
        label="Merge into", max_length=120, help_text="Its name, or the last part of its address."
    )

    def clean_into(self) -> Company:
        company = find_company(self.cleaned_data["into"])
        if company is None:
            raise ValidationError("There is no company of this name. Enter it as it is here.")
        return company


@dataclass(frozen=True)
class Impact:
    """Counts the rows of one kind that a merge affects."""

    name: str
    count: int


def count_impact(company: Company) -> list[Impact]:
    jobs = company.listings
    alerts = Alert.objects.filter(query__contains=f"company={company.slug}")
    return [
        Impact("Live jobs", live_unless_suspended(company).count()),
        Impact("All jobs", jobs.count()),
        Impact("Feeds", Feed.objects.filter(company=company).count()),
        Impact("Members", company.memberships.count()),
        Impact("Requests to join", company.join_requests.count()),
        Impact("Invitations that end", company.invitations.count()),
        Impact("Saved by people", SavedListing.objects.filter(listing__company=company).count()),
        Impact("Reports", Report.objects.filter(listing__company=company).count()),
        Impact("Alerts for it", alerts.count()),
    ]


@may_moderate
@require_http_methods(["GET", "HEAD", "POST"])
def merge_company(request, pk: int) -> HttpResponse:
    """Choose the other company, see how much a merge affects, then merge; or undo the merge."""
    if not request.user.has_perm(CHANGE_COMPANIES):
        raise PermissionDenied
    company = get_object_or_404(Company, pk=pk)
    last_merge = company.merges.filter(undone_at=None).select_related("into", "by").first()
    if request.method == "POST" and "undo" in request.POST:
        return _undo(request, company, last_merge)
    form = MergeCompanyForm(request.POST or request.GET or None)
    into = None
    if form.is_valid():
        into = form.cleaned_data["into"]
        try:
            check_merge(company, into)
            if request.method == "POST":
                merge(company=company, into=into, by=request.user)
                return _back_to_company(request, into, f"Merged {company} into {into}.")
        except CannotMergeError as problem:
            form.add_error("into", str(problem))
            into = None
    context = {
        "company": company,
        "form": form,
        "into": into,
        "impact": count_impact(company),
        "done": last_merge,
    }
    return render(request, "moderation/merge_company.html", context)


def _undo(request, company: Company, last_merge: CompanyMerge | None) -> HttpResponse:
    if last_merge is None:
        messages.error(request, f"{company} is not merged into another company.")
        return redirect("moderation_merge_company", company.pk)
    try:
        undo(merge=last_merge, by=request.user)
    except CannotMergeError as problem:
        messages.error(request, str(problem))
        return redirect("moderation_merge_company", company.pk)
    return _back_to_company(request, company, f"{company} is a company of its own again.")


def _back_to_company(request, company: Company, message: str) -> HttpResponse:
    LogEntry.objects.log_actions(request.user.pk, [company], CHANGE, message)
    messages.success(request, message)
    return redirect("admin:listings_company_change", company.pk)
