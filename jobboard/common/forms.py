from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from .html import clean_lines, clean_text


class CleanCharField(forms.CharField):
    """One line of text without invisible characters."""

    def to_python(self, value) -> str:
        return clean_text(super().to_python(value) or "")


class CleanTextField(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value) -> str:
        return clean_lines(super().to_python(value) or "")


def form_helper(*layout) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper
