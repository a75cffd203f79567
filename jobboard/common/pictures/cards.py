"""A drawn card for a shared link: words and at most one small chart on white, 1200 by 630 px.

No Django: what a card says comes in as a Card. Letters that the fonts lack are drawn as boxes.
"""

import hashlib
import io
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
STYLE = 1  # counted up when a card is drawn in another way
FONTS = Path(__file__).parent / "fonts"
SERIF = "DejaVuSerif.ttf"
SANS = "DejaVuSans.ttf"
PAPER, INK, SOFT, LINE = "#ffffff", "#171b18", "#5e6761", "#e1e4df"
ACCENT, OCHRE, GREY = "#12603f", "#96610a", "#7a837c"
LEFT = 80
RIGHT = 1120
TOP = 72
TITLE_LINES, MAX_LINE_LENGTH = 3, 200  # characters of one line of words that are looked at


@dataclass(frozen=True)
class Card:
    """A card with bars. ``bars`` are name, share of the longest (0 to 1) and figure; ``parts`` are
    how many things only the first has, both have and only the second has.
    """

    kind: str
    title: str
    lines: tuple[str, ...] = ()
    bars: tuple[tuple[str, float, str], ...] = ()
    parts: tuple[int, int, int] | None = None
    foot: str = ""

    @property
    def version(self) -> str:
        """A hash that is equal for cards that look the same."""
        return hashlib.sha256(repr((STYLE, astuple(self))).encode()).hexdigest()[:16]


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, size)


def draw(card: Card) -> bytes:
    """The card as a PNG."""
    picture = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, SIZE[0], 14), fill=ACCENT)
    pen.text((LEFT, TOP), _cut_to_fit(card.kind, font(SANS, 30)), font=font(SANS, 30), fill=SOFT)
    y = _draw_title(pen, card, TOP + 60)
    for line in card.lines:
        pen.text((LEFT, y), _cut_to_fit(line, font(SANS, 34)), font=font(SANS, 34), fill=INK)
        y += 52
    if card.bars:
        _draw_bars(pen, card.bars, y + 8)
    if card.parts:
        _draw_parts(pen, card.parts, y + 20)
    _draw_foot(pen, card.foot)
    file = io.BytesIO()
    picture.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw_title(pen: ImageDraw.ImageDraw, card: Card, y: int) -> int:
    """Large where that leaves room for the rest; returns where the next thing begins."""
    room = 2
    if card.bars:
        room = 1
    size = 66
    if len(_wrap(card.title, font(SERIF, size))) > room:
        size = 52
    type_face = font(SERIF, size)
    for line in _wrap(card.title, type_face)[: room + 1]:
        pen.text((LEFT, y), line, font=type_face, fill=INK)
        y += round(size * 1.25)
    return y + 22


def _draw_bars(pen: ImageDraw.ImageDraw, bars: tuple, y: int) -> None:
    small = font(SANS, 26)
    for name, share, figure in bars:
        pen.text((LEFT, y), name, font=small, fill=SOFT)
        end = 330 + round(max(share, 0.01) * 500)
        pen.rectangle((330, y + 3, end, y + 27), fill=ACCENT)
        pen.text((end + 20, y), figure, font=small, fill=INK)
        y += 42


def _draw_parts(pen: ImageDraw.ImageDraw, parts: tuple[int, int, int], y: int) -> None:
    whole = sum(parts) or 1
    x = float(LEFT)
    for count, colour in zip(parts, (ACCENT, GREY, OCHRE), strict=True):
        width = (RIGHT - LEFT) * count / whole
        if count:
            pen.rectangle((round(x), y, max(round(x + width) - 5, round(x)), y + 34), fill=colour)
        x += width


def _draw_foot(pen: ImageDraw.ImageDraw, foot: str) -> None:
    y = SIZE[1] - 78
    pen.line((LEFT, y - 24, RIGHT, y - 24), fill=LINE, width=2)
    pen.line((LEFT, y + 17, LEFT + 48, y + 17), fill=ACCENT, width=4)
    pen.rectangle((LEFT + 12, y + 2, LEFT + 34, y + 32), fill=ACCENT)
    pen.line((LEFT + 23, y + 2, LEFT + 23, y + 32), fill=PAPER, width=4)
    pen.text((LEFT + 66, y - 4), foot, font=font(SERIF, 34), fill=INK)


def _wrap(text: str, type_face: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in text[:MAX_LINE_LENGTH].split():
        if not lines:
            lines.append(word)
            continue
        longer = f"{lines[-1]} {word}"
        if type_face.getlength(longer) <= RIGHT - LEFT:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > TITLE_LINES:
        lines[TITLE_LINES - 1] += "…"
    return [_cut_to_fit(line, type_face) for line in lines[:TITLE_LINES]]


def _cut_to_fit(text: str, type_face: ImageFont.FreeTypeFont) -> str:
    """Cut the text to what one line holds."""
    text = text[:MAX_LINE_LENGTH]
    if type_face.getlength(text) <= RIGHT - LEFT:
        return text
    while text and type_face.getlength(f"{text}…") > RIGHT - LEFT:
        text = text[:-1]
    return f"{text.rstrip(' …')}…"
