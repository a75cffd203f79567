"""What profiles, comparisons and articles said before: kept with each edit, compared, restored."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from jobboard.common.text.diff import word_diff

from .models import Article, Comparison, NotCompleteError, Role, RoleVersion, Skill
from .models.completeness import in_words
from .snapshots import (
    article_snapshot,
    comparison_snapshot,
    role_snapshot,
    write_article,
    write_comparison,
    write_role,
)

Versioned = Role | Comparison | Article


class RestoreError(Exception):
    """Why a version cannot take the place of what is there now, as a sentence."""


def snapshot_of(thing: Versioned) -> dict:
    if isinstance(thing, Role):
        return role_snapshot(thing)
    if isinstance(thing, Comparison):
        return comparison_snapshot(thing)
    return article_snapshot(thing)


def keep(thing: Versioned, by=None) -> RoleVersion | None:
    """Keep what ``thing`` says now, unless the newest version says the same."""
    snapshot, newest = snapshot_of(thing), thing.versions.first()
    if newest and newest.snapshot == snapshot:
        return None
    return thing.versions.create(snapshot=snapshot, by=by)


def keep_before_edit(thing: Versioned) -> None:
    """Before an edit: keep what is stored, unless the newest version says so already."""
    keep(type(thing).objects.get(pk=thing.pk))


# --- Differences ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """``name`` is a part of the text; ``pieces`` are those of ``word_diff``."""

    name: str
    pieces: list[tuple[str, str]]


def differences(old: dict, new: dict) -> list[Difference]:
    """Between two snapshots, part by part in the order of the page. A mere change of order is one
    without pieces.
    """
    parts_old, parts_new = dict(_parts(old)), dict(_parts(new))
    names = list(dict.fromkeys([*parts_new, *parts_old]))
    found = [
        Difference(name, word_diff(parts_old.get(name, ""), parts_new.get(name, "")))
        for name in names
        if parts_old.get(name) != parts_new.get(name)
    ]
    if not found and old != new:
        found = [Difference("The order of points or skills", [])]
    return found


def _parts(snapshot: dict) -> Iterator[tuple[str, str]]:
    for name, value in snapshot.items():
        if name == "points":
            for point in value:
                yield (
                    f"{point['kind'].capitalize()}: {point['label']}",
                    f"{point['text']} {point['url']}".strip(),
                )
        elif name == "skills":
            for item in value:
                yield (
                    f"Skill: {item['skill']}",
                    f"{item['importance'].capitalize()}. {item['note']}".strip(),
                )
        elif name == "occupations":
            yield "Occupations", ", ".join(f"{item['soc']} ({item['match']})" for item in value)
        else:
            text = ", ".join(value) if isinstance(value, list) else str(value or "")
            yield name.replace("_", " ").capitalize(), text


# --- Restoring ------------------------------------------------------------------------------------


@transaction.atomic
def restore(version: RoleVersion, *, by) -> list[str]:
    """Let ``version`` take the place of what is there; that stays a version, too. The address stays
    as it is now.

    A skill that was merged since gives its place to the one it was merged into. Returns the names
    of skills and of a broader role that are gone and were left out. Raises RestoreError.
    """
    thing = version.role or version.comparison or version.article
    if thing is None:  # the database has none such
        raise RestoreError("What this version is of no longer exists.")
    keep(thing)
    gone: list[str] = []
    try:
        _write(version.snapshot, thing, gone)
    except NotCompleteError as error:
        raise RestoreError(
            f"This version was published and lacks: {in_words(error.lacks)}. "
            "An incomplete version cannot be published again."
        ) from error
    keep(type(thing).objects.get(pk=thing.pk), by)
    return gone


def _write(snapshot: dict, thing: Versioned, gone: list[str]) -> None:
    if isinstance(thing, Role):
        write_role(_as_of_today(snapshot, thing, gone), thing)
    elif isinstance(thing, Comparison):
        slugs = [role.slug for role in thing.roles]
        write_comparison(snapshot | {"roles": slugs}, thing)
    else:
        here = set(Role.objects.filter(slug__in=snapshot["roles"]).values_list("slug", flat=True))
        gone += [slug for slug in snapshot["roles"] if slug not in here]
        write_article(snapshot | {"kind": thing.kind}, thing)


def _as_of_today(snapshot: dict, role: Role, gone: list[str]) -> dict:
    if Role.objects.exclude(pk=role.pk).filter(name__iexact=snapshot["name"]).exists():
        raise RestoreError(f"Another role is now called “{snapshot['name']}”.")
    skills: dict[str, dict] = {}
    for item in snapshot["skills"]:
        found = Skill.objects.current().filter(slug=item["skill"]).first() or Skill.at_old_slug(
            item["skill"]
        )
        if found is None:
            gone.append(item["skill"])
        else:
            skills.setdefault(found.slug, item | {"skill": found.slug})
    broader = snapshot["broader"]
    if broader and not Role.objects.filter(slug=broader).exclude(pk=role.pk).exists():
        moved = Role.at_old_slug(broader)
        broader = moved.slug if moved and moved.pk != role.pk else None
        gone += [] if broader else [snapshot["broader"]]
    return snapshot | {"skills": list(skills.values()), "broader": broader}
