"""The API answers what the pages show, names what it could not use, and is open to everybody as
often as is fair.
"""

import csv
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from jobboard.api import urls
from jobboard.api.api import api
from jobboard.api.company_schemas import NewJobIn
from jobboard.common.cache import HERE
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, write_content
from jobboard.listings.models import ListingPlace, Place
from jobboard.search.language import ListingFilter, search_form
from roles.models import OfficialWage, RoleOccupation, SalaryFigure, SalarySource
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, SkillFactory, in_days
from tests.insights.test_role_pages import survey
from tests.reading import body_of, text_of

pytestmark = pytest.mark.django_db

V1 = "/api/v1"


def get(client, path, status=200):
    response = client.get(f"{V1}/{path}")
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (
        status,
        "application/json",
    ), path
    return response.json()


@pytest.fixture
def engineer(db):
    return RoleFactory(name="Data Engineer", slug="data-engineer", complete=True)


# --- Jobs -----------------------------------------------------------------------------------------


def test_a_job_says_what_its_employer_says(client, engineer):
    skill = SkillFactory(name="Python", slug="python")
    job = ListingFactory(
        live=True,
        paid=True,
        role=engineer,
        title="Engineer",
        company__slug="acme",
        company__name="Acme",
        level="mid",
        level_max="senior",
        employment_types=3,
        workplace="remote",
        required=[skill],
        eligibility="listed",
        eligibility_text="Germany",
    )
    job.countries.create(country="DE")
    place = Place.objects.create(name="Munich", country="DE", kind="city")
    ListingPlace.objects.create(
        listing=job, place=place, text="Munich, Germany", region="Bavaria", workplace="remote"
    )

    (item,) = get(client, "listings")["items"]

    assert item == {
        "id": job.pk,
        "title": "Engineer",
        "url": f"http://localhost:8000/jobs/{job.pk}-engineer/",
        "company": {
            "slug": "acme",
            "name": "Acme",
            "url": "http://localhost:8000/companies/acme/",
            "verified": False,
        },
        "for_client": False,
        "client_name": None,
        "role": {
            "slug": "data-engineer",
            "name": "Data Engineer",
            "url": "http://localhost:8000/roles/data-engineer/",
        },
        "relevance_family": None,
        "level": "mid",
        "level_max": "senior",
        "employment_types": ["full_time", "part_time"],
        "workplace": "remote",
        "places": [
            {
                "text": "Munich, Germany",
                "city": "Munich",
                "region": "Bavaria",
                "country": "DE",
                "workplace": "remote",
                "hybrid_days": None,
                "timezone": None,
            }
        ],
        "eligibility": {"state": "listed", "countries": ["DE"], "text": "Germany"},
        "salary": {"min": 100_000.0, "max": 130_000.0, "currency": "USD", "period": "year"},
        "pay": [
            {
                "text": "USD 100,000–130,000 a year",
                "kind": None,
                "gross": None,
                "min": 100_000.0,
                "max": 130_000.0,
                "currency": "USD",
                "period": "year",
                "place": None,
                "is_elsewhere": False,
                "level": None,
                "origin": "form",
                "quote": "",
            }
        ],
        "skills": [{"slug": "python", "name": "Python", "need": "required"}],
        "featured": False,
        "posted_at": item["posted_at"],
        "published_at": item["published_at"],
        "expires_at": item["expires_at"],
        "is_sample": False,
    }
    detail = get(client, f"listings/{job.pk}")
    assert item.items() <= detail.items()
    assert (detail["description_html"], detail["visa"]) == ("<p>Work with data.</p>", "unknown")


@pytest.mark.slow
def test_each_location_and_each_statement_of_pay_is_an_item_of_its_own(client):
    job = write_content(
        ListingFactory.build(live=True, company=CompanyFactory(), role=None),
        ListingContent(
            title="Data Engineer",
            description="Text.",
            places=(
                PlaceText("Munich", "Munich", "DE", "hybrid", hybrid_days=2),
                PlaceText("Remote (USA)", "", "US", "remote"),
            ),
            pay=(
                PayStatement(Decimal(60_000), None, "EUR", "year", kind="base", origin="form"),
                PayStatement(
                    Decimal(90_000),
                    Decimal(99_000),
                    "EUR",
                    "year",
                    kind="on_target",
                    gross="net",
                    place="Munich",
                    level="Senior",
                    origin="text",
                    quote="OTE for Senior: 90,000 - 99,000 €",
                ),
            ),
            apply_email="jobs@acme.example",
        ),
    )

    item = get(client, f"listings/{job.pk}")

    names = ("city", "country", "workplace", "hybrid_days", "timezone")
    assert [[place[name] for name in names] for place in item["places"]] == [
        ["Munich", "DE", "hybrid", 2, "Europe/Berlin"],
        [None, "US", "remote", None, None],
    ]
    assert [pay["text"] for pay in item["pay"]] == [
        "base pay EUR from 60,000 a year",
        "Munich, Senior: on-target earnings EUR 90,000–99,000 a year after tax",
    ]
    assert (item["pay"][1]["gross"], item["pay"][1]["quote"][:3]) == ("net", "OTE")
    assert item["salary"] == {"min": 60_000, "max": None, "currency": "EUR", "period": "year"}
    row = next(csv.DictReader(StringIO(body_of(client.get("/jobs.csv")))))
    assert (row["workplace"], row["place_workplaces"]) == ("hybrid", "hybrid; remote")
    assert row["pay"] == "; ".join(pay["text"] for pay in item["pay"])


def test_what_an_employer_does_not_say_is_null(client):
    ListingFactory(live=True, role=None)

    (item,) = get(client, "listings")["items"]

    assert [item[name] for name in ("role", "level", "workplace", "salary")] == [None] * 4
    assert (item["employment_types"], item["places"], item["skills"]) == ([], [], [])


def test_a_role_that_is_not_public_is_not_named(client):
    ListingFactory(live=True, role=RoleFactory(draft=True))

    assert get(client, "listings")["items"][0]["role"] is None


def test_pages_hold_as_many_as_are_asked_for_and_fit_together(client):
    jobs = ListingFactory.create_batch(30, live=True)

    first, second = get(client, "listings?per_page=20"), get(client, "listings?per_page=20&page=2")

    assert (first["total"], first["page"], first["per_page"]) == (30, 1, 20)
    assert len(get(client, "listings")["items"]) == 25
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert sorted(ids) == sorted(job.pk for job in jobs)


def test_featured_jobs_are_marked_and_not_lifted(client):
    ListingFactory(featured=True, title="Older", posted_at=in_days(-9))
    ListingFactory(live=True, title="Newer")

    items = get(client, "listings")["items"]

    assert [(item["title"], item["featured"]) for item in items] == [
        ("Newer", False),
        ("Older", True),
    ]


def test_facets_come_only_when_asked_for_and_ignore_their_own_selection(client):
    ListingFactory(live=True, level="senior")
    ListingFactory(live=True, level="mid")

    assert get(client, "listings?level=senior")["facets"] is None
    facets = get(client, "listings?level=senior&facets=1")["facets"]
    assert {option["value"]: option["count"] for option in facets["level"]} == {
        "entry": 0,
        "mid": 1,
        "senior": 1,
        "executive": 0,
        "unstated": 0,
    }
    assert {"role", "type", "workplace", "country", "skill", "company", "salary", "flags"} < set(
        facets
    )


def test_words_that_were_corrected_are_named(client, index):
    ListingFactory(live=True, title="Kubernetes engineer")

    assert get(client, "listings?q=kubernets")["corrected"] == {"kubernets": "kubernetes"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("posted=0", {"posted"}),
        ("role=nobody&level=boss", {"role", "level"}),
        ("per_page=101", {"per_page"}),
        ("per_page=0&country=XX", {"per_page", "country"}),
        ("facets=yes", {"facets"}),
        ("page=1.5", {"page"}),
        ("page=x", {"page"}),
        ("currency=XXX", {"currency"}),
        ("q=%00", {"q"}),
        ("city=%00&skill=%00", {"city", "skill"}),
        ("from=%00", {"from"}),
    ],
)
def test_each_value_that_cannot_be_used_is_named_and_nothing_is_answered(client, query, names):
    ListingFactory(live=True)

    answer = get(client, f"listings?{query}", 422)

    assert set(answer["errors"]) == names
    assert all(name in answer["detail"] for name in names)
    assert "items" not in answer


@pytest.mark.parametrize(
    "query",
    ["q=%ed%a0%80", "q=%ff%fe", f"q={'x' * 9000}", "company=%ed%a0%80", "page=" + "9" * 5000],
)
def test_odd_bytes_are_no_fault_of_ours(client, query):
    assert client.get(f"{V1}/listings?{query}").status_code in (200, 404, 422)


def test_parameters_that_we_do_not_know_are_named(client):
    assert get(client, "listings?colour=blue&per_page=5&facets=1&rol=x&level=mid")["ignored"] == [
        "colour",
        "rol",
    ]
    assert get(client, "companies?colour=blue&page=1")["ignored"] == ["colour"]
    assert get(client, "roles?page=1")["ignored"] == ["page"]


def test_a_page_beyond_the_last_says_how_to_narrow(client):
    ListingFactory(live=True)

    assert "no page 2" in get(client, "listings?page=2", 404)["detail"]
    assert "Add a filter" in get(client, "listings?page=101&per_page=100", 404)["detail"]
    assert "1 page" in get(client, "companies?page=2", 404)["detail"]


def test_a_job_that_is_over_is_gone_and_one_that_is_not_public_is_unknown(client):
    statuses = {
        state: client.get(f"{V1}/listings/{ListingFactory(**{state: True}).pk}").status_code
        for state in [
            "live",
            "closed",
            "expired",
            "draft",
            "in_review",
            "returned",
            "rejected",
            "hidden",
        ]
    }
    suspended = ListingFactory(live=True, company__suspended_at=timezone.now())
    over = ListingFactory(closed=True)

    assert statuses == {"live": 200, "closed": 410, "expired": 410} | dict.fromkeys(
        ["draft", "in_review", "returned", "rejected", "hidden"], 404
    )
    assert set(get(client, f"listings/{over.pk}", 410)) == {"detail", "id", "url"}
    for unknown in [suspended.pk, 0, 10**23, "x", "%00"]:
        assert "detail" in get(client, f"listings/{unknown}", 404)


# --- Roles, comparisons, companies, skills --------------------------------------------------------


def test_roles_companies_and_skills_are_those_of_the_pages(client, engineer):
    RoleFactory(draft=True)
    acme = CompanyFactory(name="Acme", slug="acme", verified_by="admin")
    ListingFactory.create_batch(2, live=True, role=engineer, company=acme)
    ListingFactory(closed=True, role=None)
    ListingFactory(live=True, role=None, company__suspended_at=timezone.now())
    merged = SkillFactory(name="Old")
    merged.merged_into = SkillFactory(name="New", slug="new")
    merged.save()

    roles, companies = get(client, "roles"), get(client, "companies")
    skills = [skill["slug"] for skill in get(client, "skills?per_page=100")["items"]]

    assert (roles["total"], companies["total"]) == (1, 1)
    assert [(role["slug"], role["open_jobs"]) for role in roles["items"]] == [("data-engineer", 2)]
    assert (
        companies["items"][0] | {"slug": "acme", "verified": True, "open_jobs": 2}
        == companies["items"][0]
    )
    assert "new" in skills and merged.slug not in skills


def test_a_role_and_a_comparison_say_what_their_files_say(client, engineer):
    RoleFactory(slug="ai-architect", complete=True)
    survey(engineer, 400)
    ListingFactory(live=True, paid=True, role=engineer, required=SkillFactory.create_batch(2))

    for path, file in [
        ("roles/data-engineer", "/roles/data-engineer.json"),
        (
            "comparisons/ai-architect-vs-data-engineer",
            "/compare/ai-architect-vs-data-engineer.json",
        ),
    ]:
        assert get(client, path) == json.loads(client.get(file).content), path


def test_old_slugs_and_the_other_order_redirect(client, engineer):
    RoleFactory(slug="ai-architect")
    engineer.slug = "engineer"
    engineer.save()

    moved = {
        "roles/data-engineer": "roles/engineer",
        "salaries/data-engineer?level=mid": "salaries/engineer?level=mid",
        "comparisons/engineer-vs-ai-architect": "comparisons/ai-architect-vs-engineer",
        "comparisons/ai-architect-vs-data-engineer": "comparisons/ai-architect-vs-engineer",
    }
    for old, new in moved.items():
        response = client.get(f"{V1}/{old}")
        assert (response.status_code, response["Location"]) == (301, f"{V1}/{new}")
    for unknown in [
        "roles/nobody",
        "salaries/nobody",
        "comparisons/engineer-vs-engineer",
        "comparisons/x",
        "nothing",
    ]:
        assert "detail" in get(client, unknown, 404)


# --- Pay ------------------------------------------------------------------------------------------

PERCENTILES = ("p10", "p25", "p50", "p75", "p90")


def test_a_figure_has_its_count_its_country_and_its_credit(client, engineer):
    SalarySource.objects.create(
        slug="s",
        layer="survey",
        name="A survey",
        licence="CC0",
        credit="By them.",
        url="https://a.example",
    )
    survey(engineer, 400, n_distinct=350)

    figure = get(client, "salaries/data-engineer")

    said = {
        name: figure[name]
        for name in ("n", "n_distinct", "p50", "currency", "years", "top_country", "source")
    }
    assert said == {
        "n": 400,
        "n_distinct": 350,
        "p50": 150_000.0,
        "currency": "USD",
        "years": [2023, 2025],
        "top_country": "US",
        "source": "survey",
    }
    assert [(one["licence"], one["credit"]) for one in figure["sources"]] == [("CC0", "By them.")]


def test_a_figure_is_narrowed_and_too_few_answers_have_no_percentiles(client, engineer):
    survey(engineer, 400)
    survey(engineer, 4, level="entry", country="PT")
    survey(engineer, 60, level="entry")
    survey(engineer, 40, level="senior", remote=0, median=180_000)

    few = get(client, "salaries/data-engineer?level=entry&country=pt")
    enough = get(client, "salaries/data-engineer?level=senior&remote=0")
    none = get(client, "salaries/data-engineer?level=executive")

    assert (few["n"], [few[name] for name in PERCENTILES]) == (4, [None] * 5)
    assert (few["level"], few["country"], few["instead"]["n"]) == ("entry", "PT", 60)
    assert (enough["n"], enough["p50"], enough["remote"], enough["instead"]) == (
        40,
        180_000.0,
        0,
        None,
    )
    assert (none["n"], none["p50"], none["instead"]) == (0, None, None)  # of no other level


def test_a_cell_that_we_do_not_ship_has_no_count(client, engineer):
    survey(engineer, 400)

    assert get(client, "salaries/data-engineer?level=senior&country=US&year=2024")["n"] is None
    assert get(client, "salaries/data-engineer?title=Data+Engineer")["n"] is None


def test_one_title_is_taken_exactly(client, engineer):
    survey(engineer, 400)
    figure = SalaryFigure.objects.get()
    figure.pk, figure.role_key, figure.title_key, figure.n = None, "", "Data Engineer", 30
    figure.save()
    SalarySource.objects.create(
        slug="s", layer="survey", name="A survey", imported_at=timezone.now()
    )

    assert get(client, "salaries/data-engineer?title=Data+Engineer")["n"] == 30
    assert get(client, "salaries/data-engineer?title=data+engineer")["n"] == 0


def test_open_jobs_are_counted_in_one_currency_and_narrowed_like_a_search(client, engineer):
    for number in range(12):
        pay = 100_000 + 1000 * number
        ListingFactory(
            live=True, paid=True, role=engineer, level="senior", salary_min=pay, salary_max=pay
        )
    ListingFactory(live=True, paid=True, role=engineer, salary_currency="EUR", level="senior")
    ListingFactory(live=True, role=engineer, workplace="remote", company__is_demo=True)
    ListingFactory(closed=True, paid=True, role=engineer)

    everything = get(client, "salaries/data-engineer?source=posted")
    senior = get(client, "salaries/data-engineer?source=posted&level=senior&currency=EUR")
    remote = get(client, "salaries/data-engineer?source=posted&remote=100")
    nobody = get(client, "salaries/data-engineer?source=posted&country=JP")

    assert (everything["n"], everything["p50"], everything["left_out"]) == (12, 105_500.0, 2)
    assert (everything["currency"], everything["of_them_samples"]) == ("USD", 1)
    assert everything["sources"][0]["credit"] == "Based on open jobs on Rolebook."
    assert (senior["n"], senior["p50"], senior["currency"], senior["left_out"]) == (
        1,
        None,
        "EUR",
        12,
    )
    assert (remote["n"], remote["left_out"]) == (0, 1)
    assert (nobody["n"], nobody["p50"]) == (0, None)


def test_the_official_statistic_has_no_count(client, engineer):
    assert get(client, "salaries/data-engineer?source=official")["p50"] is None

    RoleOccupation.objects.create(role=engineer, soc="15-1243", match="nearest")
    OfficialWage.objects.create(
        soc="15-1243", title="Architects", year=2024, p50=135_000, top_coded="p90"
    )
    engineer.save()
    figure = get(client, "salaries/data-engineer?source=official")

    assert (figure["n"], figure["p50"], figure["at_least"], figure["years"]) == (
        None,
        135_000,
        ["p90"],
        [2024, 2024],
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("level=boss&year=then&remote=7", {"level", "year", "remote"}),
        ("source=rumours", {"source"}),
        ("currency=EUR", {"currency"}),
        ("source=official&level=senior&currency=EUR", {"level", "currency"}),
        ("source=posted&year=2024&title=Engineer", {"year", "title"}),
        ("title=%00", {"title"}),
    ],
)
def test_what_would_narrow_nothing_is_refused(client, engineer, query, names):
    survey(engineer, 400)

    assert set(get(client, f"salaries/data-engineer?{query}", 422)["errors"]) == names


# --- The description ------------------------------------------------------------------------------


def described(path):
    parameters = api.get_openapi_schema()["paths"][f"{V1}/{path}"]["get"]["parameters"]
    return {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}


def test_the_parameters_described_are_those_of_the_search(client):
    parameters = described("listings")

    assert set(parameters) == set(ListingFilter.get_filters()) | {"per_page", "facets"}
    assert set(parameters) - {"per_page", "facets"} == set(search_form().base_fields)
    used = "&".join(f"{name}=" for name in parameters)
    assert get(client, f"listings?{used}")["ignored"] == []


@pytest.mark.slow
def test_every_value_described_can_be_used_and_no_other(client):
    for name, schema in described("listings").items():
        values = schema.get("items", schema)
        for value in values.get("enum", [])[:20]:
            assert client.get(f"{V1}/listings?{name}={value}").status_code == 200, (name, value)
        for bound, one_more in [("minimum", -1), ("maximum", 1)]:
            if bound in schema:
                good, bad = schema[bound], schema[bound] + one_more
                assert client.get(f"{V1}/listings?{name}={good}").status_code in (200, 404), (
                    name,
                    good,
                )
                assert client.get(f"{V1}/listings?{name}={bad}").status_code == 422, (name, bad)
        if "enum" in values:
            assert client.get(f"{V1}/listings?{name}=nonsense").status_code == 422, name


def test_the_description_is_a_page_without_scripts_that_names_every_parameter(client):
    response = client.get(f"{V1}/docs")
    page = response.content.decode()

    assert client.get(f"{V1}/")["Location"] == f"{V1}/docs"
    assert "<script" not in page
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in text_of(response)
    for field in NewJobIn.model_fields:
        assert f"<code>{field}</code>" in page
    for name in described("listings"):
        assert f"<code>{name}</code>" in page


# --- Everybody ------------------------------------------------------------------------------------

ADDRESSES = [
    "listings",
    "listings/{job}",
    "roles",
    "roles/data-engineer",
    "companies",
    "skills",
    "salaries/data-engineer",
    "comparisons/ai-architect-vs-data-engineer",
    "openapi.json",
    "docs",
]


@pytest.fixture
def addresses(engineer):
    RoleFactory(slug="ai-architect", complete=True)
    job = ListingFactory(live=True, role=engineer)
    return [f"{V1}/{address.format(job=job.pk)}" for address in ADDRESSES]


def test_answers_are_open_to_other_sites_set_no_cookie_and_are_sent_when_they_changed(
    client, addresses
):
    for address in addresses:
        response = client.get(address)
        again = client.get(address, headers={"If-None-Match": response["ETag"]})
        assert (response.status_code, again.status_code) == (200, 304), address
        assert response["Access-Control-Allow-Origin"] == "*"
        assert not response.cookies
        assert response["Cache-Control"] == "no-cache"


def test_addresses_answer_head_and_nothing_that_writes(client, addresses):
    for address in addresses:
        assert (client.head(address).status_code, client.head(address).content) == (
            200,
            b"",
        ), address
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]:
            response = client.generic(method, address)
            assert (response.status_code, "GET" in response["Allow"]) == (405, True), (
                method,
                address,
            )


def test_too_many_requests_are_told_when_to_come_back(client, monkeypatch, clock):
    monkeypatch.setattr(urls, "MAX_REQUESTS_PER_MINUTE", 2)

    answers = [client.get(f"{V1}/roles") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert "made too many requests" in answers[2].json()["detail"]
    assert answers[2]["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"{V1}/roles", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_failing_cache_means_no_limit(client, monkeypatch):
    def broken(*args, **kwargs):
        raise ConnectionError("no cache")

    monkeypatch.setattr(urls, "MAX_REQUESTS_PER_MINUTE", 0)
    monkeypatch.setattr(caches[HERE], "add", broken)

    assert client.get(f"{V1}/roles").status_code == 200


def test_a_fault_of_ours_is_json_without_its_details(monkeypatch):
    def fail(*args, **kwargs):
        raise ValueError("secret")

    monkeypatch.setattr("jobboard.api.api.published_role", fail)
    response = Client(raise_request_exception=False).get(f"{V1}/roles/data-engineer")

    assert (response.status_code, list(response.json())) == (500, ["detail"])
    assert "secret" not in response.content.decode()


def test_the_examples_of_answers_are_such_answers(client):
    described = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    examples = {
        name: schema["examples"] for name, schema in described.items() if "examples" in schema
    }

    assert examples.keys() == {
        "Jobs",
        "JobDetail",
        "Companies",
        "Skills",
        "SalaryDetail",
        "NewJobIn",
        "CompanyJob",
        "CompanyJobs",
        "SavedJob",
    }
    for name, answers in examples.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": described}}
        for answer in answers:
            assert list(Draft202012Validator(schema).iter_errors(answer)) == [], name
