"""In which order the form of a job asks."""

from crispy_forms.layout import HTML, Div, Fieldset

from .from_text import READ_TEXT, FilledFromText
from .job_rows import PAY, PLACES
from .rows import row_button


def job_layout(form: FilledFromText) -> list[Fieldset]:
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
            "for_client",
            "client_name",
            "role",
            Div("level", "level_max", css_class="field-row"),
            "employment_types",
        ),
        Fieldset(
            "Location",
            *form.rows_layout(PLACES),
            asked_by_readers("where"),
            Div("eligibility", "eligible_countries", css_class="field-row"),
            asked_by_readers("visa"),
            "visa",
        ),
        Fieldset(
            "Pay",
            asked_by_readers("pay"),
            *form.rows_layout(PAY),
            HTML('{% include "recruiting/_band.html" %}'),
            "pay_note",
        ),
        Fieldset("Skills", "skills_required", "skills_nice"),
        Fieldset(
            "How to apply", Div("apply_url", "apply_email", css_class="field-row"), "closes_on"
        ),
    ]


def asked_by_readers(about: str) -> HTML:
    """How many want to know it, where the page's context says so."""
    return HTML(f'{{% include "recruiting/_asked.html" with sentence=asked.{about} only %}}')
