"""The charts of the site as template tags. Geometry is jobboard.common.charts, looks are ``.chart`` in site.css.

Widths are percentages and heights pixels, without a viewBox: the words in a chart never scale, and no style attribute
is needed. Every chart stands beside its numbers: a table, or words. Those that may stand alone carry an aria-label.
"""

from django import template

from jobboard.common.charts import Axis, axis_for, shares, tick_label
from jobboard.common.words import full_amount

register = template.Library()

PERCENTILES = {
    "p10": "lowest tenth up to",
    "p25": "lowest quarter up to",
    "p50": "median",
    "p75": "highest quarter from",
    "p90": "highest tenth from",
}
LEAST_BAR = 3.0  # percent: a bar any narrower could not be seen beside the median's tick


def percent(number: float) -> str:
    return f"{number:g}%"


def span(axis: Axis, low, high) -> dict | None:
    """From ``low`` to ``high`` on the axis, ready for x, width and x2; None where either end is unknown."""
    if low is None or high is None:
        return None
    start, end = axis.at(low), axis.at(high)
    return {"x": percent(start), "width": percent(round(end - start, 2)), "end": percent(end)}


def grid(axis: Axis) -> list[str]:
    return [percent(axis.at(tick)) for tick in axis.ticks]


@register.simple_tag
def axis(values):
    """``{% axis values as scale %}``: the Axis that all rows of one figure share."""
    return axis_for(values)


@register.inclusion_tag("charts/pay_strip.html")
def pay_strip(spread, axis, series="", label="Pay", twin=False):
    """One row: line from p10 to p90, box from p25 to p75, tick at the median; hollow where ``spread.few``.

    ``series`` "" is a single series, "a" and "b" are the two roles of a comparison. ``twin=True`` hides the drawing
    from screen readers, for a row whose cells already say the numbers.
    """
    if spread.p50 is None:
        return {"held": True, "n": spread.n}
    numbers = {words: getattr(spread, name) for name, words in PERCENTILES.items()}
    said = [f"{words} {full_amount(round(number))}" for words, number in numbers.items() if number is not None]
    if spread.few:
        said.append("few answers")
    return {
        "label": "" if twin else f"{label}: {', '.join(said)}",
        "grid": grid(axis),
        "whisker": span(axis, spread.p10, spread.p90),
        "box": span(axis, spread.p25, spread.p75),
        "median": percent(axis.at(spread.p50)),
        "series": series,
        "few": spread.few,
    }


@register.inclusion_tag("charts/pay_axis.html")
def pay_axis(axis):
    """The labels of an axis, to stand once above or below its rows; the inner ones leave on a phone."""
    last = len(axis.ticks) - 1
    return {
        "ticks": [
            {
                "x": percent(axis.at(tick)),
                "label": tick_label(tick),
                "anchor": "start" if index == 0 else "end" if index == last else "middle",
            }
            for index, tick in enumerate(axis.ticks)
        ]
    }


@register.inclusion_tag("charts/evidence_bar.html")
def evidence_bar(part, whole, tone="own"):
    """A bar of 8 px beside the words "31 of 42". ``tone`` "own" is what is asked here, "band" what is only usual."""
    return {"width": percent(shares(part, max(whole - part, 0))[0][1]), "tone": tone}


@register.inclusion_tag("charts/overlap_bar.html")
def overlap_bar(only_a, both, only_b, name_a, name_b):
    """What two roles share and what only one has, as counts with words and a bar in three parts."""
    return overlap_line(only_a, both, only_b) | {
        "only_a": only_a,
        "both": both,
        "only_b": only_b,
        "name_a": name_a,
        "name_b": name_b,
    }


@register.inclusion_tag("charts/overlap_line.html")
def overlap_line(only_a, both, only_b):
    """The same bar, thin and silent, for a list whose words say the share."""
    parts = zip(("fa", "both", "fb"), shares(only_a, both, only_b), strict=True)
    return {"parts": [{"tone": tone, "x": percent(x), "width": percent(width)} for tone, (x, width) in parts if width]}


@register.inclusion_tag("charts/range_in_role.html")
def range_in_role(low, high, spread):
    """A job's pay inside what its role pays: track from p10 to p90, tick at the median, bar for the job.

    One known end is enough. Pay beyond the track is put on its end: the words beside it say by how much.
    """
    low, high = (high if low is None else low), (low if high is None else high)
    if low is None or spread is None or None in (spread.p10, spread.p50, spread.p90):
        return {}
    axis = Axis(float(spread.p10), float(spread.p90))
    start, end = axis.at(low), axis.at(high)
    width = max(round(end - start, 2), LEAST_BAR)
    return {
        "x": percent(min(start, 100 - width)),
        "width": percent(width),
        "median": percent(axis.at(spread.p50)),
    }
