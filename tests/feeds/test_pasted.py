"""What people paste: an address, its page, or the HTML that embeds a board; and the command."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from jobboard.feeds import pasted
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.detection.sources import DetectedSource, NotASourceError
from jobboard.feeds.download import FetchError, Response
from jobboard.feeds.pasted import detect_source, why_not_importable

pytestmark = pytest.mark.pure

CAREERS = "https://www.acme.example/careers"
PUBLISHED = "https://acme.example/.well-known/ojobpub.json"


class Web:
    """Stands in for ``fetch``: what is at an address, or that there is nothing."""

    def __init__(self):
        self.pages, self.asked = {}, []

    def __call__(self, url, *, max_bytes, seconds):
        self.asked.append(url)
        assert max_bytes == 2 * 2**20
        if url not in self.pages:
            raise FetchError("acme.example returned 404 Not Found.")
        return Response(self.pages[url], "", "", "text/html")


@pytest.fixture
def web(monkeypatch):
    web = Web()
    monkeypatch.setattr(pasted, "fetch", web)
    return web


def found(text: str) -> tuple[str, str]:
    source = detect_source(text, reads_pages=True)
    return source.kind, source.board


def sentence(text: str) -> str:
    with pytest.raises(NotASourceError) as refused:
        detect_source(text, reads_pages=True)
    return str(refused.value)


def run(*arguments: str) -> list[dict[str, str]]:
    out = StringIO()
    call_command("detect_source", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_address_that_names_a_board_needs_no_request(web):
    assert found("jobs.lever.co/acme") == ("lever", "acme")
    assert web.asked == []


def test_a_careers_page_is_read_for_its_board(web):
    web.pages[CAREERS] = b'<html><a href="https://jobs.ashbyhq.com/acme">Open jobs</a></html>'

    assert found(CAREERS) == ("ashby", "acme")
    assert web.asked == [CAREERS]


def test_a_feed_is_read_for_its_maker(web):
    feed = "https://careers.acme.example/jobs.rss"
    web.pages[feed] = b'<rss xmlns:tt="https://teamtailor.com/locations"><channel/></rss>'

    assert found(feed) == ("teamtailor", "careers.acme.example")


def test_a_feed_that_answers_with_a_page_is_none(web):
    web.pages["https://acme.example/jobs.xml"] = b"<!doctype html><html>Not found</html>"

    assert sentence("https://acme.example/jobs.xml") == (
        "The answer of acme.example is not a feed. Check the address."
    )


def test_where_the_page_says_nothing_the_file_of_published_jobs_is_asked_for(web):
    web.pages[CAREERS] = b"<html><p>We are hiring.</p></html>"
    web.pages[PUBLISHED] = b'{"version": "1.0", "jobs": []}'

    assert found(CAREERS) == ("ojobpub", "acme.example")


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"jo', b"[" * 100_000, b"\xff"])
def test_any_other_answer_there_is_no_such_file(web, answer):
    web.pages[CAREERS] = b"<html><p>We are hiring.</p></html>"
    web.pages[PUBLISHED] = answer

    assert "no job board, feed or job markup" in sentence(CAREERS)


def test_a_page_that_does_not_answer_says_so(web):
    assert sentence(CAREERS) == "acme.example returned 404 Not Found."


def test_the_html_that_embeds_a_board_can_be_pasted(web):
    html = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>'

    assert found(html) == ("greenhouse", "acme")
    assert web.asked == []


def test_else_a_file_that_says_where_jobs_are_searched(web):
    web.pages[CAREERS] = b"<html><p>We are hiring.</p></html>"
    web.pages["https://acme.example/.well-known/ojcp.json"] = b'{"feed_endpoints": {}}'

    assert found(CAREERS) == ("ojcp", "acme.example")


def test_a_kind_that_no_adapter_reads_is_recognised_and_says_so():
    assert why_not_importable(DetectedSource("other", "Other", "", "")) == (
        "We recognise Other, but can’t import jobs from it yet. Upload them as a file instead."
    )
    for kind in ADAPTERS:
        assert why_not_importable(DetectedSource(kind, kind, "", "")) == ""


def test_the_command_answers_each_address_with_a_line(web):
    lever, page, refused, careers = run(
        "jobs.lever.co/acme", CAREERS, "https://www.linkedin.com/jobs", "acme.example/ojcp.json"
    )

    assert lever == {
        "address": "jobs.lever.co/acme",
        "kind": "lever",
        "board": "acme",
        "api": "https://api.lever.co/v0/postings/acme?mode=json",
        "error": "",
    }
    assert (page["kind"], page["board"], page["api"], page["error"]) == ("page", "", CAREERS, "")
    assert (refused["kind"], refused["board"], refused["api"]) == ("refused", "", "")
    assert refused["error"].startswith("LinkedIn has no feed")
    assert careers["kind"] == "page"
    assert web.asked == []


def test_the_command_reads_pages_when_asked_to(web):
    web.pages[CAREERS] = b'<html><a href="https://jobs.ashbyhq.com/acme">Open jobs</a></html>'

    (answer,) = run("--read-pages", CAREERS)

    assert (answer["address"], answer["kind"], answer["board"]) == (CAREERS, "ashby", "acme")
