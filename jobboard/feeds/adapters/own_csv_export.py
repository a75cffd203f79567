"""Jobs in the columns of our own CSV, to be changed and uploaded, here or elsewhere."""

from collections.abc import Iterable
from decimal import Decimal

from jobboard.feeds.parsing.texts.to_markdown import as_markdown
from jobboard.listings.choices import Need
from jobboard.listings.content import ListingContent

from .own_csv_columns import COLUMNS


def row_of(content: ListingContent, reference: str) -> list[str]:
    """``reference`` is the id by which an upload finds the job. A description in HTML becomes
    Markdown.
    """
    description = content.description
    if content.description_is_html:
        description = as_markdown(description)
    values = {
        "id": reference,
        "title": content.title,
        "apply_url": content.apply_url,
        "apply_email": content.apply_email,
        "description": description,
        "employment_types": _joined(content.employment_types),
        "level": content.level,
        "level_max": content.level_max,
        "role": content.role.slug if content.role else "",
        "pay_text": content.pay_note,
        "closes_on": content.closes_on.isoformat() if content.closes_on else "",
        "visa": content.visa,
        "client": (content.client_name or "yes") if content.for_client else "",
        "eligibility": content.eligibility,
        "eligible_countries": _joined(content.eligible_countries),
        "skills_required": _skills(content, Need.REQUIRED),
        "skills_nice": _skills(content, Need.NICE),
        "skills": _skills(content, Need.MENTIONED),
        **_places(content),
        **_pay(content),
    }
    return [values.get(name, "") for name in COLUMNS]


def _skills(content: ListingContent, need: str) -> str:
    return _joined(skill.name for skill, asked in content.skills if asked == need)


def _places(content: ListingContent) -> dict[str, str]:
    places = content.places
    return {
        "places": _joined(place.text for place in places),
        "city": _joined(place.city for place in places),
        "country": _joined(place.country for place in places),
        "workplace": _joined(place.workplace for place in places),
        "hybrid_days": _joined(str(place.hybrid_days or "") for place in places),
    }


def _pay(content: ListingContent) -> dict[str, str]:
    pay = content.pay
    return {
        "salary_min": _joined(_amount(one.lowest) for one in pay),
        "salary_max": _joined(_amount(one.highest) for one in pay),
        "salary_currency": _joined(one.currency for one in pay),
        "salary_period": _joined(one.period for one in pay),
        "pay_kind": _joined(one.kind for one in pay),
        "pay_gross": _joined(one.gross for one in pay),
        "pay_place": _joined(one.place for one in pay),
        "pay_level": _joined(one.level for one in pay),
    }


def _amount(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return f"{amount:f}"


def _joined(values: Iterable[str]) -> str:
    """'' where no value is any; a semicolon within one would be two."""
    texts = [value.replace(";", ",") for value in values]
    if any(texts):
        return "; ".join(texts)
    return ""
