"""Reads a line of words: what it asks for, and the words that are left to look for.

At each word the longest phrase wins that means something; what may mean two things stays words.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from jobboard.search.names import Named

from .amounts import amount_at
from .asides import undo_asides
from .part_weeks import read_part_weeks
from .parts import REMOTE, Meaning, Part
from .places import Spot, country_of_state, is_in_region, is_largest_there, spot_of
from .refusals import leave_out_what_is_refused
from .table import FILTERS, NO_MEANING, Row, is_cue, is_filler, rows_of, table
from .tokens import Token, folded_of, plain_of, runs_at, tokens_of
from .undone import undo_mixed_choices, undo_what_is_not_meant

MAX_READ = 40  # words of a line; the others stay words
OF_PLACES = {"workplace", "country", "city"}
WORDS_THAT_TAKE_BACK = [
    *("aside", "at least", "at most", "left open", "no place", "not", "not needed", "of a name"),
    *("leads", "of a place", "oneself", "partly", "so far", "times", "work from"),
]
KINDS = ("role", "skill", "company")  # of names; a role is meant before a company of its name


ANY_SKILL = Meaning("skills", "any")


@dataclass(frozen=True)
class Understanding:
    """``words``: what is left of ``text`` to look for."""

    text: str = ""
    parts: tuple[Part, ...] = ()

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        found: dict[Meaning, None] = {}
        for part in self.parts:
            found.update(dict.fromkeys(part.meanings))
        return tuple(found)

    @cached_property
    def words(self) -> str:
        if not self.meanings:
            return self.text
        return " ".join(self._said(run) for run in self._runs_of_words())

    @cached_property
    def said(self) -> str:
        """All of it but what only holds a sentence together."""
        if not self.meanings:
            return self.text
        return " ".join(self._said(part.tokens) for part in self.parts if not part.is_filler)

    def without(self, *meanings: Meaning, has_words: bool = True) -> str:
        """The line without the words that mean these, and without what held them together; and
        without those that stayed words unless it ``has_words``.
        """
        if not self.meanings:
            if has_words:
                return self.text
            return ""
        left = []
        for part in self.parts:
            is_gone = any(meaning in meanings for meaning in part.meanings)
            is_word = not part.meanings and (part.is_filler or not has_words)
            if not is_gone and not is_word:
                left.append(self._said(part.tokens))
        return " ".join(left)

    def typed(self, meaning: Meaning) -> str:
        said = [self._said(part.tokens) for part in self.parts if meaning in part.meanings]
        return " ".join(said)

    def _said(self, tokens: Sequence[Token]) -> str:
        return self.text[tokens[0].start : tokens[-1].end]

    def _runs_of_words(self) -> Iterator[list[Token]]:
        """Words that stand together, without fillers at either end."""
        run: list[Part] = []
        for part in [*self.parts, None]:
            if part is not None and not part.meanings:
                run.append(part)
                continue
            while run and run[0].is_filler and not is_cue(run[0].plain, "not"):
                run.pop(0)
            while run and run[-1].is_filler:
                run.pop()
            if run:
                yield [token for one in run for token in one.tokens]
            run = []


@dataclass
class Reader:
    """``names``: what the database has of the runs in the line; ``currencies``: those we can
    compare.
    """

    text: str
    names: Mapping[str, Collection[Named]]
    currencies: Collection[str]
    is_where: bool = False
    """Whether all of it is said of a place."""
    parts: list[Part] = field(default_factory=list)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokens_of(self.text)

    def read(self) -> Understanding:
        at = 0
        while at < min(len(self.tokens), MAX_READ):
            part = self._part_at(at)
            self.parts.append(part)
            at += len(part.tokens)
        self.parts += [Part((token,)) for token in self.tokens[at:]]
        self._read_places_from()
        self.parts = read_part_weeks(self.parts)
        undo_what_is_not_meant(self.parts)
        undo_asides(self.parts)
        self.parts = leave_out_what_is_refused(self.parts)
        undo_mixed_choices(self.parts)
        self._read_either()
        self._read_company_alone()
        return Understanding(self.text, tuple(self.parts))

    def _part_at(self, at: int) -> Part:
        is_word = bool(rows_of(self.tokens[at].plain, "word"))
        pay = None if is_word or self.is_where else amount_at(self.tokens, at)
        if pay and (not pay.currency or pay.currency in self.currencies):
            meaning = Meaning("salary_from", str(pay.number), currency=pay.currency)
            return Part(tuple(self.tokens[pay.start : pay.end]), (meaning,))
        for run in runs_at(self.tokens, at):
            if self._stays_words(run):
                return Part(tuple(run), is_filler=is_filler(plain_of(run)))
            if meanings := self._meanings_of(run, at):
                return Part(tuple(run), meanings)
        word = self.tokens[at]
        return Part((word,), is_filler=is_filler(word.plain))

    def _stays_words(self, run: Sequence[Token]) -> bool:
        said = plain_of(run)
        if len(run) > 1 and any(is_cue(said, cue) for cue in WORDS_THAT_TAKE_BACK):
            return True
        if rows_of(said, "name"):
            return all(named.kind != "company" for named in self._named(run))
        return bool(rows_of(said, "word"))

    def _meanings_of(self, run: Sequence[Token], at: int) -> tuple[Meaning, ...]:
        before, behind = self.tokens[at - 1 : at], self.tokens[at + len(run) : at + len(run) + 1]
        fields = OF_PLACES if self.is_where else FILTERS
        rows = [
            row
            for row in rows_of(plain_of(run), *fields)
            if self._is_said_there(row, at, before, behind)
        ]
        if rows:
            return tuple(filter(None, map(self._meaning_of, rows)))
        if named := self._only_named(run, before):
            return tuple(Meaning(one.kind, one.slug, one) for one in named)
        spot = self._spot(run, before, behind)
        if spot:
            return (Meaning(spot.field, spot.value),)
        return ()

    def _is_said_there(
        self, row: Row, at: int, before: Sequence[Token], behind: Sequence[Token]
    ) -> bool:
        if row.when == "start":
            return at == 0
        is_article = is_filler(plain_of(self.tokens[at : at + 1])) and self._is_country(behind)
        return row.when != "beside" or (not is_article and self._is_beside(before, behind))

    def _is_beside(self, before: Sequence[Token], behind: Sequence[Token]) -> bool:
        """Whether “in” stands before, something understood, or a country behind."""
        if self.is_where or (self.parts and self.parts[-1].meanings):
            return True
        if any(is_cue(token.plain, cue) for token in before for cue in ("in", "from")):
            return True
        rows = rows_of(plain_of(behind), *FILTERS) if behind else []
        return any(row.when == "" for row in rows) or self._is_country(behind)

    @staticmethod
    def _is_country(run: Sequence[Token]) -> bool:
        spot = spot_of(run, is_beside=False) if run else None
        return spot is not None and spot.field == "country"

    def _meaning_of(self, row: Row) -> Meaning | None:
        """Of a role or skill only where there is one of that name."""
        if row.field not in KINDS:
            return Meaning(row.field, row.value)
        named = [one for one in self.names.get(row.value.casefold(), ()) if one.kind == row.field]
        if named:
            return Meaning(row.field, named[0].slug, named[0])
        return None

    def _named(self, run: Sequence[Token]) -> list[Named]:
        for form in folded_of(run):
            if found := [named for named in self.names.get(form, ()) if named.is_public]:
                return found
        return []

    def _only_named(self, run: Sequence[Token], before: Sequence[Token]) -> list[Named]:
        """The role, the skill or the companies of a name, if it names nothing else. A company of
        one word needs “at” before it: other words may hold it.
        """
        by_kind = {kind: [one for one in self._named(run) if one.kind == kind] for kind in KINDS}
        kinds = [kind for kind in KINDS if by_kind[kind]]
        if kinds in (["role"], ["role", "company"]) and len(by_kind["role"]) == 1:
            return by_kind["role"]
        if kinds == ["skill"] and len(by_kind["skill"]) == 1:
            return by_kind["skill"]
        has_cue = any(is_cue(token.plain or token.folded, "at") for token in before)
        is_clear = len(run) > 1 or has_cue
        if kinds == ["company"] and is_clear and not self._is_known(run):
            return by_kind["company"]
        return []

    @staticmethod
    def _is_known(run: Sequence[Token]) -> bool:
        """As something else than a company: a word of the table, or a place."""
        is_word = any(row.field not in NO_MEANING for row in table().get(plain_of(run), ()))
        return is_word or spot_of(run, is_beside=False) is not None

    def _spot(
        self, run: Sequence[Token], before: Sequence[Token], behind: Sequence[Token]
    ) -> Spot | None:
        is_word = bool(rows_of(plain_of(run), "only beside", "cue", "filler", "word"))
        # “à” is one, and “a” is not: “a nice team”.
        is_in = any(is_cue(token.plain, "in") and token.text != "a" for token in before)
        has_in = self.is_where or is_in
        is_beside = has_in or self._is_country(behind)
        if is_word and not is_beside and not is_in_region(plain_of(run), behind):
            return None
        return spot_of(run, is_beside=is_beside)

    # --- What only the whole line tells -----------------------------------------------------------

    def _read_places_from(self) -> None:
        """“Remote from Portugal”: where one would work from; “Austin, TX”: the state of a city."""
        for at in range(1, len(self.parts)):
            before, part = self.parts[at - 1], self.parts[at]
            fields = [meaning.field for meaning in part.meanings]
            if fields == ["country"] and is_cue(before.plain, "from"):
                self._read_country_from(at)
            elif fields in ([], ["city"]) and self._is_state(part, before):
                self._read_state(at)
            elif not fields and self._is_city_called_like_a_country(before, part):
                self.parts[at - 1] = Part(before.tokens)
        self.parts = [part for part in self.parts if part.tokens]

    def _read_country_from(self, at: int) -> None:
        """Where one would work remotely from; else no place of work: “engineers from India”."""
        before, part = self.parts[at - 1], self.parts[at]
        moved = [replace(part.meanings[0], field="from")]
        if is_cue(before.plain, "work from"):
            moved.insert(0, REMOTE)
        elif not self._is_remote:
            self.parts[at] = part if self.is_where else Part(part.tokens)
            return
        self.parts[at] = Part((*before.tokens, *part.tokens), tuple(moved))
        self.parts[at - 1] = Part(())

    def _read_state(self, at: int) -> None:
        """“Paris, Texas” is the one in the US; the state stays a word where its country has a
        larger city of that name: “Portland, Maine”.
        """
        before, part = self.parts[at - 1], self.parts[at]
        city = before.meanings[0].value
        country = country_of_state(city, part.tokens)
        meanings = (*before.meanings, Meaning("country", country)) if country else before.meanings
        if is_largest_there(city, part.tokens):
            self.parts[at] = Part((*before.tokens, *part.tokens), meanings)
            self.parts[at - 1] = Part(())
        else:
            self.parts[at - 1] = Part(before.tokens, meanings)
            self.parts[at] = Part(part.tokens)

    @cached_property
    def _is_remote(self) -> bool:
        """Whether the line says so anywhere."""
        return REMOTE in chain.from_iterable(part.meanings for part in self.parts)

    @staticmethod
    def _is_state(part: Part, before: Part) -> bool:
        """Of the city before it."""
        if [meaning.field for meaning in before.meanings] != ["city"]:
            return False
        return is_in_region(before.meanings[0].value, part.tokens)

    @staticmethod
    def _is_city_called_like_a_country(before: Part, part: Part) -> bool:
        """“Lebanon, PA”."""
        is_country = [meaning.field for meaning in before.meanings] == ["country"]
        return is_country and is_in_region(before.plain, part.tokens)

    def _read_either(self) -> None:
        """“PyTorch or TensorFlow”: any of them, where the line names no other skill; else the two
        stay words.
        """
        parts = self.parts
        skills = [at for at, part in enumerate(parts) if _is_of_skills(part)]
        between = [at + 1 for at in skills if at + 2 in skills]
        cues = [at for at in between if is_cue(parts[at].plain, "or")]
        if len(cues) + 1 == len(skills):
            for at in cues:
                parts[at] = Part(parts[at].tokens, (ANY_SKILL,))
            return
        for at in cues:
            parts[at - 1 : at + 2] = [Part(part.tokens) for part in parts[at - 1 : at + 2]]

    def _read_company_alone(self) -> None:
        """A company of one word, where no other word is left."""
        left = [part for part in self.parts if not part.meanings and not part.is_filler]
        if len(left) != 1 or left[0].tokens[0].is_fixed or self._is_known(left[0].tokens):
            return
        named = self._named(left[0].tokens)
        if {one.kind for one in named} == {"company"}:
            meanings = tuple(Meaning(one.kind, one.slug, one) for one in named)
            self.parts[self.parts.index(left[0])] = Part(left[0].tokens, meanings)


def _is_of_skills(part: Part) -> bool:
    """Whether it names skills that are wanted, and nothing else."""
    wanted = [one.field == "skill" and not one.value.startswith("-") for one in part.meanings]
    return bool(wanted) and all(wanted)


def understand(
    text: str, names: Mapping[str, Collection[Named]], currencies: Collection[str] = ("USD",)
) -> Understanding:
    return Reader(text, names, currencies).read()


def locate(text: str) -> Understanding:
    """What a line says of where the work is."""
    return Reader(text, {}, (), is_where=True).read()


def names_in(text: str) -> set[str]:
    """What may be the name of something in the database, folded."""
    found: set[str] = set()
    tokens = tokens_of(text)
    for at in range(min(len(tokens), MAX_READ)):
        for run in runs_at(tokens, at):
            found.update(folded_of(run))
            rows = rows_of(plain_of(run), "role", "skill")
            found.update(row.value.casefold() for row in rows)
    return found
