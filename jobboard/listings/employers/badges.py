"""Badges that prove nothing any more: of domains at which anybody may be by now, as the lists of
them grow.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jobboard.common.hosts.domains import why_worthless
from jobboard.common.mail import send_template_mail
from jobboard.listings.models import Company, CompanyClaim

from .companies import recording_identity
from .identity import Field, Outcome, VerifiedBy, drop_badge, end_proofs_by_domain


def drop_worthless_badges() -> None:
    by_domain = Company.objects.exclude(verified_domain="").exclude(verified_by=VerifiedBy.ADMIN)
    for company in by_domain.only("pk", "verified_domain").iterator():
        if why_worthless(company.verified_domain):
            _drop_worthless_badge(company)
    tell_of_dropped_badges()


def _drop_worthless_badge(company: Company) -> None:
    with recording_identity(company, None) as locked:
        domain = locked.verified_domain
        if not domain or not why_worthless(domain):
            return
        drop_badge(locked)
        locked.save()
        end_proofs_by_domain(locked)
        CompanyClaim.objects.create(
            company=locked,
            field=Field.DOMAIN,
            value=domain,
            decided_at=timezone.now(),
            outcome=Outcome.DROPPED,
        )


def tell_of_dropped_badges() -> None:
    """Email members of companies that lost their badge, also by the migration, which cannot write
    emails.
    """
    dropped = CompanyClaim.objects.filter(outcome=Outcome.DROPPED)
    for claim in dropped.select_related("company"):
        _tell_of_dropped_badge(claim)


@transaction.atomic
def _tell_of_dropped_badge(claim: CompanyClaim) -> None:
    untold = CompanyClaim.objects.filter(pk=claim.pk, outcome=Outcome.DROPPED)
    if not untold.update(outcome=Outcome.TOLD):
        return
    owners = claim.company.memberships.deciding().values_list("user__email", flat=True)
    context = {
        "company": claim.company,
        "domain": claim.value,
        "why": why_worthless(claim.value),
        "url": settings.SITE_URL + reverse("recruiting:company", args=[claim.company_id]),
    }
    send_template_mail("badge_dropped", context, to=list(owners), about=[claim.company_id])
