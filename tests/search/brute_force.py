"""Search by looking at one job after another: slow, and plain enough to be believed."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from jobboard.listings.choices import EmploymentType
from jobboard.listings.models import Listing, ListingPlace, ListingSkill
from jobboard.search.find import Criteria
from jobboard.search.regions import REGIONS
from jobboard.search.words import Piece, Word, compounds, tokens

OF_PLACES = ["workplace", "country"]
LEFT_OUT = ["level", "type", "country", "city"]
CHOICES = [
    *OF_PLACES,
    "role",
    "level",
    "type",
    "company",
    "visa",
    "verified",
    "featured",
]


@dataclass
class Job:
    """``text``: the words of each of its texts between blanks, a text a line. ``values``: facet →
    what it counts under; cities are no facet, and folded. ``places``: what each of them says.
    """

    pk: int
    text: str
    values: dict[str, set]
    places: list[dict[str, str]]
    lowest: int | None
    highest: int | None
    states_pay: bool


def jobs_live_at(now) -> list[Job]:
    skills, cities, stated = defaultdict(set), defaultdict(set), defaultdict(list)
    for pk, skill in ListingSkill.objects.order_by().values_list("listing", "skill"):
        skills[pk].add(skill)
    places = ListingPlace.objects.select_related("place", "listing").order_by()
    for row in places:
        way = row.workplace if row.listing.workplaces else "unstated"
        country = row.place.country if row.place else ""
        stated[row.listing_id].append({"workplace": way, "country": country})
        if row.place and row.place.kind == "city":
            cities[row.listing_id].add(row.place.folded)
    return [
        Job(
            pk=listing.pk,
            text="\n".join(f" {' '.join(tokens(text))} " for text in texts_of(listing)),
            values={
                "role": {listing.role_id or 0},
                "level": {level.value for level in listing.levels} or {"unstated"},
                "type": (
                    {kind.value for kind in EmploymentType.of_mask(listing.employment_types)}
                    or {"unstated"}
                ),
                "workplace": {value.value for value in listing.workplace_types} or {"unstated"},
                "country": {place["country"] for place in stated[listing.pk]} - {""},
                "city": cities[listing.pk],
                "skill": skills[listing.pk],
                "company": {listing.company_id},
                "visa": {listing.visa == "yes"},
                "verified": {listing.company.verified_by != ""},
                "featured": {listing.featured_until is not None and listing.featured_until > now},
            },
            places=stated[listing.pk],
            lowest=listing.pay_year_min_usd,
            highest=listing.pay_year_max_usd,
            states_pay=listing.states_pay,
        )
        for listing in Listing.objects.live(now).select_related("company").order_by().iterator()
    ]


def texts_of(listing: Listing) -> list[str]:
    """What is searched; words with a hyphen can also be found in one."""
    texts = [
        listing.title,
        listing.company.name,
        listing.place_line,
        " ".join(listing.workplace_types),
        listing.description_source,
    ]
    return [*texts, " ".join(word for text in texts for word in compounds(text))]


# --- What matches ---------------------------------------------------------------------------------


def holding(pieces: Iterable[Piece], jobs: list[Job]) -> list[Job]:
    """The jobs that hold every piece, and none that is excluded."""
    for piece in pieces:
        wanted = [as_typed_or_in_other_forms(word) for word in piece.words]
        jobs = [job for job in jobs if holds(job, wanted, piece) != piece.is_excluded]
    return jobs


def as_typed_or_in_other_forms(word: Word) -> list[str]:
    """Any of which has to stand in a text; what is several tokens, in a row."""
    return [f" {words} " for words in (" ".join(word.tokens), *word.forms)]


def holds(job: Job, wanted: list[list[str]], piece: Piece) -> bool:
    """All words of the piece, or one of the skills, roles or cities that these are a name of."""
    if any(
        any(form in job.text for form in as_typed_or_in_other_forms(w)) for w in piece.spellings
    ):
        return True
    named = {"skill": piece.skills, "role": piece.roles, "city": piece.cities}
    is_named = any(named[name] & job.values[name] for name in named)
    return is_named or all(any(form in job.text for form in forms) for forms in wanted)


def meets(job: Job, criteria: Criteria, without: str = "") -> bool:
    """Whether it meets the criteria but for the words, and for those of the facet ``without``."""
    for name in CHOICES:
        wanted = chosen_of(criteria, name)
        if wanted and name != without and not wanted & job.values[name]:
            return False
    for name in LEFT_OUT:
        if unwanted_of(criteria, name) & job.values[name]:
            return False
    of_places = [name for name in OF_PLACES if name != without and chosen_of(criteria, name)]
    if len(of_places) > 1 and not places_meeting(job, criteria, of_places):
        return False
    if (
        criteria.salary
        and without != "salary"
        and pay_state(job, criteria.salary_from or 0) not in criteria.salary
    ):
        return False
    if {company.pk for company in criteria.without_company} & job.values["company"]:
        return without == "company"
    return asks_for_skills(job, criteria, without)


def unwanted_of(criteria: Criteria, name: str) -> set[str]:
    if name == "country":
        return set(criteria.countries_left_out)
    if name == "city":
        return set(criteria.cities_left_out)
    return set(getattr(criteria, f"without_{name}"))


def asks_for_skills(job: Job, criteria: Criteria, without: str) -> bool:
    if {skill.pk for skill in criteria.without_skill} & job.values["skill"]:
        return False
    wanted = {skill.pk for skill in criteria.skill}
    if criteria.any_skill and wanted:
        return without == "skill" or bool(wanted & job.values["skill"])
    return wanted <= job.values["skill"]


def chosen_of(criteria: Criteria, name: str) -> set:
    chosen = criteria.countries if name == "country" else getattr(criteria, name)
    values = chosen if isinstance(chosen, tuple) else [chosen] if chosen else []
    return {getattr(value, "pk", value) for value in values}


def places_meeting(job: Job, criteria: Criteria, names: list[str]) -> list[dict[str, str]]:
    """The places that meet all that is chosen under ``names``."""
    return [
        place
        for place in job.places
        if all(place[name] in chosen_of(criteria, name) for name in names)
    ]


def values_of(job: Job, criteria: Criteria, name: str) -> set:
    """What it counts under: of places, at those that meet what else is chosen of them."""
    others = [other for other in OF_PLACES if other != name and chosen_of(criteria, other)]
    if name not in OF_PLACES or not others:
        return job.values[name]
    return {place[name] for place in places_meeting(job, criteria, others)} - {""}


def regions_of(countries: set) -> set[str]:
    return {code for code, (_, members) in REGIONS.items() if members & countries}


def pay_state(job: Job, threshold: int) -> str:
    """How the pay stands to ``threshold``, both a year in USD; an end that is not stated may be
    anywhere.
    """
    if job.lowest is None and job.highest is None:
        return "not_comparable" if job.states_pay else "unstated"
    if job.lowest is not None and job.lowest >= threshold:
        return "surely"
    return "maybe" if job.highest is None or job.highest >= threshold else "below"


# --- What is counted ------------------------------------------------------------------------------


def counts_of(jobs: list[Job], criteria: Criteria) -> dict[str, Counter]:
    """Of jobs that hold the words, by facet; a facet ignores what is chosen of it, but for skills
    that all are wanted.
    """
    counts = {
        name: Counter(
            value
            for job in jobs
            if meets(job, criteria, without=name)
            for value in values_of(job, criteria, name)
        )
        for name in [*CHOICES, "skill"]
    }
    counts["region"] = Counter(
        region
        for job in jobs
        if meets(job, criteria, without="country")
        for region in regions_of(values_of(job, criteria, "country"))
    )
    counts["flags"] = Counter(
        {name: counts[name][True] for name in ("visa", "verified", "featured")}
    )
    payable = [job for job in jobs if meets(job, criteria, without="salary")]
    counts["salary"] = Counter(pay_state(job, criteria.salary_from or 0) for job in payable)
    if criteria.salary_from is None:
        counts["salary"] = Counter(
            {name: counts["salary"][name] for name in ("unstated", "not_comparable")}
        )
    counts["band"] = Counter(
        floor
        for job in payable
        for floor, usd in criteria.band_floors.items()
        if pay_state(job, usd) in ("surely", "maybe")
    )
    return counts
