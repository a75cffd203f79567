"""A Greenhouse board and whatever else is on the web, for tests of trying an address."""

import json
from functools import partial

from jobboard.feeds import fetching, pasted
from jobboard.feeds.download import FetchError, Response

BOARD = "https://job-boards.greenhouse.io/acme"
API = "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true&pay_transparency=true"


def played_web(monkeypatch) -> dict[str, bytes | Exception]:
    """What is at each address, or is raised; nothing elsewhere."""
    pages: dict[str, bytes | Exception] = {}

    def fetch(url, **_):
        page = pages.get(url, FetchError("Nothing there.", status=404))
        if isinstance(page, Exception):
            raise page
        return Response(page, "", "", "application/json")

    monkeypatch.setattr(fetching, "fetch", fetch)
    monkeypatch.setattr(pasted, "fetch", fetch)
    monkeypatch.setattr(fetching, "wait", lambda _: None)
    return pages


def jobs(*titles: str, host: str = "boards.example", **changed) -> bytes:
    rows = [
        {
            "id": number,
            "title": title,
            "absolute_url": f"https://{host}/jobs/{number}",
            "location": {"name": "Berlin, Germany"},
            "content": "<p>You build pipelines in Python.</p>",
        }
        | changed
        for number, title in enumerate(titles, start=1)
    ]
    return json.dumps({"jobs": rows}).encode()


acme_jobs = partial(jobs, host="acme.example", company_name="Acme")
