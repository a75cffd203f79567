from django import forms

from jobboard.common.forms import CountedField

MAX_ANSWER_LENGTH = 1_000  # characters


class AnswerForm(forms.Form):
    """What a recruiter says to the editors who returned a job."""

    answer = CountedField(
        required=False,
        max_length=MAX_ANSWER_LENGTH,
        label="Answer to the editors",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
