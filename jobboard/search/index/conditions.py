"""Builds the queries that say which listings meet the criteria, and what lifts a score.

Words are looked for by queries built here, never by a query language, so no text of a stranger is
an instruction.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import tantivy
from tantivy import FieldType, Occur, Query

from jobboard.search import ranking
from jobboard.search.criteria import Criteria, chosen_of_places, row_ids
from jobboard.search.facets.table import UNSTATED
from jobboard.search.language import NOT_COMPARABLE
from jobboard.search.stored import stored, type_masks
from jobboard.search.words import Piece, Word

from .clauses import all_but, all_of, either, without_score
from .documents import (
    ID_BITS,
    LEVELS,
    NO_PAY,
    OTHER_PAY,
    WORKPLACES,
    country_number,
    to_microseconds,
    week_of,
)
from .place_terms import ANYWHERE, list_terms, state_term, town_term

# Looking up so many values one by one is faster than going through all of a field for a set.
MAX_SINGLE_TERMS = 30


@dataclass(frozen=True)
class Conditions:
    """Queries for an index of this schema."""

    schema: tantivy.Schema

    def matching(
        self, criteria: Criteria, now: datetime, *, without: str = "", is_scored: bool = False
    ) -> Query:
        """Live listings that meet the criteria; those of the field ``without`` are left out. Only
        words score.
        """
        conditions = self.by_facet(criteria, now)
        conditions.pop(without, None)
        of_places = chosen_of_places(criteria, without)
        if len(of_places) > 1:
            for name in of_places:
                del conditions[name]
            conditions["place"] = self.at_one_place(criteria, of_places)
        required = all_of(self.is_live(now), *conditions.values())
        if not criteria.pieces and not (is_scored and criteria.lifting):
            return required
        lifts: Iterable[Query] = []
        if is_scored:
            required = without_score(required)
            lifts = self._all_lifts(criteria, now)
        clauses = [(Occur.Must, required)]
        for piece in criteria.pieces:
            occur = Occur.Must
            if piece.is_excluded:
                occur = Occur.MustNot
            clauses.append((occur, self._piece(piece)))
        clauses += [(Occur.Should, lift) for lift in lifts]
        return Query.boolean_query(clauses)

    def _all_lifts(self, criteria: Criteria, now: datetime) -> Iterator[Query]:
        """Queries that lift a score: what was understood, what the words are found in, and what is
        fresh and complete.
        """
        for piece in criteria.lifting:
            if piece not in criteria.pieces:
                yield self._piece(piece)
        for piece in criteria.lifting:
            yield from self._lifts(piece)
        yield from self._fresh_and_complete(now)

    def at_one_place(
        self,
        criteria: Criteria,
        chosen: Collection[str],
        also: Mapping[str, Collection[str]] | None = None,
    ) -> Query:
        """Listings with a place that meets all fields that are ``chosen``, and has one of the
        values of each field in ``also``.
        """
        values = {
            "workplace": criteria.workplace,
            "country": criteria.countries,
            "city": {*criteria.cities, *map(state_term, criteria.states)},
            "from": (ANYWHERE, *criteria.home_countries),
        }
        required = {name: values[name] for name in chosen}
        required.update(also or {})
        terms = list_terms(required)
        if "city" in required:
            terms += self._in_towns(criteria, required)
        return self.any_of("place", terms)

    @staticmethod
    def _in_towns(criteria: Criteria, required: dict[str, Collection[str]]) -> list[str]:
        """Each beside its own country, or there would be as many terms as both together."""
        by_country = defaultdict(list)
        for town in criteria.towns:
            if town.country in required.get("country", (town.country,)):
                by_country[town.country].append(town_term(town.geoname_id))
        terms = []
        for country, towns in by_country.items():
            terms += list_terms({**required, "country": (country,), "city": towns})
        return terms

    def by_facet(self, criteria: Criteria, now: datetime) -> dict[str, Query]:
        values: dict[str, list] = {
            "role": row_ids(criteria.role),
            "level": _numbers(LEVELS, criteria.level),
            "type": type_masks(criteria.type),
            "workplace": _numbers(WORKPLACES, criteria.workplace),
            "country": list(map(country_number, criteria.countries)),
        }
        conditions = {}
        for name, numbers in values.items():
            if numbers:
                conditions[name] = self.any_of(name, numbers)
        if criteria.work_from:
            conditions["from"] = self.open_from(criteria.home_countries)
        if criteria.city:
            conditions["city"] = self.any_of("city", sorted(self._cities(criteria)))
        if criteria.salary_from is not None or criteria.salary:
            conditions["salary"] = self._pay(criteria.salary_from or 0, set(criteria.salary))
        if criteria.posted:
            since = int(criteria.posted_since(now).timestamp())
            conditions["posted"] = self.above("newest", (since << ID_BITS) - 1)
        if criteria.company or criteria.without_company:
            conditions["company"] = self._of_company(criteria)
        conditions |= self._of_flags(criteria, now)
        return conditions | self._of_skills(criteria) | self._left_out(criteria)

    def _of_flags(self, criteria: Criteria, now: datetime) -> dict[str, Query]:
        conditions = {}
        if criteria.featured:
            conditions["featured"] = self.above("featured", to_microseconds(now))
        if criteria.visa:
            conditions["visa"] = self.any_of("visa", [1])
        if criteria.verified:
            conditions["verified"] = self.any_of("verified", [1])
        return conditions

    def _of_skills(self, criteria: Criteria) -> dict[str, Query]:
        conditions = {}
        if criteria.any_skill and criteria.skill:
            conditions["skill"] = self.any_of("skill", row_ids(criteria.skill))
        else:
            for skill in criteria.skill:
                conditions[f"skill {skill.pk}"] = self.any_of("skill", [skill.pk])
        for skill in criteria.without_skill:
            conditions[f"not skill {skill.pk}"] = self._none_of("skill", [skill.pk])
        return conditions

    def _left_out(self, criteria: Criteria) -> dict[str, Query]:
        """Conditions for what is not wanted. A job of several levels or places is left out for any
        of them.
        """
        states = map(state_term, criteria.states_left_out)
        unwanted: dict[str, list] = {
            "level": _numbers(LEVELS, criteria.without_level),
            "type": type_masks(criteria.without_type),
            "country": list(map(country_number, criteria.countries_left_out)),
            "city": sorted({*criteria.cities_left_out, *states}),
        }
        conditions = {}
        for name, values in unwanted.items():
            if values:
                conditions[f"not {name}"] = self._none_of(name, values)
        return conditions

    @staticmethod
    def _cities(criteria: Criteria) -> set[str]:
        towns = {town_term(town.geoname_id) for town in criteria.towns}
        states = map(state_term, criteria.states)
        return {*criteria.cities, *states, *towns}

    def _of_company(self, criteria: Criteria) -> Query:
        unwanted = row_ids(criteria.without_company)
        if not criteria.company:
            return self._none_of("company", unwanted)
        wanted = self.any_of("company", row_ids(criteria.company))
        if not unwanted:
            return wanted
        return all_but(wanted, self.any_of("company", unwanted))

    def _none_of(self, field: str, values: list) -> Query:
        return all_but(Query.all_query(), self.any_of(field, values))

    def _pay(self, threshold: int, states: set[str]) -> Query:
        """``threshold`` is gross per year in USD; see ``documents`` for how a range is kept."""
        reaching = self.above("pay_high", threshold)
        surely = self.above("pay_low", threshold)
        queries = []
        if UNSTATED in states:
            queries.append(self.any_of("pay_state", [NO_PAY]))
        if NOT_COMPARABLE in states:
            queries.append(self.any_of("pay_state", [OTHER_PAY]))
        if {"surely", "maybe"} <= states:
            queries.append(reaching)
        elif "surely" in states:
            queries.append(surely)
        elif "maybe" in states:
            queries.append(all_but(reaching, surely))
        return either(queries)

    def is_live(self, now: datetime) -> Query:
        return self.above("expires", to_microseconds(now))

    def open_from(self, countries: Iterable[str]) -> Query:
        """Jobs at which people of one of the countries may work."""
        return self.any_of("eligible", [*map(country_number, (ANYWHERE, *countries))])

    def any_of(self, field: str, values: list) -> Query:
        if len(values) == 1:
            return Query.term_query(self.schema, field, values[0], "basic")
        if len(values) > MAX_SINGLE_TERMS:
            return Query.term_set_query(self.schema, field, values)
        one_each = [Query.term_query(self.schema, field, value, "basic") for value in values]
        return Query.const_score_query(either(one_each), 1.0)  # as a set scores

    def above(self, field: str, number: int) -> Query:
        return Query.range_query(
            self.schema, field, FieldType.Unsigned, number, None, include_lower=False
        )

    def featured(self, query: Query, now: datetime) -> Query:
        """They are few, so looking them up costs less than looking at every listing."""
        since = to_microseconds(now) + 1
        few = Query.range_query(
            self.schema, "featured", FieldType.Unsigned, since, None, use_inverted_index=True
        )
        return all_of(few, query)

    def _piece(self, piece: Piece) -> Query:
        queries = [all_of(*self._words(piece.words)), *self._words(piece.spellings)]
        if piece.cities:
            queries.append(self.any_of("city", sorted(piece.cities)))
        return either([*queries, *self._names(piece)])

    def _words(self, words: Iterable[Word]) -> list[Query]:
        return [self.word("text", word) for word in words]

    def term(self, field: str, token: str) -> Query:
        return Query.term_query(self.schema, field, token, "freq")

    def _names(self, piece: Piece) -> list[Query]:
        queries = []
        if piece.skills:
            queries.append(self.any_of("skill", sorted(piece.skills)))
        if piece.roles:
            queries.append(self.any_of("role", sorted(piece.roles)))
        return queries

    def word(self, field: str, word: Word) -> Query:
        queries = []
        if len(word.tokens) > 1:
            queries.append(Query.phrase_query(self.schema, field, list(word.tokens)))
        queries += [self.term(field, form) for form in word.forms]
        return either(queries)

    def _lifts(self, piece: Piece) -> Iterable[Query]:
        for word in piece.words:
            for token in {*word.tokens, *word.forms}:
                yield Query.boost_query(self.term("title", token), ranking.TITLE_COUNTS)
        for query in self._names(piece):
            yield Query.const_score_query(query, ranking.NAMED)
        if piece.companies:
            company = self.any_of("company", sorted(piece.companies))
            yield Query.const_score_query(company, ranking.COMPANY)

    def _fresh_and_complete(self, now: datetime) -> Iterable[Query]:
        this_week = week_of(now)
        first = 0
        for fresh in ranking.FRESH:
            weeks = [this_week - ago for ago in range(first, fresh.weeks + 1)]
            yield Query.const_score_query(self.any_of("week", weeks), fresh.points)
            first = fresh.weeks + 1
        for stated in range(1, ranking.MAX_FACTS + 1):
            has_so_many = self.any_of("stated", [stated])
            yield Query.const_score_query(has_so_many, ranking.STATED * stated)


def _numbers(names: list[str], values: Iterable[str]) -> list[int]:
    """The ``values`` as the index has them, which ``names`` says."""
    return [names.index(value) for value in stored(values)]
