"""In which order the form of a job asks."""

from crispy_forms.layout import HTML, Div, Fieldset

from .from_text import READ_TEXT, FilledFromText
from .job_rows import PAY, PLACES
from .rows import row_button

PAY_OR_NOTE = "Enter a minimum, a maximum or both. Or say in the pay note why pay isn’t stated."
# Of these not each is required, but one is, so that none is called optional.
ONE_IS_NEEDED = ("salary_min", "salary_max", "pay_note", "apply_url", "apply_email")


def job_layout(form: FilledFromText) -> list[Fieldset]:
    for name in ONE_IS_NEEDED:
        form.fields[name].is_one_of_several = True  # type: ignore[attr-defined]
    company = ["company"] if "company" in form.fields else []
    return [
        Fieldset(
            "Job text",
            "description",
            row_button(READ_TEXT, "Fill in the form from this text", "btn line"),
            HTML('{% include "recruiting/_looks.html" %}'),
        ),
        Fieldset(
            "Job details",
            *company,
            "title",
            form.fold(
                "Level, employment type, role or client",
                ["level", "level_max"],
                ["employment_types"],
                ["role"],
                ["for_client", "client_name"],
            ),
        ),
        Fieldset(
            "Location",
            *form.rows_layout(PLACES),
            asked_by_readers("where"),
            asked_by_readers("visa"),
            form.fold(
                "Countries people can work from, visa",
                ["eligibility", "eligible_countries", "visa"],
            ),
        ),
        Fieldset(
            "Pay",
            HTML(f'<div class="field"><div class="helptext">{PAY_OR_NOTE}</div></div>'),
            asked_by_readers("pay"),
            *form.rows_layout(PAY),
            HTML('{% include "recruiting/_band.html" %}'),
            "pay_note",
        ),
        Fieldset(
            "Skills",
            form.fold("Other skills than in the text", ["skills_required", "skills_nice"]),
        ),
        Fieldset(
            "How to apply", Div("apply_url", "apply_email", css_class="field-row"), "closes_on"
        ),
    ]


def asked_by_readers(about: str) -> HTML:
    """How many want to know it, where the page's context says so."""
    return HTML(f'{{% include "recruiting/_asked.html" with sentence=asked.{about} only %}}')
