"""Says which of two roles has more open jobs and higher pay, in words that say no more than the
figures.

Pay is compared at one level and from one source, or not at all. Ties are named, and so is a second
source that says otherwise. /methodology/ prints the rules.
"""

from dataclasses import dataclass

from jobboard.common.text.words import in_thousands, plural
from roles.pay.formulas import SMALL_SAMPLE_SIZE, Spread

# One role has more open jobs if it has so many more, and so many per cent more.
MIN_MORE_JOBS = 3
MIN_MORE_JOBS_PERCENT = 25
# It pays more if its median is so many per cent higher, each from SMALL_SAMPLE_SIZE data points or
# more.
MIN_MORE_PAY_PERCENT = 10


@dataclass(frozen=True)
class RoleStanding:
    """The figures of one role that are compared: pay at the level that the page shows."""

    name: str
    jobs: int
    survey: Spread | None = None
    posted: Spread | None = None


@dataclass(frozen=True)
class VerdictPart:
    text: str
    is_strong: bool


@dataclass(frozen=True)
class Verdict:
    """``marked``: what matters stands between two pairs of asterisks."""

    marked: str

    def __str__(self) -> str:
        return self.marked.replace("**", "")

    @property
    def parts(self) -> list[VerdictPart]:
        pieces = enumerate(self.marked.split("**"))
        return [VerdictPart(text, index % 2 == 1) for index, text in pieces if text]


def verdict(a: RoleStanding, b: RoleStanding, level: str) -> Verdict:
    """``level`` in words, such as “mid-level”; '' where pay of all levels is shown together."""
    jobs = more_jobs(a, b)
    pay = None
    if level:
        pay = higher_pay(a.survey, b.survey)
    sentences = _compare_jobs_and_pay(a, b, jobs, pay, level)
    if level and pay is None:
        sentences.append(f"There are too few responses to compare {level} pay.")
    return Verdict(" ".join([*sentences, *_contradict_by_posted_pay(a, b, pay)]))


def _compare_jobs_and_pay(
    a: RoleStanding, b: RoleStanding, jobs: int, pay: int | None, level: str
) -> list[str]:
    """Differences come first. One sentence if one role has more of both."""
    about_jobs = _compare_jobs(a, b, jobs)
    if pay is None:
        return [f"{about_jobs}."]
    about_pay = _compare_pay(a, b, pay, level)
    if jobs and jobs == pay:
        return [f"{about_jobs}, and {about_pay}."]
    if pay:
        about_pay = f"**{_ordered(a, b, pay)[0].name}** has {about_pay}"
    sentences = [f"{about_jobs}.", f"{about_pay}."]
    if pay and not jobs:
        sentences.reverse()
    is_close = not jobs and not pay
    if is_close and not _one_has_none(a, b):
        sentences.insert(0, "Too close to call.")
    return sentences


def _one_has_none(a: RoleStanding, b: RoleStanding) -> bool:
    return (a.jobs == 0) != (b.jobs == 0)


def more_jobs(a: RoleStanding, b: RoleStanding) -> int:
    """1 if ``a`` has more open jobs, -1 if ``b`` has, 0 for a tie."""
    fewer, more = sorted((a.jobs, b.jobs))
    is_more = more - fewer >= MIN_MORE_JOBS
    if not is_more or more * 100 < fewer * (100 + MIN_MORE_JOBS_PERCENT):
        return 0
    if a.jobs > b.jobs:
        return 1
    return -1


def higher_pay(a: Spread | None, b: Spread | None) -> int | None:
    """1 if ``a`` pays more, -1 if ``b`` does, 0 for a tie; None where they cannot be compared."""
    if not a or not b or min(a.n, b.n) < SMALL_SAMPLE_SIZE or a.currency != b.currency:
        return None
    if a.p50 is None or b.p50 is None:
        return None
    lower, higher = sorted((a.p50, b.p50))
    if higher * 100 < lower * (100 + MIN_MORE_PAY_PERCENT):
        return 0
    if a.p50 > b.p50:
        return 1
    return -1


def _ordered(
    a: RoleStanding, b: RoleStanding, lead: int | None
) -> tuple[RoleStanding, RoleStanding]:
    if lead == -1:
        return (b, a)
    return (a, b)


def _compare_jobs(a: RoleStanding, b: RoleStanding, lead: int) -> str:
    first, second = _ordered(a, b, lead)
    if a.jobs == b.jobs == 0:
        return "Neither role has open jobs right now"
    if a.jobs == b.jobs:
        return f"Both have **{plural(a.jobs, 'open job')}**"
    if not lead and _one_has_none(a, b):
        some = a
        none = b
        if not a.jobs:
            some = b
            none = a
        return f"**{some.name}** has **{plural(some.jobs, 'open job')}**, {none.name} has none"
    if not lead:
        return f"Both have about as many open jobs, **{a.jobs:,}** and **{b.jobs:,}**"
    if second.jobs == 0:
        return f"**{first.name}** has **{first.jobs:,}** open jobs against none"
    return f"**{first.name}** has more open jobs, **{first.jobs:,}** against {second.jobs:,}"


def _compare_pay(a: RoleStanding, b: RoleStanding, lead: int | None, level: str) -> str:
    """A sentence about a tie; else the object of “… has”, about the role that pays more."""
    first, second = _ordered(a, b, lead)
    if lead is None or not first.survey or not second.survey:
        return ""
    higher = in_thousands(first.survey.p50)
    lower = in_thousands(second.survey.p50)
    currency = first.survey.currency
    if not lead:
        return f"Survey medians of {level} pay are similar, **{currency} {higher}** and **{lower}**"
    return f"higher {level} pay, a survey median of **{currency} {higher}** against {lower}"


def _contradict_by_posted_pay(a: RoleStanding, b: RoleStanding, pay: int | None) -> list[str]:
    """Posted pay at the same level, where it says something else than the survey."""
    lead = higher_pay(a.posted, b.posted)
    first, second = _ordered(a, b, lead)
    if pay is None or not lead or lead == pay or not first.posted or not second.posted:
        return []
    higher = f"{first.posted.currency} {in_thousands(first.posted.p50)}"
    lower = in_thousands(second.posted.p50)
    return [f"Open jobs say otherwise: **{first.name}** pays more, {higher} against {lower}."]
