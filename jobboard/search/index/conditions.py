"""Which listings meet the criteria: the queries that say so, and what lifts a score.

Words are looked for by queries built here, never by a query language, so no text of a stranger is
an instruction.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import tantivy
from tantivy import FieldType, Occur, Query

from jobboard.search import ranking
from jobboard.search.criteria import Criteria, chosen_of_places
from jobboard.search.facets.table import UNSTATED
from jobboard.search.language import NOT_COMPARABLE
from jobboard.search.stored import type_masks
from jobboard.search.words import Piece, Word

from .documents import (
    ID_BITS,
    LEVELS,
    NO_PAY,
    OTHER_PAY,
    WORKPLACES,
    country_number,
    micros,
    week_of,
)
from .places import ANYWHERE, state_term, terms_asked, town_term

# Looking up so many values one by one is faster than going through all of a field for a set.
FEW = 30


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
        required = Query.boolean_query(
            [(Occur.Must, query) for query in [self.is_live(now), *conditions.values()]]
        )
        if not criteria.pieces and not (is_scored and criteria.lifting):
            return required
        clauses = [(Occur.Must, Query.const_score_query(required, 0.0) if is_scored else required)]
        for piece in criteria.pieces:
            clauses.append((Occur.MustNot if piece.is_excluded else Occur.Must, self._piece(piece)))
        if is_scored:
            understood = [piece for piece in criteria.lifting if piece not in criteria.pieces]
            clauses += [(Occur.Should, self._piece(piece)) for piece in understood]
            for piece in criteria.lifting:
                clauses += [(Occur.Should, lift) for lift in self._lifts(piece)]
            clauses += [(Occur.Should, lift) for lift in self._fresh_and_complete(now)]
        return Query.boolean_query(clauses)

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
        asked = {**{name: values[name] for name in chosen}, **(also or {})}
        terms = terms_asked(asked)
        if "city" in asked:
            terms += self._in_towns(criteria, asked)
        return self.any_of("place", terms)

    @staticmethod
    def _in_towns(criteria: Criteria, asked: dict[str, Collection[str]]) -> list[str]:
        """Each beside its own country, or there would be as many terms as both together."""
        by_country = defaultdict(list)
        for town in criteria.towns:
            if town.country in asked.get("country", (town.country,)):
                by_country[town.country].append(town_term(town.geoname_id))
        terms = []
        for country, towns in by_country.items():
            terms += terms_asked({**asked, "country": (country,), "city": towns})
        return terms

    def by_facet(self, criteria: Criteria, now: datetime) -> dict[str, Query]:
        values = {
            "role": [role.pk for role in criteria.role],
            "level": _levels(criteria.level),
            "type": type_masks(criteria.type),
            "workplace": [
                WORKPLACES.index("" if value == UNSTATED else value) for value in criteria.workplace
            ],
            "country": [country_number(code) for code in criteria.countries],
            "visa": [1] if criteria.visa else [],
            "verified": [1] if criteria.verified else [],
        }
        conditions = {
            name: self.any_of(name, numbers) for name, numbers in values.items() if numbers
        }
        if criteria.work_from:
            conditions["from"] = self.open_from(criteria.home_countries)
        if criteria.city:
            conditions["city"] = self.any_of("city", sorted(self._cities(criteria)))
        if criteria.salary_from is not None or criteria.salary:
            conditions["salary"] = self._pay(criteria.salary_from or 0, set(criteria.salary))
        if criteria.posted:
            since = int(criteria.posted_since(now).timestamp())
            conditions["posted"] = self.above("newest", (since << ID_BITS) - 1)
        if criteria.featured:
            conditions["featured"] = self.above("featured", micros(now))
        if criteria.company or criteria.without_company:
            conditions["company"] = self._of_company(criteria)
        if criteria.any_skill and criteria.skill:
            conditions["skill"] = self.any_of("skill", [skill.pk for skill in criteria.skill])
        else:
            for skill in criteria.skill:
                conditions[f"skill {skill.pk}"] = self.any_of("skill", [skill.pk])
        for skill in criteria.without_skill:
            conditions[f"not skill {skill.pk}"] = self._but("skill", [skill.pk])
        return conditions | self._left_out(criteria)

    def _left_out(self, criteria: Criteria) -> dict[str, Query]:
        """Of a job of several, any may be the one that is not wanted."""
        unwanted: dict[str, list] = {
            "level": _levels(criteria.without_level),
            "type": type_masks(criteria.without_type),
            "country": [country_number(code) for code in criteria.countries_left_out],
            "city": sorted({*criteria.cities_left_out, *map(state_term, criteria.states_left_out)}),
        }
        return {f"not {name}": self._but(name, found) for name, found in unwanted.items() if found}

    @staticmethod
    def _cities(criteria: Criteria) -> set[str]:
        towns = {town_term(town.geoname_id) for town in criteria.towns}
        states = map(state_term, criteria.states)
        return {*criteria.cities, *states, *towns}

    def _of_company(self, criteria: Criteria) -> Query:
        wanted = [company.pk for company in criteria.company]
        unwanted = [company.pk for company in criteria.without_company]
        if not unwanted:
            return self.any_of("company", wanted)
        return self._but("company", unwanted, of=wanted)

    def _but(self, field: str, unwanted: list[int], of: Collection[int] = ()) -> Query:
        """All, or those ``of`` these values, without the unwanted ones."""
        every = self.any_of(field, list(of)) if of else Query.all_query()
        return Query.boolean_query(
            [(Occur.Must, every), (Occur.MustNot, self.any_of(field, unwanted))]
        )

    def _pay(self, threshold: int, states: set[str]) -> Query:
        """``threshold`` is gross per year in USD; see ``documents`` for how a range is kept."""
        reaching, surely = self.above("pay_high", threshold), self.above("pay_low", threshold)
        others = {UNSTATED: NO_PAY, NOT_COMPARABLE: OTHER_PAY}
        wanted = [
            self.any_of("pay_state", [number]) for name, number in others.items() if name in states
        ]
        if {"surely", "maybe"} <= states:
            wanted.append(reaching)
        elif "surely" in states:
            wanted.append(surely)
        elif "maybe" in states:
            wanted.append(Query.boolean_query([(Occur.Must, reaching), (Occur.MustNot, surely)]))
        return either(wanted)

    def is_live(self, now: datetime) -> Query:
        return self.above("expires", micros(now))

    def open_from(self, countries: Iterable[str]) -> Query:
        """Where people of one of the countries may work."""
        return self.any_of("eligible", [*map(country_number, (ANYWHERE, *countries))])

    def any_of(self, field: str, values: list) -> Query:
        if len(values) == 1:
            return Query.term_query(self.schema, field, values[0], "basic")
        if len(values) > FEW:
            return Query.term_set_query(self.schema, field, values)
        one_each = [Query.term_query(self.schema, field, value, "basic") for value in values]
        return Query.const_score_query(either(one_each), 1.0)  # as a set scores

    def above(self, field: str, number: int) -> Query:
        return Query.range_query(
            self.schema, field, FieldType.Unsigned, number, None, include_lower=False
        )

    def featured(self, query: Query, now: datetime) -> Query:
        """They are few, so looking them up costs less than looking at every listing."""
        since = micros(now) + 1
        few = Query.range_query(
            self.schema, "featured", FieldType.Unsigned, since, None, use_inverted_index=True
        )
        return Query.boolean_query([(Occur.Must, few), (Occur.Must, query)])

    def _piece(self, piece: Piece) -> Query:
        words = Query.boolean_query([(Occur.Must, self.word("text", word)) for word in piece.words])
        cities = [self.any_of("city", sorted(piece.cities))] if piece.cities else []
        spellings = [self.word("text", word) for word in piece.spellings]
        return either([words, *spellings, *cities, *self._names(piece)])

    def term(self, field: str, token: str) -> Query:
        return Query.term_query(self.schema, field, token, "freq")

    def _names(self, piece: Piece) -> list[Query]:
        named = {"skill": piece.skills, "role": piece.roles}
        return [self.any_of(field, sorted(ids)) for field, ids in named.items() if ids]

    def word(self, field: str, word: Word) -> Query:
        ways = []
        if len(word.tokens) > 1:
            ways.append(Query.phrase_query(self.schema, field, list(word.tokens)))
        ways += [self.term(field, form) for form in word.forms]
        return either(ways)

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
        this_week, first = week_of(now), 0
        for fresh in ranking.FRESH:
            weeks = [this_week - ago for ago in range(first, fresh.weeks + 1)]
            yield Query.const_score_query(self.any_of("week", weeks), fresh.points)
            first = fresh.weeks + 1
        for stated in range(1, ranking.MAX_FACTS + 1):
            has_so_many = self.any_of("stated", [stated])
            yield Query.const_score_query(has_so_many, ranking.STATED * stated)


def _levels(values: Iterable[str]) -> list[int]:
    """As the index has them."""
    return [LEVELS.index("" if value == UNSTATED else value) for value in values]


def either(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])
