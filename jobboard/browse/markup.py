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


def job_posting(listing: Listing) -> dict[str, Any] | None:
    """For a listing with ``place_rows`` and ``country_codes``; None if its page has no markup.

    That is: a sample, one that is not live, one of a board that publishes it itself, one with no
    text, one whose place names no country, and fully remote work that does not say in which
    countries one may live. The last day ends where the work is. Pay is base pay and the employer's
    own: what we read from a text may be misread, so it stands on the page with that remark and not
    here.
    """
    where = _where(listing)
    text = clean_html(listing.description_html)
    says_more = plain_text(text).strip() not in ("", listing.title)
    may_be_marked = terms_of(listing.feed.kind if listing.feed else "").allows_markup
    if listing.company.is_demo or not listing.is_live or not may_be_marked:
        return None
    if not says_more or not where:
        return None
    posting = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": listing.title,
        "description": text if text.lstrip().startswith("<") else f"<p>{text}</p>",
        "datePosted": listing.posted_at.isoformat(),
        "hiringOrganization": _organization(listing),
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
        posting["baseSalary"] = _salary(listing)
    return posting


def _organization(listing: Listing) -> dict:
    """Of a client the name alone: the site and the logo are those of who posts."""
    if listing.client_name:
        return {"@type": "Organization", "name": listing.client_name}
    company = listing.company
    logo = getattr(company, "logo", None)
    return {
        "@type": "Organization",
        "name": company.name,
        **({"sameAs": company.website} if company.website else {}),
        **({"logo": settings.SITE_URL + logo.get_absolute_url()} if logo else {}),
    }


def _where(listing: Listing) -> dict:
    """Places of work, or for work that is all remote the countries one may live in; {} where
    neither is known.
    """
    rows = sorted(listing.place_rows or [], key=lambda row: row["position"])
    if not listing.is_remote_only:
        at = [_place(row) for row in rows if row["workplace"] != "remote" and row["country"]]
        return {"jobLocation": at} if at else {}
    if listing.eligibility != Listing.Eligibility.LISTED or not listing.country_codes:
        return {}
    countries = [
        {"@type": "Country", "name": country_name(code)} for code in sorted(listing.country_codes)
    ]
    return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": countries}


def _place(row: dict) -> dict:
    address = {"addressLocality": "", "addressRegion": "", "addressCountry": row["country"]}
    if row["kind"] == Place.Kind.CITY:
        address |= {"addressLocality": row["name"], "addressRegion": row["admin1"]}
    elif row["kind"] == Place.Kind.REGION:
        address["addressRegion"] = row["name"]
    named = {name: value for name, value in address.items() if value}
    return {"@type": "Place", "address": {"@type": "PostalAddress", **named}}


def _states_one_pay(listing: Listing) -> bool:
    """Whether the employer states base pay in one currency and period, for whatever locations:
    there is room for one range only.
    """
    units = {statement.unit for statement in listing.statements if is_base(statement)}
    return len(units) == 1 and listing.salary_from != Listing.SalaryFrom.TEXT


def _salary(listing: Listing) -> dict:
    """An open end stays open; a single amount is a value."""
    lowest, highest = listing.salary_min, listing.salary_max
    amounts = {"minValue": lowest, "maxValue": highest}
    if lowest == highest:
        amounts = {"value": lowest}
    known = {name: _number(amount) for name, amount in amounts.items() if amount is not None}
    unit = listing.salary_period.upper()
    return {
        "@type": "MonetaryAmount",
        "currency": listing.salary_currency,
        "value": {"@type": "QuantitativeValue", **known, "unitText": unit},
    }


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == int(amount) else float(amount)


def where_in_words(posting: dict[str, Any] | None) -> dict[str, list[str]]:
    """The places and countries that the markup names, for the page to say the same."""
    posting = posting or {}
    addresses = [place["address"] for place in posting.get("jobLocation", [])]
    parts = [
        [one.get("addressLocality"), one.get("addressRegion"), country_name(one["addressCountry"])]
        for one in addresses
    ]
    return {
        # A city may be called as its region is: Berlin, Vienna.
        "work_places": [", ".join(dict.fromkeys(filter(None, names))) for names in parts],
        "live_in": [
            country["name"] for country in posting.get("applicantLocationRequirements", [])
        ],
    }
