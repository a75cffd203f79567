"""Pay: what a feed's values or an employer's words state, gross. When unsure, nothing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from jobboard.common.words import CURRENCIES, amount_range
from jobboard.listings.choices import Period
from roles.pay.formulas import PERIODS_PER_YEAR

YEAR, MONTH, WEEK, DAY, HOUR = Period.values

# Roughly, in mid-2026, and only to tell pay from slips of the keyboard: never shown, never used to
# convert.
USD_PER_UNIT = {
    code: float(usd)
    for code, usd in re.findall(
        r"(\w+) ([\d.]+)",
        "USD 1 EUR 1.15 GBP 1.33 CHF 1.25 CAD 0.73 AUD 0.66 NZD 0.6 SGD 0.78 HKD 0.13 SEK 0.105"
        " NOK 0.1 DKK 0.154"
        " ILS 0.3 AED 0.27 SAR 0.27 JPY 0.0067 KRW 0.0007 INR 0.0115 PLN 0.27 CZK 0.047 HUF"
        " 0.003 RON 0.23 TRY 0.024"
        " UAH 0.024 PKR 0.0036 BRL 0.18 MXN 0.054 ARS 0.0007 COP 0.00025 ZAR 0.056 EGP 0.02 NGN"
        " 0.00066 CNY 0.14"
        " TWD 0.032 THB 0.03 MYR 0.24 PHP 0.0175 IDR 0.00006 VND 0.000038",
    )
}
HIGH_PAY = "USD EUR GBP CHF CAD AUD NZD SGD HKD SEK NOK DKK ILS AED JPY"
# Of the amount made yearly; in currencies without HIGH_PAY from a fifth of the lowest.
LEAST_USD = {YEAR: 10_000, MONTH: 6_000, WEEK: 10_000, DAY: 15_000, HOUR: 13_000}
MOST_USD = {YEAR: 1_500_000, MONTH: 900_000, WEEK: 750_000, DAY: 800_000, HOUR: 800_000}
WIDEST = Decimal(
    "4.5"
)  # highest by lowest: some real ranges reach 4.7, but false ones begin at 4.6


@dataclass(frozen=True)
class PayRange:
    """What is stated for one tier of a job: gross, in ``currency`` per ``period``; one end may be
    open.

    ``name`` is the level, zone or tier it is for. With ``on_target`` it contains pay that depends
    on results.
    """

    lowest: Decimal | None
    highest: Decimal | None
    currency: str
    period: str
    name: str = ""
    on_target: bool = False

    @property
    def unit(self) -> tuple[str, str]:
        return self.currency, self.period

    @property
    def amounts(self) -> str:
        return amount_range(self.lowest, self.highest, dash="–")

    def __str__(self):
        return f"{self.currency} {self.amounts} {Period(self.period).label}"


def pay_range(
    lowest: Any, highest: Any, currency: str, period: str, **more: Any
) -> PayRange | None:
    """None when the values are no pay: nothing above 0, the ends swapped, an unknown unit, or what
    nobody pays.
    """
    lowest, highest, currency = _amount(lowest), _amount(highest), currency.strip().upper()
    ends = [end for end in (lowest, highest) if end is not None]
    if not ends or currency not in CURRENCIES or period not in PERIODS_PER_YEAR:
        return None
    if not ends[0] <= ends[-1] <= ends[0] * WIDEST or not all(
        _is_plausible(end, currency, period) for end in ends
    ):
        return None
    return PayRange(lowest, highest, currency, period, **more)


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        amount = Decimal(str(value) if isinstance(value, float) else value)
        amount = amount.quantize(Decimal("0.01")) if 0 < amount < 10**12 else Decimal(0)
    except InvalidOperation:  # no number, or NaN
        return None
    return amount or None


def _is_plausible(amount: Decimal, currency: str, period: str) -> bool:
    if currency not in USD_PER_UNIT:
        return True
    least = LEAST_USD[period] if currency in HIGH_PAY else LEAST_USD[period] / 5
    yearly = float(amount) * PERIODS_PER_YEAR[period] * USD_PER_UNIT[currency]
    return least <= yearly <= MOST_USD[period]


# Words of time. In prose a noun needs "per", "a" or "/" before it; an adverb stands alone.

NOUNS = {
    YEAR: "year yr annum jahr an année año anno jaar rok",
    MONTH: "month mo monat mois mes mese mês maand mies miesiąc",
    WEEK: "week wk woche semaine semana",
    DAY: "day tag jour día giorno dag dzień",
    HOUR: "hour hr h stunde std heure hora ora uur godz godzinę",
}
ADVERBS = {
    YEAR: "annual annually yearly p.a pa lpa jährlich annuel annuelle anual rocznie",
    MONTH: "monthly monatlich mensuel mensuelle mensual miesięcznie",
    WEEK: "weekly wöchentlich",
    DAY: "daily täglich",
    HOUR: "hourly horaire",
}
STEMS = {
    "jahres": YEAR,
    "年収": YEAR,
    "monats": MONTH,
    "月給": MONTH,
    "tages": DAY,
    "stunden": HOUR,
    "時給": HOUR,
}
PERIOD_OF = STEMS | {
    word: period for table in (NOUNS, ADVERBS) for period in table for word in table[period].split()
}
USAJOBS = {"pm": MONTH, "pd": DAY, "ph": HOUR}
BESIDE_A_PERIOD = {
    "per",
    "a",
    "an",
    "1",
    "each",
    "pro",
    "par",
    "salary",
    "wage",
    "pay",
    "rate",
    "gross",
    "base",
}


def pay_period(text: str) -> str:
    """The value of Period that a word of a feed or an employer stands for; '' where none is
    certain.
    """
    words = re.findall(r"[^\W_]+", text.lower().replace("p.a", "pa"))
    rest = [word for word in words if word not in BESIDE_A_PERIOD]
    return (PERIOD_OF | USAJOBS).get(rest[0], "") if len(rest) == 1 else ""


def _any(words: Iterable[str]) -> str:
    """A pattern for one of ``words``, the longest that fits."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


NOUN, ADVERB = (_any(" ".join(table.values()).split()) for table in (NOUNS, ADVERBS))
PERIOD = (
    rf"(?:(?:(?:/ ?|\b)(?:per|an?|each|pro|par|im|je|na|por|al)[ /]|/ ?)(?P<noun>{NOUN})(?![^\W_])"
    rf"|(?<![^\W_])(?<!bi-)(?<!semi-)(?P<adverb>{ADVERB})(?![^\W_])"
    r"|(?P<stem>(?:jahres|monats|tages|stunden)(?=brutto|gehalt|lohn|satz|ziel|fest|ver)|年収|月給|時給))"
)
PERIOD_WORD = re.compile(PERIOD, re.I)

# Amounts of money in prose

DOLLAR, KRONA, YEN = "$", "kr", "¥"  # whose, only other words can tell
DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN"}
CODES = USD_PER_UNIT.keys() - {"TRY", "ARS", "COP", "SAR"}  # these mean other things too
MARKS = {code: code for code in CODES} | {f"{code}$": code for code in DOLLARS} | {"US $": "USD"}
MARKS |= {
    code.lower(): code for code in ("USD", "EUR", "GBP", "CAD", "AUD", "CHF", "PLN", "INR", "SGD")
}
MARKS |= dict(
    re.findall(
        r"(\S+)=(\S+)",
        "US$=USD C$=CAD CA$=CAD CDN$=CAD CDN=CAD A$=AUD AU$=AUD NZ$=NZD S$=SGD SG$=SGD HK$=HKD"
        " NT$=TWD MX$=MXN R$=BRL"
        " Euro=EUR Euros=EUR EURO=EUR euro=EUR euros=EUR Kč=CZK zł=PLN kr=kr $=$ ¥=¥ €=EUR £=GBP"
        " ₹=INR ₪=ILS ₩=KRW"
        " ₱=PHP 円=JPY",
    )
)
SIGNS = "".join(mark for mark in MARKS if len(mark) == 1)
MARK = (
    rf"(?:(?:(?<![^\W\d_])"
    rf"|(?<=[0-9 ][kKT]))(?:{_any(mark for mark in MARKS if mark not in SIGNS)})(?![^\W\d_])"
    rf"|[{SIGNS}])"
)
UNITS = {
    "k": 10**3,
    "t": 10**3,
    "tsd": 10**3,
    "万": 10**4,
    "lpa": 10**5,
    "lac": 10**5,
    "lakh": 10**5,
}
NUMBER = re.compile(
    r"(?<![0-9])(?<![0-9][.,'’])"
    r"(?P<whole>[0-9]{1,3}(?P<by>[,.'’ \u00a0\u202f])[0-9]{3}(?:(?P=by)[0-9]{3})*"
    r"|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|[0-9]{1,9})(?:[.,](?P<part>[0-9]{1,2}))?(?![0-9]"
    r"|[.,'’][0-9])"
)
BEFORE = re.compile(rf"(?:{MARK}\s?){{1,2}}$")
AFTER = re.compile(
    r"(?:[,.]-+)?(?:\s?(?P<unit>(?i:k|tsd|lpa|lac|lakh)(?=s?\b)|[kKT](?=€|EUR\b)|万)s?)?"
    rf"(?:\s?(?P<marks>{MARK}(?:\s?{MARK})?)(?!\s?[$€£₹]?\s?[0-9]))?(?P<more>\+?)"
    rf"(?i:[\s(*]{{0,3}}(?:(?:gross|brutt?os?|brut|base|basic"
    rf"|salary)[\s(/]{{1,2}}){{0,2}}{PERIOD})?"
)
NO_MONEY = re.compile(
    r"\s?(?:(?:m|mm|mn|mln|b|bn|mio|mrd|cr|x|years?|yrs?|hours?|days?)\b|[mbt]r?illi|crore|%)"
    r"|(?<=40[13])\s?\(?k\b",
    re.I,
)
BETWEEN = re.compile(
    r"\)?\s{0,3}(?:(?P<and>and|et|und|y|e)\b|-{1,2}|[–—−‒~〜～]|(?:to|up to|bis(?: zu)?|à|a|do)\b"
    r"|(?P<far>[^.!?\n$€£0-9]{0,60}\bup to\b))\s{0,3}\(?",
    re.I,
)
OPENS = re.compile(r"\b(?:between|entre|zwischen|from)\b[^0-9]{0,12}$", re.I)


@dataclass(frozen=True)
class _Amount:
    start: int
    end: int
    value: Decimal
    unit: str
    marks: frozenset[str]
    period: str
    has_cents: bool
    is_open: bool
    is_money: bool


def _amounts(text: str) -> Iterator[_Amount]:
    """Every number of ``text`` with the currency, unit and period that stand right beside it."""
    for number in NUMBER.finditer(text):
        start, end = number.span()
        before, after = BEFORE.search(text[max(0, start - 12) : start]), AFTER.match(text, end)
        prefix, unit = before[0] if before else "", (after["unit"] or "").lower()
        marks = {MARKS[mark] for mark in re.findall(MARK, f"{prefix} {after['marks'] or ''}")}
        word = after["noun"] or after["adverb"] or after["stem"] or ""
        yield _Amount(
            start=start - len(prefix),
            end=after.end(),
            value=Decimal(re.sub(r"[^0-9]", "", number["whole"]) + "." + (number["part"] or "0")),
            unit=unit,
            marks=frozenset({"INR"} if unit == "lpa" else marks),
            period=YEAR if unit == "lpa" else PERIOD_OF.get(word.lower(), ""),
            has_cents=len(number["part"] or "") == 2,
            is_open=bool(after["more"]),
            is_money=not NO_MONEY.match(text, end),
        )


def _linked(text: str) -> Iterator[list[_Amount]]:
    """Amounts that "to" or a dash joins, in one list; a single amount is a list of one."""
    group: list[_Amount] = []
    for amount in _amounts(text):
        between = (
            group
            and amount.start - group[-1].end < 70
            and BETWEEN.fullmatch(text, group[-1].end, amount.start)
        )
        if between and (
            not (between["and"] or between["far"])
            or OPENS.search(text[max(0, group[0].start - 30) : group[0].start])
        ):
            group.append(amount)
            continue
        if group:
            yield group
        group = [amount]
    if group:
        yield group


# What the words around amounts say of them


PAY = (
    r"(?:\b(?:(?:salary|salaries|salaires?|wages?|compensation|ctc|ral)\b|salaris|salário"
    r"|salario|sueldo|r[eé]mun[eé]r"
    r"|retribu[zc]i|wynagrodzenie|widełki|(?:base|starting|hourly|annual|gross|weekly|monthly"
    r"|current) (?:pay|range)\b"
    r"|(?:hiring|cash) range|(?:role|position|job) pays\b|pay (?:range|rate|scale|band|grade"
    r"|zone|is|for this)"
    r"|(?:pay|base|rate|comp) ?[:=]|(?:hourly|day|daily) rate|range for (?:this|the) (?:role"
    r"|position))"
    r"|gehalt|vergütung|lohn\b|年収|月給|時給|給与)"
)
ON_TARGET = (
    r"\b(?:otes?\b|on[- ]target\b|target(?:ed)? (?:annual )?earnings"
    r"|ziel(?:gehalt|einkommen|vergütung))"
)
NOT_PAY = (
    r"\b(?:total (?:(?:target|annual|direct|cash|yearly) )*(?:comp|compensation|rewards?"
    r"|earnings|package)\b"
    r"|(?:competitive|attractive|great|generous) (?:\w+ ){0,2}(?:salary|pay|compensation|wages?)\b"
    r"(?! ?(?:[:(£$€–-]|of|range))|(?:average|median|minimum) (?:\w+ )?salary"
    r"|(?:salary|pay|compensation) ?:? ?(?:is )?(?:competitive|negotiable|expectat|history"
    r"|sacrifice|survey|data)"
    r"|bonus|prämie|sign[- ]?on\b|signing|commission|espp|grants?\b|budget|stipend|allowance"
    r"|reimburs|40[13]\b|pension"
    r"|match|contribut|donat|insurance|shift premium|well(?:ness|being)|home[- ]office|equipment"
    r"|learning (?:and|&)"
    r"|professional development|tuition|education|conference|relocation|referr|rais(?:ed?|es"
    r"|ing)\b|threshold|sponsor"
    r"|fund(?:ing|ed|s|raising)\b|series [a-h]\b|valu(?:ed|ation)|revenue|sales (?:target|of)"
    r"|quota|contract value"
    r"|pipeline|portfolio|book of|transact|saving|spend|penalt|mortgage|debt|discount|purchas"
    r"|per diem|differ"
    r"ential|overtime|severance|holiday|vacation|fraud|bount(?:y|ies)|market (?:rate|average"
    r"|cap)|glassdoor|payscale"
    r"|benchmark|midpoint|zuschuss|increas|projects? worth|turnover|profit"
    r"|(?:prime|equity|stocks?|rsus?|shares?|options?|premiums|deductibles?|perks?|seed|round"
    r"|[amn]rr|[at]cv|gmv|aum"
    r"|assets?|deals?|contracts|customers?|clients?|accounts|save[sd]?|costs?|fines?|prizes?"
    r"|awards?|loans?|credits?"
    r"|prices?|pricing|fees?|payments?|payouts?|loss|losses|visa|indeed|rent|nett?o?)\b)"
)
KEY = re.compile(
    rf"(?P<skip>\boffers (?:equity|bonus|commission))|(?P<no>{NOT_PAY})|(?P<target>{ON_TARGET})"
    rf"|(?P<pay>{PAY})",
    re.I,
)
# small letters only: a capital "Equity" begins a new paragraph where line breaks are lost
AFTERWARDS = re.compile(
    r"[\s)*(]*(?:(?!(?:plus|and|with|excl|not|target|our|your|the|this|these|base|basic|gross"
    r"|salary|you|we)\b)"
    rf"[a-z'’-]+ ){{0,3}}?(?:(?P<no>{NOT_PAY})|(?P<target>(?i:{ON_TARGET}))"
    r"|(?P<pay>(?:gross |annual )?(?:base|basic) ?(?:salary|pay)|base\b))"
)
GUESSED = re.compile(
    r"glassdoor|(?:indeed|linkedin) est|payscale|levels\.fyi|adzuna|predicted", re.I
)
BESIDES = re.compile(
    r"(?:[+~<>≈]|\b(?:plus|additional|extra|another|approx\w*\.?|around|about|roughly|circa"
    r"|ca?\.|over|than"
    r"|worth))[ (]*$",
    re.I,
)
UP_TO = re.compile(
    r"\b(?:up to|bis(?: zu)?|jusqu['’]à|max(?:imum|imal|\.)?|fino a|hasta"
    r"|tot)(?: (?:base )?(?:salary|pay))?[ :(]*$",
    re.I,
)
FROM = re.compile(
    r"(?:\b(?:from|start(?:s|ing) at|at least|ab|à partir de|od|desde|vanaf|dès|min(?:imum|imal"
    r"|\.)?)"
    r"|mindest\w*[^.!?\n]{0,60})[ :(]*$",
    re.I,
)
TO_ONE_AMOUNT = re.compile(
    r"(?:[^.!?;\n•]{0,60}(?:[:=–—]|\b(?:is|of|at|to|from|von|zu|ab|bis|beträgt|de)))?\s{0,3}"
    r"(?:\(|[^.!?;•]{0,50}[:=]\s{0,3})?",
    re.I,
)
UNFINISHED = re.compile(
    r"\s*(?:\([^)]{0,40}\)\s*)?(?:to|through|bis|[-–—]|for(?= (?!this|the|[0-9]))|towards?|of"
    r"|off)(?:\s|$)"
)
SENTENCE = re.compile(r"[.!?;•]\s|\n")
IN_A_ROW = (
    r"applicants|candidates|hires|employees|residents|roles?|position|zone|tier|level|locations?"
    r"|based in|area|states"
)
ROW = re.compile(rf"\b(?:{IN_A_ROW})\b", re.I)
# a label has capitals, numbers and these words: "All other US locations", "in Denver, and"
NO_LABEL = re.compile(
    rf"\b(?!(?:{IN_A_ROW}|based|located|only|in|and|or|of|the|this|all|any|other|for|at|outside"
    rf"|excluding|including|full"
    r"|time|is|are|be|will|between|from|up|to|as|it|range|pay|base|salary|per|year)\b)[a-z]{2,}"
)
LINK = re.compile(
    r"(?:[:=–—|)-]|\b(?:is|of|at|to|from|between|be|are|entre|zwischen|von|beträgt))[ (]*$", re.I
)
LABEL = re.compile(r"(?<!\()\b(?:Level|Zone|Tier|Grade|Band) (?:[0-9]{1,2}|[IVX]{1,4}|[A-D])\b")
WHOSE_DOLLAR = re.compile(
    r"(?P<home>\bU\.?S\b|\bUSA|\bUSD|United States|\b401|California|New York|San Francisco"
    r"|Seattle|Boston|Chicago|Texas"
    r"|Colorado|Denver)|\b(?:CAD|AUD|SGD|NZD|HKD|TWD|MXN|CAN)\b|Canad|Toronto|Vancouver"
    r"|Montr[eé]al|Ontario|Alberta|Qu[eé]bec"
    r"|Calgary|Ottawa|Australia|Sydney|Melbourne|Brisbane|New Zealand|Auckland|Singapore"
    r"|Hong Kong|Taiwan|Mexic"
    r"|(?:\+|plus) super\b|(?i:superannuation)"
)
REACH = 300  # characters before an amount in which words speak of it
SHORT = 100  # a text of up to so many characters is a field, not prose


def read_pay(text: str, *, only_pay: bool = False, dollar: str = "USD") -> list[PayRange]:
    """Every base pay and on-target range that ``text`` states for certain, in its order, each once.

    ``text`` is plain, with its line breaks. ``only_pay`` is for text that speaks of nothing else:
    there pay need not be called so. ``dollar`` is the currency of a bare "$" where the words leave
    it open; '' when that is unknown.
    """
    only_pay = only_pay or len(text) <= SHORT
    hints = {hint.lastgroup for hint in WHOSE_DOLLAR.finditer(text)} if DOLLAR in text else set()
    if dollar == "USD" and hints == {None}:  # the text names only other countries with dollars
        dollar = ""
    found: dict[tuple, PayRange] = {}
    end, kind, period = 0, "", ""  # of the amounts before
    for amounts in _linked(text):
        marks = frozenset().union(*(amount.marks for amount in amounts))
        if not marks:
            continue
        first, last = amounts[0], amounts[-1]
        if first.start - end > REACH:
            kind = period = ""
        lead, tail = (
            text[max(end, first.start - REACH) : first.start],
            text[last.end : last.end + 60].split("\n")[0],
        )
        end = last.end
        kind = _kind(lead, tail.lower() if only_pay else tail, len(amounts) == 2, only_pay, kind)
        currency = _currency(marks, dollar, lead, tail)
        pay = None
        if kind and currency and len(amounts) <= 2 and all(amount.is_money for amount in amounts):
            lowest, highest = _ends(amounts, lead)
            period = _period(amounts, currency, lowest or highest or Decimal(0), lead, period)
            names = [""] + (LABEL.findall(lead) if all(one.name for one in found.values()) else [])
            pay = pay_range(
                lowest, highest, currency, period, name=names[-1], on_target=kind == "target"
            )
        if pay:
            found.setdefault((pay.lowest, pay.highest, pay.unit, pay.on_target), pay)
        else:
            kind = ""
    return list(found.values())


def _kind(lead: str, tail: str, is_range: bool, only_pay: bool, before: str) -> str:
    """'pay', 'target' or '' of amounts between ``lead`` and ``tail``; ``before`` is that of the
    amounts before.
    """
    after = AFTERWARDS.match(tail)
    if (
        BESIDES.search(lead)
        or GUESSED.search(tail[:40])
        or (not is_range and UNFINISHED.match(tail))
    ):
        return ""
    keys = [key for key in KEY.finditer(lead) if key.lastgroup != "skip"]
    if after and not (keys and keys[-1][0].lower().startswith("total")):
        return after.lastgroup.replace("no", "")
    if keys:
        key = keys[-1]
        is_meant = (
            _reaches(lead, key.end()) if is_range else TO_ONE_AMOUNT.fullmatch(lead, key.end())
        )
        return key.lastgroup.replace("no", "") if only_pay or is_meant else ""
    if before and (_reaches(lead, 0) if is_range else lead.rstrip().endswith(":")):
        return before
    row = SENTENCE.split(lead.rstrip())[-1]
    is_row = is_range and ROW.search(row) and not NO_LABEL.search(row)
    return "pay" if only_pay or is_row else ""


def _reaches(lead: str, start: int) -> bool:
    """Whether the word that ends at ``start`` speaks of what follows ``lead``: only a label may
    stand between.
    """
    *sentences, label = SENTENCE.split(lead[start:])
    return not NO_LABEL.search(label) or bool(start and not sentences and LINK.search(label))


def _currency(marks: frozenset[str], dollar: str, lead: str, tail: str) -> str:
    """'' when it is not certain."""
    if len(marks) > 1:
        marks = marks - {DOLLAR} if marks - {DOLLAR} <= DOLLARS else marks - {KRONA, YEN}
    if marks != {DOLLAR}:
        return next(iter(marks)) if len(marks) == 1 and marks <= CODES else ""
    hint = [*WHOSE_DOLLAR.finditer(lead)][-1:] or [*WHOSE_DOLLAR.finditer(tail)][:1]
    if hint:
        return "USD" if hint[0]["home"] else dollar.replace("USD", "")
    return dollar


def _ends(amounts: list[_Amount], lead: str) -> tuple[Decimal | None, Decimal | None]:
    units = [amount.unit for amount in amounts]
    if len(amounts) == 2 and units.count("") == 1 and amounts[units.index("")].value < 1000:
        units = [unit or max(units) for unit in units]  # of "125-250K" both are thousands
    values = [
        amount.value * UNITS.get(unit, 1) for amount, unit in zip(amounts, units, strict=True)
    ]
    if len(values) == 1 and UP_TO.search(lead):
        return None, values[0]
    if len(values) == 1 and (amounts[0].is_open or FROM.search(lead)):
        return values[0], None
    return values[0], values[-1]


def _period(amounts: list[_Amount], currency: str, amount: Decimal, lead: str, before: str) -> str:
    """As stated behind or before the amounts, else by their size; ``before`` is that of the amounts
    before.
    """
    stated = {one.period for one in amounts} - {""}
    if stated:
        return stated.pop() if len(stated) == 1 else ""
    usd = float(amount) * USD_PER_UNIT.get(currency, 0)
    keys = [key.start() for key in KEY.finditer(lead) if key.lastgroup in ("pay", "target")]
    if keys:
        start = max(
            [0, keys[-1] - 25, *(cut.end() for cut in SENTENCE.finditer(lead, 0, keys[-1]))]
        )
        for word in reversed(list(PERIOD_WORD.finditer(lead, start))):
            period = PERIOD_OF[word[word.lastgroup].lower()]
            return "" if usd >= 20_000 and period != YEAR else period
    if usd >= 20_000:
        return YEAR
    return HOUR if usd < 250 and all(one.has_cents for one in amounts) else before
