"""Judges the account that posted a job: whether anything shows that it may."""

from collections.abc import Iterator

from jobboard.accounts.models import User
from jobboard.common.hosts.domains import host_of_mailbox, is_public_mail, proven_by_mailbox
from jobboard.listings.employers.companies import company_is_proven
from jobboard.listings.models import Company, Listing

from .text_risks import HEAVY, Risk


def risks_of_poster(listing: Listing, company: Company) -> Iterator[Risk]:
    """Find risks of whoever posted. ``company`` is that of the job, from with_proven_users()."""
    person = listing.created_by
    proven = company.proven_users or []
    if person is None or person.pk in proven:
        return
    if proven_by_mailbox(person.email, company.verified_domain):
        return
    if not company_is_proven(company):
        yield from _risks_of_address(person, company)
    elif proven:
        yield Risk(
            HEAVY,
            f"Posted by {person.email}, who has not proven to act for {company}. Other members "
            "have, and the job would show the company’s badge.",
        )


def _risks_of_address(person: User, company: Company) -> Iterator[Risk]:
    host = host_of_mailbox(person.email)
    if proven_by_mailbox(person.email, company.domain):
        return
    if company.domain:
        yield Risk(2, f"Posted by {person.email}, which is not at {company.domain}.")
    elif is_public_mail(host):
        yield Risk(2, f"Posted by {person.email}, an address that anyone can create.")
    else:
        yield Risk(1, f"Posted by {person.email}. The company has no website to compare it with.")
