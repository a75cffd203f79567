"""Reading what others publish, at typed addresses: TLS, public machines only, within limits."""

import re
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gzip import BadGzipFile, GzipFile
from http.client import HTTPException, HTTPResponse, HTTPSConnection, responses
from ipaddress import ip_address, ip_network
from json import dumps
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.encoding import iri_to_uri
from django.utils.http import parse_http_date_safe

from jobboard.common.addresses import check_public_url

MAX_RESPONSE_BYTES = 20 * 2**20  # bytes, unpacked
TIMEOUT_SECONDS = 30
MAX_REDIRECTS = 3
MAX_RETRY_AFTER_SECONDS = 86_400  # seconds of a Retry-After

_UNICAST = ip_network("2000::/3")  # all that IPv6 has given to single machines so far
_RESERVED_NETWORKS = [
    ip_network(network)
    for network in [
        # Protocols and relays.
        "192.0.0.0/24",
        "192.88.99.0/24",
        # Teredo, 6to4 and the like: an IPv4 address may be inside.
        "2001::/23",
        "2002::/16",
        # Documentation.
        "2001:db8::/32",
        "3fff::/20",
    ]
]


class FetchError(Exception):
    """One sentence for an admin. Names the host, never the rest of the address or a header.

    ``retry_after`` is how many seconds the host asked to wait, a day at most, or None. ``status``
    is what it answered with, 0 where it did not answer.
    """

    def __init__(self, sentence: str, *, retry_after: int | None = None, status: int = 0) -> None:
        self.retry_after = retry_after
        self.status = status
        super().__init__(sentence)


@dataclass(frozen=True)
class Response:
    """``data`` is unpacked, not decoded: ``content_type`` is as sent and may name a charset.

    ``not_modified``: as it was when it came with the ``etag`` or ``last_modified`` that were asked
    with. Both are to be kept for the next time.
    """

    data: bytes
    etag: str
    last_modified: str
    content_type: str
    not_modified: bool = False


def fetch(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    json=None,
    headers: dict[str, str] | None = None,
    max_bytes: int = MAX_RESPONSE_BYTES,
    seconds: float = TIMEOUT_SECONDS,
) -> Response:
    """What is at ``url``; where there is ``json``, the answer to posting it.

    ``max_bytes`` counts bytes unpacked. ``seconds`` is for all of it, from the first connection to
    the last byte; only the lookup of the name keeps the system's own limits. The name is looked up
    once, so that it cannot lead elsewhere after the check, and a redirect repeats the request on
    the same host. Raises FetchError.
    """
    try:
        url = check_public_url(url)
    except ValidationError as error:
        raise FetchError(str(error.message)) from None
    deadline = time.monotonic() + seconds
    host = urlsplit(url).netloc
    sent = _headers(etag, last_modified)
    body = None
    if json is not None:
        sent["Content-Type"] = "application/json"
        body = dumps(json).encode()
    sent |= headers or {}
    with _translate_errors(host, seconds):
        machine = _resolve_public_address(host)
        for _ in range(MAX_REDIRECTS + 1):
            with _response(url, machine, body, sent, deadline) as response:
                if response.status in {301, 302, 303, 307, 308}:
                    url = _redirected(url, response.headers.get("Location", ""))
                    continue
                if response.status == 304 and (etag or last_modified):
                    return Response(b"", etag, last_modified, "", not_modified=True)
                return _answer(response, host, max_bytes)
    raise FetchError(f"{host} redirected more than {MAX_REDIRECTS} times.")


def _headers(etag: str, last_modified: str) -> dict[str, str | bytes]:
    headers: dict[str, str | bytes] = {
        "User-Agent": f"{settings.SITE_NAME} (+{settings.SITE_URL})".encode("ascii", "ignore"),
        "Accept-Encoding": "gzip",
    }
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    return headers


def _answer(response: HTTPResponse, host: str, max_bytes: int) -> Response:
    if response.status != 200:
        reason = responses.get(response.status, "")
        raise FetchError(
            f"{host} returned {response.status} {reason}".strip() + ".",
            retry_after=_seconds_to_wait(response.headers.get("Retry-After", "")),
            status=response.status,
        )
    return Response(
        _decompress(response, host, max_bytes),
        response.headers.get("ETag", ""),
        response.headers.get("Last-Modified", ""),
        response.headers.get("Content-Type", ""),
    )


@contextmanager
def _translate_errors(host: str, seconds: float) -> Iterator[None]:
    """Turn errors into a FetchError in our words, because their own may quote the address or a
    header; for the same reason the chain is cut.
    """
    try:
        yield
    except TimeoutError:
        raise FetchError(f"{host} did not respond within {seconds:g} seconds.") from None
    except socket.gaierror:
        raise FetchError(f"Could not find {host}. Check the address.") from None
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message.rstrip(".")
        raise FetchError(f"The security certificate for {host} is not valid: {reason}.") from None
    except (HTTPException, EOFError, BadGzipFile, zlib.error):
        raise FetchError(f"The response from {host} is corrupted or incomplete.") from None
    except OSError:
        raise FetchError(f"Could not connect to {host}.") from None
    except ValueError:
        raise FetchError(f"A request header for {host} contains invalid characters.") from None


def is_public(address: str) -> bool:
    """Whether this is the address of one machine on the internet. Strict: no IPv6 address that
    wraps an IPv4 one.
    """
    ip = ip_address(address)
    if any(ip in network for network in _RESERVED_NETWORKS):
        return False
    if ip.version == 6:
        return ip in _UNICAST
    return ip.is_global and not ip.is_multicast


def _resolve_public_address(host: str) -> tuple[socket.AddressFamily, tuple]:
    """The address of ``host`` to connect to. Rejects the host if any of its addresses is private,
    because a mix of public and private addresses is a sign of an attack on our own network.
    """
    addresses = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    if not all(is_public(str(address[0])) for *_, address in addresses):
        raise FetchError(f"{host} is not on the public internet.")
    family, *_, address = addresses[0]
    return family, address


def _seconds_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Socket(ssl.SSLSocket):
    """Gives up at ``deadline``, even if a byte comes now and then: a plain timeout starts anew with
    each of them.
    """

    deadline: float

    def recv_into(self, *args, **kwargs) -> int:
        self.settimeout(_seconds_left(self.deadline))
        return super().recv_into(*args, **kwargs)


@contextmanager
def _response(url, machine, body, headers, deadline) -> Iterator[HTTPResponse]:
    family, address = machine
    parts = urlsplit(iri_to_uri(url))
    tls = ssl.create_default_context()
    # Some systems take a connection cut off in the middle for a proper end; ours must not.
    tls.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    tls.sslsocket_class = _Socket
    with socket.socket(family) as plain:
        plain.settimeout(_seconds_left(deadline))
        plain.connect(address)
        plain.settimeout(_seconds_left(deadline))
        # An end without goodbye may be an answer cut short by somebody else: it is an error, not an
        # end.
        with tls.wrap_socket(
            plain, server_hostname=parts.netloc, suppress_ragged_eofs=False
        ) as secure:
            secure.deadline = deadline  # type: ignore[attr-defined]  # it is a _Socket
            connection = HTTPSConnection(parts.netloc, context=tls)
            connection.sock = secure
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET" if body is None else "POST", target, body, headers)
            with connection.getresponse() as response:
                yield response


def _redirected(url: str, location: str) -> str:
    host = urlsplit(url).netloc
    try:
        target = check_public_url(urljoin(url, location))
    except ValueError:
        raise FetchError(f"{host} redirected to an invalid URL.") from None
    except ValidationError as error:
        raise FetchError(f"{host} redirected to a URL we don’t allow: {error.message}") from None
    if urlsplit(target).netloc != host:
        raise FetchError(f"{host} redirected to another host, {urlsplit(target).netloc}.")
    return target


def _decompress(response: HTTPResponse, host: str, max_bytes: int) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"gzip", "identity"}:
        raise FetchError(f"The response from {host} uses an unexpected compression format.")
    too_large = FetchError(f"The response from {host} is larger than {filesizeformat(max_bytes)}.")
    if (response.length or 0) > max_bytes:
        raise too_large
    data = (GzipFile(fileobj=response) if encoding == "gzip" else response).read(max_bytes + 1)
    if len(data) > max_bytes:
        raise too_large
    if response.length:  # what is still to come, yet does not: http.client says nothing
        raise EOFError
    return data


def _seconds_to_wait(retry_after: str) -> int | None:
    if re.fullmatch("[0-9]{1,9}", retry_after):
        return min(int(retry_after), MAX_RETRY_AFTER_SECONDS)
    moment = parse_http_date_safe(retry_after)
    if moment is None:
        return None
    return min(max(0, moment - int(time.time())), MAX_RETRY_AFTER_SECONDS)
