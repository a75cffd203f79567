"""The page *Find employers* in the admin: the directory with what is followed, to follow a row or
a page of rows, and to leave one out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import QueryDict

from jobboard.accounts.models import User
from jobboard.common.text.words import fold
from jobboard.feeds.following import (
    Board,
    BoardStanding,
    FollowResult,
    board_in,
    follow_employers,
    get_standings,
    leave_out,
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
    standing: BoardStanding
    employer: Employer | None = None

    @property
    def key(self) -> str:
        return ":".join(self.board)

    @property
    def system(self) -> str:
        return Feed.Kind(self.board[0]).label


class EmployerSearchForm(forms.Form):
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
        return [row for row in all_rows() if _fits(row, self.cleaned_data)]


def _fits(row: EmployerRow, params: dict[str, Any]) -> bool:
    if fold(params.get("q", "")) not in fold(row.name):
        return False
    if params.get("kind", "") not in ("", row.board[0]):
        return False
    if params.get("ai") and not (row.employer and row.employer.ai_jobs_seen):
        return False
    return _is_in_state(row.standing, params.get("state", ""))


def _is_in_state(standing: BoardStanding, state: str) -> bool:
    return {
        "": True,
        "new": standing.may_be_followed,
        "followed": standing.is_followed,
        "failing": standing.is_followed and standing.state in ("Failing", "Gone"),
        "left_out": standing.left_out is not None,
    }[state]


def all_rows() -> list[EmployerRow]:
    """The employers of the directory, then the other boards that are left out."""
    standings = get_standings()
    rows = []
    for employer in employers():
        board = board_in(employer)
        rows.append(
            EmployerRow(employer.name, board, standings.get(board, BoardStanding()), employer)
        )
    in_directory = {row.board for row in rows}
    for board, standing in standings.items():
        if standing.left_out and board not in in_directory:
            rows.append(EmployerRow(standing.left_out.name, board, standing))
    return rows


def page_of(rows: list[EmployerRow], number: str | None) -> Page[Any]:
    return Paginator(rows, ROWS).get_page(number)


def follow_ticked(keys: Iterable[str]) -> list[FollowResult]:
    """Follow the rows of the directory with these keys, ROWS at most; others are ignored."""
    selected_keys = set(list(keys)[:ROWS])
    selected = []
    for employer in employers():
        if ":".join(board_in(employer)) in selected_keys:
            selected.append(employer)
    return follow_employers(selected)


def leave_out_row(key: str, by: User) -> str | None:
    """Returns the employer's name; None if there is no such row."""
    for row in all_rows():
        if row.key == key:
            leave_out(row.board, row.name, by)
            return row.name
    return None


def take_back_row(key: str) -> str | None:
    """Returns the employer's name; None if it is not left out."""
    kind, _, board = key.partition(":")
    left_out = BoardLeftOut.objects.filter(kind=kind, board=board).first()
    if left_out is None:
        return None
    take_back((kind, board))
    return left_out.name
