"""“Can I do this from Portugal?”, answered for each place from what the job states, and no further:
there is no yes that its employer's words do not give. Of a copy that is part of the job, its own
words decide about its own places.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from jobboard.common.text.html import plain_text
from jobboard.common.text.words import the_country
from jobboard.feeds.parsing.texts.whereabouts import (
    ANYWHERE,
    AUTHORIZED,
    Whereabouts,
    decision,
    read_whereabouts,
)
from jobboard.listings.choices import OpenFrom, Workplace
from jobboard.listings.models import Listing, ListingCountry, ListingPlace

VISA = {
    Listing.Visa.YES: "Visa sponsorship is available.",
    Listing.Visa.NO: "Visa sponsorship is not available.",
    Listing.Visa.UNKNOWN: "The job does not say whether visa sponsorship is available.",
}
YES, UNCLEAR, NO = "Yes", "Unclear", "No"
BEST_FIRST = [YES, UNCLEAR, NO]


@dataclass(frozen=True)
class Answer:
    """``word`` is Yes, No or Unclear; ``why`` is what the job says, ``route`` how one would do it,
    ``quote`` the employer's own words where they decide.
    """

    word: str
    why: str
    route: str = ""
    quote: str = ""


@dataclass(frozen=True)
class _Place:
    text: str
    country: str
    workplace: str


def can_be_done_from(listing: Listing, country: str) -> list[Answer]:
    """``country`` is alpha-2. An answer for each place, the best first, each once. The first says
    what ``search.order.open_jobs`` says of the job.
    """
    answers: list[Answer] = []
    for source in _sources_of(listing):
        said = read_whereabouts(plain_text(source.description_html))
        of_source = [_at_place(source, country, place, said) for place in _places_of(source)]
        answers += [_with_work_permit(answer, country, said) for answer in of_source]
    answers = answers or [_at_place(listing, country, _Place(listing.place_line, "", ""), [])]
    return sorted(dict.fromkeys(answers), key=lambda answer: BEST_FIRST.index(answer.word))


def _sources_of(listing: Listing) -> list[Listing]:
    """It and its open copies, each with what it says itself."""
    places = ListingPlace.objects.filter(from_copy=None).select_related("place")
    countries = ListingCountry.objects.filter(is_of_copy=False)
    copies = Listing.objects.open().filter(folded_into=listing.pk)
    sources = Listing.objects.filter(Q(pk=listing.pk) | Q(pk__in=copies.values("pk")))
    own = sources.defer("description_source").prefetch_related(
        Prefetch("places", places), Prefetch("countries", countries)
    )
    return sorted(own, key=lambda source: (source.pk != listing.pk, source.pk))


def _places_of(source: Listing) -> list[_Place]:
    return [
        _Place(row.text, row.place.country if row.place else "", row.workplace)
        for row in source.places.all()
    ]


def _at_place(listing: Listing, country: str, place: _Place, said: Sequence[Whereabouts]) -> Answer:
    if place.workplace == Workplace.REMOTE:
        return _remote(listing, country, place, said)
    if not place.country:
        return Answer(UNCLEAR, "The job does not mention a country.")
    if country == place.country:
        silence = "" if place.workplace else ", though the job does not say how much is on-site"
        route = "hybrid" if place.workplace == Workplace.HYBRID else "on-site"
        return Answer(YES, f"The work is there{silence}: {place.text}.", route)
    is_sponsored = listing.visa == Listing.Visa.YES
    visa = VISA[Listing.Visa(listing.visa)]
    return Answer(
        NO, f"The job is based in {place.text}. {visa}", "relocation" if is_sponsored else ""
    )


def _remote(listing: Listing, country: str, place: _Place, said: Sequence[Whereabouts]) -> Answer:
    by_text = _by_text(country, said)
    if by_text:
        return by_text
    if listing.eligibility == Listing.Eligibility.ANYWHERE:
        return Answer(YES, "The job is open to people anywhere in the world.", "remote")
    is_listed = listing.eligibility == Listing.Eligibility.LISTED
    its_own = {row.country for row in listing.countries.all()}
    named = its_own if is_listed else {place.country}
    if country in named:
        where = the_country(country)
        return Answer(YES, f"The job is remote and open to people in {where}.", "remote")
    if is_listed:
        only = listing.eligibility_text.rstrip(".")
        return Answer(NO, f"This remote job is only open to: {only}.")
    if place.country:
        return Answer(
            UNCLEAR,
            f"The job is remote and mentions {place.text}, but does not rule out other countries.",
        )
    return Answer(UNCLEAR, "The job is remote but does not say which countries you can work from.")


def _by_text(country: str, said: Sequence[Whereabouts]) -> Answer | None:
    """What a sentence of the description decides about remote work."""
    decided = decision(said, country)
    if decided is None:
        return None
    where, by = the_country(country), decided.by
    if decided.word == OpenFrom.UNCLEAR:
        return Answer(UNCLEAR, "The job is remote within certain regions.", quote=by.quote)
    if decided.word == OpenFrom.NO:
        route = "relocation" if by.or_moves else ""
        return Answer(NO, f"The job is not open to people in {where}.", route, by.quote)
    if by.kind == ANYWHERE:
        why = "The job is open to people anywhere in the world."
        return Answer(YES, why, "remote", by.quote)
    why = f"The job is remote and open to people in {where}."
    return Answer(YES, why, "remote", by.quote)


def _with_work_permit(answer: Answer, country: str, said: Sequence[Whereabouts]) -> Answer:
    """A yes where the job asks for the right to work says so."""
    asked = [one for one in said if one.kind == AUTHORIZED and country in one.countries]
    if answer.word != YES or not asked:
        return answer
    why = f"{answer.why} You need the right to work in {the_country(country)}."
    return Answer(YES, why, answer.route, answer.quote or asked[0].quote)
