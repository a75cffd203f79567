"""Turns a job into values, of which the API and the files are made."""

from decimal import Decimal
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from jobboard.common.addresses import address
from jobboard.listings.choices import PayStatement
from jobboard.listings.geo.places import get_city, get_country
from jobboard.listings.models import Company, Listing, ListingPlace, ListingSkill
from jobboard.listings.pay.base import describe_pay
from roles.models import Role

# The columns of the CSV file.
COLUMNS = [
    "id",
    "title",
    "url",
    "company",
    "role",
    "relevance_family",
    "level",
    "level_max",
    "employment_types",
    "workplace",
    "places",
    "place_workplaces",
    "eligibility",
    "eligible_countries",
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
    "pay",
    "skills",
    "featured",
    "posted_at",
    "published_at",
    "expires_at",
    "is_sample",
    "for_client",
    "client_name",
]
LICENCE = (
    "You may use this data if you credit the source and link to each job's page. "
    "Job descriptions belong to employers. "
    "Do not show a job after expires_at or present a sample job (is_sample) as real."
)


def credit() -> dict:
    return {"source": settings.SITE_NAME, "source_url": settings.SITE_URL, "licence": LICENCE}


@lru_cache(maxsize=10_000)
def _path(view: str, slug: str) -> str:
    """Return the path of a company or role; cached, because thousands of jobs name the same few."""
    return reverse(view, args=[slug])


def company_data(company: Company) -> dict:
    return {
        "slug": company.slug,
        "name": company.name,
        "url": address(_path("browse:company", company.slug)),
        "verified": bool(company.verified_by),
    }


def role_data(role: Role) -> dict:
    return {
        "slug": role.slug,
        "name": role.name,
        "url": address(_path("insights:role", role.slug)),
    }


def salary_data(listing: Listing) -> dict | None:
    """Return base pay before tax, as the employer stated it; None if none is stated."""
    if not listing.has_pay:
        return None
    return {
        "min": _float(listing.salary_min),
        "max": _float(listing.salary_max),
        "currency": listing.salary_currency,
        "period": listing.salary_period,
    }


def _float(amount: Decimal | None) -> float | None:
    if amount is None:
        return None
    return float(amount)


def place_data(row: ListingPlace) -> dict:
    return {
        "text": row.text,
        "city": get_city(row.place) or None,
        "region": row.region or None,
        "country": get_country(row.place) or None,
        "workplace": row.workplace or None,
        "hybrid_days": row.hybrid_days,
        "timezone": row.timezone or None,
    }


def pay_data(statement: PayStatement) -> dict:
    """Return one statement of pay, whatever it is of. Null: for every place, or every level."""
    return {
        "text": describe_pay(statement),
        "kind": statement.kind or None,
        "gross": statement.gross or None,
        "min": _float(statement.lowest),
        "max": _float(statement.highest),
        "currency": statement.currency,
        "period": statement.period,
        "place": statement.place or None,
        "is_elsewhere": statement.is_elsewhere,
        "level": statement.level or None,
        "origin": statement.origin,
        "quote": statement.quote,
    }


def eligibility_data(listing: Listing) -> dict:
    """Describe from where a remote job may be done."""
    countries: list[str] = []
    if listing.eligibility == Listing.Eligibility.LISTED:
        countries = sorted(row.country for row in listing.countries.all())
    return {
        "state": listing.eligibility,
        "countries": countries,
        "text": listing.eligibility_text,
    }


def listing_data(listing: Listing) -> dict:
    """Return the data of a listing from for_data(), or as many_jobs.py reads it, which is no more
    than is asked here. Null: the employer does not say.
    """
    return {
        "id": listing.pk,
        "title": listing.title,
        "url": address(listing.get_absolute_url()),
        "company": company_data(listing.company),
        "for_client": listing.for_client,
        "client_name": listing.client_name or None,
        "role": _role_data(listing.public_role),
        "relevance_family": listing.family or None,
        "level": listing.level or None,
        "level_max": listing.level_max or None,
        "employment_types": [kind.value for kind in listing.types],
        "workplace": listing.workplace or None,
        "places": [place_data(row) for row in listing.places.all()],
        "eligibility": eligibility_data(listing),
        "salary": salary_data(listing),
        "pay": [pay_data(statement) for statement in listing.statements],
        "skills": [_skill_data(row) for row in listing.skills.all()],
        "featured": listing.is_featured,
        "posted_at": listing.posted_at,
        "published_at": listing.published_at,
        "expires_at": listing.expires_at,
        "is_sample": listing.company.is_demo,
    }


def _role_data(role: Role | None) -> dict | None:
    if role is None:
        return None
    return {
        "slug": role.slug,
        "name": role.name,
        "url": address(_path("insights:role", role.slug)),
    }


def _skill_data(row: ListingSkill) -> dict:
    return {"slug": row.skill.slug, "name": row.skill.name, "need": row.need}


def listing_row(data: dict) -> list:
    """A line of the CSV file, from listing_data(); several values are joined by semicolons."""
    flat = {
        **data,
        "company": data["company"]["name"],
        "role": data["role"] and data["role"]["slug"],
        "employment_types": "; ".join(data["employment_types"]),
        "places": _joined(data["places"], "text"),
        "place_workplaces": _joined(data["places"], "workplace"),
        "pay": _joined(data["pay"], "text"),
        "eligibility": data["eligibility"]["state"],
        "eligible_countries": "; ".join(data["eligibility"]["countries"]),
        "skills": _joined(data["skills"], "slug"),
    }
    salary = data["salary"] or {}
    for name in ("min", "max", "currency", "period"):
        flat[f"salary_{name}"] = salary.get(name)
    for name in ("posted_at", "published_at", "expires_at"):
        flat[name] = data[name].isoformat()
    return [flat[column] for column in COLUMNS]


def _joined(parts: list[dict], name: str) -> str:
    return "; ".join(part[name] or "" for part in parts)
