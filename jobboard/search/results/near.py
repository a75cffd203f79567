"""Near misses of a search that finds nothing: the jobs that miss one thing of it or two, by what
they miss.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.http import urlencode

from jobboard.listings.geo.gazetteer import cities_called, find_state
from jobboard.search.criteria import Criteria
from jobboard.search.find import SearchResult, count
from jobboard.search.language import FLAGS, NOT, as_value, label_left_out
from jobboard.search.regions import REGIONS, countries_in, the_place
from jobboard.search.understanding.parts import Meaning
from jobboard.search.understanding.read import Understanding

from .chips import NOT_FILTERS, called, get_label, get_value_labels, pay_label, posted_label

if TYPE_CHECKING:
    from .page import ListingSearch

MAX_WISHES = 8
MAX_GROUPS = 4
MAX_MISSED = 2  # things that a job may miss and come near
MAX_WIDER = 2
JOBS_SHOWN = 3  # of a group
OF_PAY = ("salary_from", "currency", "salary")
ANY = "any"  # of the skills that are wanted
# Fields of which any value will do → their attribute.
ANY_OF = {
    "role": "role",
    "level": "level",
    "type": "type",
    "workplace": "workplace",
    "country": "country",
    "city": "city",
    "from": "work_from",
    "company": "company",
}


@dataclass(frozen=True)
class Wish:
    """One thing that a search asks for. ``value`` is blank where all of its field go together."""

    field: str
    label: str
    value: str = ""

    def holds(self, field: str, value: str) -> bool:
        if self.field == "salary_from":
            return field in OF_PAY
        if self.value == ANY:
            return field in ("skill", "skills") and not value.startswith("-")
        return field == self.field and self.value in ("", value)

    def taken_from(self, criteria: Criteria) -> Criteria:
        return replace(criteria, **self._change(criteria))

    def _change(self, criteria: Criteria) -> dict[str, Any]:
        if self.field in ANY_OF:
            return {ANY_OF[self.field]: ()} | self._unwanted()
        if self.field == "skill":
            return self._other_skills(criteria)
        others: dict[str, dict[str, Any]] = {
            "q": {"words": words_without(criteria, [self])},
            "salary_from": {"salary_from": None, "salary": ()},
            "posted": {"posted": None},
        }
        return others.get(self.field, {self.field: False})

    def _unwanted(self) -> dict[str, Any]:
        name = f"without_{self.field}"
        if hasattr(Criteria, name):
            return {name: ()}
        return {}

    def _other_skills(self, criteria: Criteria) -> dict[str, Any]:
        wanted = [skill for skill in criteria.skill if self.value not in (ANY, skill.slug)]
        unwanted = [skill for skill in criteria.without_skill if f"-{skill.slug}" != self.value]
        return {"skill": tuple(wanted), "without_skill": tuple(unwanted)}


@dataclass(frozen=True)
class NearGroup:
    """Jobs that miss only ``label``, or are in a ``wider`` place: how many, the first of them, and
    the search that finds them all.
    """

    label: str
    url: str
    total: int
    ids: list[int]
    wider: str = ""
    kept: str = ""
    """All that they have of it, where they miss more than two things."""


def groups_near(search: "ListingSearch") -> list[NearGroup]:
    """The largest first. None has no jobs."""
    wishes = get_wishes(search)[:MAX_WISHES]
    for missed in range(1, MAX_MISSED + 1):
        if missed < len(wishes) and (groups := _groups(search, combinations(wishes, missed))):
            return groups
    if len(wishes) < 4:
        return _wider(search)
    return _groups(search, combinations(wishes, len(wishes) - 1))  # each of them alone


def _wider(search: "ListingSearch") -> list[NearGroup]:
    """Groups of jobs in the country of the city, or a region of the country."""
    areas = _areas_around(search.criteria)[:MAX_WIDER]
    return _with_jobs(_group_in(search, area) for area in areas)


def _areas_around(criteria: Criteria) -> list[str]:
    """Countries and regions, the nearest first."""
    if criteria.city:
        state = find_state(criteria.city[0])
        if state:
            return [state.country]
        return [city.country for city in cities_called(criteria.city[0])[:1]]
    if not criteria.country:
        return []
    countries = set(criteria.countries)
    return [region for region in REGIONS if countries.issubset(countries_in([region]))]


def _with_jobs(groups: Iterable[NearGroup]) -> list[NearGroup]:
    return [group for group in groups if group.total]


def _group_in(search: "ListingSearch", area: str) -> NearGroup:
    of_place = [Wish("city", ""), Wish("country", "")]
    pairs = QueryDict(address_without(search, of_place).removeprefix("?"), mutable=True)
    pairs.pop("within", None)
    pairs["country"] = area
    url = f"?{pairs.urlencode()}"
    jobs = _find(search, url)
    return NearGroup("", url, jobs.total, jobs.ids, wider=the_place(area))


def _find(search: "ListingSearch", url: str) -> SearchResult:
    """The first jobs of the search at ``url``, which is one like ``search``."""
    other = type(search)(QueryDict(url.removeprefix("?")))
    return other.find(per_page=JOBS_SHOWN, with_facets=False)


def _groups(search: "ListingSearch", missing: Iterable[tuple[Wish, ...]]) -> list[NearGroup]:
    """The largest, of those that miss the wishes of one of ``missing`` each."""
    counted = []
    for wishes in missing:
        total = count(_without(search.criteria, wishes))
        if total:
            counted.append((total, wishes))
    counted.sort(key=itemgetter(0), reverse=True)
    return _with_jobs(_group(search, wishes) for _, wishes in counted[:MAX_GROUPS])


def _without(criteria: Criteria, wishes: Iterable[Wish]) -> Criteria:
    for wish in wishes:
        criteria = wish.taken_from(criteria)
    return criteria


def _group(search: "ListingSearch", wishes: Sequence[Wish]) -> NearGroup:
    url = address_without(search, wishes)
    jobs = _find(search, url)
    group = NearGroup(_in_words(wishes), url, jobs.total, jobs.ids)
    if len(wishes) <= MAX_MISSED:
        return group
    others = [wish for wish in get_wishes(search)[:MAX_WISHES] if wish not in wishes]
    return replace(group, kept=_in_words(others))


def _in_words(wishes: Iterable[Wish]) -> str:
    return " and ".join(wish.label for wish in wishes)


def _is_held(wishes: Sequence[Wish], name: str, value: str) -> bool:
    return any(wish.holds(name, value) for wish in wishes)


def _held_meanings(read: Understanding, wishes: Sequence[Wish]) -> list[Meaning]:
    """The meanings that were read from words and say one of the wishes."""
    meanings = []
    for meaning in read.meanings:
        if _is_held(wishes, meaning.field, meaning.value):
            meanings.append(meaning)
    return meanings


def address_without(search: "ListingSearch", wishes: Sequence[Wish]) -> str:
    """The address of the search without these wishes; all else that was typed stays."""
    pairs = []
    if text := _text_without(search, wishes):
        pairs.append(("q", text))
    if text and search.query.get("words"):
        pairs.append(("words", "1"))
    if where := _place_without(search, wishes):
        pairs.append(("where", where))
    for name, values in search.query.lists():
        if name in search.form.fields and name not in NOT_FILTERS:
            for value in filter(None, values):
                if not _is_held(wishes, name, value):
                    pairs.append((name, value))
    return f"?{urlencode(pairs)}"


def _text_without(search: "ListingSearch", wishes: Sequence[Wish]) -> str:
    read = search.criteria.understanding
    of_words = _of_words(wishes)
    if read.meanings:
        return read.without(*_held_meanings(read, wishes), has_words=not of_words)
    if of_words:
        return words_without(search.criteria, of_words)
    return search.words


def _place_without(search: "ListingSearch", wishes: Sequence[Wish]) -> str:
    read = search.criteria.located
    return read.without(*_held_meanings(read, wishes), has_words=not _of_words(wishes))


def _of_words(wishes: Iterable[Wish]) -> list[Wish]:
    return [wish for wish in wishes if wish.field == "q"]


def words_without(criteria: Criteria, wishes: Sequence[Wish]) -> str:
    """The words of the search without those of the ``wishes``."""
    removed = [wish.value for wish in wishes]
    if "" in removed:  # all of them
        return ""
    return " ".join(piece.typed for piece in criteria.pieces if piece.typed not in removed)


def get_wishes(search: "ListingSearch") -> list[Wish]:
    wishes = [*_of_values(search), *_of_amounts(search)]
    words = search.criteria.words
    if words and wishes:
        wishes.append(Wish("q", f"“{words}”"))
    elif words:
        wishes = [Wish("q", f"“{piece.typed}”", piece.typed) for piece in search.criteria.pieces]
    return wishes


def _of_values(search: "ListingSearch") -> Iterator[Wish]:
    criteria = search.criteria
    labels = get_value_labels(search)
    for meaning in (*criteria.understanding.meanings, *criteria.located.meanings):
        of_meaning = {meaning.value: get_label(meaning, search.currency)}
        labels[meaning.field] = of_meaning | labels.get(meaning.field, {})
    for field, attribute in ANY_OF.items():
        values = list(map(as_value, getattr(criteria, attribute)))
        for row in getattr(criteria, f"without_{field}", ()):
            values.append(f"{NOT}{as_value(row)}")
        if values:
            names = labels.get(field, {})
            label = " or ".join(names.get(value) or called(value, names) for value in values)
            yield Wish(field, label)
    if criteria.any_skill and criteria.skill:
        yield Wish("skill", " or ".join(map(str, criteria.skill)), ANY)
    else:
        for skill in criteria.skill:
            yield Wish("skill", skill.name, skill.slug)
    for skill in criteria.without_skill:
        yield Wish("skill", label_left_out(skill.name), f"-{skill.slug}")


def _of_amounts(search: "ListingSearch") -> Iterator[Wish]:
    """Wishes about pay and time, and about what is there or not."""
    criteria = search.criteria
    if criteria.salary_from is not None:
        yield Wish("salary_from", _pay_asked(search))
    elif criteria.salary:
        yield Wish("salary_from", "Pay filter")
    if criteria.posted:
        yield Wish("posted", posted_label(criteria.posted))
    for name, (_, label) in FLAGS.items():
        if getattr(criteria, name):
            yield Wish(name, label)


def _pay_asked(search: "ListingSearch") -> str:
    for meaning in search.criteria.understanding.meanings:
        if meaning.field == "salary_from":
            return get_label(meaning, search.currency)
    data = search.form.cleaned_data
    return pay_label(data["salary_from"], data.get("currency", ""))
