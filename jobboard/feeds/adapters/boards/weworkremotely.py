"""We Work Remotely's newest jobs: GET weworkremotely.com/remote-jobs.rss, or a category's feed."""

import re
from typing import Any
from urllib.parse import urlsplit

from jobboard.feeds.adapters.base import external_id
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import Fields, html, link, remote_in, text_at, texts
from jobboard.feeds.adapters.source import Source, Terms

HEADER = re.compile(r"<p>\s*<strong>Headquarters:</strong>.*?</p>", re.DOTALL)
TO_APPLY = re.compile(r"<p>\s*<strong>To apply:</strong>.*", re.DOTALL)


def last_of_path(item: dict[str, Any]) -> str:
    path = urlsplit(text_at(item, "link", "guid")).path
    return external_id({"link": path.rstrip("/").rpartition("/")[2]}, "link")


def company_and_title(item: dict[str, Any]) -> tuple[str, str]:
    """“Acme: Data Engineer”; without a colon it says no company."""
    company, colon, title = text_at(item, "title").partition(":")
    if colon:
        return (company.strip(), title.strip())
    return ("", company.strip())


def text_alone(item: dict[str, Any]) -> str:
    return TO_APPLY.sub("", HEADER.sub("", html("description")(item)))


SOURCE = Source(
    name="We Work Remotely",
    root="rss",
    rows="channel.item",
    lists_all=False,
    fields=Fields(
        external_id=last_of_path,
        title=lambda item: company_and_title(item)[1],
        company=lambda item: company_and_title(item)[0],
        description=text_alone,
        places=remote_in("region"),
        types=texts("type"),
        tags=texts("skills", apart=","),
        apply_url=link("link", "guid"),
        closes_on=day("expires_at"),
        posted_at=moment("pubDate"),
    ),
    terms=Terms(credit="We Work Remotely", allows_markup=False),
)
