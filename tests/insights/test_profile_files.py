"""Files beside roles and comparisons: every number computed again, from rows alone and by other
code.
"""

import csv
import io
import json
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobboard.listings.models import Listing, ListingSkill
from roles.models import Role, RoleSkill
from tests.factories import ListingFactory, RoleFactory, SkillFactory

pytestmark = pytest.mark.django_db


def read_json(client, path):
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    return json.loads(response.content)


def read_csv(client, path):
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(response.content.decode())))


class Market:
    """Open jobs and profiles as plain sets, read row by row."""

    def __init__(self):
        now = timezone.now()
        self.jobs = {}
        for listing in Listing.objects.select_related("company", "role"):
            is_open = (
                listing.status == "published"
                and not listing.hidden_at
                and not listing.company.suspended_at
            )
            if is_open and listing.expires_at > now and listing.role:
                self.jobs[listing.pk] = (listing.role.slug, {})
        for row in ListingSkill.objects.select_related("skill"):
            if row.listing_id in self.jobs:
                self.jobs[row.listing_id][1][row.skill.slug] = row.need
        self.profiles = {}
        for row in RoleSkill.objects.select_related("skill", "role"):
            kinds = self.profiles.setdefault(row.role.slug, {"skill": set(), "tool": set()})
            kinds[row.skill.kind].add(row.skill.slug)

    def profile(self, role, kind):
        return self.profiles.get(role, {}).get(kind, set())

    def whole(self, role):
        return self.profile(role, "skill") | self.profile(role, "tool")

    def evidence(self, role, skill):
        naming = [named for its_role, named in self.jobs.values() if its_role == role and named]
        return sum(skill in named for named in naming), len(naming)

    def between(self, start, goal):
        found = set()
        for pk, (role, named) in self.jobs.items():
            required = {skill for skill, need in named.items() if need == "required"}
            if (
                role == goal
                and len(required) >= 3
                and len(required & self.whole(start)) / len(required) >= 0.6
            ):
                found.add(pk)
        return found


def differences(data, market):
    """Where the file of a pair says something else than the rows."""
    a, b = (role["slug"] for role in data["roles"])
    for kind in ("skill", "tool"):
        of_a, of_b = market.profile(a, kind), market.profile(b, kind)
        parts = data[f"{kind}s"]
        said = {
            name: {item["slug"] for item in parts[name]} for name in ("shared", "only_a", "only_b")
        }
        if said != {"shared": of_a & of_b, "only_a": of_a - of_b, "only_b": of_b - of_a}:
            yield f"{a}, {b}: {kind}s"
        jaccard = len(of_a & of_b) / len(of_a | of_b) if of_a | of_b else 0
        if abs(data["overlap"][f"{kind}s"] - jaccard) > 0.0001:
            yield f"{a}, {b}: overlap of {kind}s"
        counted = [(a, item) for item in parts["only_a"]] + [(b, item) for item in parts["only_b"]]
        counted += [
            (role, item[side]) for item in parts["shared"] for role, side in ((a, "a"), (b, "b"))
        ]
        for role, item in counted:
            if (item["asked_in"], item["of"]) != market.evidence(role, item["slug"]):
                yield f"{a}, {b}: {item['slug']} for {role}"
    for move in data["moves"]:
        start, goal = move["from"], move["to"]
        if {job["id"] for job in move["jobs_between"]} != market.between(start, goal):
            yield f"jobs between {start} and {goal}"
        added = [item["asked_in"] for item in move["to_add"]]
        if {item["slug"] for item in move["to_add"]} != market.whole(goal) - market.whole(start):
            yield f"to add from {start} to {goal}"
        if added != sorted(added, reverse=True):
            yield f"order of what to add from {start} to {goal}"


@pytest.mark.slow
@pytest.mark.sqlite_alone
def test_every_pair_says_what_its_rows_say_within_the_same_queries(
    client, starter_with_samples, index
):
    market = Market()
    slugs = sorted(Role.objects.published().values_list("slug", flat=True))
    found, costs = [], set()

    for a, b in combinations(slugs, 2):
        found += differences(read_json(client, f"/compare/{a}-vs-{b}.json"), market)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/compare/{a}-vs-{b}/").status_code == 200
        costs.add(len(queries))

    assert found == []
    assert max(costs) <= 8
    # There is something to compare.
    assert sum(len(market.between(a, b)) for a in slugs for b in slugs if a != b) > 20


@pytest.mark.parametrize(
    "address", ["/roles/{}.json", "/roles/{}.csv", "/salaries/{}.json", "/salaries/{}.csv"]
)
def test_a_file_reads_no_job_that_only_its_page_shows(client, address):
    role = RoleFactory(status=Role.Status.PUBLISHED)
    pay = {"salary_min": 90_000, "salary_currency": "USD", "salary_period": "year"}
    ListingFactory(live=True, role=role, **pay, salary_max=100_000)

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address.format(role.slug)).status_code == 200

    assert [query for query in queries if '"listings_listing"."title"' in query["sql"]] == []


def test_a_wrong_count_would_be_noticed(client, starter_with_samples):
    market = Market()
    data = read_json(client, "/compare/ai-architect-vs-deep-learning-engineer.json")
    assert list(differences(data, market)) == []

    data["skills"]["only_a"][0]["asked_in"] += 1
    data["moves"][0]["jobs_between"].pop()
    data["overlap"]["tools"] += 0.01

    assert len(list(differences(data, market))) == 3


def test_swapping_the_sides_changes_no_number(client, starter_with_samples):
    def numbers(path):
        context = client.get(path).context
        sides = sorted(context["sides"], key=lambda side: side.role.slug)
        moves = sorted(context["moves"], key=lambda move: move.start.role.slug)
        return (
            [
                (side.role, side.facts.total, side.facts.posted, side.at_level.total)
                for side in sides
            ],
            [([(item.skill, count) for item, count in move.to_add], move.ids) for move in moves],
            (context["skills"].share, context["tools"].share, len(context["skills"].both)),
            [card.pk for card in context["featured"]],
        )

    address = "/compare/ai-architect-vs-deep-learning-engineer/"

    assert numbers(address) == numbers(f"{address}?swap=1")
    assert client.get(f"{address}?swap=1").context["sides"][0].role.slug == "deep-learning-engineer"


@pytest.mark.slow
@pytest.mark.sqlite_alone
def test_evidence_is_the_number_of_jobs_behind_its_link_also_when_jobs_come_and_go(
    client, starter_with_samples
):
    slugs = ["ai-architect", "ai-engineer", "data-engineer", "data-scientist", "mlops-engineer"]

    def counts():
        roles = {slug: read_json(client, f"/roles/{slug}.json") for slug in slugs}
        items = [
            (slug, item) for slug, role in roles.items() for item in role["skills"] + role["tools"]
        ]
        return {(slug, item["slug"]): (item["asked_in"], item["jobs_url"]) for slug, item in items}

    def differing():
        said = counts().items()
        behind = {
            url: client.get(url.removeprefix("http://localhost:8000")) for _, (_, url) in said
        }
        return [
            name for name, (count, url) in said if behind[url].context["results"].total != count
        ]

    before = counts()
    assert len(before) > 100
    assert differing() == []

    skills = {slug: RoleSkill.objects.filter(role__slug=slug).first().skill for slug in slugs}
    new = [
        ListingFactory(live=True, role=Role.objects.get(slug=slug), required=[skill])
        for slug, skill in skills.items()
    ]
    after = counts()
    assert all(
        after[slug, skill.slug][0] == before[slug, skill.slug][0] + 1
        for slug, skill in skills.items()
    )
    assert differing() == []

    for listing in new:
        listing.status, listing.outcome, listing.closed_at = "closed", "withdrawn", timezone.now()
        listing.save()
    assert counts() == before
    assert differing() == []


def test_the_files_of_a_role_say_what_its_profile_says(client):
    skill = SkillFactory(name="=Forms", slug="forms")
    role = RoleFactory(
        name="AI Architect", slug="ai-architect", skills=[skill], definition="Draws. Decides."
    )
    ListingFactory(live=True, role=role, required=[skill])

    rows = read_csv(client, "/roles/ai-architect.csv")
    data = read_json(client, "/roles/ai-architect.json")

    assert [row["text"] for row in rows if row["part"] == "definition"] == ["Draws. Decides."]
    assert [
        (row["name"], row["asked_in"], row["of"]) for row in rows if row["part"] == "skill"
    ] == [("'=Forms", "1", "1")]
    assert (data["definition"], data["skills"][0]["name"], data["jobs"]["open"]) == (
        "Draws. Decides.",
        "=Forms",
        1,
    )


@pytest.mark.both_databases
def test_the_csv_of_a_pair_has_a_line_for_each_skill_and_tool(client, starter_with_samples):
    rows = read_csv(client, "/compare/ai-architect-vs-deep-learning-engineer.csv")
    data = read_json(client, "/compare/ai-architect-vs-deep-learning-engineer.json")

    assert len(rows) == sum(
        len(data[kind][part]) for kind in ("skills", "tools") for part in data[kind]
    )
    shared = next(row for row in rows if row["in"] == "shared")
    assert shared["asked_in_a"] and shared["asked_in_b"]


def test_files_of_old_addresses_lead_to_the_new_ones(client):
    role = Role.objects.get(pk=RoleFactory(slug="ai-architect").pk)
    RoleFactory(slug="data-engineer")
    role.slug = "architect"
    role.save()

    moved = {
        "/roles/ai-architect.json": "/roles/architect.json",
        "/roles/ai-architect.csv": "/roles/architect.csv",
        "/compare/ai-architect-vs-data-engineer.json": "/compare/architect-vs-data-engineer.json",
        "/compare/data-engineer-vs-architect.csv": "/compare/architect-vs-data-engineer.csv",
    }
    for old, new in moved.items():
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)
    for unknown in [
        "/roles/nobody.json",
        "/compare/architect-vs-architect.json",
        "/compare/architect.csv",
    ]:
        assert client.get(unknown).status_code == 404
