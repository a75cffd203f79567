"""Terms of the index for what holds for one place of a job.

The fields of a document say what holds at any of its places. Who asks for remote work in Germany
wants one place that is both, so each place adds a term for every two or more of its facts. A blank
stands for a fact that is not asked for.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from jobboard.listings.choices import OpenFrom, Workplace
from jobboard.listings.geo.gazetteer import Region
from jobboard.listings.models import Listing

ANYWHERE = "*"  # among the countries that remote work is open to
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class PlaceFacts:
    """``eligibility``, the countries ``named`` and what the text ``said`` are those of whoever
    stated the place: the job, or its copy. ``city`` is folded.
    """

    workplace: str
    country: str
    city: str
    geoname_id: int | None
    state: str
    eligibility: str
    named: tuple[str, ...]
    said_countries: str = ""
    said_otherwise: str = ""

    @property
    def city_terms(self) -> list[str]:
        """Its name, its place on the map, and its state."""
        terms = []
        if self.city:
            terms.append(self.city)
        if self.city and self.geoname_id:
            terms.append(town_term(self.geoname_id))
        if self.state:
            terms.append(state_term(Region(self.state, self.country)))
        return terms

    @property
    def open_to(self) -> set[str]:
        """The countries from where one may work there: see ``open_to`` of the database."""
        if self.workplace != Workplace.REMOTE:
            return {self.country} - {""}
        by_text = set(self.said_countries.split())
        if self.said_otherwise == OpenFrom.YES:
            return by_text | {ANYWHERE}
        if self.said_otherwise:
            return by_text
        return by_text | self._chosen

    @property
    def _chosen(self) -> set[str]:
        """The countries from where one may work remotely, by what was chosen, not by the text."""
        its_own = {self.country} - {""}
        if self.eligibility == Listing.Eligibility.LISTED:
            return set(self.named)
        if self.eligibility == Listing.Eligibility.ANYWHERE:
            return {ANYWHERE, *its_own}
        return its_own

    @property
    def is_unclear(self) -> bool:
        """Whether it leaves open from where one may work there."""
        if self.workplace == Workplace.REMOTE and self.said_otherwise:
            return self.said_otherwise == OpenFrom.UNCLEAR
        if self.workplace == Workplace.REMOTE:
            stated = (Listing.Eligibility.LISTED, Listing.Eligibility.ANYWHERE)
            return self.eligibility not in stated
        return not self.country


def town_term(geoname_id: int) -> str:
    return f"#{geoname_id}"


def state_term(state: Region) -> str:
    return f"#{state.country} {state.name}"


def place_terms(place: PlaceFacts) -> Iterator[str]:
    """A term for every two or more facts of ``place``: one alone has a field of its own."""
    facts = [{place.workplace}, {place.country}, {*place.city_terms}, place.open_to]
    with_blanks = [sorted(values | {""}) for values in facts]
    for combination in product(*with_blanks):
        if sum(map(bool, combination)) > 1:
            yield SEPARATOR.join(combination)


def list_terms(chosen: Mapping[str, Collection[str]]) -> list[str]:
    """Terms of places that meet all that is ``chosen``: field → values."""
    fields = ("workplace", "country", "city", "from")
    values = [sorted(chosen.get(field) or [""]) for field in fields]
    return list(map(SEPARATOR.join, product(*values)))
