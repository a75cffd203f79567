"""Finds what should make whoever decides about a claim look twice."""

from jobboard.common.hosts.domains import host_of, why_worthless
from jobboard.listings.models import CompanyClaim
from jobboard.listings.trust.about import risks_of_about

from .lookalikes import Likeness, Lookalikes

Field = CompanyClaim.Field


def risks_of_claim(claim: CompanyClaim, lookalikes: Lookalikes | None = None) -> list[Likeness]:
    if claim.field == Field.NAME:
        lookalikes = lookalikes or Lookalikes()
        return lookalikes.of(claim.value, claim.company)
    if claim.field == Field.ABOUT:
        risks = risks_of_about(claim.value, claim.company)
        return [Likeness(risk.weight, risk.words) for risk in risks]
    if claim.field == Field.WEBSITE:
        return _risks_of_host(host_of(claim.value))
    if claim.field == Field.DOMAIN:
        return _risks_of_host(claim.value)
    return []


def _risks_of_host(host: str) -> list[Likeness]:
    if not host:
        return []
    reason = why_worthless(host)
    if reason:
        return [Likeness(2, f"{reason} So it proves nothing.")]
    return []
