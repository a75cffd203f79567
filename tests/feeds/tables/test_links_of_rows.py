"""Where a row of a spreadsheet leads to, by its words or the links behind them."""

import pytest

from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import written_link
from jobboard.feeds.adapters.own_csv_columns import Columns
from jobboard.feeds.tables.rows import TableRow

pytestmark = pytest.mark.pure

WEB, MAIL = "https://acme.example/1", "mailto:jobs@acme.example?subject=x"


@pytest.mark.parametrize(
    ("link", "email", "links", "ways"),
    [
        ("Apply here", "", {2: WEB}, (WEB, "")),
        ("", "", {2: WEB}, (WEB, "")),
        ("www.acme.example/2", "", {2: WEB}, ("https://www.acme.example/2", "")),
        ("https://acme.example/2", "", {2: WEB}, ("https://acme.example/2", "")),
        ("Write to us", "", {2: MAIL}, ("", "jobs@acme.example")),
        ("jobs@acme.example", "", {2: MAIL}, ("", "jobs@acme.example")),
        ("", "HR team", {3: MAIL}, ("", "jobs@acme.example")),
        ("", "new@acme.example", {3: MAIL}, ("", "new@acme.example")),
        ("", "new@acme.example", {3: WEB}, ("", "new@acme.example")),
    ],
)
def test_a_row_leads_where_it_says_or_else_where_its_links_do(link, email, links, ways):
    columns = Columns(["id", "title", "apply_url", "apply_email"])
    cells = ["1", "Data Engineer", link, email]

    (row,) = own_csv.read_rows([TableRow(2, cells, links=links)], columns)

    assert (row.item.apply_url, row.item.apply_email) == ways
    assert row.faults == []


@pytest.mark.parametrize(
    "text",
    ["www.acme.example:8080/x", "acme.example#jobs", "acme.xn--p1ai/x", "acme.example"],
)
def test_an_address_without_its_scheme_is_a_link(text):
    assert written_link(text) == f"https://{text}"
