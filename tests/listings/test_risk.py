"""What makes a moderator look twice: each reason, in a job that has it and one that nearly has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobboard.listings.models import Listing
from jobboard.listings.trust.risk import find_risks
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, UserFactory, in_days

pytestmark = pytest.mark.django_db

TEXT = (
    "<p>You build pipelines that people rely on, "
    "together with three others who like their work and say so.</p>"
)
OTHER = (
    "<p>This firm sells tea to hotels and needs someone who counts the cups, "
    "writes reports and plans orders.</p>"
)


@pytest.fixture
def acme():
    """A company nothing stands out about."""
    return CompanyFactory(name="Acme", domain="acme.example", verified_by="email")


def words(listing) -> list[str]:
    listing = Listing.objects.get(pk=listing.pk)
    return [risk.words for risk in find_risks([listing], compare_texts=True)[listing.pk]]


def job(acme, **changes):
    usual = {
        "in_review": True,
        "company": acme,
        "description_html": TEXT * 3,
        "apply_url": "https://jobs.acme.example/",
    }
    return ListingFactory(**usual | changes)


def test_a_usual_job_has_nothing_that_stands_out(acme):
    assert words(job(acme)) == []


def test_a_company_that_is_new_or_was_refused_before():
    new = CompanyFactory(name="New", domain="new.example")
    young = CompanyFactory(name="Young", domain="young.example")
    old = CompanyFactory(name="Old", domain="old.example")
    ListingFactory(live=True, company=young, published_at=in_days(-29))
    ListingFactory(live=True, company=old, published_at=in_days(-31))
    ListingFactory(rejected=True, company=old)

    def said(company):
        return words(job(company, apply_url=f"https://{company.domain}/"))

    assert said(new) == ["This is the first job from New, which is not verified."]
    assert said(young)[0].startswith("Young is not verified. Its first job was published on")
    assert said(old) == ["1 job from Old was rejected or hidden before."]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"apply_url": "https://acme.example/1"}, []),
        ({"apply_url": "https://boards.greenhouse.io/acme/1"}, []),
        (
            {"apply_url": "https://acme.example.evil.test/1"},
            [
                "Applications go to acme.example.evil.test, "
                "but the company’s domain is acme.example."
            ],
        ),
        (
            {"apply_url": "https://greenhouse.io.evil.test/1"},
            [
                "Applications go to greenhouse.io.evil.test, "
                "but the company’s domain is acme.example."
            ],
        ),
        ({"apply_url": "", "apply_email": "jobs@hr.acme.example"}, []),
        (
            {"apply_url": "", "apply_email": "acme.jobs@gmail.com"},
            ["Applications go to an address at gmail.com, which anyone can create."],
        ),
        (
            {"apply_url": "", "apply_email": "jobs@other.example"},
            [
                "Applications go to an address at other.example, "
                "but the company’s domain is acme.example."
            ],
        ),
    ],
)
def test_applications_that_go_elsewhere(acme, where, said):
    assert words(job(acme, **where)) == said


def test_a_company_without_a_website_has_nothing_to_compare_with():
    company = CompanyFactory(domain="", verified_by="admin")

    assert words(job(company)) == [
        "Applications go to jobs.acme.example, and the company has no website to compare it with."
    ]


@pytest.mark.parametrize(
    ("email", "domain", "said"),
    [
        ("x@acme.example", "acme.example", []),
        (
            "x@gmail.com",
            "acme.example",
            ["Posted by x@gmail.com, which is not at acme.example."],
        ),
        ("x@gmail.com", "", ["Posted by x@gmail.com, an address that anyone can create."]),
    ],
)
def test_who_posted_it_counts_while_the_company_is_not_proven(email, domain, said):
    company = CompanyFactory(domain=domain)
    ListingFactory(live=True, company=company, published_at=in_days(-31))
    listing = job(company, apply_url="https://boards.greenhouse.io/x/1")
    Listing.objects.filter(pk=listing.pk).update(created_by=UserFactory(email=email))

    assert [one for one in words(listing) if one.startswith("Posted")] == said
    company.verified_by = "email"
    company.save()
    assert not any(one.startswith("Posted") for one in words(listing))


@pytest.mark.parametrize(
    ("lowest", "highest", "said"),
    [
        (100_000, 217_000, []),
        (200_000, 230_000, ["Pay is 2.1 times the 90th percentile for open Data Engineer jobs."]),
        (51_000, 90_000, []),
        (45_000, 90_000, ["Pay is 45% of the 10th percentile for open Data Engineer jobs."]),
    ],
)
def test_pay_far_outside_what_the_role_gets(acme, lowest, highest, said):
    role = RoleFactory(name="Data Engineer")
    for number in range(11):  # midpoints 100,000 to 110,000
        amount = 100_000 + number * 1_000
        ListingFactory(
            live=True,
            role=role,
            salary_min=amount,
            salary_max=amount,
            salary_currency="USD",
            salary_period="year",
        )
    pay = {
        "salary_min": lowest,
        "salary_max": highest,
        "salary_currency": "USD",
        "salary_period": "year",
    }

    assert words(job(acme, role=role, **pay)) == said
    assert words(job(acme, role=role, **pay | {"salary_currency": "EUR"}, title="Another")) == []


@pytest.mark.both_databases
def test_a_text_that_another_company_has_in_its_own_or_nearly_its_own_words(acme):
    role = RoleFactory()
    other = ListingFactory(
        live=True, role=role, title="Engineer", company__name="Globex", description_html=TEXT * 3
    )

    copied = job(acme, role=role, description_html=TEXT * 3 + "<p>One more word.</p>")
    apart = job(acme, role=role, title="Tea", description_html=OTHER * 3)

    assert words(copied) == [f"The text is the same as job {other.pk}, “Engineer” at Globex."]
    assert words(apart) == []


@pytest.mark.both_databases
def test_the_same_job_twice(acme):
    role = RoleFactory()
    first = job(acme, role=role, title="Engineer", live=True, in_review=False)

    assert words(job(acme, role=role, title="Engineer (m/f/d)")) == [
        f"The company already has this job open, as job {first.pk}."
    ]
    assert words(job(acme, role=role, title="Analyst")) == []


def test_a_job_that_is_a_draft_is_not_called_open(acme):
    role = RoleFactory()
    draft = job(acme, role=role, title="Engineer", in_review=False)

    assert words(job(acme, role=role, title="Engineer (m/f/d)")) == [
        f"The company already has this job here (draft), as job {draft.pk}."
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"description_html": "<p>Short.</p>"}, ["The description is only 6 characters long."]),
        (
            {"description_html": TEXT * 3 + '<a href="https://a.example">a</a> ' * 4},
            ["The description contains 4 links."],
        ),
        ({"description_html": TEXT * 3 + '<a href="https://a.example">a</a> ' * 3}, []),
        ({"title": "DATA ENGINEER"}, ["Mostly written in capital letters."]),
        ({"description_html": TEXT * 2 + TEXT.upper() * 2}, ["Mostly written in capital letters."]),
        ({"title": "SQL Developer"}, []),
        (
            {"description_html": TEXT * 3 + "Write to us on WhatsApp."},
            ["The text contains “WhatsApp”."],
        ),
        (
            {"description_html": TEXT * 3 + "A training fee applies."},
            ["The text contains “training fee”."],
        ),
        ({"description_html": TEXT * 3 + "You train models and feel at home."}, []),
    ],
)
def test_what_the_text_itself_shows(acme, changes, said):
    assert words(job(acme, **changes)) == said


def test_the_heaviest_stands_first(acme):
    listing = job(acme, description_html="<p>Pay by gift card.</p>")

    assert [risk.weight for risk in find_risks([listing])[listing.pk]] == [3, 1]


@pytest.mark.both_databases
def test_many_jobs_cost_the_queries_of_one(acme):
    def queries(listings) -> int:
        with CaptureQueriesContext(connection) as captured:
            find_risks(listings)
        return len(captured)

    one = queries([job(acme, description_html="<p>We are Firm 9 here.</p>")])
    many = [
        ListingFactory(
            in_review=True,
            role=RoleFactory(),
            description_html=f"<p>We are Firm {number} here.</p>",
        )
        for number in range(9)
    ]
    fetched = list(
        Listing.objects.filter(pk__in=[one.pk for one in many]).select_related("company", "role")
    )

    assert queries(fetched) == one <= 6


@pytest.mark.both_databases
def test_who_says_the_same_is_found_by_an_index():
    """Each edit and each page of a moderator asks for it, of all jobs there are."""
    indexes = connection.introspection.get_constraints(connection.cursor(), "listings_listing")

    assert indexes["listing_same_text"]["columns"] == ["content_hash"]
