"""What is kept is what would be made anew, byte for byte, whatever changes, whenever it is asked
for, and however far the search index has come. The changes are drawn at random, the same in each
run.
"""

import gc
import gzip
import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import _lru_cache_wrapper, cache
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from jobboard.common.models import OldSlug
from jobboard.listings.models import Listing
from jobboard.search.index import reading, writing
from jobboard.search.live import current
from jobboard.site.apps import note_changes_of_content
from jobboard.site.kept.middleware import KEPT
from jobboard.site.kept.state import current_state
from jobboard.site.kept.triggers import PUBLIC, tables
from roles.models import Article, Role, RolePoint, RoleSkill, Skill
from tests.factories import ListingFactory, RoleFactory
from tests.journeys.page_types import PAGE_TYPES, make_things

FILES = [
    "/api/v1/companies",
    "/api/v1/comparisons/ai-architect-vs-data-engineer",
    "/api/v1/listings?facets=1",
    "/api/v1/roles",
    "/api/v1/roles/data-engineer",
    "/api/v1/salaries/data-engineer",
    "/api/v1/skills",
    "/jobs/feed/",
    "/articles/feed/",
    "/compare/ai-architect-vs-data-engineer.csv",
    "/compare/ai-architect-vs-data-engineer.json",
    "/roles/data-engineer.csv",
    "/roles/data-engineer.json",
    "/salaries.csv",
    "/salaries.json",
    "/salaries/data-engineer.csv",
    "/salaries/data-engineer.json",
    "/sitemap.xml",
    "/sitemap-searches.xml",
]
# Searches whose answers change with the day.
OF_A_DAY = ["/jobs/?posted=1", "/jobs/?posted=7&sort=salary"]
# A profile is kept in memory by when its role changed, which all that changes a part of it sets.
PARTS_OF_PROFILES = {RoleSkill, RolePoint, Skill, Article, Article.roles.through}
# Of the databases only the triggers differ, which have tests of their own.
# Functions of these modules keep what they drew or put together.
ROOMS_OF_PAGES = (
    "jobboard.browse",
    "jobboard.common.templatetags",
    "jobboard.insights",
    "jobboard.listings.templatetags",
    "roles",
)
STEPS = {"sqlite": 300, "postgresql": 120}


@pytest.fixture
def addresses(committed_index, starter_with_samples) -> list[str]:
    """Of every kind of page and file that is kept."""
    note_changes_of_content()
    things = make_things()
    OldSlug.objects.create(kind="role", slug="before", target=RoleFactory(complete=True).pk)
    writing.update()
    pages = [
        kind.path.format(**vars(things))
        for kind in PAGE_TYPES
        if kind.url_name in KEPT and not kind.user and not kind.act and not kind.fault
    ]
    of_api = f"/api/v1/listings/{Listing.objects.live().latest('pk').pk}"
    found = [*pages, *OF_A_DAY, *FILES, of_api]
    names = {resolve(address.partition("?")[0]).view_name for address in found}
    assert names == KEPT
    return found


@dataclass
class World:
    """Something happens, and a visitor looks at pages through a process that keeps them."""

    chance: random.Random
    clock: Any
    visitor: Client = field(default_factory=Client)
    had: dict[str, tuple] = field(default_factory=dict)
    not_modified: int = 0
    from_memory: int = 0

    def step(self, addresses: list[str]) -> None:
        """Pages are asked for, something happens, and they are asked for again."""
        for address in addresses:
            self.had[address] = seen(self.visitor.get(address, headers=PACKED))
        self.happen()
        for address in addresses:
            self.look(address)

    def happen(self) -> None:
        self.clock.shift(timedelta(seconds=self.chance.uniform(0.1, 2)))
        happening: Callable[[], None] = self.chance.choice(
            [self.change, self.change, self.end_soon, self.wait, self.wait]
        )
        happening()
        if self.chance.random() < 0.5:
            self.take_in()

    def change(self) -> None:
        """A row of a public table, in one of the ways in which rows are changed."""
        model = self.chance.choice(PUBLIC)
        keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
        if not keys:
            return
        one = model._base_manager.filter(pk=self.chance.choice(keys))
        columns = [column for column in model._meta.local_concrete_fields if may_change(column)]
        try:
            with transaction.atomic():
                self._change(model, one, self.chance.choice([*columns, None]))
                if model in PARTS_OF_PROFILES:
                    Role.objects.mark_changed()
        except IntegrityError:
            pass  # the database knows better

    def _change(self, model: type[Model], one: models.QuerySet, column: Any) -> None:
        row = one.get()
        if column is None:
            if self.chance.random() < 0.2:
                row.delete()
            return
        value = another(column, getattr(row, column.attname), self.chance)
        setattr(row, column.attname, value)
        match self.chance.randrange(3):
            case 0:
                one.update(**{column.attname: value})
            case 1:
                model._base_manager.bulk_update([row], [column.name])
            case _:
                row.save_base(update_fields=[column.name])

    def end_soon(self) -> None:
        """A job, or that it is featured."""
        name = self.chance.choice(["expires_at", "featured_until"])
        keys = list(Listing.objects.live().order_by("pk").values_list("pk", flat=True))
        if not keys:
            return
        soon = timezone.now() + timedelta(seconds=self.chance.uniform(1, 30))
        chosen = Listing.objects.filter(pk=self.chance.choice(keys))
        chosen.update(**{name: soon}, changed_at=timezone.now())

    def wait(self) -> None:
        """Or the clock is put back."""
        state = current_state()
        match self.chance.randrange(5):
            case 0 if state:
                self.clock.move_to(state.until, tick=False)
            case 1:
                self.clock.shift(-timedelta(seconds=self.chance.uniform(1, 60)))
            case 2:
                self.clock.shift(timedelta(hours=self.chance.uniform(1, 20)))
            case 3:
                self.clock.shift(timedelta(seconds=self.chance.uniform(1, 60)))

    def take_in(self) -> None:
        """The index, which is behind until then; now and then there is none."""
        if self.chance.random() < 0.1:
            reading.discard()
        writing.update()

    def look(self, address: str) -> None:
        known = self.had[address]
        asked = {"If-None-Match": known[2]} if self.chance.random() < 0.5 else {}
        with CaptureQueriesContext(connection) as queries:
            kept = self.visitor.get(address, headers=PACKED | asked)
        assert shown_by(queries) <= PUBLIC_TABLES, address
        is_modified = kept.status_code != 304
        if is_modified and is_made_anew(kept):
            return
        self.from_memory += 1
        self.not_modified += not is_modified
        forget_parts()
        anew = seen(Client().get(address, headers=PACKED))
        assert (seen(kept) if is_modified else known) == anew, address


def forget_parts() -> None:
    """What a process keeps of pages and of the index beside whole pages."""
    for kept in kept_parts():
        kept.cache_clear()
    current._current = None
    with suppress(reading.IndexMissingError):
        reading.snapshot().facets.cached.by_criteria.clear()


@cache
def kept_parts() -> list[_lru_cache_wrapper]:
    functions = [one for one in gc.get_objects() if type(one) is _lru_cache_wrapper]
    return [one for one in functions if one.__module__.startswith(ROOMS_OF_PAGES)]


PACKED = {"Accept-Encoding": "gzip"}
PUBLIC_TABLES = {*tables(), "search_listingchange", "site_contentversion"}


def is_made_anew(response: HttpResponse) -> bool:
    """What is kept is answered before this is noted."""
    return hasattr(response.wsgi_request, "kept_at")


def shown_by(queries: CaptureQueriesContext) -> set[str]:
    """The tables that were read. Nothing was written."""
    statements = [query["sql"] for query in queries]
    assert not [one for one in statements if not one.lstrip("(").startswith("SELECT")]
    named = "".join(re.findall(r'"[a-z_]+"', " ".join(statements)))
    names = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return {name for name in names if f'"{name}"' in named}


def seen(response: HttpResponse) -> tuple:
    """Unpacked: packing adds a name of random length, and leaves a short page that it made longer
    as it was.
    """
    assert response.status_code < 500
    headers = {**response.headers, "X-Request-ID": "", "Content-Length": ""}
    packed = headers.pop("Content-Encoding", "") == "gzip"
    body = gzip.decompress(response.content) if packed else response.content
    headers["ETag"] = headers.get("ETag", "").removeprefix("W/")
    return response.status_code, body, headers["ETag"], headers


def may_change(column: models.Field) -> bool:
    text = isinstance(column, models.CharField | models.TextField)
    moment = isinstance(column, models.DateField)
    number = isinstance(column, models.DecimalField | models.BooleanField)
    return (text or moment or number) and not column.primary_key


def another(column: models.Field, value: Any, chance: random.Random) -> Any:
    """A value like it that the column may have."""
    if column.choices:
        return chance.choice([code for code, _ in column.flatchoices])
    word = f"{value}-{chance.randrange(9)}"[: column.max_length]
    others: dict[type[models.Field], Any] = {
        models.DateTimeField: timezone.now() + timedelta(hours=chance.uniform(-50, 50)),
        models.DateField: timezone.now().date() + timedelta(days=chance.randint(-2, 2)),
        models.BooleanField: not value,
        models.DecimalField: value and value + 1 if isinstance(value, Decimal) else value,
    }
    return next((others[kind] for kind in others if isinstance(column, kind)), word)


@pytest.mark.both_databases
def test_kept_is_made_anew(addresses, clock):
    world = World(random.Random(21), clock)  # noqa: S311
    for _ in range(15):
        world.step(world.chance.sample(addresses, 2))
    world.take_in()
    world.visitor.get("/methodology/", headers=PACKED)
    before = world.from_memory
    world.had["/methodology/"] = seen(world.visitor.get("/methodology/", headers=PACKED))
    world.look("/methodology/")
    assert world.from_memory == before + 1


@pytest.mark.slow
@pytest.mark.both_databases
def test_kept_is_made_anew_over_hundreds_of_steps(addresses, clock):
    world = World(random.Random(2026), clock)  # noqa: S311
    for number in range(STEPS[connection.vendor]):
        if not number % 20:  # so that there is always something left to change
            ListingFactory(live=True, role=Role.objects.order_by("pk")[number % 5])
        if not number % 4:  # what was kept in one step is asked for in the next
            chosen = [world.chance.choice(addresses), addresses[number // 4 % len(addresses)]]
        world.step(chosen)
    assert world.not_modified > STEPS[connection.vendor] // 20
    assert world.from_memory > STEPS[connection.vendor] // 4
