"""Pay: what a feed's values or an employer's words state, gross. When unsure, nothing."""

import re
from decimal import Decimal

from .amounts import CODES, DOLLARS, UNITS, Amount, linked_amounts
from .pay_period import PERIOD_OF, PERIOD_WORD
from .pay_range import HOUR, USD_PER_UNIT, YEAR, PayRange, pay_range

# Signs of several currencies: only other words can tell which one is meant.
DOLLAR, KRONA, YEN = "$", "kr", "¥"

# What the words around amounts say of them.

PAY = (
    r"(?:\b(?:(?:salary|salaries|salaires?|wages?|compensation|ctc|ral)\b|salaris|salário|salario"
    r"|sueldo|r[eé]mun[eé]r|retribu[zc]i|wynagrodzenie|widełki|(?:base|starting|hourly|annual|gross"
    r"|weekly|monthly|current) (?:pay|range)\b|(?:hiring|cash) range|(?:role|position|job) pays\b"
    r"|pay (?:range|rate|scale|band|grade|zone|is|for this)|(?:pay|base|rate|comp) ?[:=]"
    r"|(?:hourly|day|daily) rate|range for (?:this|the) (?:role|position))"
    r"|gehalt|vergütung|lohn\b|年収|月給|時給|給与)"
)
ON_TARGET = (
    r"\b(?:otes?\b|on[- ]target\b|target(?:ed)? (?:annual )?earnings"
    r"|ziel(?:gehalt|einkommen|vergütung))"
)
NOT_PAY = (
    r"\b(?:total (?:(?:target|annual|direct|cash|yearly) )*(?:comp|compensation|rewards?|earnings"
    r"|package)\b|(?:competitive|attractive|great|generous) (?:\w+ ){0,2}(?:salary|pay|compensation"
    r"|wages?)\b(?! ?(?:[:(£$€–-]|of|range))|(?:average|median|minimum) (?:\w+ )?salary"
    r"|(?:salary|pay|compensation) ?:? ?(?:is )?(?:competitive|negotiable|expectat|history"
    r"|sacrifice|survey|data)|bonus|prämie|sign[- ]?on\b|signing|commission|espp|grants?\b|budget"
    r"|stipend|allowance|reimburs|40[13]\b|pension|match|contribut|donat|insurance|shift premium"
    r"|well(?:ness|being)|home[- ]office|equipment|learning (?:and|&)|professional development"
    r"|tuition|education|conference|relocation|referr|rais(?:ed?|es|ing)\b|threshold|sponsor"
    r"|fund(?:ing|ed|s|raising)\b|series [a-h]\b|valu(?:ed|ation)|revenue|sales (?:target|of)"
    r"|quota|contract value|pipeline|portfolio|book of|transact|saving|spend|penalt|mortgage"
    r"|debt|discount|purchas|per diem|differential|overtime|severance|holiday|vacation|fraud"
    r"|bount(?:y|ies)|market (?:rate|average|cap)|glassdoor|payscale|benchmark|midpoint|zuschuss"
    r"|increas|projects? worth|turnover|profit|(?:prime|equity|stocks?|rsus?|shares?|options?"
    r"|premiums|deductibles?|perks?|seed|round|[amn]rr|[at]cv|gmv|aum|assets?|deals?|contracts"
    r"|customers?|clients?|accounts|save[sd]?|costs?|fines?|prizes?|awards?|loans?|credits?"
    r"|prices?|pricing|fees?|payments?|payouts?|loss|losses|visa|indeed|rent|nett?o?)\b)"
)
KEY = re.compile(
    r"(?P<skip>\boffers (?:equity|bonus|commission))"
    rf"|(?P<no>{NOT_PAY})|(?P<target>{ON_TARGET})|(?P<pay>{PAY})",
    re.I,
)
# Small letters only: a capital "Equity" begins a new paragraph where line breaks are lost.
AFTERWARDS = re.compile(
    r"[\s)*(]*(?:(?!(?:plus|and|with|excl|not|target|our|your|the|this|these|base|basic|gross"
    rf"|salary|you|we)\b)[a-z'’-]+ ){{0,3}}?(?:(?P<no>{NOT_PAY})|(?P<target>(?i:{ON_TARGET}))"
    r"|(?P<pay>(?:gross |annual )?(?:base|basic) ?(?:salary|pay)|base\b))"
)
GUESSED = re.compile(
    r"glassdoor|(?:indeed|linkedin) est|payscale|levels\.fyi|adzuna|predicted", re.I
)
BESIDES = re.compile(
    r"(?:[+~<>≈]|\b(?:plus|additional|extra|another|approx\w*\.?"
    r"|around|about|roughly|circa|ca?\.|over|than|worth))[ (]*$",
    re.I,
)
UP_TO = re.compile(
    r"\b(?:up to|bis(?: zu)?|jusqu['’]à|max(?:imum|imal|\.)?|fino a|hasta|tot)"
    r"(?: (?:base )?(?:salary|pay))?[ :(]*$",
    re.I,
)
FROM = re.compile(
    r"(?:\b(?:from|start(?:s|ing) at|at least|ab|à partir de|od|desde"
    r"|vanaf|dès|min(?:imum|imal|\.)?)|mindest\w*[^.!?\n]{0,60})[ :(]*$",
    re.I,
)
TO_ONE_AMOUNT = re.compile(
    r"(?:[^.!?;\n•]{0,60}(?:[:=–—]|\b(?:is|of|at|to|from|von|zu|ab|bis|beträgt|de)))?\s{0,3}"
    r"(?:\(|[^.!?;•]{0,50}[:=]\s{0,3})?",
    re.I,
)
UNFINISHED = re.compile(
    r"\s*(?:\([^)]{0,40}\)\s*)?"
    r"(?:to|through|bis|[-–—]|for(?= (?!this|the|[0-9]))|towards?|of|off)(?:\s|$)"
)
SENTENCE = re.compile(r"[.!?;•]\s|\n")
IN_A_ROW = (
    r"applicants|candidates|hires|employees|residents|roles?"
    r"|position|zone|tier|level|locations?|based in|area|states"
)
ROW = re.compile(rf"\b(?:{IN_A_ROW})\b", re.I)
# A label has capitals, numbers and these words: "All other US locations", "in Denver, and".
NO_LABEL = re.compile(
    rf"\b(?!(?:{IN_A_ROW}|based|located|only|in|and|or|of|the|this|all|any"
    r"|other|for|at|outside|excluding|including|full|time|is|are|be|will"
    r"|between|from|up|to|as|it|range|pay|base|salary|per|year)\b)[a-z]{2,}"
)
LINK = re.compile(
    r"(?:[:=–—|)-]|\b(?:is|of|at|to|from|between|be|are|entre|zwischen|von|beträgt))[ (]*$", re.I
)
LABEL = re.compile(r"(?<!\()\b(?:Level|Zone|Tier|Grade|Band) (?:[0-9]{1,2}|[IVX]{1,4}|[A-D])\b")
WHOSE_DOLLAR = re.compile(
    r"(?P<home>\bU\.?S\b|\bUSA|\bUSD|United States|\b401|California|New York|San Francisco"
    r"|Seattle|Boston|Chicago|Texas|Colorado|Denver)|\b(?:CAD|AUD|SGD|NZD|HKD|TWD|MXN|CAN)\b"
    r"|Canad|Toronto|Vancouver|Montr[eé]al|Ontario|Alberta|Qu[eé]bec|Calgary"
    r"|Ottawa|Australia|Sydney|Melbourne|Brisbane|New Zealand|Auckland"
    r"|Singapore|Hong Kong|Taiwan|Mexic|(?:\+|plus) super\b|(?i:superannuation)"
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
    for amounts in linked_amounts(text):
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
    """'pay', 'target' or '' of amounts between ``lead`` and ``tail``, after those of ``before``."""
    after = AFTERWARDS.match(tail)
    if (
        BESIDES.search(lead)
        or GUESSED.search(tail[:40])
        or (not is_range and UNFINISHED.match(tail))
    ):
        return ""
    keys = [key for key in KEY.finditer(lead) if key.lastgroup != "skip"]
    if after and not (keys and keys[-1][0].lower().startswith("total")):
        return (after.lastgroup or "").replace("no", "")
    if keys:
        key = keys[-1]
        is_meant = (
            _reaches(lead, key.end()) if is_range else TO_ONE_AMOUNT.fullmatch(lead, key.end())
        )
        return (key.lastgroup or "").replace("no", "") if only_pay or is_meant else ""
    if before and (_reaches(lead, 0) if is_range else lead.rstrip().endswith(":")):
        return before
    row = SENTENCE.split(lead.rstrip())[-1]
    is_row = is_range and ROW.search(row) and not NO_LABEL.search(row)
    return "pay" if only_pay or is_row else ""


def _reaches(lead: str, start: int) -> bool:
    """Whether the word ending at ``start`` speaks of what follows ``lead``, at most a label on."""
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


def _ends(amounts: list[Amount], lead: str) -> tuple[Decimal | None, Decimal | None]:
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


def _period(amounts: list[Amount], currency: str, amount: Decimal, lead: str, before: str) -> str:
    """As stated beside the amounts, else by their size; ``before`` is that of those before."""
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
            period = PERIOD_OF[word[word.lastgroup or 0].lower()]
            return "" if usd >= 20_000 and period != YEAR else period
    if usd >= 20_000:
        return YEAR
    return HOUR if usd < 250 and all(one.has_cents for one in amounts) else before
