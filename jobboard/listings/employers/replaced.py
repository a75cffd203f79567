"""Stores what approving a claim replaces, as JSON, and puts it back."""

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

from jobboard.listings.models import Company, CompanyClaim, CompanyLogo, Membership

CLAIMED = ("name", "website", "about")
PROOF_FIELDS = ("domain", "verified_by", "verified_domain")
TIMES = ("verified_at", "website_looked_at", "careers_seen_at")


def stored(company: Company, field: str) -> dict[str, Any]:
    """Store the values that approving a claim of ``field`` will replace."""
    if field == CompanyClaim.Field.LOGO:
        return {"logo": _stored_logo(company)}
    by_domain = company.memberships.filter(proof=Membership.Proof.DOMAIN)
    values = {name: getattr(company, name) for name in (*CLAIMED, *PROOF_FIELDS)}
    times = {name: _written(getattr(company, name)) for name in TIMES}
    proofs = [[user, _written(at)] for user, at in by_domain.values_list("user", "proven_at")]
    return values | times | {"proofs": proofs}


def restore(company: Company, claim: CompanyClaim) -> None:
    """Put back what ``claim`` replaced, with the badge and proofs that a new name or website ended.
    The other claimed fields stay.
    """
    before = claim.replaced or {}
    if claim.field == CompanyClaim.Field.LOGO:
        _restore_logo(company, before["logo"])
        return
    setattr(company, claim.field, before[claim.field])
    if claim.field == CompanyClaim.Field.ABOUT:
        company.save()
        return
    for name in PROOF_FIELDS:
        setattr(company, name, before[name])
    for name in TIMES:
        setattr(company, name, _read(before[name]))
    company.save()
    for user, at in before["proofs"]:
        unproven = company.memberships.filter(user=user, proof=Membership.Proof.NONE)
        unproven.update(proof=Membership.Proof.DOMAIN, proven_at=_read(at))


def _stored_logo(company: Company) -> dict[str, Any] | None:
    logo = CompanyLogo.objects.filter(company=company).first()
    if logo is None:
        return None
    webp = b64encode(bytes(logo.webp)).decode()
    return {"webp": webp, "hash": logo.hash, "width": logo.width, "height": logo.height}


def _restore_logo(company: Company, logo: dict[str, Any] | None) -> None:
    if logo is None:
        CompanyLogo.objects.filter(company=company).delete()
        return
    values = logo | {"webp": b64decode(logo["webp"])}
    CompanyLogo.objects.update_or_create(company=company, defaults=values)


def _written(at: datetime | None) -> str | None:
    if at:
        return at.isoformat()
    return None


def _read(written: str | None) -> datetime | None:
    if written:
        return datetime.fromisoformat(written)
    return None
