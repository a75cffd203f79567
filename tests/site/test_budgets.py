"""What a page may weigh. Kilobytes are 1,000 bytes, compressed as the site sends them."""

import gzip
import re
from dataclasses import dataclass

import brotli
import pytest
from django.contrib.staticfiles import finders

from jobboard.listings.models import Listing, Membership
from tests.factories import UserFactory

MAX_CSS_KB = 10  # KB, brotli


@dataclass
class Budget:
    """KB of HTML and of scripts as sent; requests of a first visit, the page itself included."""

    sent: float
    scripts: float = 4
    requests: int = 5


LIST, DETAIL, COMPARISON = Budget(14, scripts=6, requests=6), Budget(10), Budget(20, requests=6)
BUDGETS = {
    "/": LIST,
    "/jobs/": LIST,
    "/jobs/{job.pk}-{job.slug}/": DETAIL,
    "/compare/ai-architect-vs-deep-learning-engineer/": COMPARISON,
    "/roles/ai-architect/": LIST,
    "/salaries/data-engineer/": LIST,
    "/recruit/jobs/new/": DETAIL,
}


def files_of(page: str) -> list[str]:
    """The files of ours that a browser fetches for ``page``, without /static/."""
    return re.findall(
        r'<(?:script|img|link rel="(?:stylesheet|icon)")[^>]*?(?:src|href)="/static/([^"]+)"', page
    )


def overspent(page: str, budget: Budget):
    """What of ``page`` is above its budget, in words."""
    body, files = page.encode(), files_of(page)
    scripts = [file for file in files if file.endswith(".js")]
    spent = {
        "sent": len(gzip.compress(body, 6)) / 1000,
        "scripts": sum(len(gzip.compress(contents(file))) for file in scripts) / 1000,
        "requests": 1 + len(files),
    }
    for what, amount in spent.items():
        if amount > getattr(budget, what):
            yield f"{what}: {amount:g}, budget {getattr(budget, what)}"
    if len(scripts) != len(re.findall(r"<script[^>]* defer", page)):
        yield "a script is not deferred"
    if [
        image
        for image in re.findall("<img[^>]*>", page)
        if not ("width=" in image and "height=" in image)
    ]:
        yield "an image without width and height"


def contents(file: str) -> bytes:
    with open(finders.find(file), "rb") as opened:
        return opened.read()


@pytest.mark.slow
@pytest.mark.django_db
def test_pages_with_the_content_we_ship_stay_within_their_budgets(client, starter_with_samples):
    job = Listing.objects.live().get(external_id="osprell-ai-architect-clinical-platforms")
    recruiter = Membership.objects.create(company=job.company, user=UserFactory()).user

    faults = {}
    for path, budget in BUDGETS.items():
        if path.startswith("/recruit/"):
            client.force_login(recruiter)
        page = client.get(path.format(job=job)).content.decode()
        assert files_of(page)
        if path == "/jobs/":
            assert len(re.findall('<li class="job', page)) >= 25
        faults[path] = list(overspent(page, budget))

    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.pure
def test_the_stylesheet_stays_within_its_budget():
    assert len(brotli.compress(contents("site.css"))) / 1000 <= MAX_CSS_KB


@pytest.mark.pure
def test_a_page_above_its_budget_is_seen():
    page = (
        '<script src="/static/filters.js"></script><img src="/static/favicon.svg" width="2">'
        + "x" * 90_000
    )

    assert [
        fault.partition(":")[0] for fault in overspent(page, Budget(0.05, scripts=1, requests=2))
    ] == [
        "sent",
        "scripts",
        "requests",
        "a script is not deferred",
        "an image without width and height",
    ]
