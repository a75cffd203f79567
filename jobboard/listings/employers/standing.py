"""Tells seekers who an employer is, and how that is known."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobboard.listings.models import Company

BY_EDITORS = "admin"
CAREERS = "careers"
SENTENCES = {
    "email": "Verified: email at {domain}",
    "dns": "Verified: DNS record of {domain}",
    "site": "Verified: website {domain}",
    BY_EDITORS: "Verified by our editors",
}


@dataclass(frozen=True)
class Standing:
    """The standing of an employer. ``how`` is a value of ``Company.verified_by``, CAREERS, or '' if
    nothing is known.

    ``sentence`` is what a page shows, ``domain`` what was proven and ``checked_at`` when.
    """

    how: str
    sentence: str
    domain: str = ""
    checked_at: datetime | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.how)


def get_standing(company: "Company", *, is_from_feed: bool = False) -> Standing:
    """Read the standing from the company's row alone. ``is_from_feed``: the company's board brought
    the job.
    """
    how = company.verified_by
    if not how and is_from_feed and company.careers_seen_at:
        sentence = f"From {company.name}’s own careers page"
        return Standing(CAREERS, sentence, company.domain, company.careers_seen_at)
    if not how:
        return Standing("", "Not verified yet")
    # The release before named no domain: it was the company's.
    domain = company.verified_domain or company.domain
    if how == BY_EDITORS:
        domain = ""
    return Standing(how, SENTENCES[how].format(domain=domain), domain, company.verified_at)
