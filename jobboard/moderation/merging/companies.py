"""Merging two companies that are one, and taking that back."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
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
    JoinRequest,
    Membership,
)
from jobboard.listings.rights import CHANGE_COMPANIES
from jobboard.moderation.access import may_moderate
from jobboard.recruiting import company_actions
from jobboard.recruiting.models import ImportJob
from jobboard.seekers.models import Alert, Report, SavedListing


class CannotMergeError(Exception):
    """Why, as a sentence."""


def check_merge(company: Company, into: Company) -> None:
    """Raises CannotMergeError."""
    if company == into:
        raise CannotMergeError("A company cannot be merged into itself.")
    for one in (company, into):
        if one.merged_into:
            raise CannotMergeError(f"{one} is already merged into {one.merged_into}.")
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
    """``company`` is part of ``into`` from now on: its jobs, feeds, members and addresses are those
    of ``into``. What hangs on its jobs, such as saved ones and reports, goes with them. Raises
    CannotMergeError.
    """
    company, into = _locked(company, into)
    ask_again(by, CHANGE_COMPANIES)
    check_merge(company, into)
    moved = {
        "listings": _move(company.listings.all(), into, changed_at=timezone.now()),
        "feeds": _move(_feeds_to_move(company, into), into),
        "imports": _move(ImportJob.objects.filter(company=company), into),
        "logo": _move_logo(company, into),
        "old_slugs": _move_addresses(company, into),
        **_move_people(company, into),
    }
    _end_what_waits(company)
    company.merged_into = into
    company.save(update_fields=["merged_into"])
    Company.objects.filter(merged_into=company).update(merged_into=into)
    record_company(into, by, f"company {company.pk}, {company}, merged into it", Kind.MODERATED)
    return CompanyMerge.objects.create(company=company, into=into, moved=moved, by=by)


def _feeds_to_move(company: Company, into: Company) -> QuerySet[Feed]:
    """Without those that ``into`` has too: they end, and the jobs that they brought stay."""
    same = Feed.objects.filter(company=into, kind=OuterRef("kind"), address=OuterRef("address"))
    feeds = Feed.objects.filter(company=company)
    doubled = feeds.filter(Exists(same)).exclude(address="")
    doubled.filter(ended_at=None).update(ended_at=timezone.now(), keeps_jobs=True)
    return feeds.filter(~Exists(same))


def _locked(one: Company, other: Company) -> tuple[Company, Company]:
    """Always in the order of their ids, so that no two merges wait for each other."""
    rows = {pk: lock_company(pk) for pk in sorted({one.pk, other.pk})}
    return rows[one.pk], rows[other.pk]


def _move(rows: QuerySet, into: Company, **values) -> list:
    """The ids of what was moved, as JSON holds them."""
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=pks).update(company=into, **values)
    return [pk if isinstance(pk, int) else str(pk) for pk in pks]


def _move_logo(company: Company, into: Company) -> list:
    """Where the other has none."""
    if CompanyLogo.objects.filter(company=into).exists():
        return []
    return _move(CompanyLogo.objects.filter(company=company), into)


def _move_addresses(company: Company, into: Company) -> list:
    """Its own address and those before it lead to the other; returns those before."""
    former = OldSlug.objects.filter(kind=OldSlug.Kind.COMPANY, target=company.pk)
    slugs = list(former.values_list("slug", flat=True))
    former.update(target=into.pk)
    OldSlug.objects.update_or_create(
        kind=OldSlug.Kind.COMPANY, slug=company.slug, defaults={"target": into.pk}
    )
    return slugs


def _move_people(company: Company, into: Company) -> dict[str, list]:
    """Who is in both stays as they are in the other, and who was removed there stays out. A proof
    is of the company that it was shown for, so nobody decides about the other by it.
    """
    there = into.memberships.values("user")
    fields = ("user_id", "part", "proof", "proven_at")
    stay = Q(user__in=there) | Q(user__in=into.former_members.values("user"))
    dropped = [_as_json(row) for row in company.memberships.filter(stay).values(*fields)]
    before = [_as_json(row) for row in company.memberships.exclude(stay).values(*fields)]
    company.memberships.filter(stay).delete()
    company.memberships.update(proof=Membership.Proof.NONE, proven_at=None)
    asking = company.join_requests.exclude(user__in=into.join_requests.values("user"))
    asking = asking.exclude(user__in=there)
    requests = _move(
        JoinRequest.objects.filter(pk__in=list(asking.values_list("pk", flat=True))), into
    )
    memberships = _move(company.memberships.all(), into)
    removed = company.former_members.exclude(user__in=into.former_members.values("user"))
    removed = removed.exclude(user__in=into.memberships.values("user"))
    return {
        "former_members": _move(removed, into),
        "memberships": memberships,
        "members_before": before,
        "members_of_both": dropped,
        "join_requests": requests,
    }


def _as_json(row: dict) -> dict:
    at = row["proven_at"]
    return row | {"proven_at": at.isoformat() if at else None}


def _end_what_waits(company: Company) -> None:
    """Invitations name the company, and changes are about it."""
    company.feed_requests.all().delete()
    for invitation in company.invitations.all():
        company_actions.withdraw_invitation(invitation)
    open_claims = company.claims.filter(outcome=CompanyClaim.Outcome.OPEN)
    open_claims.update(outcome=CompanyClaim.Outcome.REPLACED, decided_at=timezone.now())


@transaction.atomic
def undo(*, merge: CompanyMerge, by: User) -> Company:
    """Give back what was moved and is still there. What came since stays where it is. Raises
    CannotMergeError.
    """
    company, into = _locked(merge.company, merge.into)
    ask_again(by, CHANGE_COMPANIES)
    if into.merged_into:
        raise CannotMergeError(f"{into} was merged itself since. Undo that first.")
    if into.suspended_at and not company.suspended_at:
        raise CannotMergeError(
            f"{into} is suspended, and the jobs that {company} gets back would be public again. "
            f"Reinstate {into} first if they should be public, otherwise suspend {company} too."
        )
    open_ones = CompanyMerge.objects.filter(pk=merge.pk, undone_at=None)
    if not open_ones.update(undone_at=timezone.now(), undone_by=by):
        raise CannotMergeError("This merge has been undone already.")
    moved = merge.moved
    company.merged_into = None
    company.save(update_fields=["merged_into"])
    for name, rows, values in (
        ("listings", into.listings.all(), {"changed_at": timezone.now()}),
        ("feeds", Feed.objects.filter(company=into), {}),
        ("imports", ImportJob.objects.filter(company=into), {}),
        ("logo", CompanyLogo.objects.filter(company=into), {}),
        ("memberships", into.memberships.all(), {}),
        ("join_requests", into.join_requests.all(), {}),
        ("former_members", into.former_members.all(), {}),
    ):
        rows.filter(pk__in=moved.get(name, [])).update(company=company, **values)
    _give_back_members(company, moved)
    slugs = OldSlug.objects.filter(kind=OldSlug.Kind.COMPANY)
    slugs.filter(slug=company.slug, target=into.pk).delete()
    slugs.filter(slug__in=moved["old_slugs"], target=into.pk).update(target=company.pk)
    record_company(into, by, f"merge of company {company.pk}, {company}, undone", Kind.MODERATED)
    return company


def _give_back_members(company: Company, moved: dict) -> None:
    for row in moved["members_before"]:
        company.memberships.filter(user=row["user_id"]).update(
            proof=row["proof"], proven_at=row["proven_at"]
        )
    users = set(
        User.objects.values_list("pk", flat=True).filter(
            pk__in=[row["user_id"] for row in moved["members_of_both"]]
        )
    )
    for row in moved["members_of_both"]:
        if row["user_id"] in users:
            Membership.objects.get_or_create(
                company=company,
                user_id=row["user_id"],
                defaults={name: row[name] for name in ("part", "proof", "proven_at")},
            )


# --- The page -------------------------------------------------------------------------------------


class MergeCompanyForm(forms.Form):
    into = forms.CharField(
        label="Merge into", max_length=120, help_text="Its name, or the last part of its address."
    )

    def clean_into(self) -> Company:
        found = find_company(self.cleaned_data["into"])
        if found is None:
            raise ValidationError("There is no company of this name. Enter it as it is here.")
        return found


@dataclass(frozen=True)
class Impact:
    """What would move, in numbers."""

    name: str
    count: int


def impact_of(company: Company) -> list[Impact]:
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
    """Choose the other company, see in numbers what will move, do it; and undo it."""
    if not request.user.has_perm(CHANGE_COMPANIES):
        raise PermissionDenied
    company = get_object_or_404(Company, pk=pk)
    done = company.merges.filter(undone_at=None).select_related("into", "by").first()
    if request.method == "POST" and "undo" in request.POST:
        return _undo(request, company, done)
    asked = request.POST or request.GET or None
    form = MergeCompanyForm(asked)
    into = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
    if into:
        try:
            check_merge(company, into)
            if request.method == "POST":
                merge(company=company, into=into, by=request.user)
                return _said(request, into, f"Merged {company} into {into}.")
        except CannotMergeError as problem:
            form.add_error("into", str(problem))
            into = None
    context = {
        "company": company,
        "form": form,
        "into": into,
        "impact": impact_of(company),
        "done": done,
    }
    return render(request, "moderation/merge_company.html", context)


def _undo(request, company: Company, done: CompanyMerge | None) -> HttpResponse:
    if done is None:
        messages.error(request, f"{company} is not merged into another company.")
        return redirect("moderation_merge_company", company.pk)
    try:
        undo(merge=done, by=request.user)
    except CannotMergeError as problem:
        messages.error(request, str(problem))
        return redirect("moderation_merge_company", company.pk)
    return _said(request, company, f"{company} is a company of its own again.")


def _said(request, company: Company, words: str) -> HttpResponse:
    LogEntry.objects.log_actions(request.user.pk, [company], CHANGE, words)
    messages.success(request, words)
    return redirect("admin:listings_company_change", company.pk)
