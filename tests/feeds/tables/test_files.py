"""Files of rows, as the programs of the world save them."""

import codecs
import time
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.feeds.adapters.base import InvalidFeedError
from jobboard.feeds.tables import files
from tests.feeds.tables.workbook_files import (
    LINKS,
    OFFICE_LINKS,
    SHEET,
    inline,
    ods,
    ods_cell,
    ods_row,
    packed,
    xlsx,
    xlsx_rows,
)

pytestmark = pytest.mark.pure

TOO_LARGE = "The spreadsheet is too large. Each sheet can have up to 100,000 rows and 500 columns."
NO_WORKBOOK = "This file is not a spreadsheet that we can read."


def read(data: bytes) -> list[tuple[int, list[str]]]:
    rows = list(files.read_rows(BytesIO(data)))
    assert [row.fault for row in rows if row.fault] == []
    return [(row.number, row.cells) for row in rows]


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidFeedError) as refused:
        list(files.read_rows(BytesIO(data)))
    return str(refused.value)


# Text


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"id,title\n1,x\n", [(1, ["id", "title"]), (2, ["1", "x"])]),
        (b"id;title\r\n1;x, y\r\n", [(1, ["id", "title"]), (2, ["1", "x, y"])]),
        (b"id\ttitle\n1\tx\n", [(1, ["id", "title"]), (2, ["1", "x"])]),
        (b"id|title\n1|x", [(1, ["id", "title"]), (2, ["1", "x"])]),
        (b'"id, our own";title\n1;x', [(1, ["id, our own", "title"]), (2, ["1", "x"])]),
        (b"sep=|\r\nid|title\r\n1|x\r\n", [(1, ["id", "title"]), (2, ["1", "x"])]),
        (b"id,title\r1,x\r", [(1, ["id", "title"]), (2, ["1", "x"])]),
    ],
    ids=["comma", "semicolon", "tab", "bar", "quoted", "stated", "old Mac"],
)
def test_any_separator_is_known(data, rows):
    assert read(data) == rows


@pytest.mark.parametrize(
    "data",
    [
        "id;title\n1;Café à Orléans\n".encode(),
        codecs.BOM_UTF8 + "id;title\n1;Café à Orléans\n".encode(),
        "id;title\n1;Café à Orléans\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "id;title\n1;Café à Orléans\n".encode("utf-16-be"),
        "id;title\n1;Café à Orléans\n".encode("cp1252"),
        "id;title\r1;Café à Orléans\r".encode("mac-roman"),
    ],
    ids=["UTF-8", "with a mark", "UTF-16", "big-endian", "Windows", "old Mac"],
)
def test_any_encoding_of_spreadsheets_is_known(data):
    assert read(data)[1] == (2, ["1", "Café à Orléans"])


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", "Inżynier danych;Łódź"),
        ("cp1250", "Datový inženýr;Plzeň"),
        ("cp1250", "Adatmérnök;Székesfehérvár, Győr"),
        ("cp1250", "Inginer de date;Timişoara"),
        ("cp1250", "Inženjer podataka;Čakovec"),
        ("cp1251", "Инженер данных;Москва"),
        ("cp1252", "Développeur;Genève"),
        ("cp1252", "Ingeniero de datos;Málaga, Logroño"),
        ("cp1252", "Dataingeniør;København"),
        ("cp1252", "Engenheiro;São Paulo, Zürich, Málaga, Malmö"),
        ("cp1253", "Μηχανικός δεδομένων;Αθήνα"),
        ("cp1254", "Yazılım geliştirici;Eskişehir"),
    ],
)
def test_an_encoding_of_windows_is_known_by_the_letters_of_its_languages(encoding, text):
    assert read(f"title;places\n{text}\n".encode(encoding))[1] == (2, text.split(";"))


def test_the_signs_of_windows_are_read():
    assert read("id;pay\n1;45.000 €\n2;“x” – y\n".encode("cp1252"))[1:] == [
        (2, ["1", "45.000 €"]),
        (3, ["2", "“x” – y"]),
    ]


TITLED = [
    ["Open positions 2027, data and AI"],
    ["Exported on", "2026-11-20"],
    [],
    ["Ref", "Job title", "Location", "Link to apply"],
    ["R-1", "Data Engineer", "Berlin", "https://careers.acme.example/1"],
]


@pytest.mark.parametrize(
    "data",
    [
        xlsx(xlsx_rows(TITLED)),
        "\n".join(map(";".join, TITLED)).encode(),
        "\n".join(map("\t".join, TITLED)).encode("utf-16"),
    ],
    ids=["workbook", "semicolons", "Unicode text"],
)
def test_a_table_begins_with_the_names_of_its_columns_below_a_title(data):
    assert read(data) == [(4, TITLED[3]), (5, TITLED[4])]


def test_of_names_that_are_not_known_the_first_row_is_taken():
    assert read(b"a;b\nc;title\n") == [(1, ["a", "b"]), (2, ["c", "title"])]


@pytest.mark.parametrize(
    "lines",
    [
        ["Nazwa,Opis,Tryb,Umowa,Kontakt", "Data Engineer,text,Remote,Contract,Email"],
        ["Stanowisko;Opis;Gdzie;Jak", "A;b;c;d", "A;remote;contract;email"],
    ],
)
def test_a_job_whose_cells_are_called_like_columns_is_no_row_of_names(lines):
    assert len(read("\n".join(lines).encode())) == len(lines)


@pytest.mark.parametrize("piece", ["(", "[", "(a", "a,", "(,", " (;"])
def test_cells_of_odd_signs_are_read_soon(piece):
    line = piece * (20_000 // len(piece))
    started = time.process_time()

    list(files.read_rows(BytesIO("\n".join([line] * 10).encode())))

    assert time.process_time() - started < 1


def test_rows_have_the_numbers_that_a_spreadsheet_shows():
    assert read(b'id,title\n1,"two\nlines"\n\n,\n2,x\n') == [
        (1, ["id", "title"]),
        (2, ["1", "two\nlines"]),
        (5, ["2", "x"]),
    ]


def test_a_row_that_is_no_csv_says_why_and_the_next_follows():
    rows = list(files.read_rows(BytesIO(b'id,title\n1,"x"y\n2,z\n')))

    assert (rows[1].number, rows[1].cells) == (2, [])
    assert "expected after" in rows[1].fault
    assert rows[2].cells == ["2", "z"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n\r\n  ", "The file is empty."),
        (codecs.BOM_UTF16_LE, "The file is empty."),
        (b"<html>", "The file is HTML or XML instead of CSV"),
        (b"\x1f\x8b\x08", "This file is compressed."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"\xd0\xcf\x11\xe0\xa1", "This is an old or protected Excel file."),
        (b"PK\x03\x04" + b"x" * 50, NO_WORKBOOK),
        (packed({"word/document.xml": "<document/>"}), NO_WORKBOOK),
        (packed({"xl/workbook.bin": "x"}), NO_WORKBOOK),
    ],
)
def test_what_holds_no_rows_says_what_it_is(data, sentence):
    assert refusal(data).startswith(sentence)


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_refused(data):
    for content in (data, b"PK\x03\x04" + data, b"\xff\xfe" + data):
        try:
            assert all(row.number > 0 for row in files.read_rows(BytesIO(content)))
        except InvalidFeedError as refused:
            assert str(refused).endswith(".")


# Workbooks


def test_the_cells_of_excel_are_read_as_text():
    sheet = (
        '<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" s="1"><v>46387</v></c>'
        '<c r="D2" s="2"><v>46387</v></c><c r="E2"><v>45000</v></c><c r="F2"><v>27.5</v></c>'
        '<c r="G2" t="b"><v>1</v></c><c r="H2" t="e"><v>#N/A</v></c>'
        '<c r="I2"><f>E2*2</f><v>90000</v></c><c r="J2" t="str"><f>A1</f><v>text</v></c>'
        '<c r="K2" s="1"/></row>'
    )

    assert read(xlsx(sheet, shared=("Zürich & Bern",))) == [
        (
            2,
            [
                *("", "Zürich & Bern", "2026-12-31", "2026-12-31", "45000", "27.5"),
                *("yes", "", "90000", "text"),
            ],
        )
    ]


LINKED = {
    "xl/worksheets/sheet1.xml": (
        f'<worksheet xmlns="{SHEET}" xmlns:r="{OFFICE_LINKS}"><sheetData>'
        f"{xlsx_rows([['title', 'apply url'], ['Data Engineer', 'Apply here']])}</sheetData>"
        '<hyperlinks><hyperlink ref="B2" r:id="rId1"/></hyperlinks></worksheet>'
    ),
    "xl/worksheets/_rels/sheet1.xml.rels": (
        f'<Relationships xmlns="{LINKS}"><Relationship Id="rId1" TargetMode="External" '
        'Target="https://acme.example/jobs?a=1&amp;b=2"/></Relationships>'
    ),
}


def linked(old: str = "", new: str = "") -> BytesIO:
    """A workbook with links, in which ``new`` stands for ``old``."""
    with ZipFile(BytesIO(xlsx(""))) as plain:
        parts = {name: plain.read(name).decode() for name in plain.namelist()}
    changed = {name: part.replace(old, new) if old else part for name, part in LINKED.items()}
    return BytesIO(packed(parts | changed))


def test_a_cell_of_excel_leads_where_its_link_does():
    head, first = files.read_rows(linked())

    assert (head.links, first.cells[1]) == ({}, "Apply here")
    assert first.links == {1: "https://acme.example/jobs?a=1&b=2"}


TARGET = "https://acme.example/jobs?a=1&b=2"


@pytest.mark.parametrize(
    ("old", "new", "links"),
    [
        ('ref="B2"', 'ref="A2:B3"', {0: TARGET, 1: TARGET}),
        ('ref="B2"', 'tooltip="1 > 0" ref="A2"', {0: TARGET}),
        ("<hyperlinks>", '<hyperlinks name="A>B">', {1: TARGET}),
        ('ref="B2"', 'ref="B2:nowhere"', {}),
        (
            '<row r="2">',
            '<row r="2"><c r="A2"><f>HYPERLINK("https://acme.example/2","Apply")</f></c>',
            {0: "https://acme.example/2", 1: TARGET},
        ),
        (
            '<row r="2">',
            '<row r="2"><c r="A2"><f>HYPERLINK("https://acme.example/"&amp;A1,"Apply")</f></c>',
            {1: TARGET},
        ),
    ],
)
def test_links_of_several_cells_and_of_formulas_are_read(old, new, links):
    _, first = files.read_rows(linked(old, new))

    assert first.links == links


@pytest.mark.parametrize("cells", ["A1:XFD1048576", "B1:A9999999"])
def test_a_link_over_a_whole_sheet_is_read_soon(cells):
    started = time.process_time()

    list(files.read_rows(linked('ref="B2"', f'ref="{cells}"')))

    assert time.process_time() - started < 1


@pytest.mark.parametrize("attribute", ["a" * 4_900, "a:" * 2_000, 'a="' + " =" * 2_000 + '"'])
def test_odd_attributes_of_links_are_read_soon(attribute):
    many = f"<hyperlink {attribute}/>" * 40
    started = time.process_time()

    with suppress(InvalidFeedError):
        list(files.read_rows(linked("<hyperlinks>", f"<hyperlinks>{many}")))

    assert time.process_time() - started < 1


def test_the_cells_of_libreoffice_are_read_as_text():
    cells = (
        ods_cell("1")
        + '<table:table-cell table:number-columns-repeated="2"/>'
        + ods_cell("31.12.26", "date", date_value="2026-12-31")
        + ods_cell("45.000 €", "currency", currency="EUR", value="45000")
        + ods_cell("two\nlines")
    )
    empty = '<table:table-row table:number-rows-repeated="{}"><table:table-cell/></table:table-row>'
    rows = f"{empty.format(3)}<table:table-row>{cells}</table:table-row>"

    assert read(ods(rows + ods_row(["x"]) + empty.format(1_048_570))) == [
        (4, ["1", "", "", "2026-12-31", "45000", "two\nlines"]),
        (5, ["x", "", "", "", "", ""]),
    ]


def test_the_first_visible_sheet_with_cells_is_read():
    jobs, other = xlsx_rows([["id"], ["1"]]), xlsx_rows([["notes"]])

    assert read(xlsx(jobs, other))[0] == (1, ["id"])
    assert read(xlsx("", jobs, other))[0] == (1, ["id"])
    assert read(xlsx(other, jobs, hidden=(1,)))[0] == (1, ["id"])
    assert refusal(xlsx("", "")) == "The spreadsheet is empty."


def test_a_merged_cell_counts_for_each_of_its_rows_that_says_more():
    rows = [["place", "title"], ["Oslo", "A"], ["", "B"], ["", ""], ["", "C"], ["Bergen", "D"]]

    read_rows = read(xlsx(xlsx_rows(rows), merged=("A2:A5",)))

    assert [cells for _, cells in read_rows[1:]] == [
        *(["Oslo", title] for title in "ABC"),
        ["Bergen", "D"],
    ]


def test_merged_cells_over_whole_sheets_are_read_soon():
    rows = xlsx_rows([["place", "title"], *[["", "A"]] * 2_000])
    started = time.process_time()

    read(xlsx(rows, merged=("A2:A1048576",) * 20_000))

    assert time.process_time() - started < 3


def test_empty_cells_far_away_cost_nothing():
    far = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'

    assert read(xlsx(xlsx_rows([["id"]]) + far)) == [(1, ["id"])]


FAR = "<v>1</v>"
FAR_ODS = "<text:p>1</text:p>"


@pytest.mark.parametrize(
    "data",
    [
        xlsx(f'<row r="1048576"><c r="XFD1048576">{FAR}</c></row>'),
        xlsx(f'<row><c r="XFD1">{FAR}</c></row>'),
        xlsx(f'<row r="999999999"><c>{FAR}</c></row>'),
        xlsx(f"<row r='100001'><c r = '&#65;100001'>{FAR}</c></row>"),
        xlsx(f'<row><c r="SE1999">{FAR}</c></row><row><c r="A2005">{FAR}</c></row>'),
        xlsx(xlsx_rows([["id"]]), f'<row r="1048576"><c r="A1048576">{FAR}</c></row>'),
        ods(ods_row(["x"], ' table:number-rows-repeated="1048576"')),
        ods(
            '<table:table-row><table:table-cell table:number-columns-repeated="501">'
            f"{FAR_ODS}</table:table-cell></table:table-row>"
        ),
        ods(
            '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/>'
            f"</table:table-row>{ods_row(['x'])}"
        ),
        ods(f"<table:table-row-group>{ods_row(['x'] * 11)}</table:table-row-group>" * 100_001),
    ],
    ids=[
        *("corner", "column", "row", "entity", "rectangle", "second sheet"),
        *("rows", "columns", "behind empty rows", "many rows"),
    ],
)
def test_cells_that_reach_too_far_are_refused_before_room_is_made_for_them(data):
    assert refusal(data).startswith(TOO_LARGE)


@pytest.mark.parametrize(
    "data",
    [
        xlsx('<row r="1"><c r="a1"><v>1</v></c></row>'),
        xlsx('<row r="-1"><c><v>1</v></c></row>'),
        xlsx('<row><c xmlns:x="u" x:r="A1" r="A1"><c><v>1</v></c></c></row>'),
        ods(
            "<table:table-row><table:table-cell><table:table/></table:table-cell></table:table-row>"
        ),
        ods('<table:table-row table:number-rows-repeated="9999999999"/>'),
        packed({"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'}),
        packed({"xl/workbook.xml": "<workbook>"}),
    ],
)
def test_what_no_spreadsheet_writes_is_refused(data):
    assert refusal(data).startswith(NO_WORKBOOK)


@pytest.mark.slow
def test_a_file_that_unpacks_to_very_much_is_not_unpacked():
    bomb = packed({"xl/sharedStrings.xml": f"<sst>{' ' * 41 * 2**20}</sst>"})

    assert len(bomb) < 100_000
    assert refusal(bomb).startswith(TOO_LARGE)
    assert refusal(packed({f"{n}.xml": "<a/>" for n in range(1_001)})).startswith(TOO_LARGE)


def test_a_file_that_lies_about_its_size_is_refused():
    honest = packed({"xl/workbook.xml": f"<workbook>{'x' * 5_000}</workbook>"})
    size = (5_021).to_bytes(4, "little")

    assert honest.count(size) == 2
    assert refusal(honest.replace(size, (100).to_bytes(4, "little"))).startswith(NO_WORKBOOK)


def test_a_workbook_with_a_password_says_so():
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", "<a/>")
    data = bytearray(target.getvalue())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + at] |= 1  # the bit that says “encrypted”

    assert refusal(bytes(data)).startswith("This spreadsheet is protected by a password.")


@pytest.mark.slow
def test_five_thousand_rows_are_read():
    rows = [["id", "title"], *([str(n), f"Engineer {n}"] for n in range(5_000))]

    found = read(xlsx(xlsx_rows(rows)))

    assert len(found) == 5_001
    assert found[-1] == (5_001, ["4999", "Engineer 4999"])
    assert inline("a<b") in xlsx_rows([["a<b"]])
