"""Turns what people paste into Markdown: HTML of the clipboard, Word’s bullets, plain lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from itertools import filterfalse, groupby, pairwise, starmap
from operator import itemgetter
from urllib.parse import parse_qs, urlsplit

import nh3
from bs4 import BeautifulSoup, Tag
from markdownify import markdownify

from jobboard.common.text.html import LAYOUT, TAGS, clean_html, clean_lines, plain_text
from jobboard.feeds.parsing.texts.sections import find_section

# Of more only the words are read. Word makes some 1,500 tags of an ad of 12,000 characters.
MAX_TAGS = 4_000
MAX_LEVELS = 60
MAX_HEADING_LENGTH = 60
_KEPT = TAGS | LAYOUT | {"span", "h1", "h2", "h5", "h6"}
_BLOCK_END = re.compile(r"</(?:p|div|li|ul|ol|h[1-6]|td|tr|table|section)>|<br\s*/?>", re.I)
_COUNTED_LINK = re.compile(r"https://www\.google\.com/url\?")
_TAG = re.compile(r"<(/?)[a-z][^<>]*>", re.I)
_WEIGHT = re.compile(r"font-weight:\s*(\w+)")
_BOLD = {"bold", "bolder", "600", "700", "800", "900"}


def as_markdown(pasted: str) -> str:
    """The text of ``pasted`` as Markdown. Markdown stays as it is."""
    text = clean_lines(pasted)
    if _BLOCK_END.search(text):
        text = _read_html(text)
    return _read_lines(text)


# --- HTML -----------------------------------------------------------------------------------------


def _read_html(html: str) -> str:
    if len(_TAG.findall(html)) > MAX_TAGS:
        return unescape(_TAG.sub(" ", html))
    clean = nh3.clean(
        html,
        tags=_KEPT,
        attributes={"a": {"href"}, "*": {"style"}},
        filter_style_properties={"font-weight"},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    if _count_levels(clean) > MAX_LEVELS:
        return plain_text(clean_html(clean))
    if "<pre" not in clean:  # elsewhere the end of a line is a blank
        clean = " ".join(clean.split())
    soup = BeautifulSoup(clean, "html.parser")
    _say_what_is_bold(soup)
    _put_lists_into_their_points(soup)
    _link_directly(soup)
    for table in soup.find_all("table"):
        _write_as_list(table, soup)
    return clean_lines(markdownify(str(soup), heading_style="ATX", bullets="-"))


def _count_levels(html: str) -> int:
    level = deepest = 0
    for tag in _TAG.finditer(html):
        is_end = bool(tag[1])
        level += -1 if is_end else 1
        deepest = max(deepest, level)
    return deepest


def _say_what_is_bold(soup: BeautifulSoup) -> None:
    """Google Docs says it by style alone, and wraps the whole text in a b that is not bold."""
    for tag in soup.find_all(["span", "b", "strong"]):
        weight = _WEIGHT.search(str(tag.get("style", "")))
        if tag.name == "span" and weight and weight[1] in _BOLD:
            tag.name = "strong"
        elif tag.name == "span" or (weight and weight[1] not in _BOLD):
            tag.unwrap()


def _put_lists_into_their_points(soup: BeautifulSoup) -> None:
    """Google Docs writes an inner list beside the point that it is of."""
    for inner in soup.find_all(["ul", "ol"]):
        point = inner.find_previous_sibling("li")
        if inner.parent and inner.parent.name in ("ul", "ol") and isinstance(point, Tag):
            point.append(inner.extract())


def _link_directly(soup: BeautifulSoup) -> None:
    """Google Docs leads links through a page that counts who follows them."""
    for link in soup.find_all("a", href=_COUNTED_LINK):
        target = parse_qs(urlsplit(str(link["href"])).query).get("q", [""])[0]
        link["href"] = target or link["href"]


def _write_as_list(table: Tag, soup: BeautifulSoup) -> None:
    """A point for each row: “Name: value” of two cells, of more each with its column’s name."""
    rows = map(_cells_of_row, table.find_all("tr"))
    points = soup.new_tag("ul")
    for text in _describe_rows(rows):
        point = soup.new_tag("li")
        point.string = text
        points.append(point)
    table.replace_with(points)


def _describe_rows(rows: Iterable[list[str]]) -> Iterator[str]:
    rows = list(filter(any, rows))
    if max(map(len, rows), default=0) <= 2:
        for row in rows:
            yield ": ".join(filter(None, row))
        return
    names, *others = rows
    for row in others:
        cells = map(_describe_cell, names, row)
        yield "; ".join(filter(None, cells))


def _describe_cell(name: str, cell: str) -> str:
    if name and cell:
        return f"{name}: {cell}"
    return cell


def _cells_of_row(row: Tag) -> list[str]:
    return [_text_of_cell(cell) for cell in row.find_all(["th", "td"])]


def _text_of_cell(cell: Tag) -> str:
    return " ".join(cell.get_text(" ").split())


# --- Lines ----------------------------------------------------------------------------------------

_GLYPH = re.compile(
    r"(?P<before>[ \t]*)"
    r"(?:[•·▪▫■□●○◦‣⁃➢➤►▶➡→👉🔹🔸🔷🔶✓✔✅☑\uf0b7\uf0a7]|[-–—*](?=\t)|[–—](?= )|o(?=\t| {2}))\s*"
)
_INNER_GLYPH = re.compile(r"[ \t]*(?:[◦○▫□⁃]|o[\t ])")
_POINT = re.compile(r"[ \t]*(?:[-*+]|\d{1,2}[.)])\s+\S")
_IN_BRACKETS = re.compile(r"^[ \t]*\((\d{1,2})\)\s+")
_NUMBER = re.compile(r"^[ \t]*(\d{1,2}[.)])(?:[\t\u00a0]| {2})[ \t\u00a0]*")
_BOX = re.compile(r"^([ \t]*[-*+] )\\?\[[ xX]\\?\] ")  # to be ticked
_MARKED = re.compile(r"#{1,6} |>|\*\*|```|~~~|---|===|\|")
_ROW = re.compile(r"[ \t]*\|[^\n]*\|[ \t]*")
_SIGNS_OF_RULE = frozenset("|-: \t")  # “|---|:--|” below the names of columns
_BAR = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(r"[ ]{0,3}(?:```|~~~)")
WRAPPED = range(55, 91)  # characters of a line that an email program broke
MIN_WRAPPED_LENGTH = 35  # where the next line goes on in small letters


def _read_lines(text: str) -> str:
    without_tables = _without_tables(list(_outside_code(text)))
    lines = _unwrapped(map(_read_line, without_tables))
    markdown = "\n".join(_apart(_with_headings(lines)))
    return re.sub(r"\n{3,}", "\n\n", markdown).strip("\n")


def _outside_code(text: str) -> Iterator[str]:
    """The lines, with code between fences as one."""
    code: list[str] = []
    for line in text.split("\n"):
        is_fence = bool(_FENCE.match(line))
        if code or is_fence:
            code.append(line)
        if code and is_fence and len(code) > 1:
            yield "\n".join(code)
            code = []
        elif not code:
            yield line
    if code:
        yield "\n".join(code)


def _without_tables(lines: Sequence[str]) -> Iterator[str]:
    """Tables of Markdown become the lists that those of HTML become."""
    for is_table, group in groupby(_in_tables(lines), key=itemgetter(0)):
        block = [line for _, line in group]
        if not is_table:
            yield from block
            continue
        rows = map(_cells_of_line, filterfalse(_is_rule, block))
        yield ""
        for text in _describe_rows(rows):
            yield f"- {text}"
        yield ""


def _in_tables(lines: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Each line and whether it is of a table: a row between bars, or a row of cells that a rule is
    below or that is below one.
    """
    is_below = False
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        has_bar = "|" in line and "\n" not in line
        is_of_table = has_bar and (is_below or bool(_ROW.fullmatch(line) or _is_rule(below)))
        yield is_of_table, line
        is_below = is_of_table and (is_below or _is_rule(line) or _is_rule(below))


def _is_rule(line: str) -> bool:
    return "|" in line and "-" in line and _SIGNS_OF_RULE.issuperset(line)


def _cells_of_line(line: str) -> list[str]:
    cells = _BAR.split(line.strip().removeprefix("|").removesuffix("|"))
    return [cell.replace("\\|", "|").strip() for cell in cells]


def _read_line(line: str) -> str:
    if _FENCE.match(line):
        return line
    glyph = _GLYPH.match(line)
    if glyph:
        return _read_point(line, glyph)
    line = _NUMBER.sub(r"\1 ", _IN_BRACKETS.sub(r"\1. ", line))
    line = _BOX.sub(r"\1", line)
    if _POINT.match(line):
        return line.replace("\t", "  ").rstrip()
    text = ": ".join(filter(None, map(str.strip, line.split("\t"))))
    if text and line.startswith((" ", "\t")):
        return f"  {text}"
    return text


def _read_point(line: str, glyph: re.Match[str]) -> str:
    text = line[glyph.end() :].strip()
    if not text:
        return ""
    if "\t" in glyph["before"] or _INNER_GLYPH.match(line):
        return f"  - {text}"
    return f"- {text}"


def _is_words(line: str) -> bool:
    """Neither empty nor a sign of Markdown."""
    return bool(line) and not _POINT.match(line) and not _MARKED.match(line.lstrip())


def _unwrapped(lines: Iterable[str]) -> list[str]:
    """Lines that an email program broke are one again."""
    whole: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if _is_words(line):
            paragraph.append(line)
            continue
        if _has_width(paragraph) or _goes_on(paragraph):
            paragraph = [" ".join(paragraph)]
        whole += [*paragraph, line]
        paragraph = []
    return whole[:-1]


def _has_width(lines: list[str]) -> bool:
    return len(lines) > 3 and all(len(line) in WRAPPED for line in lines[:-1])


def _goes_on(lines: list[str]) -> bool:
    """Whether each line ends in the middle of a sentence that the next one goes on with."""
    return len(lines) > 1 and all(starmap(_ends_within, pairwise(lines)))


def _ends_within(line: str, below: str) -> bool:
    has_no_end = line[-1].isalpha() or line[-1] == ","
    return len(line) >= MIN_WRAPPED_LENGTH and has_no_end and below[0].islower()


def _with_headings(lines: list[str]) -> Iterator[str]:
    for above, line, below in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        if _is_heading(line, above, below):
            yield from ("", f"## {line.strip().rstrip(':').strip()}", "")
        else:
            yield line


def _is_heading(line: str, above: str, below: str) -> bool:
    text = line.strip()
    if not _is_words(line) or len(text) > MAX_HEADING_LENGTH:
        return False
    if text.endswith((".", ",", ";", "!")):
        return False
    if text.isupper() and sum(map(str.isalpha, text)) > 3:
        return True
    title, colon, rest = text.partition(":")
    is_short = len(title.split()) < 7
    if rest or not is_short:
        return False
    if colon and _POINT.match(below):
        return True
    stands_alone = bool(_POINT.match(below)) or not (_is_words(above) or below)
    is_above_more = len(title.split()) < 4 and len(below) > len(title)
    return (stands_alone or is_above_more) and find_section(title) is not None


def _apart(lines: Iterable[str]) -> Iterator[str]:
    """Points without empty lines between them, and one after the last: a line right below would be
    of its last point.
    """
    above = ""
    empty = False
    for line in lines:
        if not line:
            empty = True
            continue
        is_point = bool(_POINT.match(line))
        is_below_list = bool(_POINT.match(above))
        ends_list = is_below_list and _is_words(line) and not line.startswith(" ")
        if ends_list or (empty and not (is_point and is_below_list)):
            yield ""
        if is_point or is_below_list:
            yield line
        else:
            yield _unindented(line)
        above = line
        empty = False


def _unindented(line: str) -> str:
    if "\n" in line:
        return line
    return line.lstrip()
