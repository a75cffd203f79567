"""A form that somebody else was faster than: what was saved is shown beside what was typed."""

from dataclasses import dataclass
from typing import Any

from django.forms import Field
from django.utils.datastructures import MultiValueDict

from jobboard.accounts.models import User
from jobboard.listings import lifecycle
from jobboard.listings.content import whole_content
from jobboard.listings.lifecycle.stored_content import from_json
from jobboard.listings.models import Listing, ListingChange

from .fields import value_shown
from .job import ListingForm
from .job_content import initial_of

NOT_SHOWN = ("submission", "version")


@dataclass(frozen=True)
class Saved:
    """What a job or the change of it says, as values of the form; ``said`` begins the sentence.
    With ``before``, a field counts only where it says something else than that.
    """

    said: str
    values: dict[str, Any]
    before: dict[str, Any] | None = None

    def sentence(self, name: str, field: Field, typed: Any) -> str:
        """'' where it is what was typed."""
        value = self.values.get(name)
        is_old = self.before is not None and not field.has_changed(self.before.get(name), value)
        if is_old or not field.has_changed(value, typed):
            return ""
        return f"{self.said}: “{value_shown(field, value)}”."


def saved_meanwhile(listing: Listing, reader: User) -> list[Saved]:
    """The job, and the change of it that is open, which nobody but editors sees as the job."""
    now = whole_content(listing)
    change = lifecycle.open_change(listing)
    if change is None:
        return [Saved("Saved meanwhile", initial_of(listing, now))]
    base = initial_of(listing, from_json(change.base, change.format))
    proposed = lifecycle.proposed(change, now).content
    return [
        Saved("The live job now says", initial_of(listing, now), before=base),
        Saved(f"{_whose(change, reader)} says", initial_of(listing, proposed)),
    ]


def _whose(change: ListingChange, reader: User) -> str:
    state = "in review" if change.waits else "that was returned"
    if change.by is None:
        return f"The change {state}"
    if change.by == reader:
        return f"Your change {state}"
    return f"The change {state} of {change.by}"


def show_saved(form: ListingForm, version: int, saved: list[Saved]) -> None:
    """Beside each field that differs. Sent once more, what is typed wins."""
    data = MultiValueDict(form.data)
    data["version"] = version
    form.data = data
    for one in saved:
        form.set_rows(one.values)
    form.add_error(
        None,
        "This job was saved after you opened it. What was saved is shown next to what you typed.",
    )
    for name, field in form.fields.items():
        if name in NOT_SHOWN:
            continue
        typed = field.widget.value_from_datadict(form.data, form.files, name)
        sentences = [one.sentence(name, field, typed) for one in saved]
        if any(sentences):
            said = " ".join(filter(None, sentences))
            form.add_error(name, f"{said} Save again to overwrite it.")
