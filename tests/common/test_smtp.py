"""Real conversations with a mail server on this machine, which may go on for ever."""

import smtplib
import socket
import ssl
import threading
from contextlib import closing
from datetime import timedelta
from itertools import count
from queue import Queue

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from jobboard.common import mail
from jobboard.common.mailing import mail_server, smtp
from jobboard.common.models import Email
from jobboard.common.tasks import SOON
from tests.waiting import MAX_SECONDS

pytestmark = pytest.mark.faults

LINES = 200_000  # more than is read in the time, and yet a test without an end to it ends


class Server:
    """Says yes to everything. From ``endless_at`` on, a command or "" for the greeting, the answer
    has line after line; ``ends`` says of each conversation whether the client hung up in its midst.
    """

    def __init__(self, endless_at: str | None = None, tls: str = "", certificate: str = "") -> None:
        self.endless_at, self.tls, self.certificate = endless_at, tls, certificate
        self.taken: list[bytes] = []
        self.ends: Queue[str] = Queue()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            with client:
                self.talk(client)

    def talk(self, client: socket.socket) -> None:
        try:
            if self.tls == "at once":
                with self.encrypted(client) as client:
                    self.answer(client, b"220 here\r\n")
            else:
                self.answer(client, b"220 here\r\n")
        except OSError:
            self.ends.put("left")
        else:
            self.ends.put("over")

    def encrypted(self, client: socket.socket) -> socket.socket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context.wrap_socket(client, server_side=True)

    def answer(self, client: socket.socket, greeting: bytes = b"") -> None:
        lines = client.makefile("rb")
        self.say(client, "", greeting)
        while line := lines.readline():
            command = line[:4].decode().strip().upper()
            if command == "DATA":
                client.sendall(b"354 go on\r\n")
                self.taken.append(b"".join(iter(lines.readline, b".\r\n")))
            self.say(client, command, self.yes_to(command))
            if command == "QUIT":
                return
            if command == "STAR":
                with self.encrypted(client) as encrypted:
                    self.answer(encrypted)
                return

    def yes_to(self, command: str) -> bytes:
        if command == "EHLO" and self.tls == "when asked":
            return b"250-here\r\n250 STARTTLS\r\n"
        return {"STAR": b"220 go on\r\n", "QUIT": b"221 bye\r\n"}.get(command, b"250 ok\r\n")

    def say(self, client: socket.socket, command: str, answer: bytes) -> None:
        if command == self.endless_at:
            for _ in range(LINES):
                client.sendall(b"250-and\r\n")
        client.sendall(answer)


@pytest.fixture
def server_of(settings):
    mail_server.hang_up()  # of a test before
    servers = []

    def start(**how) -> Server:
        servers.append(server := Server(**how))
        settings.EMAIL_TRANSPORT = "jobboard.common.mailing.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", server.port
        return server

    yield start
    mail_server.hang_up()
    for server in servers:
        server.listening.close()


@pytest.fixture
def clock_of_answers(monkeypatch):
    """Each piece of an answer takes a second."""
    seconds = count()
    monkeypatch.setattr(smtp, "monotonic", lambda: next(seconds))


@pytest.mark.faults("smtp")
@pytest.mark.django_db
@pytest.mark.parametrize("endless_at", ["", "EHLO", "MAIL", "DATA"])
def test_a_server_that_never_comes_to_an_end_is_left(server_of, clock_of_answers, work, endless_at):
    server = server_of(endless_at=endless_at)
    email = mail.queue_email(
        to="ada@example.com", subject="Hello", text="Hi", purpose="x", priority=SOON
    )

    work()
    mail_server.hang_up()

    email.refresh_from_db()
    assert (email.state, email.tries) == (Email.State.WAITING, 1)
    assert "took too long" in email.problem
    assert server.ends.get(timeout=MAX_SECONDS) == "left"


def test_a_goodbye_without_an_end_holds_up_nobody(server_of, clock_of_answers):
    server = server_of(endless_at="QUIT")
    connection = get_connection("jobboard.common.mailing.smtp.EmailBackend")
    connection.open()

    connection.close()

    assert server.ends.get(timeout=MAX_SECONDS) == "left"


def test_each_email_of_a_connection_has_time_of_its_own(server_of, clock_of_answers):
    server = server_of()
    emails = 3 * smtp.MAX_SECONDS

    with closing(get_connection("jobboard.common.mailing.smtp.EmailBackend")) as connection:
        connection.open()
        for number in range(emails):
            connection.send_messages([EmailMessage(f"{number}", "Hi", to=["ada@example.com"])])

    assert len(server.taken) == emails


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> str:
    key, now = ec.generate_private_key(ec.SECP256R1()), timezone.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    pem = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(pem + signed.public_bytes(encoding))
    return str(path)


def send(message: EmailMessage) -> None:
    with closing(get_connection("jobboard.common.mailing.smtp.EmailBackend")) as connection:
        connection.send_messages([message])


@pytest.mark.parametrize(
    ("tls", "setting"), [("at once", "EMAIL_USE_SSL"), ("when asked", "EMAIL_USE_TLS")]
)
def test_an_email_leaves_encrypted_to_a_server_that_can_be_trusted(
    server_of, settings, monkeypatch, certificate, tls, setting
):
    server = server_of(tls=tls, certificate=certificate)
    setattr(settings, setting, True)
    message = EmailMessage("Hello", "Hi", to=["ada@example.com"])
    with pytest.raises(ssl.SSLCertVerificationError):
        send(message)

    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    send(message)

    assert len(server.taken) == 1


def test_a_server_that_cannot_encrypt_gets_nothing(server_of, settings):
    server = server_of()
    settings.EMAIL_USE_TLS = True
    message = EmailMessage("Hello", "Hi", to=["ada@example.com"])

    with pytest.raises(smtplib.SMTPNotSupportedError):
        send(message)

    assert server.taken == []
