from typing import Any

from django import template

from jobboard.common.web.drawn import drawn
from jobboard.insights.pictures.skill_bars import Bar

register = template.Library()


@drawn(register, "insights/_bar_row.html")
def bar_row(bar: Bar) -> dict[str, Any]:
    return {"bar": bar}


@drawn(register, "insights/_bar_end.html")
def bar_end(bar: Bar, mirrored: bool) -> dict[str, Any]:
    return {"bar": bar, "mirrored": mirrored}
