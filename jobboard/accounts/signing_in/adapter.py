from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.utils import timezone

from jobboard.accounts import events
from jobboard.accounts.people import has_proven
from jobboard.common.addresses import plain_email
from jobboard.common.mailing.mail_budget import AT_HOME, PROVEN, Budget, get_budget, stop_context
from jobboard.common.models import SecurityEvent
from jobboard.common.web.limits import client_network, coarse
from jobboard.common.web.turns import ServerBusyError

# Wrong passwords for one address: from one network, from all networks it never signed in from
# together, and from each it did. So nobody locks somebody else out by typing wrong passwords.
FROM_ANYWHERE = {"login_failed_anywhere": "50/h/key"}
# What is mailed to who asks for a code or a new password; the last one if there is no account.
ANSWERS_SIGN_IN = {"login_code", "password_reset_key", "unknown_account"}
WITH_A_CODE = {"login_code", "email_confirmation", "email_confirmation_signup"}


def at_site(url: str) -> str:
    """Put the path under SITE_URL, so that no mail depends on the Host header of a request."""
    _, _, path = url.split("://", 1)[-1].partition("/")
    return f"{settings.SITE_URL}/{path}"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or password is incorrect.",
        "too_many_login_attempts": (
            "Too many failed attempts. Sign in with an emailed code or try again later."
        ),
    }

    def clean_email(self, email: str) -> str:
        return plain_email(email)

    def get_reset_password_from_key_url(self, key) -> str:
        return at_site(super().get_reset_password_from_key_url(key))

    def render_mail(self, template_prefix, email, context, headers=None) -> EmailMessage:
        """Says what the email is for and which budget it is part of; a code is of no use once it is
        too old to be taken.
        """
        purpose = template_prefix.rpartition("/")[2]
        budget = self._get_budget(purpose, email)
        context = context | stop_context(budget, email)
        message = super().render_mail(template_prefix, email, context, headers)
        message.purpose = purpose
        message.budget = budget
        if message.purpose in WITH_A_CODE:
            code_is_good_for = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
            message.worth_until = timezone.now() + code_is_good_for
        return message

    def _get_budget(self, purpose: str, email: str) -> Budget | None:
        if purpose not in ANSWERS_SIGN_IN:
            return get_budget(purpose, email)
        # All is asked in each case, so that an unknown address takes as long as a known one.
        is_proven = has_proven(email)
        is_at_home = bool(known_network(self.request, email.lower()))
        budget = get_budget(purpose, email)
        if not is_proven:
            return budget
        if is_at_home:
            return AT_HOME
        return PROVEN

    # --- Guessed passwords ------------------------------------------------------------------------

    def _get_login_attempts_cache_key(self, request, **credentials: Any) -> str:
        """allauth counts for each address alone, and five wrong passwords lock its owner out."""
        address = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{address}:{client_network(request)}"

    def pre_authenticate(self, request, **credentials: Any) -> None:
        email = str(credentials.get("email", "")).lower()
        try:
            super().pre_authenticate(request, **credentials)
            self._count_everywhere(request, email)
        except ValidationError:
            events.too_many_attempts(email)
            raise

    def authenticate(self, request, **credentials: Any) -> AbstractBaseUser | None:
        try:
            return super().authenticate(request, **credentials)
        except ServerBusyError:  # nobody looked at the password, so it was no wrong one
            self._rollback_login_failed_rl_usage()
            raise

    def _count_everywhere(self, request, email: str) -> None:
        self._anywhere = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed_anywhere",
            config=FROM_ANYWHERE,
            key=f"{email}:{known_network(request, email)}",
        )
        if not self._anywhere:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        self._anywhere.rollback()


def known_network(request, email: str) -> str:
    """The network, if the account signed in from there lately; '' from anywhere else."""
    network = coarse(client_network(request))
    signed_in = SecurityEvent.objects.filter(
        kind=SecurityEvent.Kind.SIGNED_IN, actor__email=email, network=network
    )
    if not signed_in.exists():
        return ""
    return network
