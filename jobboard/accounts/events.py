"""The security events of accounts: allauth and Django tell of them by signals."""

from collections.abc import Callable

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_login_failed
from django.dispatch import Signal

from jobboard.common.security_events import Kind, pseudonym, record

from .models import User


def connect() -> None:
    """Once, when the app is ready."""
    receivers: list[tuple[Signal, Callable[..., None]]] = [
        (account.user_logged_in, signed_in),
        (account.user_signed_up, signed_up),
        (user_login_failed, password_failed),
        (account.login_code_rejected, code_failed),
        (mfa.authentication_failed, factor_failed),
        (account.password_set, password_changed),
        (account.password_changed, password_changed),
        (account.password_reset, password_reset),
        (account.email_changed, email_changed),
        (mfa.authenticator_added, factor_added),
        (mfa.authenticator_removed, factor_removed),
        (mfa.authenticator_reset, factor_reset),
    ]
    for signal, receiver in receivers:
        signal.connect(receiver)


def signed_in(request, user, **kwargs) -> None:
    records = get_authentication_records(request, user)
    methods = dict.fromkeys(str(entry.get("type") or entry["method"]) for entry in records)
    record(Kind.SIGNED_IN, actor=user, detail=", ".join(methods))


def signed_up(request, user, **kwargs) -> None:
    record(Kind.SIGNED_UP, actor=user)


def password_failed(credentials: dict, **kwargs) -> None:
    tried_and_failed(str(credentials.get("email") or ""), detail="password")


def too_many_attempts(email: str) -> None:
    user, subject = _user_or_unknown(email)
    record(Kind.TOO_MANY_ATTEMPTS, actor=user, subject=subject)


def tried_and_failed(email: str, *, detail: str) -> None:
    user, subject = _user_or_unknown(email)
    record(Kind.SIGN_IN_FAILED, actor=user, subject=subject, detail=detail)


def _user_or_unknown(email: str) -> tuple[User | None, str]:
    """Return who has this address, or else what the event says of it."""
    user = User.objects.filter(email=email.lower()).first()
    if user:
        return user, ""
    return None, unknown(email)


def unknown(email: str) -> str:
    """The typed text may be anything, a password too, so it is not kept."""
    return f"unknown address {pseudonym(email)}"


def code_failed(user, **kwargs) -> None:
    record(Kind.SIGN_IN_FAILED, actor=user, detail="mailed code")


def factor_failed(user, authenticator, **kwargs) -> None:
    record(Kind.SIGN_IN_FAILED, actor=user, detail=f"second factor, {authenticator.type}")


def password_changed(user, **kwargs) -> None:
    record(Kind.PASSWORD_CHANGED, actor=user)


def password_reset(user, **kwargs) -> None:
    record(Kind.PASSWORD_CHANGED, actor=user, detail="by a mailed link")


def email_changed(user, **kwargs) -> None:
    record(Kind.EMAIL_CHANGED, actor=user)


def factor_added(user, authenticator, **kwargs) -> None:
    record(Kind.FACTOR_CHANGED, actor=user, detail=f"added {authenticator.type}")


def factor_removed(user, authenticator, **kwargs) -> None:
    record(Kind.FACTOR_CHANGED, actor=user, detail=f"removed {authenticator.type}")


def factor_reset(user, authenticator, **kwargs) -> None:
    record(Kind.FACTOR_CHANGED, actor=user, detail=f"made anew {authenticator.type}")
