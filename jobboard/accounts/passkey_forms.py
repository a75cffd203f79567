"""allauth's forms of passkeys. Where what is sent is not the answer of a key, they alone answer
with a fault of the server.
"""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as theirs
from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput

LONGEST_ANSWER = 50_000  # characters; that of a key with its certificates has a tenth of it


class AnswerOfAKeyField(forms.JSONField):
    widget = forms.HiddenInput

    def to_python(self, value) -> Any:
        if isinstance(value, str) and len(value) > LONGEST_ANSWER:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):  # of numbers and lists without an end
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def bound_data(self, data, initial) -> Any:
        """Nothing to show again: a key answers anew."""
        return InvalidJSONInput("")


class _ChecksAnswer:
    """What the library does not expect in an answer is a wrong answer."""

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]  # of the form beside it
        except (AttributeError, KeyError, TypeError, ValueError):
            self.add_error(None, get_adapter().validation_error("incorrect_code"))  # type: ignore[attr-defined]


class AddPasskeyForm(_ChecksAnswer, theirs.AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=100)
    credential = AnswerOfAKeyField()


class LoginByPasskeyForm(_ChecksAnswer, theirs.LoginWebAuthnForm):
    credential = AnswerOfAKeyField()


class ReauthenticateByPasskeyForm(_ChecksAnswer, theirs.ReauthenticateWebAuthnForm):
    credential = AnswerOfAKeyField()


class RenamePasskeyForm(theirs.EditWebAuthnForm):
    name = forms.CharField(max_length=100)
