from typing import Any

from django import template
from django.utils.html import format_html_join

from jobboard.common.web.drawn import drawn
from jobboard.search.results.filter_panel import Choice, Panel

register = template.Library()


@drawn(register, "browse/_choice.html")
def choice_box(name: str, choice: Choice) -> dict[str, Any]:
    return {"name": name, "choice": choice}


@register.simple_tag
def names_of(panel: Panel) -> str:
    """What can be typed into its box: a template takes milliseconds for so many."""
    return format_html_join("", '<option value="{}">', ((name,) for name in panel.names))
