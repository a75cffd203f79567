"""Jobs that an employer’s OJCP file leads to: its search, page by page."""

import json
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest

from jobboard.feeds import fetching
from jobboard.feeds.adapters.base import InvalidFeedError, InvalidItemError, Shortfall
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.download import Response
from jobboard.feeds.fetching import items_at

ADDRESS = "https://acme.example/.well-known/ojcp.json"
SEARCH = "https://acme.example/ojcp/v1/search"
MANIFEST = {"ojcp_version": "0.3", "feed_endpoints": {"search": SEARCH}}


def job(number: int) -> dict:
    return {
        "ojcp_id": f"acme.example:{number}",
        "title": "Data Engineer",
        "url": f"https://acme.example/jobs/{number}",
    }


class Employer:
    """Stands in for ``fetch``: a search of ``jobs``, ``size`` at a time."""

    def __init__(self, jobs: int, size: int, *, knows_pages: bool = True) -> None:
        self.jobs, self.size, self.knows_pages = (
            [job(one) for one in range(jobs)],
            size,
            knows_pages,
        )
        self.manifest: dict = MANIFEST
        self.asked: list[str] = []

    def __call__(self, url: str, **sent) -> Response:
        self.asked.append(url)
        return Response(json.dumps(self.answer(url)).encode(), "", "", "")

    def answer(self, url: str) -> dict:
        if url == ADDRESS:
            return self.manifest
        asked = int(parse_qs(urlsplit(url).query).get("offset", ["0"])[0])
        offset = asked if self.knows_pages else 0
        jobs = self.jobs[offset : offset + self.size]
        return {"total_results": len(self.jobs), "offset": offset, "jobs": jobs}


@pytest.fixture
def read(monkeypatch):
    monkeypatch.setattr(fetching, "wait", lambda seconds: None)

    def read_of(employer: Employer) -> list:
        monkeypatch.setattr(fetching, "fetch", employer)
        return list(items_at(ADAPTERS["ojcp"], ADDRESS))

    return read_of


def test_the_file_leads_to_the_search_whose_pages_are_all_read(read):
    employer = Employer(jobs=5, size=2)

    items = read(employer)

    assert [item.external_id for item in items] == [f"acme.example:{one}" for one in range(5)]
    assert employer.asked == [ADDRESS, SEARCH, f"{SEARCH}?offset=2", f"{SEARCH}?offset=4"]


def test_a_search_without_pages_says_what_is_missing(read):
    *items, last = read(Employer(jobs=5, size=2, knows_pages=False))

    assert len(items) == 2
    assert isinstance(last, Shortfall)
    assert "says that it has 5 jobs but listed 2" in last.sentence


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ({"jobs": []}, "it has no “feed_endpoints.search”"),
        (MANIFEST | {"auth": {"required": True}}, "reading its jobs needs an account"),
    ],
)
def test_a_file_without_a_search_for_everybody_says_so(read, manifest, sentence):
    employer = Employer(jobs=1, size=2)
    employer.manifest = manifest

    with pytest.raises(InvalidFeedError, match=sentence):
        read(employer)
    assert employer.asked == [ADDRESS]


def test_a_job_without_any_link_is_refused_alone():
    jobs = [job(1) | {"url": "", "apply_paths": [{"type": "email"}]}, job(2)]

    bad, good = ADAPTERS["ojcp"].parse(BytesIO(json.dumps({"jobs": jobs}).encode()))

    assert isinstance(bad, InvalidItemError)
    assert bad.field == "apply_url"
    assert good.external_id == "acme.example:2"
