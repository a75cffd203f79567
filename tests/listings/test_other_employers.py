"""Which known employers a text speaks for, and what it costs to find out."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobboard.listings.content import cleaned, get_content
from jobboard.listings.employers.named import employers_named
from jobboard.listings.trust.other_employers import names_spoken_for, risks_of_other_employers
from jobboard.listings.trust.risk import risks_of_edit
from jobboard.listings.trust.text_risks import HEAVY, Employer, JobTexts
from tests.factories import CompanyFactory, ListingFactory

pytestmark = pytest.mark.django_db

ACME = Employer("Acme", "acme.example", is_proven=True, boards=frozenset())


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
        ("N0rdwind Labs", "Nordwind Labs"),
        ("Nordvvind-Labs", "Nordwind Labs"),
        ("Credit Nord", "Crédit Nord"),
        ("Nordwind", ""),
        ("Unseen Works", ""),
        ("looking for you", ""),
        ("", ""),
    ],
)
def test_who_a_text_begins_with(text, name):
    ListingFactory(live=True, company__name="Nordwind Labs", company__slug="")
    ListingFactory(live=True, company__name="Crédit Nord", company__slug="")
    CompanyFactory(name="Unseen Works")  # no job of it was ever public

    found = employers_named([text])

    assert [one.name for one in found.values()] == ([name] if name else [])


def weights(sentence: str, *others: str) -> list[int]:
    """Of the employers that it speaks for, with further texts of the job."""
    said = JobTexts("Data Engineer", f"<p>{sentence}</p>", others, apply_url="", apply_email="")
    known = employers_named(names_spoken_for(said))
    return [risk.weight for risk in risks_of_other_employers(said, ACME, known)]


@pytest.mark.parametrize(
    ("sentence", "weight"),
    [
        ("Our client OpenAI needs you.", HEAVY),
        ("Our client, OpenAI, is looking for an engineer.", HEAVY),
        ("Unser Kunde Siemens sucht Verstärkung.", HEAVY),
        ("Notre client Google recherche un ingénieur.", HEAVY),
        ("We hire on OpenAI’s behalf.", HEAVY),
        ("We hire on behalf of OpenAI immediately.", HEAVY),
        ("We recruit for: OpenAI", HEAVY),
        ("For OpenAI we look for an engineer.", HEAVY),
        ("OpenAI recruits through us.", HEAVY),
        ("We are the hiring team of OpenAI in Munich.", HEAVY),
        ("We are recruiting on behalf of Microsoft Research.", HEAVY),
        ("We hire for openai and pay well.", HEAVY),
        ("We are Anthropic’s European hiring partner.", 2),
        ("We are part of Google.", 2),
        ("Meta has asked us to hire.", 2),
        ("You get an OpenAI badge.", 2),
        ("Join Nvidia through us.", 2),
        ("Join OpenAI and build models.", 2),
    ],
)
def test_who_speaks_for_another_employer(sentence, weight):
    assert weights(sentence) == [weight]


@pytest.mark.parametrize(
    "sentence",
    [
        "We hire for character and curiosity, not for CVs.",
        "You process payments on behalf of Visa and Mastercard cardholders.",
        "You act on behalf of Google Ads customers.",
        "We hire at Lambda prices.",
        "Our team is Salesforce certified.",
        "We are Snowflake partners.",
        "Wir sind Microsoft Partner.",
        "We are Oracle and SAP consultants.",
        "Join Discord and say hello.",
        "Join Meta’s PyTorch community.",
        "Your colleagues are Google and Meta alumni.",
        "Our CTO was an employee at Amazon.",
        "Our founders built labs at Google.",
        "You get a Google Workspace account and an Adobe contract.",
        "Microsoft is hiring less; we are not.",
        "For Google, we need to pass a security review.",
    ],
)
def test_who_names_an_employer_and_does_not_speak_for_it(sentence):
    assert weights(sentence) == []


def test_a_client_that_the_job_names_is_no_secret_however_it_is_spelled():
    assert weights("We hire for our client OpenAI.", "openai Inc.") == []


@pytest.mark.both_databases
def test_a_verified_company_is_known_before_its_first_job():
    CompanyFactory(name="Ärzte für KI", verified_by="dns")

    assert employers_named(["Ärzte für KI"])


@pytest.mark.both_databases
def test_an_edit_that_speaks_for_somebody_costs_one_query_more():
    listing = ListingFactory(live=True)
    content = cleaned(get_content(listing))

    def queries(words: str) -> list[str]:
        after = cleaned(replace(content, description=f"{content.description} {words}"))
        with CaptureQueriesContext(connection) as captured:
            risks_of_edit(listing, content, after)
        return [query["sql"] for query in captured]

    plain = queries("We look after models.")
    speaks = queries("We are Nimbus. We are Fernhill. We hire for Quarry. Im Auftrag von Seeblick.")

    assert len(speaks) == len(plain) + 1
