"""The base of all kinds of entries, and how entries of different kinds are ordered together."""

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
    """Somebody else answered first."""


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
        """The value of its checkbox: the job and its version."""
        if self.listing:
            return f"{self.listing.pk}-{self.listing.version}"
        return ""

    @property
    def can_be_approved(self) -> bool:
        """Whether it can be selected in the list and approved with others."""
        is_new = self.listing is not None and self.listing.status == Listing.Status.IN_REVIEW
        return is_new and self.is_scored and not self.is_alarm


class Kind(ABC):
    """A kind of thing that waits. ``permission`` is needed to act on it. With ``is_job``, it is
    decided on the page of a job; with ``is_alarm``, something is wrong already.
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
        """The rows that wait. The query is compiled to SQL once per process, so it has to take the
        time from the database (Now()).
        """

    @abstractmethod
    def ranked(self) -> QuerySet[Any]:
        """Add ``turn``, ``risk`` and ``since`` to ``waiting``. A lower turn comes first, then a
        higher risk, then the older row.
        """

    @abstractmethod
    def entries(self, since_by_key: dict[str, datetime]) -> dict[str, Entry]:
        """Key → entry, in a fixed number of queries. ``since_by_key`` is when each began to wait;
        a key is left out if it waits no longer.
        """

    def act(self, key: str, do: str, by: User) -> str:
        """Carry out the action of a button; returns a message. Raises AlreadyAnsweredError."""
        raise LookupError(f"{self.label} have no buttons.")

    def counted(self) -> QuerySet[Any]:
        """One row: the name of the kind and its number."""
        rows = self.waiting().order_by()
        rows = rows.annotate(kind_name=Value(self.name, output_field=CharField()))
        return rows.values("kind_name").annotate(n=Count("pk")).values_list("kind_name", "n")

    def keys(self) -> QuerySet[Any]:
        """Rows with the same columns for all kinds, so that they can be ordered together."""
        rows = self.ranked().order_by()
        rows = rows.annotate(
            kind_name=Value(self.name, output_field=CharField()),
            key=Cast("pk", CharField()),
            its_turn=F("turn"),
            its_risk=F("risk"),
            its_since=F("since"),
        )
        return rows.values_list("kind_name", "key", "its_turn", "its_risk", "its_since")


FIRST_TURN = Value(0, output_field=IntegerField())


def ranked(rows: QuerySet[Any], *, risk: Any, since: Any, turn: Any = FIRST_TURN) -> QuerySet[Any]:
    return rows.annotate(
        turn=turn,
        risk=Cast(risk, IntegerField()),
        since=Cast(since, DateTimeField()),
    )
