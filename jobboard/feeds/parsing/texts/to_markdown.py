"""From what people paste to Markdown: HTML of the clipboard, Word’s bullets, plain lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from urllib.parse import parse_qs, urlsplit

import nh3
from bs4 import BeautifulSoup, Tag
from markdownify import markdownify

from jobboard.common.text.html import LAYOUT, TAGS, clean_html, clean_lines, plain_text
from jobboard.feeds.parsing.texts.sections import section_of

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
    """What ``pasted`` says, as Markdown. Markdown stays as it is."""
    text = clean_lines(pasted)
    if _BLOCK_END.search(text):
        text = _of_html(text)
    return _of_lines(text)


# --- HTML -----------------------------------------------------------------------------------------


def _of_html(html: str) -> str:
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
    if _levels(clean) > MAX_LEVELS:
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


def _levels(html: str) -> int:
    steps = (-1 if tag[1] else 1 for tag in _TAG.finditer(html))
    return max(accumulate(steps), default=0)


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
    rows = [row for row in map(_cells, table.find_all("tr")) if any(row)]
    points = soup.new_tag("ul")
    for words in _rows_in_words(rows):
        point = soup.new_tag("li")
        point.string = words
        points.append(point)
    table.replace_with(points)


def _rows_in_words(rows: list[list[str]]) -> Iterator[str]:
    if all(len(row) <= 2 for row in rows):
        yield from (": ".join(filter(None, row)) for row in rows)
        return
    names, *others = rows
    for row in others:
        pairs = zip(names, row, strict=False)
        yield "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)


def _cells(row: Tag) -> list[str]:
    return [_words(cell) for cell in row.find_all(["th", "td"])]


def _words(cell: Tag) -> str:
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


def _of_lines(text: str) -> str:
    lines = [_line(line) for line in _without_tables(list(_outside_code(text)))]
    lines = _unwrapped(lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_apart(_with_headings(lines)))).strip("\n")


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
        rows = [_cells_of(line) for line in block if not _is_rule(line)]
        points = _rows_in_words([row for row in rows if any(row)])
        yield from ("", *(f"- {words}" for words in points), "")


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


def _cells_of(line: str) -> list[str]:
    cells = _BAR.split(line.strip().removeprefix("|").removesuffix("|"))
    return [cell.replace("\\|", "|").strip() for cell in cells]


def _line(line: str) -> str:
    if _FENCE.match(line):
        return line
    glyph = _GLYPH.match(line)
    if glyph:
        words = line[glyph.end() :].strip()
        is_inner = "\t" in glyph["before"] or _INNER_GLYPH.match(line)
        point = f"  - {words}" if is_inner else f"- {words}"
        if words:
            return point
        return ""
    line = _NUMBER.sub(r"\1 ", _IN_BRACKETS.sub(r"\1. ", line))
    line = _BOX.sub(r"\1", line)
    if _POINT.match(line):
        return line.replace("\t", "  ").rstrip()
    cells = [cell.strip() for cell in line.split("\t") if cell.strip()]
    inside = "  " if line.startswith((" ", "\t")) else ""
    if cells:
        return f"{inside}{': '.join(cells)}"
    return ""


def _is_words(line: str) -> bool:
    """Neither empty nor a sign of Markdown."""
    return bool(line) and not _POINT.match(line) and not _MARKED.match(line.lstrip())


def _unwrapped(lines: list[str]) -> list[str]:
    """Lines that an email program broke are one again."""
    whole: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if _is_words(line):
            paragraph.append(line)
            continue
        is_broken = _has_width(paragraph) or _goes_on(paragraph)
        whole += [" ".join(paragraph)] if is_broken else paragraph
        whole.append(line)
        paragraph = []
    return whole[:-1]


def _has_width(lines: list[str]) -> bool:
    return len(lines) > 3 and all(len(line) in WRAPPED for line in lines[:-1])


def _goes_on(lines: list[str]) -> bool:
    """Whether each line ends in the middle of a sentence that the next one goes on with."""
    return len(lines) > 1 and all(
        len(one) >= MIN_WRAPPED_LENGTH
        and (one[-1].isalpha() or one[-1] == ",")
        and two[0].islower()
        for one, two in pairwise(lines)
    )


def _with_headings(lines: list[str]) -> Iterator[str]:
    for above, line, below in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        if _is_heading(line, above, below):
            yield from ("", f"## {line.strip().rstrip(':').strip()}", "")
        else:
            yield line


def _is_heading(line: str, above: str, below: str) -> bool:
    words = line.strip()
    if (
        not _is_words(line)
        or len(words) > MAX_HEADING_LENGTH
        or words.endswith((".", ",", ";", "!"))
    ):
        return False
    if words.isupper() and sum(map(str.isalpha, words)) > 3:
        return True
    title, colon, rest = words.partition(":")
    is_short = len(title.split()) < 7
    if rest or not is_short:
        return False
    if colon and _POINT.match(below):
        return True
    stands_alone = bool(_POINT.match(below)) or not (_is_words(above) or below)
    is_above_more = len(title.split()) < 4 and len(below) > len(title)
    return (stands_alone or is_above_more) and section_of(title) is not None


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
        is_point, is_below_list = bool(_POINT.match(line)), bool(_POINT.match(above))
        ends_list = is_below_list and _is_words(line) and not line.startswith(" ")
        if ends_list or (empty and not (is_point and is_below_list)):
            yield ""
        yield line if is_point or is_below_list else _unindented(line)
        above, empty = line, False


def _unindented(line: str) -> str:
    if "\n" in line:
        return line
    return line.lstrip()
