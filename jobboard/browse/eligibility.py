"""“Can I do this from Portugal?”, answered for each place from what the job states, and no further:
there is no yes that its employer's words do not give. Of a copy that is part of the job, its own
words decide about its own places.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch, Q

from jobboard.common.text.words import country_with_article
from jobboard.feeds.parsing.texts.whereabouts import (
    ANYWHERE,
    AUTHORIZED,
    BOUNDED,
    Whereabouts,
    decision,
)
from jobboard.feeds.whereabouts import said_by
from jobboard.listings.choices import OpenFrom, Workplace
from jobboard.listings.geo.places import get_country
from jobboard.listings.models import Listing, ListingCountry, ListingPlace

VISA = {
    Listing.Visa.YES: "Visa sponsorship is available.",
    Listing.Visa.NO: "Visa sponsorship is not available.",
    Listing.Visa.UNKNOWN: "The job does not say whether visa sponsorship is available.",
}
YES = "Yes"
UNCLEAR = "Unclear"
NO = "No"
BEST_FIRST = [YES, UNCLEAR, NO]
COUNTRIES_NAMED = 3  # of those in which the right to work is required
CERTAIN = "certain countries"


@dataclass(frozen=True)
class EligibilityAnswer:
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


def check_eligibility(listing: Listing, country: str) -> list[EligibilityAnswer]:
    """``country`` is alpha-2. An answer for each place, the best first, each once. The first says
    what ``search.order.open_jobs`` says of the job.
    """
    answers: list[EligibilityAnswer] = []
    for source in _get_sources(listing):
        statements = said_by(source)
        for place in _get_places(source):
            answer = _answer_for_place(source, country, place, statements)
            answer = _with_work_permit(answer, country, statements)
            answers.append(replace(answer, place=place.text))
    if not answers:
        place = _Place(listing.place_line, "", "")
        answers = [_answer_for_place(listing, country, place, [])]
    return sorted(dict.fromkeys(answers), key=lambda answer: BEST_FIRST.index(answer.word))


def _get_sources(listing: Listing) -> list[Listing]:
    """It and its open copies, each with what it says itself."""
    places = ListingPlace.objects.filter(from_copy=None).select_related("place")
    countries = ListingCountry.objects.filter(is_of_copy=False)
    copies = Listing.objects.open().filter(folded_into=listing.pk)
    sources = Listing.objects.filter(Q(pk=listing.pk) | Q(pk__in=copies.values("pk")))
    sources = sources.defer("description_source").prefetch_related(
        Prefetch("places", places), Prefetch("countries", countries)
    )
    return sorted(sources, key=lambda source: (source.pk != listing.pk, source.pk))


def _get_places(source: Listing) -> list[_Place]:
    places = []
    for row in source.places.all():
        places.append(_Place(row.text, get_country(row.place), row.workplace))
    return places


def _answer_for_place(
    listing: Listing, country: str, place: _Place, statements: Sequence[Whereabouts]
) -> EligibilityAnswer:
    if place.workplace == Workplace.REMOTE:
        return _answer_for_remote(listing, country, place, statements)
    if not place.country:
        return EligibilityAnswer(UNCLEAR, "The job does not mention a country.")
    if country == place.country:
        return _answer_for_office(place)
    visa = VISA[Listing.Visa(listing.visa)]
    route = ""
    if listing.visa == Listing.Visa.YES:
        route = "relocation"
    return EligibilityAnswer(NO, f"The job is based in {place.text}. {visa}", route)


def _answer_for_office(place: _Place) -> EligibilityAnswer:
    if not place.workplace:
        why = f"The work is there, though the job does not say how much is on-site: {place.text}."
        return EligibilityAnswer(YES, why, "on-site")
    route = "on-site"
    if place.workplace == Workplace.HYBRID:
        route = "hybrid"
    return EligibilityAnswer(YES, f"The work is there: {place.text}.", route)


def _answer_for_remote(
    listing: Listing, country: str, place: _Place, statements: Sequence[Whereabouts]
) -> EligibilityAnswer:
    from_text = _answer_from_text(country, statements)
    if from_text:
        return from_text
    why = f"The job is remote and open to people in {country_with_article(country)}."
    if listing.eligibility == Listing.Eligibility.LISTED:
        text = listing.eligibility_text
        if country in {row.country for row in listing.countries.all()}:
            return EligibilityAnswer(YES, why, "remote", text)
        return EligibilityAnswer(NO, f"This remote job is only open to: {text.rstrip('.')}.")
    if country == place.country:
        return EligibilityAnswer(YES, why, "remote", place.text)
    return _answer_left_open(place, statements)


def _answer_left_open(place: _Place, statements: Sequence[Whereabouts]) -> EligibilityAnswer:
    required = [statement for statement in statements if statement.kind == AUTHORIZED]
    mentions = f"The job is remote and mentions {place.text}"
    if required and place.country:
        why = f"{mentions}. {authorization_in_words(required[0])}"
        return EligibilityAnswer(UNCLEAR, why, quote=required[0].quote)
    if place.country:
        return EligibilityAnswer(UNCLEAR, f"{mentions}, but does not rule out other countries.")
    why = "The job is remote but does not say which countries you can work from."
    if not required:
        return EligibilityAnswer(UNCLEAR, why)
    return EligibilityAnswer(
        UNCLEAR, f"{why} {authorization_in_words(required[0])}", quote=required[0].quote
    )


def authorization_in_words(statement: Whereabouts) -> str:
    """“It requires authorization to work in the United States.”"""
    return f"It requires authorization to work in {countries_in_words(statement)}."


def countries_in_words(statement: Whereabouts) -> str:
    countries = statement.countries
    if not countries or statement.is_part or len(countries) > COUNTRIES_NAMED:
        return CERTAIN
    return " or ".join(map(country_with_article, countries))


def _answer_from_text(country: str, statements: Sequence[Whereabouts]) -> EligibilityAnswer | None:
    """The answer for remote work if a sentence of the description decides it."""
    decided = decision(statements, country)
    if decided is None:
        return None
    where = country_with_article(country)
    by = decided.by
    if decided.word == OpenFrom.UNCLEAR:
        return EligibilityAnswer(UNCLEAR, _why_unclear(by), quote=by.quote)
    if decided.word == OpenFrom.NO:
        route = ""
        if by.or_moves:
            route = "relocation"
        return EligibilityAnswer(NO, f"The job is not open to people in {where}.", route, by.quote)
    if by.kind == ANYWHERE:
        why = "The job is open to people anywhere in the world."
        return EligibilityAnswer(YES, why, "remote", by.quote)
    why = f"The job is remote and open to people in {where}."
    return EligibilityAnswer(YES, why, "remote", by.quote)


def _why_unclear(by: Whereabouts) -> str:
    if by.kind == AUTHORIZED:
        return f"The job is remote. {authorization_in_words(by)}"
    if by.kind == BOUNDED:
        return "The job is open only in countries where it can employ people, and lists none."
    return "The job is remote within certain regions."


def _with_work_permit(
    answer: EligibilityAnswer, country: str, statements: Sequence[Whereabouts]
) -> EligibilityAnswer:
    """Add to a yes that the job requires the right to work, where it does."""
    if answer.word != YES:
        return answer
    for statement in statements:
        if statement.kind == AUTHORIZED and country in statement.countries:
            why = f"{answer.why} You need the right to work in {country_with_article(country)}."
            return replace(answer, why=why, quote=answer.quote or statement.quote)
    return answer
