"""Ten ads as programs put them on the clipboard, through the pages of the posting form: pasted,
read, sent, and what the job then says.
"""

import re
from itertools import chain
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from jobboard.common.text.html import plain_text
from jobboard.listings.models import Listing
from tests.factories import RoleFactory, SkillFactory

pytestmark = pytest.mark.django_db

ADS = Path(__file__).parent / "data" / "ads"
SECTION = (
    "Your tasks in part {0}:\n"
    "• Train model number {0} on satellite images of fields, forests and rivers\n"
    "• Ship it with tests, monitoring and a page that says what it cannot do\n\n"
    "The team of part {0} has six people in three countries, and talks to farmers every week.\n\n"
)
ROLES = [
    *("Machine Learning Engineer", "Data Engineer", "Research Scientist", "MLOps Engineer"),
    *("Data Analyst", "AI Engineer", "Data Scientist"),
]


def clipboard(name: str) -> str:
    if name == "twelve thousand characters":
        head = "Senior Data Engineer\n\nLocation: Oslo, Norway\nSalary: NOK 800,000 per year\n\n"
        parts = "".join(map(SECTION.format, range(1, 60)))
        return (head + parts)[:12_000]
    return (ADS / name).read_text(encoding="utf-8")


def pasted(client, name: str) -> Listing:
    """The draft of whoever pastes the ad, reads the form over and adds where to apply."""
    for role in ROLES:
        RoleFactory(name=role)
    for skill in ("Python", "SQL"):
        SkillFactory(name=skill)
    text = client.post("/post/paste/", {"pasted": clipboard(name)}).content.decode()
    new = reverse("recruiting:listing_new")
    form = client.get(new).context["form"]
    kept = {name: form[name].value() for name in ("submission", "version")}
    kept["company"] = form.fields["company"].queryset.get().pk
    form = client.post(new, kept | {"description": text, "rows": "read-text"}).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value is not None}
    sent = client.post(new, kept | values | {"apply_url": "www.acme.example/jobs"})
    assert sent.status_code == 302, sent.context["form"].errors
    return Listing.objects.get()


def outline(html: str) -> list[str]:
    """Of a text: its headings, and the points and numbered points of each list."""
    soup = BeautifulSoup(html, "html.parser")
    found = []
    for tag in soup.find_all(["h3", "ul", "ol"]):
        points = len(tag.find_all("li", recursive=False))
        found.append(tag.get_text() if tag.name == "h3" else f"{points} {tag.name}")
    return found


def part(number: int) -> list[str]:
    return [f"Your tasks in part {number}", "2 ul"]


BECAME = {
    "word.html": (
        ("Senior Machine Learning Engineer (f/m/d)", "senior"),
        ("Berlin, Germany", "EUR 80,000 - 95,000 a year"),
        ["Senior Machine Learning Engineer (f/m/d)", "3 ul", "2 ol"],
    ),
    "google_docs.html": (
        ("Data Engineer", ""),
        ("Remote (EU)", "EUR 65,000 - 80,000 a year"),
        ["Data Engineer", "What you’ll do", "2 ul", "1 ul", "Practical"],
    ),
    "notion.html": (
        ("Research Scientist, Language Models", ""),
        ("London, United Kingdom", "GBP 90,000 - 120,000 a year"),
        [
            "Research Scientist, Language Models",
            *("🧭 What you will do", "2 ul", "1 ul", "✅ What you bring", "2 ul"),
        ],
    ),
    "plain.txt": (
        ("Machine Learning Engineer", ""),
        ("Zurich, Switzerland", "CHF 110,000 - 130,000 a year"),
        ["Responsibilities", "2 ul", "Requirements", "2 ul"],
    ),
    "markdown.md": (
        ("MLOps Engineer", ""),
        ("Lisbon, Portugal", "EUR 55,000 - 70,000 a year"),
        ["MLOps Engineer", "Tasks", "2 ul", "Profile", "2 ol"],
    ),
    "table.html": (
        ("Data Analyst", ""),
        ("Vienna, Austria", "EUR 48,000 - 58,000 a year"),
        ["Data Analyst", "3 ul", "Tasks", "3 ul"],
    ),
    "emoji.txt": (
        ("AI Engineer", ""),
        ("Amsterdam, Netherlands", "EUR 70,000 - 90,000 a year"),
        ["🔥 What you do", "2 ul", "💡 What you bring", "2 ul"],
    ),
    "rtl.txt": (
        ("Data Scientist", ""),
        ("Tel Aviv, Israel", "ILS 30,000 - 38,000 a month"),
        ["מה תעשו", "2 ul"],
    ),
    "german.txt": (
        ("Datenanalyst (m/w/d)", ""),
        ("München, Deutschland", "EUR 52,000 - 62,000 a year"),
        ["Deine Aufgaben", "2 ul", "Dein Profil", "2 ul"],
    ),
    "twelve thousand characters": (
        ("Senior Data Engineer", "senior"),
        ("Oslo, Norway", "NOK 800,000 a year"),
        [*chain.from_iterable(map(part, range(1, 47))), "Your tasks in part 47", "1 ul"],
    ),
}


@pytest.mark.parametrize("name", BECAME)
def test_an_ad_becomes_a_job_that_says_the_same_in_the_same_order(client, acme, name):
    job = pasted(client, name)

    stands = (
        (job.title, job.level),
        (job.place_line, job.pay_text),
        outline(job.description_html),
    )
    assert stands == BECAME[name]
    seen = BeautifulSoup(clipboard(name), "html.parser").get_text(" ")
    words = re.findall(r"\w{4,}", re.sub(r"\]\(\S+\)", "", seen))
    said = re.findall(r"\w{4,}", plain_text(job.description_html))
    assert [word for word in said if word in words] == said
    assert len(said) > len(words) * 0.95
