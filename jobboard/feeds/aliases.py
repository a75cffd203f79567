"""Titles, places and pay in feeds that we could not read, the aliases that an editor adds for them,
and the jobs that are updated with each alias.

An alias and the task that updates its jobs are saved in one transaction. Few jobs are updated at
once for the editor to see, and the task then finds nothing left to do. After an interruption the
task goes on with the jobs that are not updated yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django_tasks import task

from jobboard.common.locks import one_of_many
from jobboard.common.tasks import SLOW, enqueue_once, unfinished
from jobboard.common.text.words import fold, plural
from jobboard.listings.geo.places import place_for
from jobboard.listings.last_day import is_past
from jobboard.listings.lifecycle import EDITOR_DECIDED, settle_listing
from jobboard.listings.lifecycle.why_not_live import kept_back_by
from jobboard.listings.models import Listing, ListingPlace, Place, PlaceAlias
from jobboard.listings.querysets import ListingQuerySet
from jobboard.listings.trust.risk import heavy_warning
from roles.models import Role, RoleAlias

from .parsing.places.reader import read_places
from .parsing.titles.reader import TitleReader
from .parsing.titles.relevance import NAMES_ROLE, is_general

MAX_SHOWN = 100
UPDATED_AT_ONCE = 200  # in one transaction, in which nobody else can write
DECIDED_AT_ONCE = 20  # takes ten times as long
MAX_WHILE_EDITOR_WAITS = 1000  # jobs
MAX_ALIAS_LENGTH = RoleAlias._meta.get_field("folded").max_length or 0
PROGRESS_TTL = 3600  # seconds

Progress = Callable[[int], None]


def can_teach(user) -> bool:
    return user.has_perms(["roles.add_rolealias", "listings.add_placealias"])


def _open_jobs_of_feeds() -> ListingQuerySet:
    return Listing.objects.filter(feed__isnull=False).not_over().order_by()


def titles() -> list[tuple[str, int]]:
    """Titles without a role, of jobs that may be AI or data work, the most frequent first."""
    jobs = _open_jobs_of_feeds().filter(role=None).exclude(relevance=Listing.Relevance.NO)
    counts = jobs.values_list("title").annotate(n=Count("pk"))
    return list(counts.order_by("-n", "title")[:MAX_SHOWN])


def places() -> list[tuple[str, int]]:
    """Unknown places. “Remote” is not one: it says how people work, and does not say where."""
    jobs = _open_jobs_of_feeds()
    unknown = ListingPlace.objects.filter(place=None, workplace="", listing__in=jobs)
    counts = unknown.order_by().values_list("text").annotate(n=Count("pk"))
    return list(counts.order_by("-n", "text")[:MAX_SHOWN])


def pay() -> list[tuple[str, int]]:
    """Notes about pay that do not state it."""
    jobs = _open_jobs_of_feeds().filter(salary_currency="").exclude(pay_note="")
    counts = jobs.values_list("pay_note").annotate(n=Count("pk"))
    return list(counts.order_by("-n", "pay_note")[:MAX_SHOWN])


@dataclass(frozen=True)
class Taught:
    """How many ``jobs`` were updated with the alias, or will be in the background."""

    alias: RoleAlias | PlaceAlias
    text: str
    jobs: int
    is_done: bool

    def __str__(self) -> str:
        jobs = plural(self.jobs, "job")
        if self.is_done:
            return f"Added the alias “{self.text}” and updated {jobs}."
        return f"Added the alias “{self.text}”. {jobs} will be updated in the background."


def title_alias(title: str) -> str:
    """As much of ``title`` as an alias holds, in whole words; it is found in longer titles too."""
    words = title.split()
    while len(words) > 1 and len(fold(" ".join(words))) > MAX_ALIAS_LENGTH:
        words.pop()
    return " ".join(words).rstrip(" ,;:·–-|/(")


def add_role_alias(title: str, role: Role) -> Taught:
    """Add ``title`` as another name of ``role``. Jobs without a role get it, and those that only
    waited for their role go live.
    """
    with transaction.atomic():
        alias, _ = RoleAlias.objects.update_or_create(folded=fold(title), defaults={"role": role})
        enqueue_once(name_roles, alias_id=alias.pk)
    pks = _jobs_to_name(role)
    is_done = len(pks) <= MAX_WHILE_EDITOR_WAITS
    progress = _progress(name_roles.module_path, alias.pk, len(pks))
    progress(0)
    if is_done:
        _give_role(pks, role, lambda done: None)
        progress(len(pks))
    return Taught(alias, title, len(pks), is_done)


@task(queue_name=SLOW)
def name_roles(alias_id: int) -> None:
    alias = RoleAlias.objects.select_related("role").filter(pk=alias_id).first()
    if alias is None:
        return
    pks = _jobs_to_name(alias.role)
    _give_role(pks, alias.role, _progress(name_roles.module_path, alias_id, len(pks)))


def _jobs_to_name(role: Role) -> list[int]:
    """Jobs whose titles name ``role`` and that have no role, or have it but are not relevant."""
    # All names, because a longer one of another role comes first.
    reader = TitleReader(Role.objects.ids_by_name())
    matched = Listing.objects.filter(role_from=Listing.RoleFrom.MATCHED).order_by()
    candidates = matched.filter(role=None)
    if not is_general(role.name):
        candidates |= matched.filter(_not_relevant_yet(), role=role)
    rows = candidates.values_list("pk", "title")
    return [pk for pk, title in rows if reader.role(title) == role.pk]


def _not_relevant_yet() -> Q:
    return ~Q(relevance=Listing.Relevance.YES) & ~Q(relevance_why=EDITOR_DECIDED)


def _give_role(pks: list[int], role: Role, progress: Progress) -> None:
    makes_relevant = not is_general(role.name)
    at_once = UPDATED_AT_ONCE
    if makes_relevant:
        at_once = DECIDED_AT_ONCE
    for start in range(0, len(pks), at_once):
        batch = Listing.objects.filter(pk__in=pks[start : start + at_once])
        matched = batch.filter(role_from=Listing.RoleFrom.MATCHED)
        with one_of_many(), transaction.atomic():
            matched.filter(role=None).update(role=role, family="", changed_at=timezone.now())
            if makes_relevant:
                _make_relevant(matched.filter(_not_relevant_yet(), role=role), role)
        progress(start + at_once)


def _make_relevant(jobs: ListingQuerySet, role: Role) -> None:
    """Jobs of ``role`` are relevant. Those that only waited for that are settled as their feed
    says; what an editor or a recruiter decides is left to them.
    """
    now = timezone.now()
    waiting = jobs.filter(
        status__in=(Listing.Status.IN_REVIEW, Listing.Status.IRRELEVANT),
        feed__isnull=False,
        created_by=None,
        published_at=None,
    ).exclude(read_hash="")
    pks = list(waiting.values_list("pk", flat=True))
    jobs.update(
        relevance=Listing.Relevance.YES, relevance_why=NAMES_ROLE.format(role.name), changed_at=now
    )
    for listing in Listing.objects.filter(pk__in=pks).select_related("feed__company", "company"):
        settle_listing(listing=listing, may_go_live=_may_go_live(listing, now), now=now)


def _may_go_live(listing: Listing, now: datetime) -> bool:
    if listing.feed is None:
        return False
    return not kept_back_by(
        listing.feed,
        listing.company,
        relevance=listing.relevance,
        has_text=bool(listing.description_html),
        is_past=is_past(listing.closes_on, listing.last_zone, now),
        warning=heavy_warning(listing),
    )


def add_place_alias(text: str, means: str) -> Taught:
    """Add ``text`` as another name of the place that ``means`` names, for all jobs in which it is
    not a place yet. Raises ValueError if ``means`` is not one known place.
    """
    known_places = [place for place in read_places(means) if place.country]
    place = None
    if len(known_places) == 1:
        [known] = known_places
        place = place_for(known.city, known.country, known.admin1)
    if place is None:
        raise ValueError(
            f"“{means}” does not match a single location. "
            "Write it like “Austin, TX, United States”."
        )
    with transaction.atomic():
        alias, _ = PlaceAlias.objects.update_or_create(folded=fold(text), defaults={"place": place})
        enqueue_once(name_places, alias_id=alias.pk)
    rows = _rows_to_name(alias)
    is_done = len(rows) <= MAX_WHILE_EDITOR_WAITS
    progress = _progress(name_places.module_path, alias.pk, len(rows))
    progress(0)
    if is_done:
        _give_place(rows, place, lambda done: None)
        progress(len(rows))
    return Taught(alias, text, len({row.listing_id for row in rows}), is_done)


@task(queue_name=SLOW)
def name_places(alias_id: int) -> None:
    alias = PlaceAlias.objects.select_related("place").filter(pk=alias_id).first()
    if alias is None:
        return
    rows = _rows_to_name(alias)
    _give_place(rows, alias.place, _progress(name_places.module_path, alias_id, len(rows)))


def _rows_to_name(alias: PlaceAlias) -> list[ListingPlace]:
    unknown = ListingPlace.objects.filter(place=None).order_by()
    return [row for row in unknown if fold(row.text) == alias.folded]


def _give_place(rows: list[ListingPlace], place: Place, progress: Progress) -> None:
    for start in range(0, len(rows), UPDATED_AT_ONCE):
        with one_of_many():
            _set_place(rows[start : start + UPDATED_AT_ONCE], place)
        progress(start + UPDATED_AT_ONCE)


@transaction.atomic
def _set_place(rows: list[ListingPlace], place: Place) -> None:
    ListingPlace.objects.filter(pk__in=[row.pk for row in rows]).update(place=place)
    Listing.objects.filter(pk__in={row.listing_id for row in rows}).mark_changed()


def _progress(task_path: str, alias_id: int, total: int) -> Progress:
    """A function that stores how far a task is, for ``in_progress``."""
    key = _progress_key(task_path, alias_id)
    return lambda done: cache.set(key, (min(done, total), total), PROGRESS_TTL)


def _progress_key(task_path: str, alias_id: int) -> str:
    return f"aliases:{task_path}:{alias_id}"


def in_progress() -> list[str]:
    """A sentence for each alias whose jobs are being updated. One whose jobs were updated while the
    editor waited is left out: its task has nothing to do.
    """
    sentences = []
    for task_of_alias, aliases in (
        (name_roles, RoleAlias.objects),
        (name_places, PlaceAlias.objects),
    ):
        ids = [arguments["alias_id"] for arguments in unfinished(task_of_alias)]
        for alias in aliases.filter(pk__in=ids):
            progress = cache.get(_progress_key(task_of_alias.module_path, alias.pk))
            if progress is None:
                sentences.append(f"“{alias}”: waits for its turn.")
                continue
            done, total = progress
            if done < total:
                sentences.append(f"“{alias}”: {done:,} of {total:,} jobs updated.")
    return sentences
