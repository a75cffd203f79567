"""What each kind of entry says of itself, and how those of all kinds are ordered together."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import CharField, Count, DateTimeField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from jobboard.accounts.models import User
from jobboard.listings.models import Listing
from jobboard.listings.trust.text_risks import Risk

ANSWERED = "Someone has already answered this request."


class AlreadyAnsweredError(Exception):
    """Somebody else was faster; says so."""


@dataclass(frozen=True)
class Button:
    do: str
    label: str


@dataclass
class Entry:
    """Something that waits, as a row of the inbox."""

    kind: "Kind"
    key: str
    title: str
    url: str
    open_label: str
    since: datetime
    state: str = ""
    about: str = ""
    risks: list[Risk] = field(default_factory=list)
    buttons: tuple[Button, ...] = ()
    listing: Listing | None = None
    is_scored: bool = True

    @property
    def is_alarm(self) -> bool:
        return self.kind.is_alarm

    @property
    def choice(self) -> str:
        """What the box to select it sends: the job as it is now."""
        if self.listing:
            return f"{self.listing.pk}-{self.listing.version}"
        return ""

    @property
    def can_be_approved(self) -> bool:
        """With many others, from the list."""
        is_new = self.listing is not None and self.listing.status == Listing.Status.IN_REVIEW
        return is_new and self.is_scored and not self.is_alarm


Shown = dict[str, Entry]


class Kind(ABC):
    """``permission``: who may act on it. ``is_job``: whether it is decided on the page of a job.
    ``is_alarm``: whether something is wrong already.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    permission: ClassVar[str]
    is_job: ClassVar[bool] = False
    is_alarm: ClassVar[bool] = False

    def is_for(self, user: User) -> bool:
        return user.has_perm(self.permission)

    @abstractmethod
    def waiting(self) -> QuerySet[Any]:
        """The rows that wait. It becomes SQL once in a process: the database has to say what time
        it is (Now()).
        """

    @abstractmethod
    def ranked(self) -> QuerySet[Any]:
        """``waiting`` with its ``turn``, ``risk`` and ``since``: those with a lower turn come
        first, then those with a higher risk, then the older ones.
        """

    @abstractmethod
    def entries(self, found: dict[str, datetime]) -> Shown:
        """What the rows of these keys show, in a fixed number of queries. ``found``: a key and
        since when it waits.
        """

    def act(self, key: str, do: str, by: User) -> str:
        """Do what a button of an entry says; returns what to say. Raises AlreadyAnsweredError."""
        raise LookupError(f"{self.label} have no buttons.")

    def counted(self) -> QuerySet[Any]:
        """One row, of its name and how many wait."""
        rows = self.waiting().order_by()
        named = rows.annotate(kind_name=Value(self.name, output_field=CharField()))
        return named.values("kind_name").annotate(n=Count("pk")).values_list("kind_name", "n")

    def keys(self) -> QuerySet[Any]:
        """Rows that those of other kinds can be sorted with."""
        rows = self.ranked().order_by()
        named = rows.annotate(
            kind_name=Value(self.name, output_field=CharField()),
            key=Cast("pk", CharField()),
            its_turn=F("turn"),
            its_risk=F("risk"),
            its_since=F("since"),
        )
        return named.values_list("kind_name", "key", "its_turn", "its_risk", "its_since")


def ranked(rows: QuerySet[Any], *, risk: Any, since: Any, turn: Any = None) -> QuerySet[Any]:
    return rows.annotate(
        turn=Value(0, output_field=IntegerField()) if turn is None else turn,
        risk=Cast(risk, IntegerField()),
        since=Cast(since, DateTimeField()),
    )
