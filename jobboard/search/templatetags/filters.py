from typing import Any

from django import template

from jobboard.common.web.drawn import drawn
from jobboard.search.results.filter_panel import Choice

register = template.Library()


@drawn(register, "browse/_choice.html")
def choice_box(name: str, choice: Choice) -> dict[str, Any]:
    return {"name": name, "choice": choice}
