"""Asks each machine for pages as it keeps them, and past that, while the content changes."""

from dataclasses import dataclass, field
from itertools import cycle
from random import Random

from tests.faults.nodes import Machines, Node
from tests.load import Answer
from tests.waiting import wait_until

KEPT = ('W/"page-', 'W/"limited-')  # so tags of pages begin that a machine keeps
PAST_WHAT_IS_KEPT = {"Authorization": "none"}
VISITORS = cycle(range(50, 250))  # one alone would ask more often than one may
VERSION = "SELECT value FROM site_contentversion WHERE id = 0"
JOBS = (
    "SELECT job.id, company.slug FROM listings_listing job"
    " JOIN listings_company company ON company.id = job.company_id"
    " WHERE job.status = 'published' ORDER BY job.id"
)
PAGES = [
    "/",
    "/jobs/",
    "/jobs/?q=engineer",
    "/jobs/?posted=7&sort=salary",
    "/jobs/feed/",
    "/jobs/{job}-same-pages-engineer/",
    "/roles/",
    "/roles/data-engineer/",
    "/roles/data-engineer.json",
    "/salaries/",
    "/salaries/data-engineer/",
    "/compare/ai-architect-vs-data-engineer/",
    "/companies/",
    "/companies/{company}/",
    "/articles/",
    "/sitemap.xml",
    "/api/v1/listings?facets=1",
    "/api/v1/roles/data-engineer",
]
# Each changes something however often it is done.
CHANGES = [
    "UPDATE listings_listing SET changed_at = now(),"
    " title = rtrim(title, '.') || repeat('.', length(title) % 2) WHERE id = {job}",
    "UPDATE listings_listing SET changed_at = now(),"
    " hidden_at = CASE WHEN hidden_at IS NULL THEN now() END WHERE id = {job}",
    "UPDATE listings_listing SET changed_at = now(), expires_at = now() +"
    " CASE WHEN expires_at < now() THEN interval '9 d' ELSE interval '2 s' END WHERE id = {job}",
    "UPDATE listings_listing SET changed_at = now(), featured_until = now() + interval '3 s'"
    " WHERE id = {job}",
    "UPDATE listings_company SET name = reverse(name) WHERE slug = '{company}'",
    "UPDATE roles_role SET definition = reverse(definition), changed_at = now()",
    "UPDATE roles_skill SET name = reverse(name) WHERE slug = 'python';"
    " UPDATE roles_role SET changed_at = now()",
    "UPDATE roles_article SET title = reverse(title)",
    "UPDATE roles_salaryfigure SET p50 = p50 + 1; UPDATE roles_role SET changed_at = now()",
]


@dataclass
class SamePages:
    machines: Machines
    chance: Random
    compared: int = 0
    differing: list[str] = field(default_factory=list)
    """Addresses that two machines answered differently, or otherwise than if made anew."""

    def step(self) -> None:
        """A page is kept by all machines, something changes, and they are asked at once and when
        they keep it again.
        """
        job, company = self.chance.choice(self.machines.postgres.sql(JOBS))
        address = self.chance.choice(PAGES).format(job=job, company=company)
        change = self.chance.choice(CHANGES).format(job=job, company=company)
        self.wait_until_kept(address)
        self.machines.postgres.sql(change)
        self.look(address)
        self.wait_until_kept(address)
        self.look(address)

    def look(self, address: str) -> None:
        version = self.machines.postgres.sql(VERSION)
        before = self._ask(address)
        anew = self._ask(address, PAST_WHAT_IS_KEPT)
        after = self._ask(address)
        is_one_state = self.machines.postgres.sql(VERSION) == version
        is_kept_throughout = is_kept(before) and tags(before) == tags(after)
        if is_one_state and is_kept_throughout:
            self.compared += 1
            if len({answer.body for answer in [*before, *anew, *after]}) > 1:
                self.differing.append(address)

    def wait_until_kept(self, address: str) -> None:
        wait_until(lambda: is_kept(self._ask(address)), every=0.05)

    def _ask(self, address: str, headers: dict[str, str] | None = None) -> list[Answer]:
        """What each machine answers."""
        nodes: list[Node] = self.machines.nodes
        answers = [
            node.door.ask(address, headers=headers, visitor=next(VISITORS)) for node in nodes
        ]
        assert {answer.status for answer in answers} <= {200, 404, 410}
        return answers


def tags(answers: list[Answer]) -> list[str]:
    return [answer.headers.get("ETag", "") for answer in answers]


def is_kept(answers: list[Answer]) -> bool:
    """By all machines; what is not there need not be."""
    return all(tag.startswith(KEPT) for tag in tags(answers)) or answers[0].status != 200
