"""Reads a line of words: what it asks for, and the words that are left to look for.

At each word the longest phrase wins that means something; what may mean two things stays words.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from jobboard.search.names import Named, of_kind

from .amounts import amount_at
from .asides import undo_asides
from .part_weeks import read_part_weeks
from .parts import EMPTY, REMOTE, Meaning, Part, iterate_meanings, join, remove_empty
from .place_names import NamedPlace, country_of_state, find_spot, is_in_region, is_largest_there
from .refusals import leave_out_what_is_refused
from .table import FILTERS, NO_MEANING, PhraseRow, find_rows, is_cue, is_filler, table
from .tokens import Token, get_forms, join_plain, runs_at, split_tokens
from .undone import undo, undo_mixed_choices, undo_what_is_not_meant

MAX_WORDS_READ = 40  # words of a line; the others stay words
OF_PLACES = {"workplace", "country", "city"}
WORDS_THAT_TAKE_BACK = [
    *("aside", "at least", "at most", "left open", "no place", "not", "not needed", "of a name"),
    *("leads", "of a place", "oneself", "partly", "so far", "times", "work from"),
]
KINDS = ("role", "skill", "company")  # of names
ANY_SKILL = Meaning("skills", "any")


@dataclass(frozen=True)
class Understanding:
    """``words``: what is left of ``text`` to look for."""

    text: str = ""
    parts: tuple[Part, ...] = ()

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        return tuple(dict.fromkeys(iterate_meanings(self.parts)))

    @cached_property
    def words(self) -> str:
        if not self.meanings:
            return self.text
        return self._as_typed(self._runs_of_words())

    @cached_property
    def without_fillers(self) -> str:
        """All of it but what only holds a sentence together."""
        if not self.meanings:
            return self.text
        return self._as_typed(part for part in self.parts if not part.is_filler)

    def without(self, *meanings: Meaning, has_words: bool = True) -> str:
        """The line without the words that mean these, and without what held them together; and
        without those that stayed words unless it ``has_words``.
        """
        if not self.meanings:
            if has_words:
                return self.text
            return ""
        others = []
        for part in self.parts:
            is_removed = not set(part.meanings).isdisjoint(meanings)
            is_word = not part.meanings and (part.is_filler or not has_words)
            if not is_removed and not is_word:
                others.append(part)
        return self._as_typed(others)

    def typed(self, meaning: Meaning) -> str:
        return self._as_typed(part for part in self.parts if meaning in part.meanings)

    def _as_typed(self, parts: Iterable[Part]) -> str:
        texts = [self.text[part.tokens[0].start : part.tokens[-1].end] for part in parts]
        return " ".join(texts)

    def _runs_of_words(self) -> Iterator[Part]:
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
                yield join(run)
            run = []


@dataclass
class LineReader:
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
        return split_tokens(self.text)

    def read(self) -> Understanding:
        at = 0
        while at < min(len(self.tokens), MAX_WORDS_READ):
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
        pay = self._pay_at(at)
        if pay:
            return pay
        for run in runs_at(self.tokens, at):
            if self._stays_words(run):
                return Part(tuple(run), is_filler=is_filler(join_plain(run)))
            if meanings := self._meanings_of(run, at):
                return Part(tuple(run), meanings)
        word = self.tokens[at]
        return Part((word,), is_filler=is_filler(word.plain))

    def _pay_at(self, at: int) -> Part | None:
        if self.is_where or find_rows(self.tokens[at].plain, "word"):
            return None
        pay = amount_at(self.tokens, at)
        if not pay or (pay.currency and pay.currency not in self.currencies):
            return None
        meaning = Meaning("salary_from", str(pay.number), currency=pay.currency)
        return Part(tuple(self.tokens[pay.start : pay.end]), (meaning,))

    def _stays_words(self, run: Sequence[Token]) -> bool:
        phrase = join_plain(run)
        if len(run) > 1 and is_cue(phrase, *WORDS_THAT_TAKE_BACK):
            return True
        if find_rows(phrase, "name"):
            return not of_kind(self._named(run), "company")
        return bool(find_rows(phrase, "word"))

    @property
    def _fields(self) -> set[str]:
        """The fields that are looked for."""
        if self.is_where:
            return OF_PLACES
        return FILTERS

    def _meanings_of(self, run: Sequence[Token], at: int) -> tuple[Meaning, ...]:
        end = at + len(run)
        before = self.tokens[at - 1 : at]
        behind = self.tokens[end : end + 1]
        rows = find_rows(join_plain(run), *self._fields)
        applicable = [row for row in rows if self._applies(row, at, before, behind)]
        if applicable:
            return tuple(filter(None, map(self._meaning_of, applicable)))
        if named := self._only_named(run, before):
            return _meanings_of_named(named)
        spot = self._spot(run, before, behind)
        if spot:
            return (Meaning(spot.field, spot.value),)
        return ()

    def _applies(
        self, row: PhraseRow, at: int, before: Sequence[Token], behind: Sequence[Token]
    ) -> bool:
        if row.when == "start":
            return at == 0
        is_article = is_filler(join_plain(self.tokens[at : at + 1])) and self._is_country(behind)
        return row.when != "beside" or (not is_article and self._is_beside(before, behind))

    def _is_beside(self, before: Sequence[Token], behind: Sequence[Token]) -> bool:
        """Whether “in” stands before, something understood, or a country behind."""
        if self.is_where or (self.parts and self.parts[-1].meanings):
            return True
        if is_cue(join_plain(before), "in", "from"):
            return True
        rows = find_rows(join_plain(behind), *FILTERS)
        return any(row.when == "" for row in rows) or self._is_country(behind)

    @staticmethod
    def _is_country(run: Sequence[Token]) -> bool:
        if not run:
            return False
        spot = find_spot(run, is_beside=False)
        return spot is not None and spot.field == "country"

    def _meaning_of(self, row: PhraseRow) -> Meaning | None:
        """The meaning of ``row``; a role or skill only where there is one of that name."""
        if row.field not in KINDS:
            return Meaning(row.field, row.value)
        named = of_kind(self.names.get(row.value.casefold(), ()), row.field)
        if named:
            return Meaning(row.field, named[0].slug, named[0])
        return None

    def _named(self, run: Sequence[Token]) -> list[Named]:
        for form in get_forms(run):
            public = [named for named in self.names.get(form, ()) if named.is_public]
            if public:
                return public
        return []

    def _only_named(self, run: Sequence[Token], before: Sequence[Token]) -> list[Named]:
        """The role, the skill or the companies of a name, if it names nothing else. A company of
        one word needs “at” before it: other words may hold it.
        """
        named = self._named(run)
        kinds = {row.kind for row in named}
        roles = of_kind(named, "role")
        if len(roles) == 1 and "skill" not in kinds:  # is meant before a company of its name
            return roles
        if kinds == {"skill"} and len(named) == 1:
            return named
        is_behind_at = bool(before) and is_cue(before[0].plain_or_folded, "at")
        is_clear = len(run) > 1 or is_behind_at
        if kinds == {"company"} and is_clear and not self._is_known(run):
            return named
        return []

    @staticmethod
    def _is_known(run: Sequence[Token]) -> bool:
        """Whether ``run`` is known as something else than a company: a word of the table, or a
        place.
        """
        is_word = any(row.field not in NO_MEANING for row in table().get(join_plain(run), ()))
        return is_word or find_spot(run, is_beside=False) is not None

    def _spot(
        self, run: Sequence[Token], before: Sequence[Token], behind: Sequence[Token]
    ) -> NamedPlace | None:
        is_word = bool(find_rows(join_plain(run), "only beside", "cue", "filler", "word"))
        # “à” is one, and “a” is not: “a nice team”.
        is_in = is_cue(join_plain(before), "in") and before[0].text != "a"
        is_beside = self.is_where or is_in or self._is_country(behind)
        if is_word and not is_beside and not is_in_region(join_plain(run), behind):
            return None
        return find_spot(run, is_beside=is_beside)

    # --- What only the whole line tells -----------------------------------------------------------

    def _read_places_from(self) -> None:
        """“Remote from Portugal”: where one would work from; “Austin, TX”: the state of a city."""
        for at in range(1, len(self.parts)):
            before = self.parts[at - 1]
            part = self.parts[at]
            if part.fields == ["country"] and is_cue(before.plain, "from"):
                self._read_country_from(at)
            elif part.fields in ([], ["city"]) and self._is_state(part, before):
                self._read_state(at)
            elif not part.fields and self._is_city_called_like_a_country(before, part):
                self.parts[at - 1] = before.as_words()
        self.parts = remove_empty(self.parts)

    def _read_country_from(self, at: int) -> None:
        """Read the country where one would work remotely from; else it is no place of work:
        “engineers from India”.
        """
        before = self.parts[at - 1]
        part = self.parts[at]
        meanings = [replace(part.meanings[0], field="from")]
        if is_cue(before.plain, "work from"):
            meanings.insert(0, REMOTE)
        elif not self._is_remote:
            if not self.is_where:
                self.parts[at] = part.as_words()
            return
        self.parts[at] = join([before, part], tuple(meanings))
        self.parts[at - 1] = EMPTY

    def _read_state(self, at: int) -> None:
        """“Paris, Texas” is the one in the US; the state stays a word where its country has a
        larger city of that name: “Portland, Maine”.
        """
        before = self.parts[at - 1]
        part = self.parts[at]
        city = before.meanings[0].value
        meanings = before.meanings
        if country := country_of_state(city, part.tokens):
            meanings = (*meanings, Meaning("country", country))
        if is_largest_there(city, part.tokens):
            self.parts[at] = join([before, part], meanings)
            self.parts[at - 1] = EMPTY
        else:
            self.parts[at - 1] = Part(before.tokens, meanings)
            self.parts[at] = part.as_words()

    @cached_property
    def _is_remote(self) -> bool:
        """Whether the line says so anywhere."""
        return REMOTE in iterate_meanings(self.parts)

    @staticmethod
    def _is_state(part: Part, before: Part) -> bool:
        """Whether ``part`` is the state of the city before it."""
        if before.fields != ["city"]:
            return False
        return is_in_region(before.meanings[0].value, part.tokens)

    @staticmethod
    def _is_city_called_like_a_country(before: Part, part: Part) -> bool:
        """“Lebanon, PA”."""
        return before.fields == ["country"] and is_in_region(before.plain, part.tokens)

    def _read_either(self) -> None:
        """“PyTorch or TensorFlow”: any of them, where the line names no other skill; else the two
        stay words.
        """
        parts = self.parts
        skills = [at for at, part in enumerate(parts) if _is_of_skills(part)]
        cues = []
        for at in skills:
            if at + 2 in skills and is_cue(parts[at + 1].plain, "or"):
                cues.append(at + 1)
        is_whole_list = len(cues) + 1 == len(skills)
        for at in cues:
            if is_whole_list:
                parts[at] = Part(parts[at].tokens, (ANY_SKILL,))
            else:
                undo(parts, range(at - 1, at + 2))

    def _read_company_alone(self) -> None:
        """A company of one word, where no other word is left."""
        words = [at for at, part in enumerate(self.parts) if part.is_word]
        if len(words) != 1:
            return
        tokens = self.parts[words[0]].tokens
        if tokens[0].is_fixed or self._is_known(tokens):
            return
        named = self._named(tokens)
        if named and len(of_kind(named, "company")) == len(named):
            self.parts[words[0]] = Part(tokens, _meanings_of_named(named))


def _meanings_of_named(named: Iterable[Named]) -> tuple[Meaning, ...]:
    return tuple(Meaning(row.kind, row.slug, row) for row in named)


def _is_of_skills(part: Part) -> bool:
    """Whether it names skills that are wanted, and nothing else."""
    if any(meaning.is_unwanted for meaning in part.meanings):
        return False
    return set(part.fields) == {"skill"}


def understand(
    text: str, names: Mapping[str, Collection[Named]], currencies: Collection[str] = ("USD",)
) -> Understanding:
    return LineReader(text, names, currencies).read()


def locate(text: str) -> Understanding:
    """The places that a line names as where the work is."""
    return LineReader(text, {}, (), is_where=True).read()


def names_in(text: str) -> set[str]:
    """Runs of words that may be the name of something in the database, folded."""
    names: set[str] = set()
    tokens = split_tokens(text)
    for at in range(min(len(tokens), MAX_WORDS_READ)):
        for run in runs_at(tokens, at):
            names.update(get_forms(run))
            rows = find_rows(join_plain(run), "role", "skill")
            names.update(row.value.casefold() for row in rows)
    return names
