"""Earlier versions of profiles, comparisons and articles: saved with each edit, compared,
restored.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from jobboard.common.text.diff import word_diff

from .models import Article, Comparison, NotCompleteError, Role, RoleVersion, Skill
from .models.completeness import describe_lacks
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
    """Says in a sentence why a version cannot be restored."""


def get_snapshot(thing: Versioned) -> dict:
    if isinstance(thing, Role):
        return role_snapshot(thing)
    if isinstance(thing, Comparison):
        return comparison_snapshot(thing)
    return article_snapshot(thing)


def save_version(thing: Versioned, by=None) -> RoleVersion | None:
    """Keep what ``thing`` says now, unless the newest version says the same."""
    snapshot = get_snapshot(thing)
    newest = thing.versions.first()
    if newest and newest.snapshot == snapshot:
        return None
    return thing.versions.create(snapshot=snapshot, by=by)


def save_version_before_edit(thing: Versioned) -> None:
    """Before an edit: keep what is stored, unless the newest version says so already."""
    save_version(type(thing).objects.get(pk=thing.pk))


# --- Differences ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A part of the text that differs; ``name`` names it, ``pieces`` are those of ``word_diff``."""

    name: str
    pieces: list[tuple[str, str]]


def differences(old: dict, new: dict) -> list[Difference]:
    """Between two snapshots, part by part in the order of the page. A mere change of order is one
    without pieces.
    """
    parts_old = dict(_parts(old))
    parts_new = dict(_parts(new))
    result = []
    for name in dict.fromkeys([*parts_new, *parts_old]):
        if parts_old.get(name) != parts_new.get(name):
            pieces = word_diff(parts_old.get(name, ""), parts_new.get(name, ""))
            result.append(Difference(name, pieces))
    if not result and old != new:
        result = [Difference("The order of points or skills", [])]
    return result


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
        elif isinstance(value, list):
            yield _label(name), ", ".join(value)
        else:
            yield _label(name), str(value or "")


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


# --- Restoring ------------------------------------------------------------------------------------


@transaction.atomic
def restore(version: RoleVersion, *, by) -> list[str]:
    """Replace what is stored by ``version``, after saving it as a version too. The address stays.

    A skill that was merged since is replaced by the one it was merged into. Returns the names of
    skills and of a broader role that no longer exist and were left out. Raises RestoreError.
    """
    thing = version.role or version.comparison or version.article
    if thing is None:  # the database has none such
        raise RestoreError("What this version is of no longer exists.")
    save_version(thing)
    try:
        missing = _write(version.snapshot, thing)
    except NotCompleteError as error:
        raise RestoreError(
            f"This version was published and lacks: {describe_lacks(error.lacks)}. "
            "An incomplete version cannot be published again."
        ) from error
    save_version(type(thing).objects.get(pk=thing.pk), by)
    return missing


def _write(snapshot: dict, thing: Versioned) -> list[str]:
    """Returns the names of what the snapshot refers to and no longer exists."""
    if isinstance(thing, Role):
        updated, missing = _with_current_references(snapshot, thing)
        write_role(updated, thing)
        return missing
    if isinstance(thing, Comparison):
        slugs = [role.slug for role in thing.roles]
        write_comparison(snapshot | {"roles": slugs}, thing)
        return []
    slugs = snapshot["roles"]
    existing = set(Role.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    write_article(snapshot | {"kind": thing.kind}, thing)
    return [slug for slug in slugs if slug not in existing]


def _with_current_references(snapshot: dict, role: Role) -> tuple[dict, list[str]]:
    """The snapshot with the present slugs of its skills and broader role; and those that are
    missing.
    """
    if Role.objects.exclude(pk=role.pk).filter(name__iexact=snapshot["name"]).exists():
        raise RestoreError(f"Another role is now called “{snapshot['name']}”.")
    missing = []
    skills: dict[str, dict] = {}
    for item in snapshot["skills"]:
        slug = item["skill"]
        skill = Skill.objects.current().filter(slug=slug).first() or Skill.at_old_slug(slug)
        if skill is None:
            missing.append(slug)
        else:
            skills.setdefault(skill.slug, item | {"skill": skill.slug})
    broader = _find_broader(snapshot["broader"], role)
    if snapshot["broader"] and broader is None:
        missing.append(snapshot["broader"])
    return snapshot | {"skills": list(skills.values()), "broader": broader}, missing


def _find_broader(slug: str | None, role: Role) -> str | None:
    """The present slug of another role that has ``slug``, or had it."""
    if not slug or Role.objects.filter(slug=slug).exclude(pk=role.pk).exists():
        return slug
    renamed = Role.at_old_slug(slug)
    if renamed is None or renamed.pk == role.pk:
        return None
    return renamed.slug
