"""Workbooks as programs write them, made of their parts: just what a test is about is in them."""

from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
STYLES = (
    f'<styleSheet xmlns="{SHEET}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd.mm.yyyy"/></numFmts>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'
    "</styleSheet>"
)


def packed(parts: dict[str, str]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def xlsx(
    rows: str,
    *others: str,
    hidden: tuple[int, ...] = (),
    shared: tuple[str, ...] = (),
    merged: tuple[str, ...] = (),
) -> bytes:
    """Of the XML of the rows of each sheet; ``merged`` are ranges such as “A2:A3” of the first."""
    sheets = [rows, *others]
    names, links, parts = "", "", {}
    for number, content in enumerate(sheets, start=1):
        state = ' state="hidden"' if number in hidden else ""
        names += f'<sheet name="Sheet{number}" sheetId="{number}" r:id="rId{number}"{state}/>'
        links += (
            f'<Relationship Id="rId{number}" Type="{OFFICE_LINKS}/worksheet" '
            f'Target="worksheets/sheet{number}.xml"/>'
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{SHEET}"><sheetData>{content}</sheetData></worksheet>'
        )
    if merged:
        ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
        first = parts["xl/worksheets/sheet1.xml"]
        parts["xl/worksheets/sheet1.xml"] = first.replace(
            "</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>"
        )
    texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": (
                f'<Relationships xmlns="{LINKS}"><Relationship Id="rId1" '
                f'Type="{OFFICE_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ),
            "xl/workbook.xml": (
                f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE_LINKS}">'
                f"<sheets>{names}</sheets></workbook>"
            ),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{LINKS}">{links}</Relationships>',
            "xl/styles.xml": STYLES,
            "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{texts}</sst>',
            **parts,
        }
    )


def xlsx_rows(rows: list[list[str]], first: int = 1) -> str:
    """Rows of texts, as programs write them that share none."""
    return "".join(
        f'<row r="{number}">{"".join(map(inline, cells))}</row>'
        for number, cells in enumerate(rows, start=first)
    )


def inline(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def ods(rows: str) -> bytes:
    """Of the XML of the rows of its one sheet."""
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0"/>',
            "content.xml": (
                f'<office:document-content xmlns:office="{OASIS}:office:1.0" '
                f'xmlns:table="{OASIS}:table:1.0" xmlns:text="{OASIS}:text:1.0">'
                "<office:body><office:spreadsheet>"
                f'<table:table table:name="Jobs">{rows}</table:table>'
                "</office:spreadsheet></office:body></office:document-content>"
            ),
        }
    )


def ods_row(cells: list[str], attributes: str = "") -> str:
    """As LibreOffice writes it, which fills a row up to its last column."""
    texts = "".join(ods_cell(cell) for cell in cells)
    return (
        f"<table:table-row{attributes}>{texts}"
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    )


def ods_cell(text: str, kind: str = "string", **values: str) -> str:
    given = "".join(
        f" office:{name.replace('_', '-')}={quoteattr(value)}" for name, value in values.items()
    )
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="{kind}"{given}>{lines}</table:table-cell>'
