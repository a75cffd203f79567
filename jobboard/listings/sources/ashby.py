"""Ashby's public job board: https://developers.ashbyhq.com/docs/public-job-posting-api, with compensation."""

import re
from collections.abc import Iterator
from typing import Any

from jobboard.common.html import clean_text
from jobboard.common.words import country_code
from jobboard.listings.content import ListingContent, PlaceText
from jobboard.listings.models import EmploymentType, Listing, Workplace
from roles.models import fold

from .base import BadFeed, BadItem, FeedItem, PayRange, at, each_item, external_id, moment, pay_range, read_json, stated_pay

TYPES = {
    "FullTime": EmploymentType.FULL_TIME,
    "PartTime": EmploymentType.PART_TIME,
    "Intern": EmploymentType.INTERN,
    "Contract": EmploymentType.CONTRACTOR,
    "Temporary": EmploymentType.TEMPORARY,
}
WORKPLACES = {"OnSite": Workplace.ON_SITE, "Hybrid": Workplace.HYBRID, "Remote": Workplace.REMOTE}
PERIODS = {
    "1 YEAR": Listing.Period.YEAR,
    "1 MONTH": Listing.Period.MONTH,
    "1 WEEK": Listing.Period.WEEK,
    "1 DAY": Listing.Period.DAY,
    "1 HOUR": Listing.Period.HOUR,
}
REMOTE = re.compile(r"\bremote\b")
ON_TARGET = re.compile(r"\bote\b|\bon[- ]target\b")
BESIDE_A_COUNTRY = re.compile(r"\b(?:remote|(?:anywhere )?(?:with)?in|based|only|the)\b|[^\w.]")


def parse(data: bytes) -> Iterator[FeedItem | BadItem]:
    answer = read_json(data)
    if not isinstance(answer, dict) or not isinstance(answer.get("jobs"), list):
        raise BadFeed("The file is JSON, but no answer of an Ashby job board: it has no list named “jobs”.")
    return each_item(answer["jobs"], read_job)


def read_job(job: dict) -> FeedItem:
    found_as = external_id(job, "id")
    if job.get("isListed", True) is not True:
        title = clean_text(at(job, "title"))
        return FeedItem(found_as, ListingContent(title=title, description=""), posted_at=None, is_listed=False)
    places = read_places(job)
    kind = TYPES.get(at(job, "employmentType"))
    content = ListingContent(
        title=at(job, "title"),
        description=at(job, "descriptionHtml"),
        description_is_html=True,
        employment_types=(kind.value,) if kind else (),
        places=tuple(places),
        apply_url=at(job, "applyUrl") or at(job, "jobUrl"),
        **read_eligibility(places),
        **stated_pay(read_pay(job), places=[place.text for place in places]),
    )
    return FeedItem(found_as, content, posted_at=moment(job, "publishedAt"))


def read_places(job: dict) -> list[PlaceText]:
    """The main place first. ``workplaceType`` is the main place's; it says nothing of others where it is Remote."""
    stated = WORKPLACES.get(at(job, "workplaceType"), "")
    places = [_place(job, stated)]
    for row in at(job, "secondaryLocations", kind=list):
        says_remote = REMOTE.search(fold(at(row, "location")))
        elsewhere = "" if stated == Workplace.REMOTE else stated
        places.append(_place(row, Workplace.REMOTE if says_remote else elsewhere))
    return [place for place in places if place.text]


def _place(row: Any, workplace: str) -> PlaceText:
    city, country = (clean_text(at(row, "address", "postalAddress", f"address{part}")) for part in ("Locality", "Country"))
    text = clean_text(at(row, "location")) or ", ".join(filter(None, [city, country]))
    return PlaceText(text=text, city=city, country=country_code(country), workplace=str(workplace))


def read_eligibility(places: list[PlaceText]) -> dict[str, Any]:
    """Countries from remote places such as "Remote (US)". If any remote place says something else, it is not stated.

    The country is the address's, and the text must say the same or none: the address of "Remote (EMEA)" is an office.
    """
    remote = [place for place in places if place.workplace == Workplace.REMOTE]
    if not remote or any(not _is_a_country(place) for place in remote):
        return {}
    return {
        "eligibility": Listing.Eligibility.LISTED,
        "eligible_countries": tuple(dict.fromkeys(place.country for place in remote)),
        "eligibility_text": "; ".join(place.text for place in remote),
    }


def _is_a_country(place: PlaceText) -> bool:
    named = " ".join(BESIDE_A_COUNTRY.sub(" ", fold(place.text)).split())
    return bool(place.country) and not place.city and (not named or country_code(named) == place.country)


def read_pay(job: dict) -> list[PayRange]:
    """Salaries of all tiers, if the employer lets them be shown. Equity, bonuses and commissions are left out."""
    if job.get("shouldDisplayCompensationOnJobPostings") is not True:
        return []
    ranges = [
        pay_range(
            part.get("minValue"),
            part.get("maxValue"),
            at(part, "currencyCode"),
            PERIODS.get(at(part, "interval"), ""),
            name=clean_text(at(tier, "title")),
            on_target=bool(ON_TARGET.search(fold(at(part, "summary") or at(tier, "tierSummary")))),
        )
        for tier in at(job, "compensation", "compensationTiers", kind=list)
        for part in at(tier, "components", kind=list)
        if at(part, "compensationType") == "Salary"
    ]
    return [pay for pay in ranges if pay]
