"""Addresses that people paste: which board each leads to, or a sentence why it leads to none."""

import csv
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobboard.common.hosts.hiring_systems import host_rows
from jobboard.feeds.detection.addresses import WHY_NO_FEED, detect_address
from jobboard.feeds.detection.sources import NotASourceError, systems, table

pytestmark = pytest.mark.pure

DATA = Path(__file__).parents[1] / "data"
# Where the interfaces of systems are; of others the pasted host itself is asked.
HOSTS_OF_SYSTEMS = {
    urlsplit(system.api).netloc for system in systems().values() if "{" not in system.api[:30]
}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ADDRESSES = rows("addresses.csv") + rows("more_addresses.csv")


def detected(address: str) -> tuple[str, str, str]:
    try:
        source = detect_address(address)
    except NotASourceError:
        return "refused", "", ""
    return source.kind, source.board, source.api


def sentence(address: str) -> str:
    with pytest.raises(NotASourceError) as refused:
        detect_address(address)
    return str(refused.value)


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: row["address"])
def test_an_address_leads_to_its_board_and_interface(row):
    assert detected(row["address"]) == (row["kind"], row["board"], row["api"])


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://www.linkedin.com/company/acme/jobs/", "LinkedIn has no feed that other sites"),
        ("https://careers-acme.icims.com/jobs", "upload the jobs as a file"),
        ("https://acme.taleo.net/careersection/2", "Taleo has no public feed of jobs"),
        ("https://wd5.myworkday.com/acme/d/home.htmld", "This is where people sign in to Workday"),
        ("https://career5.successfactors.eu/career?company=ACME", "career site, like https://jobs"),
        ("https://acme.personio.de/login", "like https://acme.jobs.personio.de."),
        ("https://acme.wd5.myworkdayjobs.com/", "with the name of the site in it"),
        ("https://apply.workable.com/j/A1B2C3D4E5", "doesn’t say which employer"),
        ("https://www.recruitee.com/", "Paste the address of the board, like https://acme.recruit"),
        ("https://user:secret@jobs.lever.co/acme", "Remove the username from the address."),
        ("https://jobs.lever.co:8443/acme", "Remove the port number from the address."),
        ("https://localhost/jobs", "Enter an address with a public domain name"),
        ("javascript:alert(1)", "Enter a web address"),
        ("https://jobs.lever.co/acme and more", "Remove any spaces"),
        ("  <> ", "Enter the address of a careers page"),
        (f"https://acme.example/{'a' * 500}", "longer than 500 characters"),
        (f"https://acme.example/{'a' * 9_000_000}", "longer than 500 characters"),
    ],
)
def test_what_leads_to_no_jobs_is_refused_with_what_to_do_instead(address, says):
    assert says in sentence(address)


def test_every_refusal_is_a_sentence_that_does_not_repeat_the_address():
    refused = [row["address"] for row in ADDRESSES if row["kind"] == "refused"]

    assert len(refused) > 40
    for address in refused:
        text = sentence(address)
        assert text.startswith("iCIMS") or text[0].isupper()
        assert text.endswith(".")
        assert "secret" not in text


@pytest.mark.slow
@given(st.text(max_size=60))
@example("https://jobs.lever.co/{id}")
@example("https://{host}/api/offers")
@example("https://jobs.ashbyhq.com/%00%2e%2e")
@example("https://jobs.ashbyhq.com/%2e%2e")
def test_any_text_is_a_source_or_refused(text):
    for pasted in (text, f"https://jobs.ashbyhq.com/{text}", f"https://acme.bamboohr.com/{text}"):
        kind, _, api = detected(pasted)
        assert kind == "refused" or api.startswith("https://")


@given(st.text(alphabet="acme./%2fF5Cc\\?#&=@:;-_~ ", max_size=30))
@example("..%2f..%2fadmin")
@example("%2e%2e")
@example("acme/../../admin")
@example("acme?mode=xml#")
def test_what_is_pasted_never_leads_elsewhere_than_to_the_board(board):
    for address in (f"https://jobs.lever.co/{board}", f"https://jobs.ashbyhq.com/{board}"):
        kind, named, api = detected(address)
        if kind == "refused":
            continue
        path = urlsplit(api).path
        assert urlsplit(api).netloc in HOSTS_OF_SYSTEMS
        assert path.endswith(f"/{named}") and path.count("/") == 3
        assert not named.startswith(".") and "%2f" not in named.lower()


def test_each_row_of_the_tables_is_of_a_system_or_has_a_sentence():
    for row in table("any_host"):
        assert (row["system"] in systems()) != bool(row["sentence"]), row


def test_each_row_of_the_hiring_systems_is_used_by_somebody():
    for row in host_rows():
        assert all(row.domains), row
        assert row.kind in ("system", "board", ""), row
        assert not row.feed or (row.feed in systems() and not row.sentence), row
        assert not row.no_feed or (row.no_feed in WHY_NO_FEED and not row.feed), row
        assert row.kind or row.no_feed or row.sentence, row


@pytest.mark.parametrize("name", sorted(set(systems()) - {"page"}))
def test_the_example_that_a_sentence_gives_is_right(name):
    system = systems()[name]
    if name == "jobposting":  # only its page says so
        return

    assert detect_address(system.example).kind == system.kind
