"""Warns seekers of one named risk of a job that is not a verified company’s word."""

from jobboard.listings.employers.companies import company_is_proven, speaks_for
from jobboard.listings.models import Company, Listing

from .risk import feed_has_lapsed, get_employer
from .text_risks import (
    Employer,
    JobTexts,
    first_heavy,
    risks_of_applying,
    risks_of_contacts,
    texts_from_listing,
)

ADVICE = {
    "payment": "Employers don’t ask applicants for money. Never pay to get a job.",
    "contact": "Be careful with what you send to people you only know from a chat.",
    "apply": "Check on the company’s own website that it is hiring.",
}


def seeker_warning(listing: Listing) -> str:
    """A sentence with what to do; '' where there is nothing to name. What a board that editors
    follow brings is taken at its word, and so is what somebody says who speaks for a company that
    is verified.
    """
    if _is_from_board(listing) and not feed_has_lapsed(listing):
        return ""
    warning = _warning(listing)
    if warning and _is_companys_word(listing):
        return ""
    return warning


def _is_from_board(listing: Listing) -> bool:
    return listing.feed_id is not None and listing.created_by_id is None


def _is_companys_word(listing: Listing) -> bool:
    """Costs up to two queries, so it is asked only of jobs with something to warn of."""
    company = listing.company
    return company_is_proven(company) and speaks_for(listing.created_by, company)


def _warning(listing: Listing) -> str:
    texts = texts_from_listing(listing, with_feed=False)
    warning = _of_words(texts)
    if warning:
        return warning
    risk = _of_applying(listing, texts)
    if risk:
        return f"{risk} {ADVICE['apply']}"
    return ""


def _of_words(texts: JobTexts) -> str:
    for kind in ("payment", "contact"):
        for warning in texts.warnings:
            if warning.kind == kind:
                return f"The text says “{warning.words}”. {ADVICE[kind]}"
    risk = next(risks_of_contacts(texts), None)
    if risk:
        return f"{risk.words} {ADVICE['apply']}"
    return ""


def _of_applying(listing: Listing, texts: JobTexts) -> str:
    """Asked with the boards of the company only where they matter: that costs a query."""
    company = listing.company
    alone = Employer(company.name, company.domain, is_proven=False, boards=frozenset())
    if not _heavy(texts, alone):
        return ""
    return _heavy(texts, get_employer(Company.objects.with_feed_addresses().get(pk=company.pk)))


def _heavy(texts: JobTexts, employer: Employer) -> str:
    return first_heavy(risks_of_applying(texts, employer))
