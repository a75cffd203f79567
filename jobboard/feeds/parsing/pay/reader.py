"""Pay: what an employer's words state of it. When unsure, nothing.

Each amount or range is a statement of its own: what kind of pay it is, before or after tax, for
which place or level, and the words it was read from.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain, pairwise, zip_longest

from jobboard.feeds.parsing.phrases import Mark, PhraseFinder, any_of
from jobboard.listings.choices import PayGross, PayStatement

from .alone import is_introduced, is_line_of_pay, is_of_another_line, is_surely_pay, stands_alone
from .amounts import UNITS, Amount, linked_amounts
from .context import REACH, TAIL, Context, quote_amounts
from .heads import (
    BASE,
    GUESSES,
    KIND_OF,
    ON_TARGET,
    PAY,
    TOTAL,
    UNFINISHED,
    Head,
    find_head,
    find_tail,
    is_beside,
    is_label,
    is_linked,
    is_row,
    only_links,
    sentence_starts,
)
from .labels import find_level, find_place, is_place_of_row
from .money import (
    IMPLYING,
    Market,
    are_salaries,
    find_currency,
    find_ends,
    find_period,
    in_usd,
    month_by_size,
    speaks_of_other_dollars,
)
from .period import WORDS
from .values import pay_statement

SHORT = 100
"""A text of up to so many characters is a field, not prose."""
MAX_LINK_LENGTH = 110
"""Characters between a word for pay and one amount that it speaks of."""
MAX_LABEL_LENGTH = 60
MAX_WIDTH_IN_PROSE = 12
"""In prose, ends further apart than so many times are two amounts of different things."""

# “We pay you”, “Das bieten wir dir:”.
TO_WHOM = re.compile(r"\W*(?:(?:you|dir|ihnen|euch|te|vous|ti|ci)\b)?\W*", re.IGNORECASE)
LOWEST_SALARY = 30_000
MAX_RATIO_BY_FORM = 2
"""A range that no word calls pay begins so high, and ends at most at so many times that."""

MAX_QUALITY_LENGTH = 12
CONTRACT = re.compile(
    rf"\W*(?:(?P<local>{any_of(WORDS['contract of work'])})|{any_of(WORDS['contract'])})\W*"
)
LOWEST = re.compile(rf"\W*(?:{any_of(WORDS['lowest'])}):?\s*", re.IGNORECASE)
QUALITIES = PhraseFinder("pay/words.csv", PayGross.GROSS, PayGross.NET)
BEFORE_VAT = PhraseFinder("pay/words.csv", "before vat")
"""Of a contractor's "net" these say that it is without value added tax, and before income tax."""
COMES_ON_TOP = re.compile(
    r"\s*(?:\+|plus\b|and\b)\s*(?:\w+\s+){0,2}(?:bonus|equity|stock|rsus?|commission|benefits)",
    re.IGNORECASE,
)


def read_pay(
    text: str, *, only_pay: bool = False, currencies: Collection[str] = ()
) -> list[PayStatement]:
    """Every statement of pay that is certain, in the order of ``text``, each once.

    ``text`` is plain, with its line breaks. ``only_pay`` is for text that speaks of nothing else:
    there pay need not be called so. ``currencies`` are those of the countries the job is in: they
    tell which dollar, krona or yen a sign stands for.
    """
    return PayReader(text, only_pay or len(text) <= SHORT, frozenset(currencies)).read()


class PayReader:
    """Reads one text from its beginning to its end."""

    def __init__(self, text: str, is_field: bool, currencies: frozenset[str]) -> None:
        self.text = text
        self.is_field = is_field
        self.market = Market(currencies, "$" in text and speaks_of_other_dollars(text))
        # Of the statement before, which the rows of a list share.
        self.kind: str | None = None
        self.period = ""
        self.gross = ""
        self.are_labelled = True

    def read(self) -> list[PayStatement]:
        statements: dict[tuple, PayStatement] = {}
        end = 0
        for group, context in self._find_groups():
            if context.first.start - end > REACH:
                self.kind = None
                self.period = self.gross = ""
            context = replace(context, start=max(end, context.start))
            statement, end = self._read_group(group, context)
            if statement is None:
                self.kind = None
            else:
                what = (statement.kind, statement.place, statement.level)
                key = (*statement.unit, statement.lowest, statement.highest, *what)
                statements.setdefault(key, statement)
        return _without_repeats(list(statements.values()))

    def _find_groups(self) -> Iterator[tuple[list[Amount], Context]]:
        """Amounts that may be pay, with the words around them."""
        groups = list(filter(self._may_be_pay, linked_amounts(self.text)))
        for group, behind in zip_longest(groups, groups[1:]):
            first = group[0]
            last = group[-1]
            start = max(0, first.start - REACH)
            stop = last.end + len(self._line_behind(last.end))
            next_tail = None
            if behind and behind[0].start <= stop:
                stop = behind[0].start
                next_tail = self._line_behind(behind[-1].end)
            yield group, Context(self.text, start, first, last, stop, next_tail)

    def _line_behind(self, end: int) -> str:
        return self.text[end : end + TAIL].partition("\n")[0]

    def _may_be_pay(self, group: list[Amount]) -> bool:
        if any(amount.marks for amount in group):
            return True
        if self.market.currencies == {"USD"}:
            return are_salaries(group)
        return any(word in self.text for word in IMPLYING)

    def _read_group(self, group: list[Amount], context: Context) -> tuple[PayStatement | None, int]:
        """The statement, and where the words that belong to it end."""
        end = context.last.end
        if len(group) > 2 or not all(amount.is_money for amount in group):
            return None, end
        head = self._find_head(context)
        kind = self._find_kind(context, head)
        if kind is None:
            return None, end
        currency = find_currency(group, context, head, self.market)
        if not currency:
            return None, end
        lowest, highest = find_ends(group, context, head)
        usd = in_usd(lowest or highest, currency)
        gross = self._find_gross(context, head)
        self.period = find_period(group, context, head, usd, self.period)
        # One amount alone may be paid once: "Vergütung der Masterarbeit: 2.000 €".
        if not self.period and (context.is_range or gross):
            self.period = month_by_size((lowest, highest), currency, context)
        place, end = find_place(context, head, currency)
        level, level_end = self._find_level(context)
        end = max(end, level_end)
        statement = pay_statement(
            lowest,
            highest,
            currency,
            self.period,
            kind=kind,
            gross=gross,
            place=place,
            level=level,
            quote=quote_amounts(context, head, end),
        )
        if statement is None or (not self.is_field and _is_too_wide(statement)):
            return None, end
        self.kind = kind
        self.gross = gross
        self.are_labelled &= bool(place or level)
        return statement, max(end, self._find_end_of_tail(context))

    def _find_level(self, context: Context) -> tuple[str, int]:
        if self.are_labelled:
            return find_level(context)
        return "", context.last.end

    def _find_head(self, context: Context) -> Head | None:
        """The phrase before the amounts that says what they are, of their sentence or above it."""
        starts = [*sentence_starts(context.lead, 0, len(context.lead)), len(context.lead)]
        for start, stop in reversed([*pairwise(starts)]):
            head = find_head(self.text, context.start + start, context.start + stop)
            is_own = stop == len(context.lead)
            # What an earlier sentence says is no pay is said of that sentence alone; a heading
            # speaks of what stands below it.
            is_over = not is_own and _ends_a_sentence(context.lead[:stop])
            if head and (head.kind is not None or not (is_over or self._is_apart(context, stop))):
                return head
        return None

    @staticmethod
    def _is_apart(context: Context, stop: int) -> bool:
        """Whether a line of pay is about something else than the one that ends at ``stop``."""
        line = context.lead[:stop].rstrip().rpartition("\n")[2]
        is_own = stop == len(context.lead)
        is_pay = is_line_of_pay(context) and is_surely_pay(context)
        return not is_own and is_pay and is_of_another_line(line)

    def _find_kind(self, context: Context, head: Head | None) -> str | None:
        """The kind of pay; None for an amount that is none, or not for certain."""
        if is_beside(context.lead) or GUESSES.find(context.tail[:40]):
            return None
        if not context.is_range and UNFINISHED.match(context.tail):
            return None
        tail = self._find_tail(context)
        says_more = head is not None and head.kind in (ON_TARGET, TOTAL)
        if tail and not (says_more and self._adds_up(context, tail)):
            return KIND_OF.get(tail.meaning)
        if head:
            return self._kind_by_head(context, head)
        return self._kind_without_head(context)

    def _find_tail(self, context: Context) -> Mark | None:
        is_field = self.is_field and not context.last.period
        tail = find_tail(context.tail[:60], is_field=is_field)
        if tail is None or not context.is_followed or context.tail[tail.end :].strip(" :(-–—"):
            return tail
        # Of "$250K OTE $325K" the word leads to the second, of "$250K base $75K bonus" it does not.
        if find_tail((context.next_tail or "")[:60], is_field=is_field):
            return tail
        return None

    def _find_end_of_tail(self, context: Context) -> int:
        tail = self._find_tail(context)
        if tail is None:
            return context.last.end
        return context.last.end + tail.end

    @staticmethod
    def _adds_up(context: Context, tail: Mark) -> bool:
        """Whether the base or salary behind an amount is only a part of it: "(base + bonus)"."""
        if tail.meaning != BASE or "(" in context.tail[: tail.start]:
            return tail.meaning in (PAY, BASE)
        return bool(COMES_ON_TOP.match(context.tail, tail.end))

    def _kind_by_head(self, context: Context, head: Head) -> str | None:
        if head.is_offer and _is_offered(context, head):
            return head.kind
        if (head.is_sum or head.is_offer) and not context.is_range:
            return None
        if head.is_offer and not only_links(context.text[head.end : context.first.start]):
            return None
        if self.is_field or _reaches(context, head):
            return head.kind
        return None

    def _kind_without_head(self, context: Context) -> str | None:
        if self.kind is not None and _goes_on(context):
            return self.kind
        if self.is_field or _is_pay_by_form(context):
            return ""
        return None

    def _find_gross(self, context: Context, head: Head | None) -> str:
        """'' where the words do not say, or say both."""
        start = context.sentence
        if head and head.start < start:
            start = max(head.start - 20, context.start)
        stop = context.last.end + len(context.tail.split(". ")[0][:30])
        # What stands behind is said of these amounts, what stands before perhaps of others.
        for begin, end in ((context.first.start, stop), (start, context.first.start)):
            meanings = self._gross_or_net(begin, end)
            is_net = PayGross.NET in meanings
            if is_net and BEFORE_VAT.find(self.text, context.sentence, context.stop):
                return ""
            if len(meanings) > 1:
                return ""
            if meanings:
                return meanings.pop()
        if self.kind is not None and head is None:
            return self.gross
        return ""

    def _gross_or_net(self, start: int, end: int) -> set[str]:
        marks = QUALITIES.find(self.text, start, end)
        return {mark.meaning for mark in marks if not _is_dot_net(self.text, mark.start)}


def _reaches(context: Context, head: Head) -> bool:
    """Whether ``head`` speaks of the amounts, with at most a label or a verb between."""
    between = context.text[head.end : context.first.start]
    starts = sentence_starts(between, 0, len(between))
    label = between[starts[-1] :]
    is_near = len(starts) == 1
    if context.is_range:
        row = label
        if len(label) <= MAX_LABEL_LENGTH:
            row = label.rpartition(":")[2]
        return is_label(row) or (is_near and is_linked(label))
    if is_near:
        return len(label) <= MAX_LINK_LENGTH and (not label.strip() or is_linked(label))
    return len(between) <= MAX_LABEL_LENGTH and between.rstrip().endswith(":")


def _goes_on(context: Context) -> bool:
    """Whether the amounts are a further row of the list that the ones before began."""
    if not context.is_range:
        return context.lead.rstrip().endswith(":")
    return is_label(context.text[context.sentence : context.first.start])


def _is_pay_by_form(context: Context) -> bool:
    """A range with its own period that bonus or tax is said of, or that candidates are named
    beside, is pay though no word says so: "$90,000/year to $99,000/year + bonus".
    """
    if not context.is_range:
        return _is_pay_of_its_line(context)
    stated = context.text[context.first.start : context.last.end + MAX_QUALITY_LENGTH]
    is_taxed = bool(QUALITIES.find(stated))
    if context.first.period or context.last.period:
        is_alone = context.stands_alone or bool(LOWEST.fullmatch(context.row))
        if COMES_ON_TOP.match(context.tail) or is_taxed or is_alone:
            return True
    if (contract := CONTRACT.fullmatch(context.row)) and (contract["local"] or is_taxed):
        return True
    return is_row(context.row) or _is_range_of_salaries(context)


def _is_pay_of_its_line(context: Context) -> bool:
    return is_line_of_pay(context) and (is_surely_pay(context) or not is_introduced(context))


def _is_offered(context: Context, head: Head) -> bool:
    """Whether the pay is offered: not where the line above says what is paid for: “We pay for your
    studies”.
    """
    line, _, is_above = context.text[head.end : context.first.start].partition("\n")
    if is_above and TO_WHOM.fullmatch(line):
        return is_line_of_pay(context)
    return _is_pay_of_its_line(context) and (not is_above or is_surely_pay(context))


def _is_range_of_salaries(context: Context) -> bool:
    """A range of thousands that stands alone in its line, or behind the name of a place."""
    first = context.first
    last = context.last
    lowest = first.value * UNITS.get(first.unit or last.unit, 1)
    highest = last.value * UNITS.get(last.unit, 1)
    if not (LOWEST_SALARY <= lowest <= highest <= lowest * MAX_RATIO_BY_FORM):
        return False
    if stands_alone(context):
        return True  # “💰 $160K–$210K + bonus”
    before = context.text[context.sentence : context.first.start].strip(" -–—*•:")
    return any(map(str.isalnum, before)) and is_place_of_row(before)


def _is_dot_net(text: str, at: int) -> bool:
    return text[at - 1 : at] == "."


def _ends_a_sentence(text: str) -> bool:
    return text.rstrip()[-1:] in {".", "!", "?", ";"}


def _is_too_wide(statement: PayStatement) -> bool:
    if statement.lowest is None or statement.highest is None:
        return False
    return statement.highest > statement.lowest * MAX_WIDTH_IN_PROSE


def _without_repeats(statements: list[PayStatement]) -> list[PayStatement]:
    """The statements without those that say again, with fewer words, what another one says."""
    repeats = set(chain.from_iterable(map(_in_fewer_words, statements)))
    return [statement for statement in statements if _without_words(statement) not in repeats]


def _in_fewer_words(statement: PayStatement) -> set[PayStatement]:
    """The same amounts for no place or level, or of no kind."""
    whole = _without_words(statement)
    without_label = replace(whole, place="", level="")
    return {without_label, replace(without_label, kind="")} - {whole}


def _without_words(statement: PayStatement) -> PayStatement:
    """Alike for all statements of the same, whatever words they are read from."""
    return replace(statement, quote="", gross="")
