"""Ashby's public job board: https://developers.ashbyhq.com/docs/public-job-posting-api, with compensation."""

import re
from collections.abc import Iterator
from typing import Any

from jobboard.common.html import clean_text
from jobboard.common.words import country_code
from jobboard.listings.content import ListingContent, PlaceText
from jobboard.listings.models import EmploymentType, Listing, Workplace
from roles.models import fold

from . import base
from .base import BadFeed, BadItem, FeedItem, PayRange, at

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
ON_TARGET = re.compile(r"\bote\b|\bon[- ]target earnings\b")
BESIDE_A_COUNTRY = re.compile(r"\b(?:(?:fully )?remote|only|based|(?:anywhere )?(?:with)?in(?= \w)|the)\b|[^\w.]")


def parse(data: bytes) -> Iterator[FeedItem | BadItem]:
    answer = base.read_json(data)
    if not isinstance(answer, dict) or not isinstance(answer.get("jobs"), list):
        raise BadFeed("The file is JSON, but no answer of an Ashby job board: it has no list named “jobs”.")
    return base.each_item(answer["jobs"], read_job)


def read_job(job: dict) -> FeedItem:
    found_as = base.external_id(job, "id")
    if job.get("isListed", True) is not True:
        title = clean_text(at(job, "title"))
        return FeedItem(found_as, ListingContent(title=title, description=""), posted_at=None, is_listed=False)
    rows = [job, *at(job, "secondaryLocations", kind=list)]
    places = [read_place(row, job) for row in rows]
    kind = TYPES.get(at(job, "employmentType"))
    content = ListingContent(
        title=at(job, "title"),
        description=at(job, "descriptionHtml"),
        description_is_html=True,
        employment_types=(kind.value,) if kind else (),
        places=tuple(places),
        apply_url=read_apply_url(job),
        **read_eligibility(rows, places),
        **base.stated_pay(read_pay(job), places=[place.text for place in places]),
    )
    return FeedItem(found_as, content, posted_at=base.moment(job, "publishedAt"))


def read_place(row: Any, job: dict) -> PlaceText:
    """``row`` is the job itself for its main place. Its ``workplaceType`` holds elsewhere too, unless it is Remote."""
    city, country = clean_text(_address(row, "Locality")), clean_text(_address(row, "Country"))
    is_main = row is job
    workplace = WORKPLACES.get(at(job, "workplaceType"), "")
    text = clean_text(at(row, "location")) or ", ".join(filter(None, [city, country]))
    if not text and is_main and workplace == Workplace.REMOTE:
        text = "Remote"
    if REMOTE.search(fold(text)) and not (is_main and workplace):
        workplace = Workplace.REMOTE
    elif workplace == Workplace.REMOTE and not is_main:
        workplace = ""
    return PlaceText(text=text, city=city, country=country_code(country), workplace=str(workplace))


def _address(row: Any, part: str) -> str:
    return at(row, "address", "postalAddress", f"address{part}")


def read_eligibility(rows: list, places: list[PlaceText]) -> dict[str, Any]:
    """Countries from remote places such as "Remote (US)"; nothing as soon as one remote place is not just a country."""
    remote = [(row, place) for row, place in zip(rows, places, strict=True) if place.workplace == Workplace.REMOTE]
    if not remote or any(not _is_a_country(row, place) for row, place in remote):
        return {}
    return {
        "eligibility": Listing.Eligibility.LISTED,
        "eligible_countries": tuple(dict.fromkeys(place.country for _, place in remote)),
        "eligibility_text": "; ".join(dict.fromkeys(place.text for _, place in remote)),
    }


def _is_a_country(row: Any, place: PlaceText) -> bool:
    """The text must name the address's country, or none: the address of "Remote (EMEA)" is some office."""
    named = " ".join(BESIDE_A_COUNTRY.sub(" ", fold(place.text)).split())
    if not named:
        return bool(place.country) and not place.city and not clean_text(_address(row, "Region"))
    return bool(place.country) and country_code(named) == place.country


def read_apply_url(job: dict) -> str:
    """The form if its address may be shown, else the job's page."""
    urls = [at(job, "applyUrl"), at(job, "jobUrl")]
    return next((url for url in urls if url.startswith("https://")), urls[0] or urls[1])


def read_pay(job: dict) -> list[PayRange]:
    """Salaries of all tiers, if the employer lets them be shown. Equity, bonuses and commissions are left out."""
    if job.get("shouldDisplayCompensationOnJobPostings") is not True:
        return []
    ranges = [
        base.pay_range(
            at(part, "minValue", kind=object),
            at(part, "maxValue", kind=object),
            at(part, "currencyCode"),
            PERIODS.get(at(part, "interval"), ""),
            name=clean_text(at(tier, "title")),
            on_target=_is_on_target(tier, part),
        )
        for tier in at(job, "compensation", "compensationTiers", kind=list)
        for part in at(tier, "components", kind=list)
        if at(part, "compensationType") == "Salary"
    ]
    return [pay for pay in ranges if pay]


def _is_on_target(tier: Any, part: Any) -> bool:
    return bool(ON_TARGET.search(fold(f"{at(tier, 'title')} {at(part, 'summary') or at(tier, 'tierSummary')}")))
