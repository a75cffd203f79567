from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join

from jobboard.common.text.words import full_amount
from jobboard.search.results.filter_panel import Choice, Panel

register = template.Library()

BOX = """\
<label class="check">
<input type="checkbox" name="{}" value="{}"{}{}>
<span>{}</span>
<span class="n">{}</span>
</label>"""


@register.simple_tag
def choice_box(name: str, choice: Choice) -> str:
    return format_html(BOX, *_shown(name, choice))


@register.simple_tag
def choice_boxes(name: str, choices: Iterable[Choice]) -> str:
    """A page has a hundred of them: a template takes a fifth of its time for so many."""
    return format_html_join("\n", BOX, (_shown(name, choice) for choice in choices))


def _shown(name: str, choice: Choice) -> tuple[str, ...]:
    option = choice.option
    checked = disabled = ""
    if choice.chosen:
        checked = " checked"
    if choice.disabled:
        disabled = " disabled"
    label = option.label
    if choice.is_understood:
        label = f"{label} (from your words)"
    return name, option.value, checked, disabled, label, full_amount(option.count)


@register.simple_tag
def names_of(panel: Panel) -> str:
    """The names that can be typed into its box: a template takes milliseconds for so many."""
    return format_html_join("", '<option value="{}">', ((name,) for name in panel.names))
