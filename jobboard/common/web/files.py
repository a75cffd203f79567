"""Answers that are files: CSV that spreadsheets open without running what is in it, and JSON."""

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from io import StringIO
from itertools import islice
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

NOT_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])

CSV_TYPE = "text/csv; charset=utf-8"
LINES_OF_A_PIECE = 200

RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


def csv_cell(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe before it; numbers stay as they are,
    None is empty.
    """
    if isinstance(value, str) and value.startswith(RISKY):
        return f"'{value}"
    return value


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(list(map(csv_cell, row)) for row in rows)
    response = HttpResponse(text.getvalue(), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return add_cors_header(response)


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
    return add_cors_header(
        JsonResponse(value, status=status, json_dumps_params={"ensure_ascii": False, "indent": 1})
    )


def long_csv_answer(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    response = _in_pieces(_csv_lines(columns, rows), CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(list(map(csv_cell, row)))
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def long_json_answer(about: dict, items: Iterable[Any]) -> StreamingHttpResponse:
    """Answer with ``about`` and ``items`` at its end, each on a line of its own."""
    return _in_pieces(_json_lines(about, items), "application/json")


def _json_lines(about: dict, items: Iterable[Any]) -> Iterator[str]:
    encode = DjangoJSONEncoder(ensure_ascii=False).encode
    yield f'{encode(about).removesuffix("}")}, "items": ['
    between = "\n"
    for item in items:
        yield between + encode(item)
        between = ",\n"
    yield "\n]}"


def _in_pieces(lines: Iterable[str], content_type: str) -> StreamingHttpResponse:
    """Made whole before it begins, so that no fault cuts it off and no slow reader holds up others;
    but as bytes, and sent a piece at a time: at no time are all rows values, or one long text.
    """
    pieces = []
    digest = blake2b(digest_size=16)
    for batch in _batches(lines):
        piece = "".join(batch).encode()
        digest.update(piece)
        pieces.append(piece)
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["ETag"] = f'"{digest.hexdigest()}"'
    return add_cors_header(response)


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(lines)
    while batch := list(islice(rest, LINES_OF_A_PIECE)):
        yield batch


Answer = TypeVar("Answer", bound=HttpResponseBase)


def add_cors_header(response: Answer) -> Answer:
    """Scripts of other sites may read it, without cookies: it is the same for everybody."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
