from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from .addresses import plain_email
from .text.html import clean_lines, clean_text

# A text that fits its field may be so many times as long before cleaning: browsers send two
# characters for the end of a line.
MAX_GROWTH_BEFORE_CLEANING = 2
MAX_ADDRESS_LENGTH = 320  # characters of an email address
MAX_LINES = 2_000  # Markdown looks at each of them in a dozen ways


class CountedField(forms.CharField):
    """A text that is counted and never cut: the browser takes whatever is pasted, and a text that
    is too long comes back whole, with how many characters it has.
    """

    def __init__(self, *, max_length: int, **kwargs) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.max_characters = max_length

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs

    def run_validators(self, value: Any) -> None:
        if len(value) > self.max_characters:
            raise self.too_long(value)
        super().run_validators(value)

    def too_long(self, value: str) -> ValidationError:
        return ValidationError(
            f"Enter {self.max_characters:,} characters or fewer. You entered {len(value):,}.",
            "max_length",
        )


class _CleanedField(CountedField):
    """Cleans what was typed, unless it is too long to fit even so: cleaning has its cost."""

    def to_python(self, value) -> str:
        text = super().to_python(value) or ""
        if len(text) > MAX_GROWTH_BEFORE_CLEANING * self.max_characters:
            raise self.too_long(text)
        return self.clean_typed(text)

    def clean_typed(self, text: str) -> str:
        raise NotImplementedError


class CleanCharField(_CleanedField):
    """One line of text without invisible characters."""

    def clean_typed(self, text: str) -> str:
        return clean_text(text)


class CleanTextField(_CleanedField):
    """Lines of text without invisible characters."""

    widget = forms.Textarea

    def clean_typed(self, text: str) -> str:
        cleaned = clean_lines(text)
        lines = cleaned.count("\n") + 1
        if lines > MAX_LINES:
            raise ValidationError(
                f"Use {MAX_LINES:,} lines or fewer. Your text has {lines:,}. Join some of them."
            )
        return cleaned


class AddressField(CountedField, forms.EmailField):
    """An email address."""

    def __init__(self, *, max_length: int = MAX_ADDRESS_LENGTH, **kwargs) -> None:
        super().__init__(max_length=max_length, **kwargs)


class MailboxField(AddressField):
    """An email address that we may write to, in its one spelling."""

    def clean(self, value) -> str:
        typed = super().clean(value)
        if typed:
            return plain_email(typed)
        return typed


def form_helper(*layout) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper
