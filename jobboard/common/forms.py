from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from .addresses import plain_email
from .text.html import clean_lines, clean_text

# A text that fits its field may be so many times as long before cleaning: browsers send two
# characters for the end of a line.
MAX_GROWTH_BEFORE_CLEANING = 2
MAX_LINES = 2_000  # Markdown looks at each of them in a dozen ways


class _CleanedField(forms.CharField):
    """Cleans what was typed, unless it is too long to fit even so: cleaning has its cost."""

    def __init__(self, *, max_length: int, **kwargs) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.longest = max_length

    def to_python(self, value) -> str:
        text = super().to_python(value) or ""
        if len(text) > MAX_GROWTH_BEFORE_CLEANING * self.longest:
            raise ValidationError(
                f"Enter {self.longest:,} characters or fewer. You entered {len(text):,}."
            )
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


class MailboxField(forms.EmailField):
    """An email address that we may write to, in its one spelling."""

    def clean(self, value) -> str:
        typed = super().clean(value)
        return plain_email(typed) if typed else typed


def form_helper(*layout) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper
