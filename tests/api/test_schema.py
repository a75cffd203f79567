"""What the API describes is what it does: schemathesis sends what the description allows, and what
it forbids.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from jobboard.api import company, urls
from jobboard.common.web.limits import HOUR
from jobboard.recruiting import api_tokens
from jobboard.site import request_bounds
from jobboard.site.request_bounds import PostLimit
from tests.factories import ListingFactory, MembershipFactory, RoleFactory, SkillFactory
from tests.insights.test_role_pages import survey

# That of jobboard.wsgi reads the database at once, and no test has one yet.
application = get_wsgi_application()

# What there is here: the description says how a slug looks, not which ones exist. Two countries,
# because it is faster.
HERE = {
    "role": ["data-engineer"],
    "skill": ["python"],
    "company": ["acme"],
    "currency": ["USD"],
    "slug": ["data-engineer"],
    "country": ["DE", "US"],
    "from": ["DE", "US"],
}
CONFIG = {
    "generation": {"deterministic": True, "allow-x00": False},  # NUL: see test_api.py
    # 410: a job that is over is an answer, too.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", "404", "410"]}},
    "operations": [
        # 422: which parameters go together with which source is more than a description of
        # parameters can say.
        {
            "include-path": "/api/v1/salaries/{slug}",
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", "404", "422"]}
            },
        },
        {
            # What a job may say is the form's business, and what its state allows the job's.
            "include-path-regex": "^/api/v1/company/",
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]},
                # The token is sent with each, also where the fault was to be that it is missing:
                # test_company_api.py says what is refused.
                "negative_data_rejection": {"enabled": False},
            },
        },
    ],
}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for path in raw_schema["paths"].values():
        for parameter in path["get"]["parameters"]:
            if parameter["name"] in HERE:
                schema = parameter["schema"]
                schema.get("items", schema)["enum"] = HERE[parameter["name"]]


def site(environ, start_response):
    """As a server would call it. The client of schemathesis has no address of its own, and cannot
    unpack.
    """
    return application(
        environ | {"REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT_ENCODING": "identity"}, start_response
    )


schema = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", site, config=SchemathesisConfig.from_dict(CONFIG)
)


@pytest.fixture
def transaction_of_the_test(db):
    """Requests do not close the connection, as those of Django's own test client do not."""
    signals = [request_started, request_finished]
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def market(transaction_of_the_test, monkeypatch) -> str:
    """The token of a company that is there."""
    monkeypatch.setattr(urls, "MAX_REQUESTS_PER_MINUTE", 10**9)
    for name in ("MAX_REQUESTS_PER_MINUTE", "MAX_WRITES_PER_HOUR", "MAX_FAILURES_PER_MINUTE"):
        monkeypatch.setattr(company, name, 10**9)
    monkeypatch.setattr(request_bounds, "post_limit", lambda name: PostLimit(10**9, HOUR))
    role = RoleFactory(name="Data Engineer", slug="data-engineer", complete=True)
    survey(role, 400)
    RoleFactory(slug="ai-architect", complete=True)
    job = ListingFactory(
        live=True,
        paid=True,
        role=role,
        company__slug="acme",
        required=[SkillFactory(slug="python")],
    )
    ListingFactory(closed=True, company=job.company)
    owner = MembershipFactory(company=job.company)
    _, text = api_tokens.make(company=job.company, name="x", scope="write", days=30, by=owner.user)
    return text


@pytest.mark.slow
@pytest.mark.sqlite_alone  # test_api.py asks both databases
@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_keeps_to_the_description(case, market):
    if "/company/" in case.operation.path:
        case.call_and_validate(headers={"Authorization": f"Bearer {market}"})
    else:
        case.call_and_validate()
