"""schema.org JobPosting for search engines: what the page of one live job shows, no more."""

from decimal import Decimal
from typing import Any

from django.conf import settings

from jobboard.common.text.html import clean_html, plain_text
from jobboard.common.text.words import country_name
from jobboard.feeds.adapters.registry import terms_of
from jobboard.listings.last_day import last_second
from jobboard.listings.models import Listing, Place
from jobboard.listings.pay.base import is_base


def build_job_posting_json_ld(listing: Listing) -> dict[str, Any] | None:
    """The JobPosting of a listing with ``place_rows`` and ``country_codes``; None if there is none.

    A page has none for a sample, for a job that is not live, that a board publishes itself, that
    has no text or whose place names no country, and for fully remote work that does not say in
    which countries one may live. The last day ends in the time zone of the work. Pay is base pay
    and the employer's own: what we read from a text may be misread, so only the page shows it.
    """
    if listing.company.is_demo or not listing.is_live or not _allows_markup(listing):
        return None
    where = _build_location(listing)
    text = clean_html(listing.description_html)
    has_description = plain_text(text).strip() not in ("", listing.title)
    if not has_description or not where:
        return None
    if not text.lstrip().startswith("<"):
        text = f"<p>{text}</p>"
    posting = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": listing.title,
        "description": text,
        "datePosted": listing.posted_at.isoformat(),
        "hiringOrganization": _build_organization(listing),
        "identifier": {
            "@type": "PropertyValue",
            "name": settings.SITE_NAME,
            "value": str(listing.pk),
        },
        "url": settings.SITE_URL + listing.get_absolute_url(),
        "directApply": False,
        **where,
    }
    if listing.closes_on:
        posting["validThrough"] = last_second(listing.closes_on, listing.last_zone).isoformat()
    if listing.types:
        posting["employmentType"] = [kind.name for kind in listing.types]
    if _states_one_pay(listing):
        posting["baseSalary"] = _build_salary(listing)
    return posting


def _build_organization(listing: Listing) -> dict:
    """The organization that hires. For a client the name alone: the site and the logo belong to the
    company that posts.
    """
    if listing.client_name:
        return {"@type": "Organization", "name": listing.client_name}
    company = listing.company
    organization = {"@type": "Organization", "name": company.name}
    if company.website:
        organization["sameAs"] = company.website
    logo = getattr(company, "logo", None)
    if logo:
        organization["logo"] = settings.SITE_URL + logo.get_absolute_url()
    return organization


def _allows_markup(listing: Listing) -> bool:
    """A board that publishes its jobs itself may not allow it."""
    kind = ""
    if listing.feed:
        kind = listing.feed.kind
    return terms_of(kind).allows_markup


def _build_location(listing: Listing) -> dict:
    """Places of work, or for work that is all remote the countries one may live in; {} where
    neither is known.
    """
    rows = sorted(listing.place_rows or [], key=lambda row: row["position"])
    if not listing.is_remote_only:
        offices = [row for row in rows if row["workplace"] != "remote" and row["country"]]
        if not offices:
            return {}
        return {"jobLocation": [_build_place(row) for row in offices]}
    if listing.eligibility != Listing.Eligibility.LISTED or not listing.country_codes:
        return {}
    names = map(country_name, sorted(listing.country_codes))
    countries = [{"@type": "Country", "name": name} for name in names]
    return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": countries}


def _build_place(row: dict) -> dict:
    address = {"addressLocality": "", "addressRegion": "", "addressCountry": row["country"]}
    if row["kind"] == Place.Kind.CITY:
        address |= {"addressLocality": row["name"], "addressRegion": row["admin1"]}
    elif row["kind"] == Place.Kind.REGION:
        address["addressRegion"] = row["name"]
    filled = {name: value for name, value in address.items() if value}
    return {"@type": "Place", "address": {"@type": "PostalAddress", **filled}}


def _states_one_pay(listing: Listing) -> bool:
    """Whether the employer states base pay in one currency and period, for whatever locations:
    there is room for one range only.
    """
    units = {statement.unit for statement in filter(is_base, listing.statements)}
    return len(units) == 1 and listing.salary_from != Listing.SalaryFrom.TEXT


def _build_salary(listing: Listing) -> dict:
    """An open end stays open; a single amount is a value."""
    lowest = listing.salary_min
    highest = listing.salary_max
    amounts = {"minValue": lowest, "maxValue": highest}
    if lowest == highest:
        amounts = {"value": lowest}
    value: dict[str, Any] = {"@type": "QuantitativeValue"}
    for name, amount in amounts.items():
        if amount is not None:
            value[name] = _to_number(amount)
    value["unitText"] = listing.salary_period.upper()
    return {"@type": "MonetaryAmount", "currency": listing.salary_currency, "value": value}


def _to_number(amount: Decimal) -> int | float:
    if amount == int(amount):
        return int(amount)
    return float(amount)


def where_in_words(posting: dict[str, Any] | None) -> dict[str, list[str]]:
    """The places and countries that the markup names, for the page to say the same."""
    posting = posting or {}
    countries = posting.get("applicantLocationRequirements", [])
    return {
        "work_places": [_place_line(place["address"]) for place in posting.get("jobLocation", [])],
        "live_in": [country["name"] for country in countries],
    }


def _place_line(address: dict[str, str]) -> str:
    names = [
        address.get("addressLocality"),
        address.get("addressRegion"),
        country_name(address["addressCountry"]),
    ]
    # A city may have the name of its region: Berlin, Vienna.
    return ", ".join(dict.fromkeys(filter(None, names)))
