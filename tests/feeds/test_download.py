import gzip
import json
import socket
import socketserver
import ssl
import threading
import time
from http.client import parse_headers
from pathlib import Path

import pytest

from jobboard.feeds.download import MAX_RETRY_AFTER_SECONDS, FetchError, Response, fetch

pytestmark = pytest.mark.pure

CERTIFICATE = Path(__file__).parent / "data" / "feeds.example-test-only.pem"
PUBLIC = "93.184.215.14"
FEED = b'{"jobs": [' + b" " * 200 + b"]}"
UNTIL_THE_END = b"HTTP/1.1 200 OK\r\n\r\n"
DAMAGED = "The response from feeds.example is corrupted or incomplete."
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


class FeedServer(socketserver.TCPServer):
    """Speaks TLS on loopback. ``answers`` holds by path what it sends, in pieces; ``asked`` what it
    was asked.

    It says goodbye at the end, as TLS wants, unless the pieces end in an error.
    """

    def __init__(self):
        self.answers, self.asked = {}, []
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(CERTIFICATE)
        super().__init__(("127.0.0.1", 0), FeedHandler)

    def get_request(self):
        plain, address = super().get_request()
        return self.tls.wrap_socket(plain, server_side=True), address

    def handle_error(self, request, client_address):
        """The other side may hang up at any time."""


class FeedHandler(socketserver.StreamRequestHandler):
    def handle(self):
        method, path, _ = self.rfile.readline().decode().split()
        headers = parse_headers(self.rfile)
        self.server.asked.append(
            (method, path, headers, self.rfile.read(int(headers["Content-Length"] or 0)))
        )
        for piece in self.server.answers[path]:
            self.wfile.write(piece)
        self.request.unwrap()


@pytest.fixture(scope="module")
def running_server():
    with FeedServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def server(running_server):
    running_server.answers, running_server.asked = {}, []
    return running_server


class Internet:
    """What the resolver says, what was asked of it, which addresses were called, and who is at home
    where.
    """

    def __init__(self):
        self.names, self.looked_up, self.called, self.ports = {}, [], [], {}

    def look_up(self, host, port, *args, **kwargs):
        self.looked_up.append(host)
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in self.names[host]
        ]


@pytest.fixture
def internet(monkeypatch, server):
    """feeds.example and its certificate are known; nothing but ``server`` answers, and no proxy is
    there.
    """
    internet = Internet()
    internet.names["feeds.example"] = [PUBLIC]
    internet.ports[PUBLIC, 443] = server.server_address[1]
    connect = socket.socket.connect

    def call(self, address):
        internet.called.append(address)
        if address not in internet.ports:
            raise ConnectionRefusedError
        connect(self, ("127.0.0.1", internet.ports[address]))

    monkeypatch.setattr(socket, "getaddrinfo", internet.look_up)
    monkeypatch.setattr(socket.socket, "connect", call)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    return internet


def answer(body=FEED, status="200 OK", **headers):
    headers = {"Content_Length": len(body), **headers}
    lines = [
        f"HTTP/1.1 {status}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return ["\r\n".join([*lines, "", ""]).encode("latin-1"), body]


def redirect(to):
    return answer(b"", "302 Found", Location=to)


def failure(url="https://feeds.example/jobs", **kwargs):
    with pytest.raises(FetchError) as failed:
        fetch(url, **kwargs)
    return failed.value


def test_a_feed_is_read_over_tls_from_the_one_address_that_was_checked(internet, server, settings):
    settings.SITE_NAME, settings.SITE_URL = "Rôlebook", "https://jobs.example"
    server.answers["/jobs?page=1"] = answer(
        ETag='"one"', Last_Modified="Mon, 05 Jan 2026 10:00:00 GMT", Content_Type="application/json"
    )

    found = fetch("https://feeds.example/jobs?page=1#top", headers={"X-Key": "k"})

    assert found == Response(FEED, '"one"', "Mon, 05 Jan 2026 10:00:00 GMT", "application/json")
    method, _, headers, body = server.asked[0]
    assert (method, body, headers["Host"], headers["X-Key"]) == ("GET", b"", "feeds.example", "k")
    assert headers["User-Agent"] == "Rlebook (+https://jobs.example)"
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["If-None-Match"] is headers["If-Modified-Since"] is None
    assert internet.looked_up == ["feeds.example"]
    assert internet.called == [(PUBLIC, 443)]


def test_an_unchanged_feed_keeps_its_marks_for_the_next_time(internet, server):
    server.answers["/jobs"] = answer(b"", "304 Not Modified")

    found = fetch(
        "https://feeds.example/jobs", etag='"one"', last_modified="Mon, 05 Jan 2026 10:00:00 GMT"
    )

    assert found == Response(b"", '"one"', "Mon, 05 Jan 2026 10:00:00 GMT", "", not_modified=True)
    headers = server.asked[0][2]
    assert headers["If-None-Match"] == '"one"'
    assert headers["If-Modified-Since"] == "Mon, 05 Jan 2026 10:00:00 GMT"


def test_json_is_posted(internet, server):
    server.answers["/search"] = answer()

    fetch("https://feeds.example/search", json={"limit": 20})

    method, _, headers, body = server.asked[0]
    assert (method, headers["Content-Type"], json.loads(body)) == (
        "POST",
        "application/json",
        {"limit": 20},
    )


@pytest.mark.parametrize(
    "pieces",
    [
        answer(gzip.compress(FEED), Content_Encoding="gzip"),
        answer(gzip.compress(FEED[:5]) + gzip.compress(FEED[5:]), Content_Encoding="gzip"),
        [CHUNKED, b"a\r\n", FEED[:10], b"\r\nca\r\n", FEED[10:], b"\r\n0\r\n\r\n"],
        [UNTIL_THE_END, FEED],
    ],
    ids=["gzip", "gzip in two parts", "in chunks", "until the end"],
)
def test_an_answer_is_read_however_it_is_packed(internet, server, pieces):
    server.answers["/jobs"] = pieces

    assert fetch("https://feeds.example/jobs", max_bytes=len(FEED)).data == FEED


def hung_up(pieces=1):
    yield UNTIL_THE_END
    yield from [FEED] * pieces
    raise ConnectionError


@pytest.mark.parametrize(
    ("pieces", "sentence"),
    [
        (answer(Content_Length=999), DAMAGED),
        ([CHUNKED, b"fff\r\n", FEED], DAMAGED),
        (answer(gzip.compress(FEED)[:-4], Content_Encoding="gzip"), DAMAGED),
        (answer(gzip.compress(FEED)[:10] + b"\xff" * 20, Content_Encoding="gzip"), DAMAGED),
        (answer(Content_Encoding="gzip"), DAMAGED),
        ([b"220 mail.feeds.example\r\n"], DAMAGED),
        (hung_up(), "Could not connect to feeds.example."),
        (
            answer(Content_Encoding="br"),
            "The response from feeds.example uses an unexpected compression format.",
        ),
    ],
    ids=["length", "chunk", "gzip", "gzip inside", "not gzip", "not HTTP", "no goodbye", "brotli"],
)
def test_half_an_answer_is_no_answer(internet, server, pieces, sentence):
    server.answers["/jobs"] = pieces

    assert str(failure()) == sentence


@pytest.mark.faults("feeds")
@pytest.mark.parametrize(
    "pieces",
    [
        answer(b"", Content_Length=1_025),
        hung_up(pieces=1_000),
        answer(gzip.compress(b" " * 2_000_000)[:-4], Content_Encoding="gzip"),
    ],
    ids=["as announced", "not announced", "unpacked"],
)
def test_too_large_an_answer_is_not_read_to_its_end(internet, server, pieces):
    server.answers["/jobs"] = pieces

    assert (
        str(failure(max_bytes=1_024)) == "The response from feeds.example is larger than 1.0\xa0KB."
    )


def dripping(text):
    yield text
    for _ in range(500):
        time.sleep(0.01)
        yield b"x"


@pytest.mark.faults("feeds")
@pytest.mark.parametrize(
    "text", [b"HTTP/1.1 200 OK\r\nX-Slow: ", UNTIL_THE_END], ids=["head", "body"]
)
def test_an_answer_that_drips_ends_at_the_deadline(internet, server, text):
    server.answers["/jobs"] = dripping(text)

    assert str(failure(seconds=0.3)) == "feeds.example did not respond within 0.3 seconds."


def test_a_server_that_never_greets_ends_at_the_deadline(internet):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        internet.ports[PUBLIC, 443] = silent.getsockname()[1]

        assert str(failure(seconds=0.2)) == "feeds.example did not respond within 0.2 seconds."


def test_a_redirect_on_the_same_host_is_followed_to_the_same_machine(internet, server):
    server.answers |= {
        "/jobs": redirect("/two"),
        "/two": redirect("https://FEEDS.example:443/three?x=ü"),
        "/three?x=%C3%BC": redirect("//feeds.example/four"),
        "/four": answer(),
    }

    assert fetch("https://feeds.example/jobs", headers={"X-Key": "k"}).data == FEED
    assert [headers["X-Key"] for _, _, headers, _ in server.asked] == ["k"] * 4
    assert internet.looked_up == ["feeds.example"]
    assert internet.called == [(PUBLIC, 443)] * 4


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        (
            "https://www.feeds.example/",
            "feeds.example redirected to another host, www.feeds.example.",
        ),
        ("http://feeds.example/jobs", "Enter an address that starts with https://."),
        ("https://169.254.169.254/latest", "Enter an address with a public domain name"),
        ("//127.0.0.1/jobs", "Enter an address with a public domain name"),
        ("https://feeds.example:8443/", "Remove the port number from the address."),
        ("https://feeds.example@www.feeds.example/", "Remove the username from the address."),
        ("file:///etc/passwd", "Enter an address that starts with https://."),
        ("//[", "feeds.example redirected to an invalid URL."),
    ],
)
def test_a_redirect_anywhere_else_is_not_followed(internet, server, location, sentence):
    internet.names["www.feeds.example"] = [PUBLIC]
    server.answers["/jobs"] = redirect(location)

    assert sentence in str(failure())
    assert internet.called == [(PUBLIC, 443)]
    assert internet.looked_up == ["feeds.example"]


def test_redirects_end(internet, server):
    server.answers["/jobs"] = redirect("/jobs")

    assert str(failure()) == "feeds.example redirected more than 3 times."
    assert len(server.asked) == 4


def test_a_certificate_of_another_host_is_refused_before_anything_is_asked(internet, server):
    internet.names["other.example"] = [PUBLIC]

    assert str(failure("https://other.example/jobs")).startswith(
        "The security certificate for other.example is not valid: Hostname mismatch"
    )
    assert server.asked == []


def test_a_host_that_is_away_says_so(internet):
    internet.ports.clear()

    assert str(failure()) == "Could not connect to feeds.example."


def test_a_host_without_an_address_says_so(internet, monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    assert str(failure()) == "Could not find feeds.example. Check the address."


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("304 Not Modified", "feeds.example returned 304 Not Modified."),
        ("404 secret words", "feeds.example returned 404 Not Found."),
        ("500 Internal Server Error", "feeds.example returned 500 Internal Server Error."),
        ("799 Odd", "feeds.example returned 799."),
    ],
)
def test_an_answer_that_is_not_the_feed_is_named_by_its_status(internet, server, status, sentence):
    server.answers["/jobs"] = answer(b"", status)

    failed = failure()

    assert (str(failed), failed.retry_after) == (sentence, None)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("120", 120),
        ("Mon, 05 Jan 2026 10:02:00 GMT", 120),
        ("Mon, 05 Jan 2026 09:00:00 GMT", 0),
        ("999999999", MAX_RETRY_AFTER_SECONDS),
        ("Fri, 31 Dec 9999 00:00:00 GMT", MAX_RETRY_AFTER_SECONDS),
        ("9" * 5_000, None),
        ("soon", None),
    ],
)
def test_a_busy_host_says_when_to_come_back(internet, server, time_machine, retry_after, seconds):
    time_machine.move_to("2026-01-05T10:00:00Z", tick=False)
    server.answers["/jobs"] = answer(b"", "429 Too Many Requests", Retry_After=retry_after)

    failed = failure()

    assert (str(failed), failed.retry_after) == (
        "feeds.example returned 429 Too Many Requests.",
        seconds,
    )


@pytest.mark.parametrize(
    "answers",
    [
        answer(b"", "404 Not Found"),
        [b"?"],
        redirect("http://feeds.example/jobs?key=hidden"),
        answer(Content_Length=999),
    ],
)
def test_what_went_wrong_is_told_without_keys(internet, server, answers, caplog):
    server.answers["/jobs?key=hidden"] = answers

    failed = failure("https://feeds.example/jobs?key=hidden", headers={"Authorization": "hidden"})

    assert "hidden" not in str(failed) + caplog.text
    assert failed.__suppress_context__ or failed.__context__ is None


def test_a_key_that_no_header_can_hold_is_not_repeated(internet):
    failed = failure(headers={"Authorization": "hidden\nX: y"})

    assert str(failed) == "A request header for feeds.example contains invalid characters."
    assert failed.__suppress_context__


@pytest.mark.parametrize(
    "url",
    [
        "http://feeds.example/jobs",
        "https://feeds.example:8443/jobs",
        "https://user:hidden@feeds.example/jobs",
        "https://feeds.example\\@other.example/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_address_that_is_not_a_public_host_is_not_even_looked_up(internet, url):
    assert "hidden" not in str(failure(url))
    assert (internet.looked_up, internet.called) == ([], [])


@pytest.mark.parametrize(
    "addresses",
    [
        "0.0.0.0",  # noqa: S104 (nothing listens there)
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.9",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:93.184.215.14",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "100::1",
        "2001:0:7f00:1::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        f"{PUBLIC} 10.1.2.3",
        f"10.1.2.3 {PUBLIC}",
        f"{PUBLIC} ::1",
    ],
)
def test_a_host_with_an_address_that_is_not_public_is_never_called(internet, addresses):
    internet.names["feeds.example"] = addresses.split()

    assert str(failure()) == "feeds.example is not on the public internet."
    assert internet.looked_up == ["feeds.example"]
    assert internet.called == []


@pytest.mark.parametrize(
    "address", [PUBLIC, "100.63.255.255", "172.32.0.1", "2606:2800:21f:cb07::1", "2a00:1450::5"]
)
def test_a_host_on_the_public_internet_is_called(internet, address):
    internet.names["feeds.example"] = [address]
    internet.ports.clear()

    failure()

    assert internet.called == [(address, 443)]
