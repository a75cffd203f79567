"""What a seeker is warned of: one named risk of a job of which nobody has shown whose it is."""

from jobboard.listings.employers.companies import company_is_proven
from jobboard.listings.models import Company, Listing

from .risk import employer_of, said_by
from .said import HEAVY, Employer, Said, risks_of_applying, risks_of_links

ADVICE = {
    "payment": "Employers don’t ask applicants for money. Never pay to get a job.",
    "contact": "Be careful with what you send to people you only know from a chat.",
    "apply": "Check on the company’s own website that it is hiring.",
}


def seeker_warning(listing: Listing) -> str:
    """A sentence with what to do; '' where there is nothing to name. What a board that editors
    follow brings, and what a company says that has proven who it is, is taken at its word.
    """
    is_from_board = listing.feed_id is not None and listing.created_by_id is None
    if is_from_board or company_is_proven(listing.company):
        return ""
    said = said_by(listing, with_feed=False)
    if warned := _of_words(said):
        return warned
    named = _of_applying(listing, said)
    return f"{named} {ADVICE['apply']}" if named else ""


def _of_words(said: Said) -> str:
    for kind in ("payment", "contact"):
        found = next((one for one in said.warnings if one.kind == kind), None)
        if found:
            return f"The text says “{found.words}”. {ADVICE[kind]}"
    hidden = next(risks_of_links(said), None)
    return f"{hidden.words} {ADVICE['apply']}" if hidden else ""


def _of_applying(listing: Listing, said: Said) -> str:
    """Asked with the boards of the company only where they matter: that costs a query."""
    company = listing.company
    alone = Employer(company.name, company.domain, is_proven=False, boards=frozenset())
    if not _heavy(said, alone):
        return ""
    return _heavy(said, employer_of(Company.objects.with_feed_addresses().get(pk=company.pk)))


def _heavy(said: Said, employer: Employer) -> str:
    risks = risks_of_applying(said, employer)
    return next((risk.words for risk in risks if risk.weight >= HEAVY), "")
