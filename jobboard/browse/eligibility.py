"""“Can I do this from Portugal?”, answered for each place from what the job states, and no further:
there is no yes that its employer's words do not give. Of a copy that is part of the job, its own
words decide about its own places.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch, Q

from jobboard.common.text.words import the_country
from jobboard.feeds.parsing.texts.whereabouts import (
    ANYWHERE,
    AUTHORIZED,
    BOUNDED,
    Whereabouts,
    decision,
)
from jobboard.feeds.whereabouts import said_by
from jobboard.listings.choices import OpenFrom, Workplace
from jobboard.listings.models import Listing, ListingCountry, ListingPlace

VISA = {
    Listing.Visa.YES: "Visa sponsorship is available.",
    Listing.Visa.NO: "Visa sponsorship is not available.",
    Listing.Visa.UNKNOWN: "The job does not say whether visa sponsorship is available.",
}
YES, UNCLEAR, NO = "Yes", "Unclear", "No"
BEST_FIRST = [YES, UNCLEAR, NO]
COUNTRIES_NAMED = 3  # of those in which the right to work is required
CERTAIN = "certain countries"


@dataclass(frozen=True)
class Answer:
    """``word`` is Yes, No or Unclear; ``why`` is what the job says, ``route`` how one would do it,
    ``quote`` the employer's own words where they decide. ``place`` is where it is, as the job
    says it: of equal answers, the first.
    """

    word: str
    why: str
    route: str = ""
    quote: str = ""
    place: str = field(default="", compare=False)


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
        said = said_by(source)
        for place in _places_of(source):
            answer = _at_place(source, country, place, said)
            answers.append(replace(_with_work_permit(answer, country, said), place=place.text))
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
    is_listed = listing.eligibility == Listing.Eligibility.LISTED
    its_own = {row.country for row in listing.countries.all()}
    named = its_own if is_listed else {place.country}
    if country in named:
        why = f"The job is remote and open to people in {the_country(country)}."
        typed = listing.eligibility_text if is_listed else place.text
        return Answer(YES, why, "remote", typed)
    if is_listed:
        only = listing.eligibility_text.rstrip(".")
        return Answer(NO, f"This remote job is only open to: {only}.")
    return _left_open(place, said)


def _left_open(place: _Place, said: Sequence[Whereabouts]) -> Answer:
    required = [one for one in said if one.kind == AUTHORIZED]
    mentions = f"The job is remote and mentions {place.text}"
    if required and place.country:
        why = f"{mentions}. {authorization_in_words(required[0])}"
        return Answer(UNCLEAR, why, quote=required[0].quote)
    if place.country:
        return Answer(UNCLEAR, f"{mentions}, but does not rule out other countries.")
    why = "The job is remote but does not say which countries you can work from."
    if not required:
        return Answer(UNCLEAR, why)
    return Answer(UNCLEAR, f"{why} {authorization_in_words(required[0])}", quote=required[0].quote)


def authorization_in_words(one: Whereabouts) -> str:
    """“It requires authorization to work in the United States.”"""
    return f"It requires authorization to work in {countries_in_words(one)}."


def countries_in_words(one: Whereabouts) -> str:
    if not one.countries or one.is_part or len(one.countries) > COUNTRIES_NAMED:
        return CERTAIN
    return " or ".join(map(the_country, one.countries))


def _by_text(country: str, said: Sequence[Whereabouts]) -> Answer | None:
    """What a sentence of the description decides about remote work."""
    decided = decision(said, country)
    if decided is None:
        return None
    where, by = the_country(country), decided.by
    if decided.word == OpenFrom.UNCLEAR:
        return Answer(UNCLEAR, _why_unclear(by), quote=by.quote)
    if decided.word == OpenFrom.NO:
        route = "relocation" if by.or_moves else ""
        return Answer(NO, f"The job is not open to people in {where}.", route, by.quote)
    if by.kind == ANYWHERE:
        why = "The job is open to people anywhere in the world."
        return Answer(YES, why, "remote", by.quote)
    why = f"The job is remote and open to people in {where}."
    return Answer(YES, why, "remote", by.quote)


def _why_unclear(by: Whereabouts) -> str:
    if by.kind == AUTHORIZED:
        return f"The job is remote. {authorization_in_words(by)}"
    if by.kind == BOUNDED:
        return "The job is open only in countries where it can employ people, and lists none."
    return "The job is remote within certain regions."


def _with_work_permit(answer: Answer, country: str, said: Sequence[Whereabouts]) -> Answer:
    """A yes where the job asks for the right to work says so."""
    asked = [one for one in said if one.kind == AUTHORIZED and country in one.countries]
    if answer.word != YES or not asked:
        return answer
    why = f"{answer.why} You need the right to work in {the_country(country)}."
    return replace(answer, why=why, quote=answer.quote or asked[0].quote)
