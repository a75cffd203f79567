"""A job's content as JSON: a change that waits, or what was approved last."""

from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, QuotedValue
from roles.models import Role, Skill

FORMAT = 1
Json = dict[str, Any]


class UnknownFormatError(Exception):
    """It was stored by a later release."""


def to_json(content: ListingContent) -> Json:
    stored = {field.name: getattr(content, field.name) for field in fields(content)}
    if content.role:
        stored["role"] = content.role.pk
    stored["skills"] = [[skill.pk, need] for skill, need in content.skills]
    if content.closes_on:
        stored["closes_on"] = content.closes_on.isoformat()
    stored["places"] = [asdict(place) for place in content.places]
    stored["pay"] = [_pay_to_json(statement) for statement in content.pay]
    stored["read_values"] = [asdict(value) for value in content.read_values]
    stored["employment_types"] = list(content.employment_types)
    stored["eligible_countries"] = list(content.eligible_countries)
    # What a choice is called in Python is not kept.
    return {name: _plain(value) for name, value in stored.items()}


def from_json(stored: Json, stored_format: int = FORMAT) -> ListingContent:
    """A role that was deleted since is none, a skill that was merged the one it was merged into.

    Raises UnknownFormatError.
    """
    if stored_format != FORMAT:
        raise UnknownFormatError(f"Format {stored_format} of a job’s content is not known here.")
    values = dict(stored)
    if values["role"]:
        values["role"] = Role.objects.filter(pk=values["role"]).first()
    values["skills"] = tuple(_skills(values["skills"]))
    if values["closes_on"]:
        values["closes_on"] = date.fromisoformat(values["closes_on"])
    values["places"] = tuple(PlaceText(**place) for place in values["places"])
    values["pay"] = tuple(_pay_from_json(statement) for statement in values["pay"])
    values["read_values"] = tuple(QuotedValue(**value) for value in values["read_values"])
    values["employment_types"] = tuple(values["employment_types"])
    values["eligible_countries"] = tuple(values["eligible_countries"])
    return ListingContent(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    return value


def _pay_to_json(statement: PayStatement) -> Json:
    values = asdict(statement)
    for name in ("lowest", "highest"):
        if values[name] is not None:
            values[name] = str(values[name])
    return {name: _plain(value) for name, value in values.items()}


def _pay_from_json(stored: Json) -> PayStatement:
    values = dict(stored)
    for name in ("lowest", "highest"):
        if values[name] is not None:
            values[name] = Decimal(values[name])
    return PayStatement(**values)


def _skills(pairs: list[list[Any]]) -> list[tuple[Skill, str]]:
    """Read the skills in their order, each once."""
    by_pk = Skill.objects.select_related("merged_into").in_bulk([pk for pk, _ in pairs])
    skills: dict[Model, tuple[Skill, str]] = {}
    for pk, need in pairs:
        skill = by_pk.get(pk)
        if skill is None:
            continue
        current = skill.merged_into or skill
        skills.setdefault(current, (current, need))
    return list(skills.values())
