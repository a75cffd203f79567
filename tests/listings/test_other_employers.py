"""Which known employers a text speaks for, and what it costs to find out."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobboard.listings.content import cleaned, content_of
from jobboard.listings.employers.named import employers_named
from jobboard.listings.trust.risk import risks_of_edit
from tests.factories import CompanyFactory, ListingFactory

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("OpenAI and hire in Munich", "OpenAI"),
        ("Hugging Face", "Hugging Face"),
        ("0penAI’s hiring partner", "OpenAI"),
        ("0penAI", "OpenAI"),
        ("Nordwind Labs in Bremen", "Nordwind Labs"),
        ("NORDWIND LABS", "Nordwind Labs"),
        ("N\N{CYRILLIC SMALL LETTER O}rdwind Labs", "Nordwind Labs"),
        ("Nordwind", ""),
        ("Unseen Works", ""),
        ("looking for you", ""),
        ("", ""),
    ],
)
def test_who_a_text_begins_with(text, name):
    ListingFactory(live=True, company__name="Nordwind Labs")
    CompanyFactory(name="Unseen Works")  # no job of it was ever public

    found = employers_named([text])

    assert [one.name for one in found.values()] == ([name] if name else [])


@pytest.mark.both_databases
def test_a_verified_company_is_known_before_its_first_job():
    CompanyFactory(name="Ärzte für KI", verified_by="dns")

    assert employers_named(["Ärzte für KI"])


@pytest.mark.both_databases
def test_an_edit_that_speaks_for_somebody_costs_one_query_more():
    listing = ListingFactory(live=True)
    content = cleaned(content_of(listing))

    def queries(words: str) -> list[str]:
        after = cleaned(replace(content, description=f"{content.description} {words}"))
        with CaptureQueriesContext(connection) as captured:
            risks_of_edit(listing, content, after)
        return [query["sql"] for query in captured]

    plain = queries("We look after models.")
    speaks = queries("We are Nimbus. We are Fernhill. We hire for Quarry. Im Auftrag von Seeblick.")

    assert len(speaks) == len(plain) + 1
