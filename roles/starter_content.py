"""Loads what we ship without ever touching what somebody edited or deleted."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction

from . import snapshots
from .models import (
    Article,
    Comparison,
    FxRate,
    NotCompleteError,
    OfficialWage,
    Role,
    SalaryFigure,
    SalarySource,
    Skill,
    StarterFingerprint,
)
from .pay import import_survey, official, survey

FOLDER = Path(__file__).parent / "starter"
LEFT_ALONE = "left alone"
LEFT_OUT = "left out because a role or skill was renamed or deleted here"
INCOMPLETE = "left out because it is to be public and is incomplete"
Thing = TypeVar("Thing", bound=models.Model)


def fingerprint(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class ShippedKind(Generic[Thing]):
    """Finds, compares and writes one kind of shipped item."""

    name: str
    key: Callable[[dict[str, Any]], str]
    find: Callable[[str], Thing | None]
    snapshot: Callable[[Thing], dict[str, Any]]
    write: Callable[[dict[str, Any], Thing | None], Thing]


SKILLS = ShippedKind(
    name="skill",
    key=lambda shipped: shipped["slug"],
    find=lambda key: Skill.objects.filter(slug=key).first(),
    snapshot=snapshots.skill_snapshot,
    write=snapshots.write_skill,
)
ROLES = ShippedKind(
    name="role",
    key=lambda shipped: shipped["slug"],
    find=lambda key: Role.objects.filter(slug=key).first(),
    snapshot=snapshots.role_snapshot,
    write=snapshots.write_role,
)


def _find_comparison(key: str) -> Comparison | None:
    slugs = key.split("-vs-")
    return Comparison.objects.filter(role_1__slug__in=slugs, role_2__slug__in=slugs).first()


COMPARISONS = ShippedKind(
    name="comparison",
    key=lambda shipped: "-vs-".join(sorted(shipped["roles"])),
    find=_find_comparison,
    snapshot=snapshots.comparison_snapshot,
    write=snapshots.write_comparison,
)
ARTICLES = ShippedKind(
    name="article",
    key=lambda shipped: shipped["slug"],
    find=lambda key: Article.objects.filter(slug=key).first(),
    snapshot=snapshots.article_snapshot,
    write=snapshots.write_article,
)


def load_items(kind: ShippedKind[Any], shipped_items: Iterable[dict[str, Any]]) -> Counter[str]:
    """Create new items, update untouched ones, leave edited or deleted ones alone, and leave out
    those that refer to what does not exist here; returns counts of each.
    """
    outcomes: Counter[str] = Counter()
    fingerprints = dict(
        StarterFingerprint.objects.filter(kind=kind.name).values_list("key", "fingerprint")
    )
    for shipped in shipped_items:
        key = kind.key(shipped)
        existing = kind.find(key)
        if existing is None and key not in fingerprints:
            outcome = "created"
        elif existing is None or fingerprint(kind.snapshot(existing)) != fingerprints.get(key):
            outcome = LEFT_ALONE
        elif fingerprints[key] == fingerprint(shipped):
            outcome = "unchanged"
        else:
            outcome = "updated"
        if outcome in ("created", "updated"):
            failure = _store(kind, shipped, existing)
            if failure:
                outcome = failure
        outcomes[outcome] += 1
    return outcomes


def _store(kind: ShippedKind[Any], shipped: dict[str, Any], existing: models.Model | None) -> str:
    """Write one shipped item. Returns why it could not be written, or '': a role or skill it refers
    to may have another slug on this site, or be deleted.
    """
    try:
        with transaction.atomic():
            kind.write(shipped, existing)
            StarterFingerprint.objects.update_or_create(
                kind=kind.name,
                key=kind.key(shipped),
                defaults={"fingerprint": fingerprint(shipped)},
            )
    except (ObjectDoesNotExist, KeyError):
        return LEFT_OUT
    except NotCompleteError:
        return INCOMPLETE
    return ""


def read_json(*parts: str) -> Any:
    return json.loads(FOLDER.joinpath(*parts).read_text())


def _with_sorted_aliases(shipped: dict[str, Any]) -> dict[str, Any]:
    return shipped | {"aliases": sorted(shipped["aliases"])}


def shipped_roles() -> list[dict[str, Any]]:
    """Read the roles, broader ones first, because the others refer to them."""
    roles = map(_with_sorted_aliases, _read_folder("roles"))
    return sorted(roles, key=lambda role: role["broader"] is not None)


def _read_folder(name: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(FOLDER.glob(f"{name}/*.json"))]


def read_article(path: Path) -> dict[str, Any]:
    """Read a Markdown file that begins with lines of ``name: value``, up to the first empty line;
    its name is the slug.
    """
    head, _, body = path.read_text().partition("\n\n")
    values = dict(line.split(": ", 1) for line in head.splitlines())
    roles: list[str] = []
    if "roles" in values:
        roles = sorted(values["roles"].split(", "))
    return {
        "slug": path.stem,
        "kind": values["kind"],
        "title": values["title"],
        "summary": values["summary"],
        "author_name": values.get("author_name", ""),
        "published_on": values["published_on"],
        "reviewed_on": values["reviewed_on"],
        "roles": roles,
        "body": body.strip(),
    }


def shipped_articles() -> list[dict[str, Any]]:
    return [read_article(path) for path in sorted(FOLDER.glob("articles/*.md"))]


def load() -> dict[str, Counter[str]]:
    """Load everything but the samples. Returns what happened to each kind."""
    outcomes = {
        "skills": load_items(SKILLS, map(_with_sorted_aliases, read_json("skills.json"))),
        "roles": load_items(ROLES, shipped_roles()),
        "comparisons": load_items(COMPARISONS, _read_folder("comparisons")),
        "articles": load_items(ARTICLES, shipped_articles()),
    }
    for name, write in TABLES.items():
        outcomes[name] = _load_table(name, write)
    import_survey.remap_titles()
    return outcomes


# --- Tables of figures: computed, not written by hand, so a file replaces its rows as a whole ---


def _load_table(name: str, write: Callable[[str], str | None]) -> Counter[str]:
    """Replace the rows of a table if its file changed. ``write`` returns what it did instead, if it
    was not to replace them.
    """
    text = (FOLDER / name).read_text()
    digest = hashlib.sha256(text.encode()).hexdigest()
    if StarterFingerprint.objects.filter(kind="table", key=name, fingerprint=digest).exists():
        return Counter({"unchanged": 1})
    with transaction.atomic():
        left_alone = write(text)
        outcome = left_alone or "updated"
        StarterFingerprint.objects.update_or_create(
            kind="table", key=name, defaults={"fingerprint": digest}
        )
    return Counter({outcome: 1})


def _rows(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(text.splitlines()))


def _empty_to_none(row: dict[str, Any], *, keep: tuple[str, ...]) -> dict[str, Any]:
    """Turn empty cells into None, except in columns ``keep``, where an empty text is a value."""
    empty = [name for name, value in row.items() if value == "" and name not in keep]
    return row | dict.fromkeys(empty)


def _write_sources(text: str) -> None:
    imported = set(SalarySource.objects.exclude(imported_at=None).values_list("slug", flat=True))
    for source in json.loads(text):
        if source["slug"] not in imported:
            SalarySource.objects.update_or_create(slug=source["slug"], defaults=source)


def _write_figures(text: str) -> str | None:
    source = SalarySource.objects.get(slug=survey.SOURCE["slug"])
    if source.imported_at:
        return LEFT_ALONE  # they rest on answers that were imported here
    SalaryFigure.objects.filter(source_key=source.slug).delete()
    SalaryFigure.objects.bulk_create(
        SalaryFigure(
            layer=source.layer,
            source_key=source.slug,
            as_of=date.fromisoformat(source.version),
            role_key=row.pop("role"),
            **_empty_to_none(row, keep=("level", "country")),
        )
        for row in _rows(text)
    )
    return None


def _write_wages(text: str) -> str | None:
    if SalarySource.objects.get(slug=official.WAGES_SOURCE["slug"]).imported_at:
        return LEFT_ALONE
    OfficialWage.objects.all().delete()
    OfficialWage.objects.bulk_create(
        OfficialWage(**_empty_to_none(row, keep=("top_coded", "withheld"))) for row in _rows(text)
    )
    Role.objects.all().mark_changed()
    return None


def _write_rates(text: str) -> None:
    for row in _rows(text):
        FxRate.objects.update_or_create(
            date=row["date"],
            currency=row["currency"],
            defaults={"usd_per_unit": row["usd_per_unit"], "source": row["source"]},
        )


TABLES = {
    "salary_sources.json": _write_sources,
    "salary_figures.csv": _write_figures,
    "official_wages.csv": _write_wages,
    "fx_rates.csv": _write_rates,
}
