"""allauth's forms, hardened: signing up says nothing about other accounts, a code or a new password
is asked for a few times only, and passkey forms, which answer 500 to malformed input, reject it.
"""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm
from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms.fields import InvalidJSONInput

from jobboard.common.web.limits import MINUTE, RateLimitError, client_network

MAX_ANSWER_LENGTH = 50_000  # characters; that of a key with its certificates has a tenth of it


class SignupForm(BaseSignupForm):
    """Answers the same, and takes as long, whether or not the address has an account."""

    account_already_exists: bool  # as cleaning the address found

    def try_save(self, request) -> tuple:
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # what a new account costs
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # sent twice at once, and the other was faster
            self.account_already_exists = True
            return super().try_save(request)


# What somebody asks for one address, from one network: of all networks together, the library would
# let anybody use up what its owner may ask for. What the mailbox gets is in common/mailing.
FROM_ONE_NETWORK = {"code_for_address": "3/m/key", "reset_for_address": "5/m/key"}


def may_ask(action: str, email: str) -> bool:
    request = context.request
    key = f"{email.lower()}:{client_network(request)}"
    config = FROM_ONE_NETWORK
    return bool(ratelimit.consume(request, app="accounts", action=action, config=config, key=key))


class RequestCodeForm(RequestLoginCodeForm):
    def clean_email(self) -> str:
        email = super().clean_email()
        if email and not may_ask("code_for_address", email):
            raise get_account_adapter().validation_error("too_many_login_attempts")
        return email


class ResetForm(ResetPasswordForm):
    """Raises RateLimitError while it is checked."""

    def clean_email(self) -> str:
        email = super().clean_email()
        if not may_ask("reset_for_address", email):
            raise RateLimitError(MINUTE)
        return email


class PasskeyResponseField(forms.JSONField):
    widget = forms.HiddenInput

    def to_python(self, value) -> Any:
        if isinstance(value, str) and len(value) > MAX_ANSWER_LENGTH:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):  # of numbers and lists without an end
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def bound_data(self, data, initial) -> Any:
        """Return nothing to show again: a key answers anew."""
        return InvalidJSONInput("")


class MalformedAnswerMixin:
    """Counts a malformed answer as wrong, where allauth would raise an error."""

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]  # of the form beside it
        except (AttributeError, KeyError, TypeError, ValueError):
            self.add_error(None, get_adapter().validation_error("incorrect_code"))  # type: ignore[attr-defined]


class AddPasskeyForm(MalformedAnswerMixin, webauthn_forms.AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=100)
    credential = PasskeyResponseField()


class LoginByPasskeyForm(MalformedAnswerMixin, webauthn_forms.LoginWebAuthnForm):
    credential = PasskeyResponseField()


class ReauthenticateByPasskeyForm(MalformedAnswerMixin, webauthn_forms.ReauthenticateWebAuthnForm):
    credential = PasskeyResponseField()


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    name = forms.CharField(max_length=100)
