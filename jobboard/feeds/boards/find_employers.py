"""The page *Find employers* in the admin: the directory with what is followed, to follow a row or
a page of rows, and to leave one out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.core.paginator import Page, Paginator
from django.http import QueryDict

from jobboard.accounts.models import User
from jobboard.common.text.words import fold
from jobboard.feeds.following import (
    Board,
    Outcome,
    Standing,
    board_in,
    follow_employers,
    leave_out,
    standings,
    take_back,
)
from jobboard.listings.models import BoardLeftOut, Feed

from .employers import Employer, employers, kinds

ROWS = 50  # on a page: as many as one click follows
STATES = [
    ("", "All"),
    ("new", "Not followed"),
    ("followed", "Followed"),
    ("failing", "Failing or gone"),
    ("left_out", "Left out"),
]


@dataclass(frozen=True)
class EmployerRow:
    """A row of the directory, or a board left out that the directory does not have."""

    name: str
    board: Board
    standing: Standing
    employer: Employer | None = None

    @property
    def key(self) -> str:
        return ":".join(self.board)

    @property
    def system(self) -> str:
        return Feed.Kind(self.board[0]).label


class SearchForm(forms.Form):
    """Which rows to show. What cannot be understood is as if it was not asked for."""

    q = forms.CharField(label="Name", required=False, max_length=100)
    kind = forms.ChoiceField(label="System", required=False)
    state = forms.ChoiceField(label="State", required=False, choices=STATES)
    ai = forms.BooleanField(label="AI jobs seen", required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        systems = [(kind, Feed.Kind(kind).label) for kind in kinds()]
        self.fields["kind"].choices = [("", "All"), *systems]  # type: ignore[attr-defined]

    def rows(self) -> list[EmployerRow]:
        self.is_valid()
        asked = self.cleaned_data
        return [row for row in all_rows() if _fits(row, asked)]


def _fits(row: EmployerRow, asked: dict) -> bool:
    return (
        fold(asked.get("q", "")) in fold(row.name)
        and asked.get("kind", "") in ("", row.board[0])
        and _is_in_state(row.standing, asked.get("state", ""))
        and not (asked.get("ai") and not (row.employer and row.employer.ai_jobs_seen))
    )


def _is_in_state(standing: Standing, state: str) -> bool:
    return {
        "": True,
        "new": standing.may_be_followed,
        "followed": standing.is_followed,
        "failing": standing.is_followed and standing.state in ("Failing", "Gone"),
        "left_out": standing.left_out is not None,
    }[state]


def all_rows() -> list[EmployerRow]:
    known = standings()
    rows = [
        EmployerRow(one.name, board_in(one), known.get(board_in(one), Standing()), one)
        for one in employers()
    ]
    shipped = {row.board for row in rows}
    others = [
        EmployerRow(standing.left_out.name, board, standing)
        for board, standing in known.items()
        if standing.left_out and board not in shipped
    ]
    return rows + others


def page_of(rows: list[EmployerRow], number: str | None) -> Page:
    return Paginator(rows, ROWS).get_page(number)


def follow_ticked(keys: Iterable[str]) -> list[Outcome]:
    """Follow the rows of the directory with these keys, ROWS at most; others are ignored."""
    wanted = set(list(keys)[:ROWS])
    return follow_employers(one for one in employers() if ":".join(board_in(one)) in wanted)


def leave_out_row(key: str, by: User) -> str | None:
    """Returns the employer's name; None if there is no such row."""
    row = next((row for row in all_rows() if row.key == key), None)
    if row is None:
        return None
    leave_out(row.board, row.name, by)
    return row.name


def take_back_row(key: str) -> str | None:
    """Returns the employer's name; None if it is not left out."""
    kind, _, board = key.partition(":")
    left_out = BoardLeftOut.objects.filter(kind=kind, board=board).first()
    if left_out is None:
        return None
    take_back((kind, board))
    return left_out.name
