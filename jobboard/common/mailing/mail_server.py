"""Handing emails to the mail server over a connection that is kept while there is more to send."""

import smtplib
import threading
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend


class TurnedDownError(Exception):
    """The mail server will never take this email."""

    def __init__(self, reason: str, *, is_about_address: bool) -> None:
        super().__init__(reason)
        self.is_about_address = is_about_address


def describe_error(error: Exception) -> str:
    """Describe an error for the admin; without addresses where we can tell, since it is also
    logged.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return f"{code} {_text(answer)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(answer: bytes | str) -> str:
    if isinstance(answer, bytes):
        return answer.decode(errors="replace")
    return answer


class _Line(threading.local):
    """Keeps this thread's connection to the mail server while there is more to send."""

    connection: BaseEmailBackend | None = None
    has_sent = False


_line = _Line()


def hand_over(message: EmailMessage) -> None:
    """Raises TurnedDownError, SMTPException, OSError or ValueError."""
    try:
        _send(message)
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException) as error:
        if not (_line.has_sent and _is_end_of_line(error)):
            raise
        # Servers take so many emails a connection: the answer is a new one, not a pause.
        hang_up()
        _send(message)


def _is_end_of_line(error: smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == 421  # "closing transmission channel"
    return not isinstance(error.__context__, TimeoutError)


def _send(message: EmailMessage) -> None:
    try:
        _open_line().send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        _line.has_sent = True
        code, answer = next(iter(error.recipients.values()))
        if code >= 500 and not _is_about_us(code, _text(answer)):
            raise TurnedDownError(describe_error(error), is_about_address=True) from error
        raise
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= 500:
            _line.has_sent = True
            raise TurnedDownError(describe_error(error), is_about_address=False) from error
        raise
    _line.has_sent = True


def _is_about_us(code: int, answer: str) -> bool:
    """Whether the server rejects us: not signed in, or not allowed to send to others (RFC 3463,
    X.7). Settings can be mended, and the mailbox may well be there.
    """
    return code == 530 or answer.startswith("5.7.")


def _open_line() -> BaseEmailBackend:
    if _line.connection is None:
        connection = get_connection(settings.EMAIL_TRANSPORT)
        connection.open()
        _line.connection = connection
    return _line.connection


def hang_up() -> None:
    """Close this thread's connection to the mail server, if there is one."""
    connection = _line.connection
    _line.connection = None
    _line.has_sent = False
    if connection is not None:
        # A server that answers a goodbye with nonsense: there is nothing left to do about it.
        with suppress(smtplib.SMTPException, OSError, ValueError):
            connection.close()
