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
    LIVE,
    MUST,
    Whereabouts,
    read_whereabouts,
)
from jobboard.listings.choices import Workplace
from jobboard.listings.models import Listing, ListingCountry, ListingPlace
from jobboard.search.live.kept import Kept

VISA = {
    Listing.Visa.YES: "Visa sponsorship is available.",
    Listing.Visa.NO: "Visa sponsorship is not available.",
    Listing.Visa.UNKNOWN: "The job does not say whether visa sponsorship is available.",
}
YES, UNCLEAR, NO = "Yes", "Unclear", "No"
_kept = Kept()
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
    """``country`` is alpha-2. An answer for each place, the best first, each once."""
    return can_be_done_from_all([listing], country)[listing.pk]


def can_be_done_from_all(listings: Sequence[Listing], country: str) -> dict[int, list[Answer]]:
    """By the id of each; in four queries, however many there are."""
    sources = _sources_of(listings)
    said = _read_texts([source for of_one in sources.values() for source in of_one])
    return {pk: _answers(of_one, country, said) for pk, of_one in sources.items()}


def _answers(
    sources: Sequence[Listing], country: str, said_by: dict[int, list[Whereabouts]]
) -> list[Answer]:
    answers: list[Answer] = []
    for source in sources:
        said = said_by[source.pk]
        of_source = [_at_place(source, country, place, said) for place in _places_of(source)]
        answers += [_with_work_permit(answer, country, said) for answer in of_source]
    return sorted(dict.fromkeys(answers), key=lambda answer: BEST_FIRST.index(answer.word))


def _sources_of(listings: Sequence[Listing]) -> dict[int, list[Listing]]:
    """By id of each job: it and its open copies, each with what it says itself."""
    jobs = [listing.pk for listing in listings]
    places = ListingPlace.objects.filter(from_copy=None).select_related("place")
    countries = ListingCountry.objects.filter(is_of_copy=False)
    copies = Listing.objects.open().filter(folded_into__in=jobs)
    sources = Listing.objects.filter(Q(pk__in=jobs) | Q(pk__in=copies.values("pk")))
    own = sources.defer("description_source", "description_html").prefetch_related(
        Prefetch("places", places), Prefetch("countries", countries)
    )
    found: dict[int, list[Listing]] = {pk: [] for pk in jobs}
    for source in sorted(own, key=lambda source: (source.pk not in found, source.pk)):
        part_of = source.folded_into_id or source.pk
        found[source.pk if source.pk in found else part_of].append(source)
    return found


def _read_texts(sources: Sequence[Listing]) -> dict[int, list[Whereabouts]]:
    """By id: what each text says of where the work can be done. Reading one takes milliseconds, so
    what was read lately is kept.
    """
    said = {source.pk: _kept.get((source.pk, source.changed_at)) for source in sources}
    unread = [pk for pk, known in said.items() if known is None]
    texts = Listing.objects.filter(pk__in=unread).values_list(
        "pk", "changed_at", "description_html"
    )
    for pk, changed_at, html in texts if unread else ():
        read = said[pk] = read_whereabouts(plain_text(html))
        _kept.keep((pk, changed_at), read, 1 + 5 * len(read))
    return {pk: known or [] for pk, known in said.items()}


def _places_of(source: Listing) -> list[_Place]:
    places = [
        _Place(row.text, row.place.country if row.place else "", row.workplace)
        for row in source.places.all()
    ]
    return places or [_Place(source.place_line, "", source.workplace)]


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
    """What sentences of the description decide about remote work."""
    where = the_country(country)
    for one in said:
        if one.kind in (MUST, LIVE) and country in one.countries and not one.is_part:
            why = f"The job is remote and open to people in {where}."
            return Answer(YES, why, "remote", one.quote)
    for one in said:
        if one.kind == MUST and one.is_part:
            return Answer(UNCLEAR, "The job is remote within certain regions.", quote=one.quote)
        if one.kind == MUST:
            route = "relocation" if one.or_moves else ""
            return Answer(NO, f"The job is not open to people in {where}.", route, one.quote)
        if one.kind == ANYWHERE:
            why = "The job is open to people anywhere in the world."
            return Answer(YES, why, "remote", one.quote)
    return None


def _with_work_permit(answer: Answer, country: str, said: Sequence[Whereabouts]) -> Answer:
    """A yes where the job asks for the right to work says so."""
    asked = [one for one in said if one.kind == AUTHORIZED and country in one.countries]
    if answer.word != YES or not asked:
        return answer
    why = f"{answer.why} You need the right to work in {the_country(country)}."
    return Answer(YES, why, answer.route, answer.quote or asked[0].quote)
