"""Django's way to a mail server, with an end to it.

EMAIL_TIMEOUT is how long each piece of an answer may take. A server that sends a byte now and then
would hold up all other email for hours, so what is done in one go has a time of its own.
"""

import io
import smtplib
import socket
from functools import partial
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp

# For connecting and signing in, and once more for each email. One whose connection the server ended
# takes three times as long at most.
MAX_SECONDS = 20
SECONDS_FOR_A_GOODBYE = 5


class EmailBackend(smtp.EmailBackend):
    ends_at = 0.0

    @property
    def connection_class(self) -> Any:
        return partial(ConnectionOverTls if self.use_ssl else Connection, backend=self)

    def open(self) -> bool | None:
        """Before each sending, too: ``send_messages`` calls it."""
        self.ends_at = monotonic() + MAX_SECONDS
        return super().open()

    def close(self) -> None:
        self.ends_at = monotonic() + SECONDS_FOR_A_GOODBYE
        super().close()


class Answers(io.RawIOBase):
    """The server's answers, while ``backend`` has time for it."""

    def __init__(self, sock: socket.socket, backend: EmailBackend) -> None:
        self.sock = sock
        self.backend = backend

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        seconds_left = self.backend.ends_at - monotonic()
        if seconds_left <= 0:
            raise TimeoutError("the answers took too long")
        self.sock.settimeout(min(seconds_left, settings.EMAIL_TIMEOUT))
        return self.sock.recv_into(buffer)


class Connection(smtplib.SMTP):
    def __init__(self, *args: Any, backend: EmailBackend, **kwargs: Any) -> None:
        self.backend = backend
        super().__init__(*args, **kwargs)

    def getreply(self) -> tuple[int, bytes]:
        # Of a connection that was just made, or is encrypted from now on.
        if self.file is None and self.sock:
            self.file = io.BufferedReader(Answers(self.sock, self.backend))
        return super().getreply()


class ConnectionOverTls(Connection, smtplib.SMTP_SSL):
    """Encrypted from the beginning."""
