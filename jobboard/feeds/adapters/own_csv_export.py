"""Writes jobs in the columns of our own CSV, to be edited and uploaded here or elsewhere."""

from collections.abc import Iterable
from decimal import Decimal

from jobboard.feeds.parsing.texts.to_markdown import as_markdown
from jobboard.listings.choices import Need, PayStatement, PlaceText
from jobboard.listings.content import ListingContent

from .own_csv_columns import COLUMNS


def build_row(content: ListingContent, reference: str) -> list[str]:
    """``reference`` is the id by which an upload finds the job. A description in HTML becomes
    Markdown.
    """
    values = {
        "id": reference,
        "title": content.title,
        "apply_url": content.apply_url,
        "apply_email": content.apply_email,
        "description": content.description,
        "employment_types": _join(content.employment_types),
        "level": content.level,
        "level_max": content.level_max,
        "pay_text": content.pay_note,
        "visa": content.visa,
        "eligibility": content.eligibility,
        "eligible_countries": _join(content.eligible_countries),
        "skills_required": _skills(content, Need.REQUIRED),
        "skills_nice": _skills(content, Need.NICE),
        "skills": _skills(content, Need.MENTIONED),
    }
    if content.description_is_html:
        values["description"] = as_markdown(content.description)
    if content.role:
        values["role"] = content.role.slug
    if content.closes_on:
        values["closes_on"] = content.closes_on.isoformat()
    if content.for_client:
        values["client"] = content.client_name or "yes"
    values |= _join_columns(map(_place_values, content.places))
    values |= _join_columns(map(_pay_values, content.pay))
    return [values.get(name, "") for name in COLUMNS]


def _skills(content: ListingContent, need: str) -> str:
    return _join(skill.name for skill, its_need in content.skills if its_need == need)


def _place_values(place: PlaceText) -> dict[str, str]:
    return {
        "places": place.text,
        "city": place.city,
        "country": place.country,
        "workplace": place.workplace,
        "hybrid_days": str(place.hybrid_days or ""),
    }


def _pay_values(pay: PayStatement) -> dict[str, str]:
    return {
        "salary_min": _amount(pay.lowest),
        "salary_max": _amount(pay.highest),
        "salary_currency": pay.currency,
        "salary_period": pay.period,
        "pay_kind": pay.kind,
        "pay_gross": pay.gross,
        "pay_place": pay.place,
        "pay_level": pay.level,
    }


def _amount(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return f"{amount:f}"


def _join_columns(rows: Iterable[dict[str, str]]) -> dict[str, str]:
    """The rows as one, with the values of each column joined."""
    columns: dict[str, list[str]] = {}
    for row in rows:
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    return {name: _join(values) for name, values in columns.items()}


def _join(values: Iterable[str]) -> str:
    """Blank if all values are. A semicolon within a value would separate two."""
    texts = [value.replace(";", ",") for value in values]
    if any(texts):
        return "; ".join(texts)
    return ""
