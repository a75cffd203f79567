from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone


def at_site(url: str) -> str:
    """The same path under SITE_URL, so that no mail depends on the Host header of a request."""
    _, _, path = url.split("://", 1)[-1].partition("/")
    return f"{settings.SITE_URL}/{path}"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or password is incorrect.",
    }

    def get_email_confirmation_url(self, request, emailconfirmation) -> str:
        return at_site(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key) -> str:
        return at_site(super().get_reset_password_from_key_url(key))

    def render_mail(self, template_prefix, email, context, headers=None) -> EmailMessage:
        """Says what the email is for; a code is of no use once it is too old to be taken."""
        message = super().render_mail(template_prefix, email, context, headers)
        message.purpose = template_prefix.rpartition("/")[2]
        if message.purpose == "login_code":
            code_is_good_for = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
            message.worth_until = timezone.now() + code_is_good_for
        return message
