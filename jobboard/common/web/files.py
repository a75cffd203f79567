"""Answers that are files: CSV that spreadsheets open without running what is in it, and JSON."""

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse

NOT_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])

CSV_TYPE = "text/csv; charset=utf-8"

RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


def csv_cell(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe before it; numbers stay as they are,
    None is empty.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(list(map(csv_cell, row)) for row in rows)
    response = HttpResponse(text.getvalue(), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return for_any_site(response)


def excel_answer(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], separator: str = ","
) -> HttpResponse:
    """CSV that Excel opens with a double click: with the mark that says UTF-8, and the separator of
    the Excel that saved the rows. For nobody but who asked.
    """
    text = StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerows(list(map(csv_cell, row)) for row in [columns, *rows])
    response = HttpResponse(BOM_UTF8 + text.getvalue().encode(), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def json_answer(value: Any, status: int = 200) -> HttpResponse:
    return for_any_site(
        JsonResponse(value, status=status, json_dumps_params={"ensure_ascii": False, "indent": 1})
    )


def long_json_answer(about: dict, items: Iterable[Any]) -> HttpResponse:
    """``about`` with ``items`` at its end, each on a line of its own. At no time are all of them
    values in memory.
    """
    encode = DjangoJSONEncoder(ensure_ascii=False).encode
    lines = ",\n".join(map(encode, items))
    text = f'{encode(about).removesuffix("}")}, "items": [\n{lines}\n]}}'
    return for_any_site(HttpResponse(text, content_type="application/json"))


def for_any_site(response: HttpResponse) -> HttpResponse:
    """Scripts of other sites may read it, without cookies: it is the same for everybody."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
