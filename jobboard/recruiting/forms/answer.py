from django import forms

MAX_ANSWER_LENGTH = 1_000  # characters


class AnswerForm(forms.Form):
    """What a recruiter says to the editors who returned a job."""

    answer = forms.CharField(
        required=False,
        max_length=MAX_ANSWER_LENGTH,
        label="Answer to the editors",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
