"""“Can I do this from Portugal?”, answered from what the job states, and no further."""

from dataclasses import dataclass

from jobboard.common.words import the_country
from jobboard.listings.models import Listing

VISA = {
    Listing.Visa.YES: "Visa sponsorship is available.",
    Listing.Visa.NO: "Visa sponsorship is not available.",
    Listing.Visa.UNKNOWN: "The job does not say whether visa sponsorship is available.",
}


@dataclass(frozen=True)
class Answer:
    """``word`` is Yes, No or Unclear; ``why`` is what the job says."""

    word: str
    why: str


def can_be_done_from(listing: Listing, country: str) -> Answer:
    """For a listing with ``country_codes``; ``country`` is alpha-2."""
    named = set(listing.country_codes or ())
    if listing.workplace == "remote":
        return _remote(listing, country, named)
    if not named:
        return Answer("Unclear", "The job does not mention a country.")
    if country in named:
        on_site = (
            "there"
            if listing.workplace
            else "there, though the job does not say how much is on-site"
        )
        return Answer("Yes", f"The work is {on_site}: {listing.place_summary}.")
    return Answer(
        "No", f"The job is based in {listing.place_summary}. {VISA[Listing.Visa(listing.visa)]}"
    )


def _remote(listing: Listing, country: str, named: set[str]) -> Answer:
    if listing.eligibility == Listing.Eligibility.ANYWHERE:
        return Answer("Yes", "The job is open to people anywhere in the world.")
    if country in named:
        return Answer("Yes", f"The job is remote and open to people in {the_country(country)}.")
    if listing.eligibility == Listing.Eligibility.LISTED:
        return Answer(
            "No", f"This remote job is only open to: {listing.eligibility_text.rstrip('.')}."
        )
    if named:
        where = listing.place_summary
        return Answer(
            "Unclear",
            f"The job is remote and mentions {where}, but does not rule out other countries.",
        )
    return Answer(
        "Unclear", "The job is remote but does not say which countries you can work from."
    )
