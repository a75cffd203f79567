"""Decides who a company is: what its members say is a claim until it is proven or decided.

What the public sees stays as it was meanwhile. A name, website or domain that is new takes the
badge away: it says what was proven, of what was shown then.
"""

from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.accounts.people import has_proven
from jobboard.common.hosts.domains import (
    host_of,
    is_under,
    proven_by_mailbox,
    registrable,
    why_worthless,
)
from jobboard.common.mail import send_template_mail
from jobboard.common.security_events import Kind
from jobboard.listings.lifecycle import lock_jobs
from jobboard.listings.models import Company, CompanyClaim, CompanyLogo, Listing, Membership
from jobboard.listings.trust.about import risks_of_about

from .companies import lock_company, record_company, recording_identity
from .lookalikes import Lookalikes, same_letters
from .replaced import stored

Field = CompanyClaim.Field
Outcome = CompanyClaim.Outcome
VerifiedBy = Company.VerifiedBy


class Picture(NamedTuple):
    """A logo as we encoded it; ``hash`` names its content, ``width`` and ``height`` are px."""

    webp: bytes
    hash: str
    width: int
    height: int


# A new one takes the badge, which was for what was there before.
SAY_WHO = (Field.NAME, Field.WEBSITE)


class DecidedError(Exception):
    """Somebody else decided the claim first."""


# --- Changes --------------------------------------------------------------------------------------


def is_harmless(company: Company, field: str, value: str) -> bool:
    """Whether a change says nothing new about the company."""
    if field == Field.NAME:
        return same_letters(company.name, value) and not Lookalikes().of(value, company)
    if field == Field.WEBSITE:
        return _is_same_site(company, value)
    if field == Field.ABOUT:
        return not value
    return False


def _is_same_site(company: Company, website: str) -> bool:
    """Another page of the domain that was proven. Where an editor's word is all there is, the site
    may hold pages of others, so the page counts too.
    """
    old = host_of(company.website)
    new = host_of(website)
    proven = ""
    if company.verified_by != VerifiedBy.ADMIN:
        proven = registrable(company.verified_domain)
    if proven:
        return bool(new) and is_under(new, proven) and not why_worthless(new)
    return old == new and _page(company.website) == _page(website)


def _page(website: str) -> tuple[str, str]:
    parts = urlsplit(website)
    return parts.path.rstrip("/"), parts.query


def applies_at_once(company: Company, member: Membership, field: str, value: str) -> bool:
    """Whether the public may see a change by ``member`` now. What nobody knows a company by is
    changed freely: its first job is reviewed with what it says then.
    """
    if not company.is_known_to_public:
        return True
    if field == Field.ABOUT:
        is_calm = bool(member.proof) and not risks_of_about(value, company)
        return is_calm or is_harmless(company, field, value)
    return bool(member.proof) and is_harmless(company, field, value)


def change(company: Company, member: Membership, **values: str) -> list[CompanyClaim]:
    """Set ``name``, ``website`` and ``about`` of a locked company where they may be public at once,
    without saving it; the others become claims, which are returned. What was claimed before and is
    not any more is withdrawn.
    """
    claims = []
    _wait_for_reviews(company)
    for field, value in values.items():
        same = company.claims.open().filter(field=field, by=member.user, value=value).first()
        if same and not applies_at_once(company, member, field, value):
            claims.append(same)
            continue
        withdraw(company, field, member.user)
        if value == getattr(company, field):
            continue
        if applies_at_once(company, member, field, value):
            says_who = field in SAY_WHO and not is_harmless(company, field, value)
            _set(company, field, value, is_new=says_who)
            _refresh_reviews(company)
        else:
            claims.append(_claim(company, field, member.user, value=value))
    return claims


def change_logo(company: Company, member: Membership, picture: Picture) -> CompanyClaim | None:
    """Store a logo, or keep it as a claim, which is returned."""
    _wait_for_reviews(company)
    withdraw(company, Field.LOGO, member.user)
    if CompanyLogo.objects.filter(company=company, hash=picture.hash).exists():
        return None
    if applies_at_once(company, member, Field.LOGO, picture.hash):
        store_logo(company, picture)
        _refresh_reviews(company)
        return None
    return _claim(
        company,
        Field.LOGO,
        member.user,
        value=picture.hash,
        picture=picture.webp,
        width=picture.width,
        height=picture.height,
    )


def store_logo(company: Company, picture: Picture) -> None:
    CompanyLogo.objects.update_or_create(company=company, defaults=picture._asdict())


def withdraw(company: Company, field: str, by: User) -> None:
    waiting = company.claims.filter(field=field, by=by, outcome=Outcome.OPEN)
    waiting.update(outcome=Outcome.REPLACED, decided_at=timezone.now(), picture=None)


def _claim(company: Company, field: str, by: User, **values) -> CompanyClaim:
    claim = CompanyClaim.objects.create(company=company, field=field, by=by, **values)
    tell_reviewers(company)
    return claim


def tell_reviewers(company: Company) -> None:
    url = settings.SITE_URL + reverse("moderation_claims", args=[company.pk])
    context = {"url": url, "number": company.pk}
    send_template_mail("claim_waits", context, to=[settings.CONTACT_EMAIL])


def _wait_for_reviews(company: Company) -> None:
    """Wait for whoever publishes the company's first job at this moment and has seen the company as
    it was.
    """
    waiting = company.listings.filter(status=Listing.Status.IN_REVIEW)
    lock_jobs(list(waiting.values_list("pk", flat=True)))


def _refresh_reviews(company: Company) -> None:
    """Make whoever reviews a job of the company now look again."""
    waiting = company.listings.filter(status=Listing.Status.IN_REVIEW)
    waiting.update(version=F("version") + 1, changed_at=timezone.now())


def _set(company: Company, field: str, value: str, *, is_new: bool) -> None:
    """Set, and do not save, a value, and what follows of it."""
    setattr(company, field, value)
    if field == Field.WEBSITE:
        company.website_looked_at = company.careers_seen_at = None
        domain_before = company.domain
        company.domain = host_of(value)
        if registrable(domain_before) != registrable(company.domain):
            end_proofs_by_domain(company)
    if is_new:
        drop_badge(company)


def drop_badge(company: Company) -> None:
    company.verified_by = ""
    company.verified_at = None
    company.verified_domain = ""


def set_website(company: Company, website: str) -> None:
    """An editor's decision, not saved."""
    _set(company, Field.WEBSITE, website, is_new=website != company.website)


def end_proofs_by_domain(company: Company) -> None:
    """End proofs of a domain that is not the company's any more."""
    by_domain = company.memberships.filter(proof=Membership.Proof.DOMAIN)
    by_domain.update(proof=Membership.Proof.NONE, proven_at=None)


# --- Proof ----------------------------------------------------------------------------------------


def verify(company: Company, how: VerifiedBy, domain: str) -> None:
    """Set, and do not save, what the badge says. An editor's word stays: it says more."""
    if company.verified_by == VerifiedBy.ADMIN:
        company.verified_domain = company.verified_domain or domain
        return
    company.verified_by = how
    company.verified_at = timezone.now()
    company.verified_domain = domain


def settle_badge(company: Company, changed: list[str]) -> None:
    """After an editor changed these fields of ``company``, which is not saved: what was proven is
    no longer what is shown, unless the editor's word is new too.
    """
    if "verified_by" in changed:
        company.verified_at = None
        company.verified_domain = ""
        if company.verified_by:
            company.verified_at = timezone.now()
            if company.domain and not why_worthless(company.domain):
                company.verified_domain = company.domain
    elif not {"name", "website", "domain"}.isdisjoint(changed):
        drop_badge(company)


def prove(member: Membership, how: Membership.Proof) -> None:
    member.proof = how
    member.proven_at = timezone.now()
    member.save(update_fields=["proof", "proven_at"])


def note_proof(company: Company, user: User, domain: str) -> None:
    """Record in the history of the company that ``user`` proved the domain."""
    CompanyClaim.objects.create(
        company=company,
        field=Field.DOMAIN,
        value=domain,
        by=user,
        decided_at=timezone.now(),
        outcome=Outcome.PROVEN,
    )


def provable_domain(company: Company) -> str:
    """The domain at which a DNS record or a line on the website proves: the registered one, as
    hosts let out names below theirs. '' where none proves anything.
    """
    domain = registrable(company.domain)
    if not domain or why_worthless(domain) or why_worthless(company.domain):
        return ""
    return domain


# --- Disputes -------------------------------------------------------------------------------------


def is_disputed_by(company: Company, domain: str) -> bool:
    """Whether somebody who says that the company's domain is ``domain`` speaks of another one."""
    return bool(domain) and registrable(domain) != registrable(company.domain)


def dispute(company: Company, by: User, domain: str) -> None:
    """Keep that ``by`` says that this company is at ``domain``, beside what its members say. An
    admin decides; nothing changes until then.
    """
    claim, is_new = CompanyClaim.objects.get_or_create(
        company=company,
        field=Field.DOMAIN,
        by=by,
        outcome=Outcome.OPEN,
        defaults={"value": domain},
    )
    if claim.value != domain:
        claim.value = domain
        claim.save(update_fields=["value"])
    owner = company.memberships.deciding().order_by("pk").select_related("user").first()
    if owner:
        CompanyClaim.objects.get_or_create(
            company=company,
            field=Field.DOMAIN,
            by=owner.user,
            outcome=Outcome.OPEN,
            defaults={"value": company.domain},
        )
    if is_new:
        tell_reviewers(company)


def withdraw_dispute(company: Company, by: User) -> None:
    """Withdraw what ``by`` said of another domain; the members' side is of no use without one."""
    withdraw(company, Field.DOMAIN, by)
    members = company.memberships.values("user")
    open_claims = company.claims.disputes()
    if not open_claims.exclude(by__in=members).exists():
        open_claims.update(outcome=Outcome.REPLACED, decided_at=timezone.now())


# --- Decisions ------------------------------------------------------------------------------------


def waiting() -> QuerySet[CompanyClaim]:
    """Return claims that wait for an admin, oldest first, without the members' side of a
    dispute.
    """
    member = Membership.objects.filter(company=OuterRef("company"), user=OuterRef("by"))
    return CompanyClaim.objects.open().exclude(Exists(member), field=Field.DOMAIN)


@transaction.atomic
def approve(*, claim: CompanyClaim, by: User) -> None:
    """Make a claim what the public sees. Of a new name or website the badge has to be proven again.
    Raises DecidedError.
    """
    with recording_identity(claim.company, by) as company:
        claim = decide(claim, Outcome.APPROVED, by)
        claim.replaced = stored(company, claim.field)
        claim.save(update_fields=["replaced"])
        if claim.field == Field.LOGO:
            store_logo(
                company,
                Picture(bytes(claim.picture or b""), claim.value, claim.width, claim.height),
            )
        else:
            _set(company, claim.field, claim.value, is_new=claim.field in SAY_WHO)
            company.save()
        claim.company = company
    tell("claim_decided", claim)


@transaction.atomic
def refuse(*, claim: CompanyClaim, reason: str, by: User) -> None:
    """Leave what the public sees as it is. Raises DecidedError."""
    lock_company(claim.company_id)
    claim = decide(claim, Outcome.REFUSED, by, reason)
    tell("claim_decided", claim)


def decide(claim: CompanyClaim, outcome: Outcome, by: User, reason: str = "") -> CompanyClaim:
    """The decided claim; its company is locked. Raises DecidedError."""
    open_claims = CompanyClaim.objects.select_related("by").filter(outcome=Outcome.OPEN)
    fresh = open_claims.filter(pk=claim.pk).first()
    if fresh is None:
        raise DecidedError("This change has been decided or withdrawn meanwhile.")
    fresh.outcome = outcome
    fresh.reason = reason[:300]
    fresh.decided_at = timezone.now()
    fresh.decided_by = by
    fresh.save(update_fields=["outcome", "reason", "decided_at", "decided_by"])
    detail = f"{fresh.get_field_display().lower()} {outcome.label.lower()}: {fresh.value}"
    record_company(fresh.company, by, detail, Kind.MODERATED)
    return fresh


def tell(what: str, claim: CompanyClaim) -> None:
    """The email ``mail/<what>.txt``: to whoever asked for it, if they still act for the company;
    else who decides there.
    """
    members = claim.company.memberships.select_related("user")
    recipients = members.filter(user=claim.by) or members.deciding()
    context = {
        "company": claim.company,
        "claim": claim,
        "is_approved": claim.outcome == Outcome.APPROVED,
        "says_who": claim.field in SAY_WHO,
        "url": settings.SITE_URL + reverse("recruiting:company", args=[claim.company_id]),
    }
    to = [member.user.email for member in recipients]
    send_template_mail(what, context, to=to, about=[claim.company_id])


def mailbox_proves(claim: CompanyClaim) -> str:
    """The host by which the account of whoever claims a domain proves it."""
    by = claim.by
    if by and has_proven(by.email):
        return proven_by_mailbox(by.email, claim.value)
    return ""
