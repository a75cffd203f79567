"""What feeds say that nothing was read from, the names for it that an editor teaches, and the jobs
that are read again by them.

An alias and the task that reads the jobs again are written in one transaction. Few jobs are read at
once, so that the editor sees them; the task then finds none left. Whatever is interrupted, the task
goes on with: a job that was read again is not among those that are left.
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
TAUGHT_AT_ONCE = 200  # in one transaction, in which nobody else can write
LET_IN_AT_ONCE = 20  # takes ten times as long
MAX_WHILE_ONE_WAITS = 1000  # jobs
MAX_ALIAS_LENGTH = RoleAlias._meta.get_field("folded").max_length or 0
PROGRESS_KEPT = 3600  # seconds

Done = Callable[[int], None]


def can_teach(user) -> bool:
    return user.has_perms(["roles.add_rolealias", "listings.add_placealias"])


def _open_of_feeds() -> ListingQuerySet:
    return Listing.objects.filter(feed__isnull=False).not_over().order_by()


def titles() -> list[tuple[str, int]]:
    """Titles that name no role, of jobs that may be AI or data work."""
    unnamed = _open_of_feeds().filter(role=None).exclude(relevance=Listing.Relevance.NO)
    counted = unnamed.values_list("title").annotate(n=Count("pk"))
    return list(counted.order_by("-n", "title")[:MAX_SHOWN])


def places() -> list[tuple[str, int]]:
    """Places nothing is known of. “Remote” is not one: it says how, and leaves out where."""
    unknown = ListingPlace.objects.filter(place=None, workplace="", listing__in=_open_of_feeds())
    counted = unknown.order_by().values_list("text").annotate(n=Count("pk"))
    return list(counted.order_by("-n", "text")[:MAX_SHOWN])


def pay() -> list[tuple[str, int]]:
    """What a field for pay says without stating pay."""
    unstated = _open_of_feeds().filter(salary_currency="").exclude(pay_note="")
    return list(
        unstated.values_list("pay_note")
        .annotate(n=Count("pk"))
        .order_by("-n", "pay_note")[:MAX_SHOWN]
    )


@dataclass(frozen=True)
class Taught:
    """``jobs`` were read again, or will be in the background."""

    alias: RoleAlias | PlaceAlias
    text: str
    jobs: int
    is_done: bool

    def __str__(self) -> str:
        added, jobs = f"Added the alias “{self.text}”", plural(self.jobs, "job")
        if self.is_done:
            return f"{added} and updated {jobs}."
        return f"{added}. {jobs} will be updated in the background."


def title_alias(title: str) -> str:
    """As many whole words of ``title`` as an alias can hold: it is found in all such titles."""
    words = title.split()
    while len(words) > 1 and len(fold(" ".join(words))) > MAX_ALIAS_LENGTH:
        words.pop()
    return " ".join(words).rstrip(" ,;:·–-|/(")


def teach_role(title: str, role: Role) -> Taught:
    """``title`` is another name of ``role``. Jobs without a role get it by that, and those that
    only waited for somebody to say what they are go live.
    """
    with transaction.atomic():
        alias, _ = RoleAlias.objects.update_or_create(folded=fold(title), defaults={"role": role})
        enqueue_once(name_roles, alias_id=alias.pk)
    left = _left_of_role(role)
    is_done = len(left) <= MAX_WHILE_ONE_WAITS
    note = _noting(name_roles.module_path, alias.pk, len(left))
    note(0)
    if is_done:
        _give_role(left, role, lambda done: None)
        note(len(left))
    return Taught(alias, title, len(left), is_done)


@task(queue_name=SLOW)
def name_roles(alias_id: int) -> None:
    alias = RoleAlias.objects.select_related("role").filter(pk=alias_id).first()
    if alias is None:
        return
    left = _left_of_role(alias.role)
    _give_role(left, alias.role, _noting(name_roles.module_path, alias_id, len(left)))


def _left_of_role(role: Role) -> list[int]:
    """Jobs whose titles name ``role`` and that have no role, or have it and were not let in yet."""
    # All names, because a longer one of another role comes first.
    reader = TitleReader(Role.objects.ids_by_name())
    matched = Listing.objects.filter(role_from=Listing.RoleFrom.MATCHED).order_by()
    left = matched.filter(role=None)
    if not is_general(role.name):
        left |= matched.filter(_not_let_in(), role=role)
    rows = left.values_list("pk", "title")
    return [pk for pk, title in rows if reader.role(title) == role.pk]


def _not_let_in() -> Q:
    return ~Q(relevance=Listing.Relevance.YES) & ~Q(relevance_why=EDITOR_DECIDED)


def _give_role(pks: list[int], role: Role, note: Done) -> None:
    is_let_in = not is_general(role.name)
    at_once = LET_IN_AT_ONCE if is_let_in else TAUGHT_AT_ONCE
    for start in range(0, len(pks), at_once):
        some = Listing.objects.filter(pk__in=pks[start : start + at_once])
        matched = some.filter(role_from=Listing.RoleFrom.MATCHED)
        with one_of_many(), transaction.atomic():
            matched.filter(role=None).update(role=role, family="", changed_at=timezone.now())
            if is_let_in:
                _let_in(matched.filter(_not_let_in(), role=role), role)
        note(start + at_once)


def _let_in(unsure: ListingQuerySet, role: Role) -> None:
    """A job of ``role`` is our work, and what waited for no more than that is decided as its feed
    decides; what an editor or a recruiter decides is left to them.
    """
    now = timezone.now()
    waiting = unsure.filter(
        status__in=(Listing.Status.IN_REVIEW, Listing.Status.IRRELEVANT),
        feed__isnull=False,
        created_by=None,
        published_at=None,
    ).exclude(read_hash="")
    again = list(waiting.values_list("pk", flat=True))
    unsure.update(
        relevance=Listing.Relevance.YES, relevance_why=NAMES_ROLE.format(role.name), changed_at=now
    )
    for listing in Listing.objects.filter(pk__in=again).select_related("feed__company", "company"):
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


def teach_place(text: str, means: str) -> Taught:
    """``text`` stands for the place that ``means`` names, in all jobs where it is none yet.

    Raises ValueError when ``means`` is not one place that is known.
    """
    known = [place for place in read_places(means) if place.country]
    place = None
    if len(known) == 1:
        place = place_for(known[0].city, known[0].country, known[0].admin1)
    if place is None:
        raise ValueError(
            f"“{means}” does not match a single location. "
            "Write it like “Austin, TX, United States”."
        )
    with transaction.atomic():
        alias, _ = PlaceAlias.objects.update_or_create(folded=fold(text), defaults={"place": place})
        enqueue_once(name_places, alias_id=alias.pk)
    left = _left_of_place(alias)
    is_done = len(left) <= MAX_WHILE_ONE_WAITS
    note = _noting(name_places.module_path, alias.pk, len(left))
    note(0)
    if is_done:
        _give_place(left, place, lambda done: None)
        note(len(left))
    return Taught(alias, text, len({row.listing_id for row in left}), is_done)


@task(queue_name=SLOW)
def name_places(alias_id: int) -> None:
    alias = PlaceAlias.objects.select_related("place").filter(pk=alias_id).first()
    if alias is None:
        return
    left = _left_of_place(alias)
    _give_place(left, alias.place, _noting(name_places.module_path, alias_id, len(left)))


def _left_of_place(alias: PlaceAlias) -> list[ListingPlace]:
    unknown = ListingPlace.objects.filter(place=None).order_by()
    return [row for row in unknown if fold(row.text) == alias.folded]


def _give_place(rows: list[ListingPlace], place: Place, note: Done) -> None:
    for start in range(0, len(rows), TAUGHT_AT_ONCE):
        with one_of_many():
            _set_place(rows[start : start + TAUGHT_AT_ONCE], place)
        note(start + TAUGHT_AT_ONCE)


@transaction.atomic
def _set_place(rows: list[ListingPlace], place: Place) -> None:
    ListingPlace.objects.filter(pk__in=[row.pk for row in rows]).update(place=place)
    Listing.objects.filter(pk__in={row.listing_id for row in rows}).touch()


def _noting(task_path: str, alias_id: int, total: int) -> Done:
    """What notes how far a task is, for ``in_progress``."""
    key = _progress_key(task_path, alias_id)
    return lambda done: cache.set(key, (min(done, total), total), PROGRESS_KEPT)


def _progress_key(task_path: str, alias_id: int) -> str:
    return f"aliases:{task_path}:{alias_id}"


def in_progress() -> list[str]:
    """A sentence for each alias whose jobs are being updated. The task of one that was taught while
    the editor waited finds nothing left, so it is not spoken of.
    """
    sentences = []
    for run, aliases in ((name_roles, RoleAlias.objects), (name_places, PlaceAlias.objects)):
        ids = [arguments["alias_id"] for arguments in unfinished(run)]
        for alias in aliases.filter(pk__in=ids):
            far = cache.get(_progress_key(run.module_path, alias.pk))
            if far and far[0] >= far[1]:
                continue
            words = f"{far[0]:,} of {far[1]:,} jobs updated" if far else "waits for its turn"
            sentences.append(f"“{alias}”: {words}.")
    return sentences
