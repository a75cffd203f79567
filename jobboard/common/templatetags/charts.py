"""The charts as template tags. Geometry is in jobboard.common.charts, looks are in site.css.

Widths are percentages and heights pixels, without a viewBox: the words in a chart never scale, and
no style attribute is needed. Every chart stands beside its numbers: a table, or words. Those that
may stand alone carry an aria-label.
"""

import math
from collections import Counter
from itertools import pairwise
from typing import Any

from django import template

from jobboard.common.charts import Axis, axis_for, shares, tick_label
from jobboard.common.text.words import full_amount
from jobboard.common.web.drawn import drawing, drawn

register = template.Library()

PERCENTILES = {
    "p10": "bottom 10% up to",
    "p25": "bottom 25% up to",
    "p50": "median",
    "p75": "top 25% from",
    "p90": "top 10% from",
}
PERCENT_BETWEEN = (15, 25, 25, 15)  # of the values, from each percentile to the next
MIN_FOR_A_BAR = 10
BLOCK_STEP = 10  # pixels from block to block, each 8 wide
# Percent of the width from dot to dot, pixels from dot to dot in a pile, and around it.
DOT_APART = 1.25
DOT_STEP = 8
DOT_ABOVE = 6
MAX_PILE = 8
DISTRIBUTION_HEIGHT, DISTRIBUTION_TOP = 110, 20  # pixels of the drawing, and of what is above it
MIN_BAR_PERCENT = 1.0  # percent: a bar any narrower could not be seen
# Percent between the middles of two labels, so that they do not touch on a phone.
MIN_LABEL_GAP_PERCENT = 13.0


def percent(number: float) -> str:
    return f"{number:g}%"


def span(axis: Axis, low, high) -> dict | None:
    """Place the range from ``low`` to ``high`` on the axis: x, width and x2; None if either end is
    unknown.
    """
    if low is None or high is None:
        return None
    start = axis.at(low)
    end = axis.at(high)
    return {"x": percent(start), "width": percent(round(end - start, 2)), "end": percent(end)}


def grid(axis: Axis) -> list[str]:
    return [percent(axis.at(tick)) for tick in axis.ticks]


def marked(axis: Axis, mark) -> str:
    """The place of the amount that the others are compared with; '' where there is none."""
    if mark:
        return percent(axis.at(mark))
    return ""


@register.simple_tag
def axis(values, ticks=4) -> Axis:
    """``{% axis values as scale %}``: the Axis that all rows of one figure share."""
    return axis_for(values, ticks)


@register.simple_tag
def tick_words(amount) -> str:
    return tick_label(amount)


@register.simple_tag
def pay_strip(spread, axis, series="", label="Pay", hide_from_screen_readers=False, mark="") -> str:
    """One row: line p10 to p90, box p25 to p75, tick at the median; hollow if ``spread.few``.

    ``series`` "" is a single series, "a" and "b" are the two roles of a comparison.
    ``hide_from_screen_readers=True`` hides the drawing from screen readers, for a row whose cells
    already say the numbers. ``mark`` is an amount to compare with.
    """
    numbers: list[float | None] = []
    for value in get_percentiles(spread):
        if value is None:
            numbers.append(None)
        else:
            numbers.append(float(value))
    if hide_from_screen_readers:
        label = ""
    n = getattr(spread, "n", None)  # official figures have none
    return _pay_strip(tuple(numbers), n, spread.few, axis, series, label, marked(axis, mark))


def get_percentiles(spread) -> list:
    """Return the values in the order of PERCENTILES; None for those that are not known."""
    return [getattr(spread, name) for name in PERCENTILES]


@drawing("charts/pay_strip.html")
def _pay_strip(numbers, n, few, axis, series, label, mark) -> dict[str, Any]:
    p10, p25, p50, p75, p90 = numbers
    if p50 is None:
        return {"held": True, "n": n}
    parts = []
    for name, number in zip(PERCENTILES.values(), numbers, strict=True):
        if number is not None:
            parts.append(f"{name} {full_amount(round(number))}")
    if few:
        parts.append("small sample")
    if label:
        label = f"{label}: {', '.join(parts)}"
    return {
        "label": label,
        "grid": grid(axis),
        "whisker": span(axis, p10, p90),
        "box": span(axis, p25, p75),
        "median": percent(axis.at(p50)),
        "series": series,
        "few": few,
        "mark": mark,
    }


@drawn(register, "charts/pay_axis.html")
def pay_axis(axis) -> dict[str, Any]:
    """The labels of an axis, once above or below its rows; the inner ones leave on a phone."""
    ticks = []
    for tick in axis.ticks:
        x = percent(axis.at(tick))
        ticks.append({"x": x, "label": tick_label(tick), "anchor": "middle"})
    if ticks:
        ticks[-1]["anchor"] = "end"
        ticks[0]["anchor"] = "start"
    return {"ticks": ticks}


@drawn(register, "charts/count_bar.html")
def count_bar(count, of, series="", mirrored=False) -> dict[str, Any]:
    """Beside the words "31 of 42": a block of a fixed width for each of fewer than MIN_FOR_A_BAR,
    so that 3 of 4 does not look like more than 12 of 14; else a bar. ``mirrored`` grows to the
    left.
    """
    tone = _get_tone(series)
    if of < MIN_FOR_A_BAR:
        tones = [tone] * count + ["track"] * (of - count)
        if mirrored:
            tones.reverse()
        blocks = []
        for index, tone_of_block in enumerate(tones[:of]):
            blocks.append({"x": BLOCK_STEP * index, "tone": tone_of_block})
        return {"blocks": blocks, "width": BLOCK_STEP * of, "mirrored": mirrored}
    width = shares(count, max(of - count, 0))[0][1]
    start = 0.0
    if mirrored:
        start = round(100 - width, 2)
    return {"x": percent(start), "length": percent(width), "tone": tone}


def _get_tone(series: str) -> str:
    """The class of what is drawn for a series; a single one has no name."""
    if series:
        return f"f{series}"
    return "own"


@register.inclusion_tag("charts/job_dots.html")
def job_dots(values, axis, series="", mark="") -> dict[str, Any]:
    """A dot for each job at its pay; those that would cover each other are piled up. Where there is
    no room for a dot each, one stands for ``each`` jobs.
    """
    places = [round(axis.at(value) / DOT_APART) for value in values]
    piles = sorted(Counter(places).items())
    highest = max((pile for _, pile in piles), default=1)
    each = math.ceil(highest / MAX_PILE)
    rows = min(highest, MAX_PILE)
    height = 2 * DOT_ABOVE + DOT_STEP * (rows - 1)
    dots = []
    for place, pile in piles:
        for level in range(math.ceil(pile / each)):
            y = height - DOT_ABOVE - DOT_STEP * level
            dots.append({"x": percent(round(place * DOT_APART, 2)), "y": y})
    return {
        "dots": dots,
        "height": height,
        "tone": _get_tone(series),
        "each": each,
        "grid": grid(axis),
        "mark": marked(axis, mark),
    }


@register.inclusion_tag("charts/distribution.html")
def distribution(spread, axis, mark="") -> dict[str, Any]:
    """Draw how pay is spread: a block from percentile to percentile, whose area is the share of
    people in it. The outer tenths have no known end and are not drawn.
    """
    percentiles = get_percentiles(spread)
    if None in percentiles:
        return {}
    ranges = list(pairwise(percentiles))
    densities = []
    for (low, high), share in zip(ranges, PERCENT_BETWEEN, strict=True):
        densities.append(share / max(axis.at(high) - axis.at(low), 1.0))
    highest = max(densities)
    blocks = []
    for (low, high), density in zip(ranges, densities, strict=True):
        height = round(DISTRIBUTION_HEIGHT * density / highest, 1)
        y = DISTRIBUTION_TOP + DISTRIBUTION_HEIGHT - height
        blocks.append({**(span(axis, low, high) or {}), "height": height, "y": y})
    median = axis.at(spread.p50)
    anchor = "start"
    if median > 80:
        anchor = "end"
    return {
        "blocks": blocks,
        "grid": grid(axis),
        "median": percent(median),
        "median_words": f"median {tick_label(round(spread.p50, -3))}",
        "anchor": anchor,
        "few": spread.few,
        "height": DISTRIBUTION_TOP + DISTRIBUTION_HEIGHT,
        "top": DISTRIBUTION_TOP,
        "mark": marked(axis, mark),
    }


@drawn(register, "charts/overlap_line.html")
def overlap_line(only_a, both, only_b) -> dict[str, Any]:
    """Draw the same bar, thin and silent, for a list whose words say the share."""
    parts = []
    for tone, share in zip(("fa", "both", "fb"), shares(only_a, both, only_b), strict=True):
        x, width = share
        if width:
            parts.append({"tone": tone, "x": percent(x), "width": percent(width)})
    return {"parts": parts}


@register.inclusion_tag("charts/range_in_role.html")
def range_in_role(low, high, spread, name) -> dict[str, Any]:
    """A job's pay above what its role pays: bar for the job; line from p10 to p90, box to the
    middle half, median.

    One known end is enough. The axis holds both, so pay beyond the role's stands beyond it. Labels
    that would touch the one before them are left out; the words beside the chart say all numbers.
    """
    amounts = [float(amount) for amount in (low, high) if amount is not None]
    if not amounts or spread is None:
        return {}
    percentiles = dict(zip(PERCENTILES, get_percentiles(spread), strict=True))
    if None in percentiles.values():
        return {}
    start = float(min(*amounts, spread.p10))
    end = float(max(*amounts, spread.p90))
    margin = (end - start) * 0.06 or 1
    axis = Axis(start - margin, end + margin)
    labels = [(axis.at(value), value, name == "p50") for name, value in percentiles.items()]
    left = axis.at(min(amounts))
    right = axis.at(max(amounts))
    width = max(round(right - left, 2), MIN_BAR_PERCENT)
    left = min(left, 100 - width)
    return {
        "name": name,
        "is_right": left > 60,
        "bar": {"x": percent(left), "width": percent(width), "end": percent(left + width)},
        "whisker": span(axis, spread.p10, spread.p90),
        "box": span(axis, spread.p25, spread.p75),
        "median": percent(axis.at(spread.p50)),
        "labels": _choose_labels(labels),
    }


def _choose_labels(labels: list[tuple[float, float, bool]]) -> list[dict]:
    """Labels (place in percent, value, is the median) that fit beside each other; the median and
    the ends first.
    """
    ends = (labels[0], labels[-1])
    fitting: list[tuple[float, float, bool]] = []
    for label in sorted(labels, key=lambda label: (not label[2], label not in ends)):
        if all(abs(label[0] - other[0]) >= MIN_LABEL_GAP_PERCENT for other in fitting):
            fitting.append(label)
    positions = []
    for x, value, is_median in sorted(fitting):
        text = tick_label(round(value, -3))
        positions.append({"x": percent(x), "text": text, "lead": is_median})
    return positions


TREND_HEIGHT, TREND_TOP = 150, 12  # pixels of the drawing, and of what is above it


@register.inclusion_tag("charts/trend.html")
def trend(rows, name) -> dict[str, Any]:
    """A column for each row (``label``, ``figure.spread``): box for the middle half, and a line
    through the medians.
    """
    ends = []
    for row in rows:
        ends += [row.figure.spread.p25, row.figure.spread.p75]
    axis = axis_for(ends)

    def down(value) -> float:
        return round(TREND_TOP + TREND_HEIGHT * (1 - axis.at(value) / 100), 1)

    step = 92 / len(rows)  # the left 8 percent are for the labels of the axis
    columns = []
    for index, row in enumerate(rows):
        spread = row.figure.spread
        columns.append(
            {
                "label": row.label,
                "left": percent(round(8 + step * (index + 0.3), 2)),
                "middle": percent(round(8 + step * (index + 0.5), 2)),
                "width": percent(round(step * 0.4, 2)),
                "top": down(spread.p75),
                "height": round(down(spread.p25) - down(spread.p75), 1),
                "median": down(spread.p50),
                "few": spread.few,
            }
        )
    medians = ", ".join(f"{row.label} {full_amount(round(row.figure.spread.p50))}" for row in rows)
    return {
        "label": f"{name}, median by year: {medians}",
        "columns": columns,
        "lines": list(pairwise(columns)),
        "ticks": [{"y": down(tick), "label": tick_label(tick)} for tick in axis.ticks],
        "bottom": TREND_TOP + TREND_HEIGHT + 18,
        "height": TREND_TOP + TREND_HEIGHT + 24,
    }


@register.simple_tag
def sparkline(rows, name) -> str:
    """The medians of a trend in the height of a line of text."""
    return _sparkline(name, tuple((row.label, float(row.figure.spread.p50)) for row in rows))


@drawing("charts/sparkline.html")
def _sparkline(name, medians) -> dict[str, Any]:
    values = [value for _, value in medians]
    axis = axis_for(values)
    points = []
    for index, value in enumerate(values):
        x = round(4 + 92 * index / (len(values) - 1), 2)
        y = round(18 - 16 * axis.at(value) / 100, 1)
        points.append({"x": percent(x), "y": y})
    text = ", ".join(f"{label} {full_amount(round(value))}" for label, value in medians)
    return {"label": f"{name}: {text}", "lines": list(pairwise(points)), "last": points[-1]}


@register.inclusion_tag("charts/day_bars.html")
def day_bars(days, height=48) -> dict[str, Any]:
    """Views of each day (oldest first) as bars, today marked, beside a table or a sum."""
    most = max(1, *(day.views for day in days))
    step = 100 / len(days)
    bars = []
    for index, day in enumerate(days):
        bar_height = round((height - 1) * day.views / most) + 1
        x = percent(round(step * index, 2))
        bars.append({"x": x, "y": height - bar_height, "height": bar_height})
    width = percent(round(step * 0.72, 2))
    return {"bars": bars[:-1], "today": bars[-1], "width": width, "height": height}
