"""The order in which the form of a job asks its questions: one function a section of the page."""

from crispy_forms.layout import HTML, Div, Fieldset

from .from_text import READ_TEXT, FilledFromText
from .job_rows import PAY, PLACES
from .rows import row_button

PAY_OR_NOTE = "Enter a minimum, a maximum or both. Or say in the pay note why pay isn’t stated."
# None of these is required by itself, but one of each group is, so none is labelled "optional".
ONE_IS_NEEDED = ("salary_min", "salary_max", "pay_note", "apply_url", "apply_email")


def job_layout(form: FilledFromText) -> list[Fieldset]:
    for name in ONE_IS_NEEDED:
        form.fields[name].is_one_of_several = True  # type: ignore[attr-defined]
    return [
        _text_section(),
        _details_section(form),
        _location_section(form),
        _pay_section(form),
        _skills_section(form),
        _apply_section(),
    ]


def _text_section() -> Fieldset:
    return Fieldset(
        "Job text",
        "description",
        row_button(READ_TEXT, "Fill in the form from this text", "btn line"),
        HTML('{% include "recruiting/_looks.html" %}'),
    )


def _details_section(form: FilledFromText) -> Fieldset:
    more = form.fold(
        "Level, employment type, role or client",
        ["level", "level_max"],
        ["employment_types"],
        ["role"],
        ["for_client", "client_name"],
    )
    fields = ["title", more]
    if "company" in form.fields:
        fields.insert(0, "company")
    return Fieldset("Job details", *fields)


def _location_section(form: FilledFromText) -> Fieldset:
    more = form.fold(
        "Countries people can work from, visa", ["eligibility", "eligible_countries", "visa"]
    )
    return Fieldset(
        "Location",
        *form.rows_layout(PLACES),
        reader_interest("where"),
        reader_interest("visa"),
        more,
    )


def _pay_section(form: FilledFromText) -> Fieldset:
    return Fieldset(
        "Pay",
        HTML(f'<div class="field"><div class="helptext">{PAY_OR_NOTE}</div></div>'),
        reader_interest("pay"),
        *form.rows_layout(PAY),
        HTML('{% include "recruiting/_band.html" %}'),
        "pay_note",
    )


def _skills_section(form: FilledFromText) -> Fieldset:
    return Fieldset(
        "Skills",
        form.fold("Other skills than in the text", ["skills_required", "skills_nice"]),
    )


def _apply_section() -> Fieldset:
    return Fieldset(
        "How to apply",
        Div("apply_url", "apply_email", css_class="field-row"),
        "closes_on",
    )


def reader_interest(about: str) -> HTML:
    """Say how many readers asked about it; blank unless the context of the page has a sentence."""
    return HTML(f'{{% include "recruiting/_asked.html" with sentence=asked.{about} only %}}')
