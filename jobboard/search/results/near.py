"""For a search that finds nothing: the jobs that miss one thing of it or two, by what they miss."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.http import urlencode

from jobboard.listings.geo.gazetteer import cities_called, find_state
from jobboard.search.criteria import Criteria
from jobboard.search.find import count
from jobboard.search.language import FLAGS, NOT, label_left_out
from jobboard.search.regions import REGIONS, countries_in, the_place

from .chips import NOT_FILTERS, called, label_of, labels_of_values, pay_label, posted_label

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
        wanted = [one for one in criteria.skill if self.value not in (ANY, one.slug)]
        unwanted = [one for one in criteria.without_skill if f"-{one.slug}" != self.value]
        return {"skill": tuple(wanted), "without_skill": tuple(unwanted)}


@dataclass(frozen=True)
class Group:
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


def groups_near(search: "ListingSearch") -> list[Group]:
    """The largest first. None has no jobs."""
    wishes = wishes_of(search)[:MAX_WISHES]
    for missed in range(1, MAX_MISSED + 1):
        if missed < len(wishes) and (groups := _groups(search, combinations(wishes, missed))):
            return groups
    if len(wishes) < 4:
        return _wider(search)
    return _groups(search, combinations(wishes, len(wishes) - 1))  # each of them alone


def _wider(search: "ListingSearch") -> list[Group]:
    """In the country of the city, or a region of the country."""
    criteria = search.criteria
    if criteria.city:
        state, called = find_state(criteria.city[0]), cities_called(criteria.city[0])
        areas = [place.country for place in ([state] if state else called[:1])]
    else:
        areas = [region for region in REGIONS if {*criteria.countries} <= {*countries_in([region])}]
    groups = (_group_in(search, area) for area in areas[:2] if criteria.city or criteria.country)
    return [group for group in groups if group.total]


def _group_in(search: "ListingSearch", area: str) -> Group:
    of_place = [Wish("city", ""), Wish("country", "")]
    pairs = QueryDict(address_without(search, of_place).removeprefix("?"), mutable=True)
    pairs.pop("within", None)
    pairs["country"] = area
    url = f"?{pairs.urlencode()}"
    found = type(search)(QueryDict(url[1:])).find(per_page=JOBS_SHOWN, with_facets=False)
    return Group("", url, found.total, found.ids, wider=the_place(area))


def _groups(search: "ListingSearch", missing: Iterable[tuple[Wish, ...]]) -> list[Group]:
    counted = [(count(_without(search.criteria, wishes)), wishes) for wishes in missing]
    largest = sorted(counted, key=itemgetter(0), reverse=True)[:MAX_GROUPS]
    groups = [_group(search, wishes) for total, wishes in largest if total]
    return [group for group in groups if group.total]


def _without(criteria: Criteria, wishes: Iterable[Wish]) -> Criteria:
    for wish in wishes:
        criteria = wish.taken_from(criteria)
    return criteria


def _group(search: "ListingSearch", wishes: Sequence[Wish]) -> Group:
    url = address_without(search, wishes)
    found = type(search)(QueryDict(url.removeprefix("?"))).find(
        per_page=JOBS_SHOWN, with_facets=False
    )
    label = " and ".join(wish.label for wish in wishes)
    kept = [wish.label for wish in wishes_of(search)[:MAX_WISHES] if wish not in wishes]
    is_far = len(wishes) > MAX_MISSED
    return Group(label, url, found.total, found.ids, kept=" and ".join(kept) if is_far else "")


def _is_held(wishes: Sequence[Wish], name: str, value: str) -> bool:
    return any(wish.holds(name, value) for wish in wishes)


def address_without(search: "ListingSearch", wishes: Sequence[Wish]) -> str:
    """What was typed stays as it is, but for what says these wishes."""
    read = search.criteria.understanding
    gone = [one for one in read.meanings if _is_held(wishes, one.field, one.value)]
    words = read.without(*gone) if read.meanings else search.words
    of_words = [wish for wish in wishes if wish.field == "q"]
    if of_words and read.meanings:
        words = read.without(*gone, has_words=False)
    elif of_words:
        words = words_without(search.criteria, of_words)
    pairs = [("q", words)] if words else []
    if words and search.query.get("words"):
        pairs.append(("words", "1"))
    if where := _place_without(search, wishes):
        pairs.append(("where", where))
    for name, values in search.query.lists():
        if name in search.form.fields and name not in NOT_FILTERS:
            left = [value for value in values if value and not _is_held(wishes, name, value)]
            pairs += [(name, value) for value in left]
    return f"?{urlencode(pairs)}"


def _place_without(search: "ListingSearch", wishes: Sequence[Wish]) -> str:
    read = search.criteria.located
    gone = [one for one in read.meanings if _is_held(wishes, one.field, one.value)]
    return read.without(*gone, has_words=not any(wish.field == "q" for wish in wishes))


def words_without(criteria: Criteria, wishes: Sequence[Wish]) -> str:
    """Those of the words that stay."""
    if any(not wish.value for wish in wishes):
        return ""
    gone = {wish.value for wish in wishes}
    return " ".join(piece.typed for piece in criteria.pieces if piece.typed not in gone)


def wishes_of(search: "ListingSearch") -> list[Wish]:
    wishes = [*_of_values(search), *_of_amounts(search)]
    words = search.criteria.words
    if words and wishes:
        wishes.append(Wish("q", f"“{words}”"))
    elif words:
        typed = [piece.typed for piece in search.criteria.pieces]
        wishes = [Wish("q", f"“{one}”", one) for one in typed]
    return wishes


def _of_values(search: "ListingSearch") -> Iterator[Wish]:
    criteria, labels = search.criteria, labels_of_values(search)
    for meaning in (*criteria.understanding.meanings, *criteria.located.meanings):
        of_meaning = {meaning.value: label_of(meaning, search.currency)}
        labels[meaning.field] = of_meaning | labels.get(meaning.field, {})
    for field, attribute in ANY_OF.items():
        values = [getattr(value, "slug", value) for value in getattr(criteria, attribute)]
        unwanted = getattr(criteria, f"without_{field}", ())
        values += [f"{NOT}{getattr(value, 'slug', value)}" for value in unwanted]
        if values:
            names = labels.get(field, {})
            named = [names.get(value) or called(value, names) for value in values]
            yield Wish(field, " or ".join(named))
    if criteria.any_skill and criteria.skill:
        yield Wish("skill", " or ".join(skill.name for skill in criteria.skill), ANY)
    else:
        for skill in criteria.skill:
            yield Wish("skill", skill.name, skill.slug)
    for skill in criteria.without_skill:
        yield Wish("skill", label_left_out(skill.name), f"-{skill.slug}")


def _of_amounts(search: "ListingSearch") -> Iterator[Wish]:
    """Of pay and time, and what is there or not."""
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
            return label_of(meaning, search.currency)
    data = search.form.cleaned_data
    return pay_label(data["salary_from"], data.get("currency", ""))
