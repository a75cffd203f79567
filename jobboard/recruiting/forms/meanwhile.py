"""Shows in a form if somebody else saved the job meanwhile: their values beside those typed."""

from dataclasses import dataclass
from typing import Any

from django.forms import Field
from django.utils.datastructures import MultiValueDict

from jobboard.accounts.models import User
from jobboard.listings import lifecycle
from jobboard.listings.content import whole_content
from jobboard.listings.lifecycle.stored_content import from_json
from jobboard.listings.models import Listing, ListingChange

from .fields import format_value
from .job import ListingForm
from .job_content import get_initial

NOT_SHOWN = ("submission", "version")


@dataclass(frozen=True)
class Saved:
    """A job or a change of it, as values of the form; ``intro`` begins the sentence about each.
    With ``before``, only values that differ from it count.
    """

    intro: str
    values: dict[str, Any]
    before: dict[str, Any] | None = None

    def describe(self, name: str, field: Field, typed: Any) -> str:
        """Describe the saved value; '' if it is the one that was typed."""
        value = self.values.get(name)
        is_old = self.before is not None and not field.has_changed(self.before.get(name), value)
        if is_old or not field.has_changed(value, typed):
            return ""
        return f"{self.intro}: “{format_value(field, value)}”."


def saved_meanwhile(listing: Listing, reader: User) -> list[Saved]:
    """The job, and its open change, which only its editors see."""
    now = whole_content(listing)
    change = lifecycle.open_change(listing)
    if change is None:
        return [Saved("Saved meanwhile", get_initial(listing, now))]
    base = get_initial(listing, from_json(change.base, change.format))
    proposed = lifecycle.proposed(change, now).content
    return [
        Saved("The live job now says", get_initial(listing, now), before=base),
        Saved(f"{_whose(change, reader)} says", get_initial(listing, proposed)),
    ]


def _whose(change: ListingChange, reader: User) -> str:
    state = "that was returned"
    if change.awaits_editor:
        state = "in review"
    if change.by is None:
        return f"The change {state}"
    if change.by == reader:
        return f"Your change {state}"
    return f"The change {state} of {change.by}"


def show_saved(form: ListingForm, version: int, saved: list[Saved]) -> None:
    """Show the saved value beside each field that differs. If the form is sent again, it wins."""
    data = MultiValueDict(form.data)
    data["version"] = version
    form.data = data
    for state in saved:
        form.set_rows(state.values)
    form.add_error(
        None,
        "This job was saved after you opened it. What was saved is shown next to what you typed.",
    )
    for name, field in form.fields.items():
        if name in NOT_SHOWN:
            continue
        typed = field.widget.value_from_datadict(form.data, form.files, name)
        sentences = [state.describe(name, field, typed) for state in saved]
        if any(sentences):
            description = " ".join(filter(None, sentences))
            form.add_error(name, f"{description} Save again to overwrite it.")
