"""Taking back what an editor decided of who a company is. The claim is in review again."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.hosts.domains import host_of
from jobboard.common.security_events import Kind
from jobboard.listings.models import Company, CompanyClaim, CompanyLogo

from .companies import lock_company, record_company, recording_identity
from .identity import SAY_WHO, DecidedError, Field, Outcome, tell
from .replaced import restore

DECIDED = (Outcome.APPROVED, Outcome.REFUSED)
NOT_UNDOABLE: dict[str, str] = {
    Field.DOMAIN: (
        "This can’t be undone: people have joined, and their jobs were sent. Change the members "
        "of the company, or merge the two companies."
    ),
}
TOO_OLD = "This can’t be undone: it was decided before we kept what was there before."
LATER = "This can’t be undone: it was decided again, or asked for again, since."
PICTURES_RETENTION = timedelta(days=30)
NO_PICTURE = (
    f"This can’t be undone: we keep pictures for {PICTURES_RETENTION.days} days after a decision."
)
CHANGED = "This can’t be undone: the company was changed or verified since."


def why_not(claim: CompanyClaim, company: Company) -> str:
    """Say what keeps a decision of an editor from being taken back; '' if nothing does."""
    if claim.field in NOT_UNDOABLE:
        return NOT_UNDOABLE[claim.field]
    if _came_later(claim, company):
        return LATER
    if claim.field == Field.LOGO and claim.picture is None:
        return NO_PICTURE
    if claim.outcome == Outcome.REFUSED:
        return ""
    return _why_not_restored(claim, company)


def _why_not_restored(claim: CompanyClaim, company: Company) -> str:
    if claim.replaced is None:
        return TOO_OLD
    if not _is_as_approved(claim, claim.replaced, company):
        return CHANGED
    return ""


def _is_as_approved(claim: CompanyClaim, before: dict[str, Any], company: Company) -> bool:
    """Whether the company is what the approval made of it. Who it is counts as a whole: the badge
    and the proofs that come back are worth nothing beside another name, website or domain.
    """
    if claim.field == Field.LOGO:
        return CompanyLogo.objects.filter(company=company, hash=claim.value).exists()
    if claim.field not in SAY_WHO:
        return getattr(company, claim.field) == claim.value
    approved = {name: before[name] for name in ("name", "website", "domain")}
    approved[claim.field] = claim.value
    if claim.field == Field.WEBSITE:
        approved["domain"] = host_of(claim.value)
    is_same = all(getattr(company, name) == value for name, value in approved.items())
    return is_same and not company.verified_by


def _came_later(claim: CompanyClaim, company: Company) -> bool:
    """Whether the same was decided since, or is asked for again by who asked."""
    same = CompanyClaim.objects.filter(company=company, field=claim.field).exclude(pk=claim.pk)
    later = same.filter(decided_at__gt=claim.decided_at, outcome__in=DECIDED, undone_at=None)
    return later.exists() or same.filter(by=claim.by, outcome=Outcome.OPEN).exists()


def is_decided(claim: CompanyClaim) -> bool:
    """Whether an editor decided it, and nobody took that back."""
    return claim.outcome in DECIDED and claim.undone_at is None


def undo(*, claim: CompanyClaim, by: User) -> CompanyClaim:
    """The claim that is in review again. Raises DecidedError where that is not possible."""
    with transaction.atomic():
        lock_company(claim.company_id)
        fresh = CompanyClaim.objects.select_related("by").get(pk=claim.pk)
        with recording_identity(claim.company, by) as company:
            if not is_decided(fresh):
                raise DecidedError("This decision has been undone meanwhile.")
            if reason := why_not(fresh, company):
                raise DecidedError(reason)
            if fresh.outcome == Outcome.APPROVED:
                restore(company, fresh)
        fresh.undone_at = timezone.now()
        fresh.undone_by = by
        fresh.save(update_fields=["undone_at", "undone_by"])
        detail = f"decision undone: {fresh.get_field_display().lower()} {fresh.value[:100]}"
        record_company(company, by, detail, Kind.MODERATED)
        again = CompanyClaim.objects.create(
            company=company,
            field=fresh.field,
            value=fresh.value,
            by=fresh.by,
            at=fresh.at,
            picture=fresh.picture,
            width=fresh.width,
            height=fresh.height,
        )
        tell("claim_undone", fresh)
    return again


def delete_old_pictures() -> None:
    """Delete pictures of logos that were decided so long ago that nobody takes it back."""
    old = CompanyClaim.objects.filter(
        field=Field.LOGO, decided_at__lt=timezone.now() - PICTURES_RETENTION
    )
    old.exclude(picture=None).update(picture=None, replaced=None)
