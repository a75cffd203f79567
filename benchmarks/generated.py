"""Invented jobs in any number, for measuring and tests of search. Companies are marked samples.

As in a real market a few companies, roles, skills, cities and words make up most of it, and much is
not stated.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from html import escape
from itertools import accumulate, product
from types import SimpleNamespace
from typing import Any

from django.db.models import Count

from jobboard.common.text.words import country_name
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import (
    ListingContent,
    bulk_create_listings,
    fill_listing_fields,
    hash_content,
)
from jobboard.listings.lifecycle import LIVE_DAYS, Status, mark_published
from jobboard.listings.models import COMPANY_SIZES, Company, Listing
from roles.models import FxRate, Role, Skill
from roles.pay.formulas import PERIODS_PER_YEAR

BATCH = 1000  # jobs stored in one transaction
JOBS_A_COMPANY = 25
MAX_SKILLS = 12
FEATURED_ONE_OF = 500

# What a job says, and how often of a hundred. Nobody holds a rate for the Kenyan shilling.
SHARES: dict[str, dict[Any, float]] = {
    "state": {"live": 94, "closed": 2, "expired": 1, "hidden": 1, "draft": 1, "in_review": 1},
    "has_role": {True: 67, False: 33},
    "level": {"": 25, "entry": 10, "mid": 20, "senior": 38, "executive": 7},
    "ending": {
        "": 60,
        " (m/f/d)": 8,
        " (Remote)": 5,
        ", C++": 4,
        " - NLP": 4,
        ", .NET": 3,
        ", C#": 3,
        ", Node.js": 3,
        ", R": 3,
        " II": 3,
        ", São Paulo hub": 2,
        " — Data & AI": 2,
    },
    "types": {
        ("full_time",): 56,
        (): 20,
        ("contractor",): 8,
        ("part_time",): 4,
        ("full_time", "part_time"): 4,
        ("intern",): 3,
        ("full_time", "contractor", "temporary"): 3,
        ("temporary",): 2,
    },
    "workplace": {"remote": 30, "on_site": 25, "hybrid": 25, "": 20},
    "days_on_site": {None: 40, 1: 5, 2: 20, 3: 25, 4: 10},
    "places": {1: 68, 2: 14, 0: 10, 3: 8},
    "eligibility": {"unstated": 70, "listed": 20, "anywhere": 10},
    "visa": {"unknown": 75, "no": 15, "yes": 10},
    "currency": {
        "": 45,
        "USD": 31,
        "EUR": 9,
        "GBP": 5,
        "INR": 3,
        "PLN": 3,
        "CAD": 2,
        "JPY": 1,
        "KES": 1,
    },
    "period": {"year": 80, "month": 8, "hour": 8, "day": 3, "week": 1},
    "ends_of_pay": {"both": 78, "lowest": 12, "highest": 10},
    "has_last_day": {False: 85, True: 15},
}
NEEDS = {"required": 6, "nice": 3, "mentioned": 1}
HIGHER = {"entry": "mid", "mid": "senior"}  # where a job states two levels
RANGES = 9  # one of so many jobs of these levels does
# One of so many jobs with several places is remote at one of them, and of those with pay one states
# no base pay, and one pay after tax too.
MIXED, NOT_BASE, SEVERAL_PAYS = 3, 13, 7
VERIFIED_BY = {"": 60, "email": 30, "admin": 10}
LEVEL_WORDS = {"entry": "Junior ", "senior": "Senior ", "executive": "Director, "}
# Roughly, so that amounts look right. Other currencies count 1.
UNITS_PER_USD = {
    "INR": 80,
    "PLN": 4,
    "JPY": 150,
    "KES": 130,
}

# The first of each list is drawn most often.
CITIES = """
    New York, US|London, GB|San Francisco, US|Bengaluru, IN|Berlin, DE|Toronto, CA|Paris, FR
    |Amsterdam, NL|Singapore, SG
    |Seattle, US|Warsaw, PL|Munich, DE|Hyderabad, IN|Boston, US|Sydney, AU|Madrid, ES|Dublin, IE
    |Lisbon, PT|Tokyo, JP
    |Chicago, US|Zürich, CH|Stockholm, SE|Tel Aviv, IL|São Paulo, BR|Barcelona, ES|Austin, US
    |Mumbai, IN|Vienna, AT
    |Kraków, PL|Hamburg, DE|Copenhagen, DK|Mexico City, MX|Montréal, CA|Prague, CZ|Los Angeles, US
    |Milan, IT|Pune, IN
    |Bucharest, RO|Melbourne, AU|Oslo, NO|Brussels, BE|Helsinki, FI|Buenos Aires, AR|Budapest, HU
    |Dubai, AE|Denver, US
    |Seoul, KR|Köln, DE|Atlanta, US|Edinburgh, GB|Athens, GR|Łódź, PL|Bogotá, CO|Cape Town, ZA
    |Nairobi, KE|Lyon, FR
    |Istanbul, TR|Manila, PH|Porto, PT|Tallinn, EE|Osaka, JP|Manchester, GB|Lagos, NG|Düsseldorf, DE
"""
UNKNOWN_PLACES = ["Remote", "EMEA", "Our head office", "Client sites"]
OTHER_TITLES = [
    ("en", "Software Engineer"),
    ("en", "Business Analyst"),
    ("en", "C++ Developer"),
    ("en", ".NET Developer"),
    ("fr", "Développeur Python"),
    ("en", "C# Engineer"),
    ("en", "Node.js Developer"),
    ("en", "R Programmer"),
    ("de", "Datenbankentwickler für Künstliche Intelligenz"),
    ("fr", "Ingénieur d’études, C++"),
    ("en", "R&D Lead"),
    ("ja", "東京 データエンジニア"),
    ("zh", "数据分析师"),
    ("en", "Product Manager"),
    ("ja", "機械学習エンジニア"),
]
FIRST_SENTENCES = {
    "en": "{company} is looking for: {title}.",
    "fr": (
        "{company} recrute : {title}. "
        "Vous êtes exigeant, à l’aise en équipe, et vous aimez la qualité."
    ),
    "de": (
        "{company} sucht Verstärkung: {title}. "
        "Sie lösen gern schwierige Aufgaben und können sie erklären."
    ),
    "ja": "{company}では{title}を募集しています。東京で働きます。",
    "zh": "{company}正在招聘{title}。我们一起工作。",
}
FUNCTION_WORDS = (
    "the|and|of|to|a|in|for|with|you|we|our|is|are|on|as|by|an|that|your|be|will|or|at|from"
    "|this|have|it"
)
COMPANY_ENDINGS = ["", " Labs", " Systems", " Analytics", " Group", " GmbH", " & Co", " AI"]
SYLLABLES = list(
    map(
        "".join,
        product([*"bdfghjklmnprstvz", "br", "st", "tr"], "aeiou", ["", "", "", "l", "n", "r", "s"]),
    )
)

WORDS = 20_000
PARAGRAPH = 60  # words
# Words drawn once. A paragraph takes every n-th of them from somewhere on: cheap, and never the
# same.
STREAM = 2**18


class MissingStarterContentError(Exception):
    """There are no roles or no skills that jobs could name."""


def generate(
    count: int,
    *,
    now: datetime,
    seed: int = 20261122,
    progress: Callable[[int], object] = lambda stored: None,
) -> None:
    """Store ``count`` more jobs, of companies of their own: the same ones for the same arguments,
    roles, skills and number of generated companies before, but for ids and the moment they are
    written. ``progress`` hears how many are stored. Whoever breaks off keeps whole batches. Raises
    MissingStarterContentError.
    """
    market = _Market(count, now, seed)
    for start in range(0, count, BATCH):
        stop = min(start + BATCH, count)
        bulk_create_listings([market.job(number) for number in range(start, stop)])
        progress(stop)


class _Market:
    """Makes jobs that are not saved yet, of companies that are."""

    def __init__(self, count: int, now: datetime, seed: int):
        there = Company.objects.filter(slug__startswith="generated-").count()
        self.key, self.now, self.newest_rate = (
            f"generated-{there}",
            now,
            cache(FxRate.objects.newest),
        )
        self.choose = random.Random(f"{seed} {there}")  # noqa: S311 no secret
        roles = Role.objects.order_by("-status", "name").prefetch_related("aliases")
        self.names = {
            role: [role.name, *(alias.folded.title() for alias in role.aliases.all())]
            for role in roles
        }
        skills = list(Skill.objects.annotate(uses=Count("roles")).order_by("-uses", "name"))
        if not (self.names and skills):
            raise MissingStarterContentError
        cities = [city.strip().rsplit(", ", 1) for city in CITIES.split("|")]
        places = [
            PlaceText(f"{city}, {country_name(country)}", city, country) for city, country in cities
        ]
        self.draws = {name: self._by_weight(weights) for name, weights in SHARES.items()}
        self.draw_roles, self.draw_skills = self._by_rank(self.names), self._by_rank(skills)
        self.draw_places = self._by_rank([*places, *map(PlaceText, UNKNOWN_PLACES)])
        self.draw_countries = self._by_rank(dict.fromkeys(country for _, country in cities))
        self.draw_titles, self.draw_needs = self._by_rank(OTHER_TITLES), self._by_weight(NEEDS)
        words = self._words()
        self.stream = self._stream(words, [skill.name for skill in skills])
        self.draw_companies = self._by_rank(
            self._companies(there, max(5, count // JOBS_A_COMPANY), words)
        )

    def _by_weight(self, weights: dict[Any, float]) -> Callable[..., list]:
        """Draws a list of one option, or of ``k=`` so many."""
        return partial(
            self.choose.choices, list(weights), cum_weights=list(accumulate(weights.values()))
        )

    def _by_rank(self, options: Iterable) -> Callable[..., list]:
        """By Zipf's law, a little flatter at the top, so that the first company does not have a
        tenth of all jobs.
        """
        return self._by_weight(
            {option: 1 / (rank + 3) for rank, option in enumerate(options, start=1)}
        )

    def _words(self) -> list[str]:
        words: dict[str, None] = {}
        while len(words) < WORDS:
            words["".join(self.choose.choices(SYLLABLES, k=self.choose.choice([2, 3, 3, 4])))] = (
                None
            )
        return list(words)

    def _stream(self, words: list[str], skills: list[str]) -> list[str]:
        function_words = FUNCTION_WORDS.split("|")
        starts = [f". {word.capitalize()}" for word in function_words]  # of a sentence
        role_words = " ".join(role.name for role in self.names).split()
        stream = []
        for options, share in [
            (words, 82),
            (function_words, 11),
            (starts, 4),
            (skills, 2),
            (role_words, 1),
        ]:
            stream += self._by_rank(options)(k=STREAM * share // 100)
        self.choose.shuffle(stream)
        return stream

    def _companies(self, there: int, count: int, words: list[str]) -> list[Company]:
        choice, verified_by = self.choose.choice, self._by_weight(VERIFIED_BY)(k=count)
        companies = [
            Company(
                name=choice(words).capitalize() + choice(COMPANY_ENDINGS),
                slug=f"generated-{number}",
                domain=f"generated-{number}.example.com",
                country=self.draw_countries()[0],
                size=choice(COMPANY_SIZES),
                verified_by=by,
                verified_at=self.now if by else None,
                is_demo=True,
            )
            for number, by in enumerate(verified_by, start=there)
        ]
        return Company.objects.bulk_create(companies, batch_size=BATCH)

    def job(self, number: int) -> tuple[Listing, ListingContent]:
        drawn = SimpleNamespace(**{name: draw()[0] for name, draw in self.draws.items()})
        company, role, (language, name) = self.draw_companies()[0], None, self.draw_titles()[0]
        if drawn.has_role:
            role, language = self.draw_roles()[0], "en"
            name = self.choose.choice(self.names[role])
        title = f"{LEVEL_WORDS.get(drawn.level, '')}{name}{drawn.ending}"
        skills = list(dict.fromkeys(self.draw_skills(k=self.choose.randrange(MAX_SKILLS + 1))))
        needs = sorted(self.draw_needs(k=len(skills)), key=list(NEEDS).index)
        paragraphs = [
            FIRST_SENTENCES[language].format(company=company.name, title=title),
            *self._paragraphs(),
        ]
        if skills:
            paragraphs.append(f"You work with {', '.join(skill.name for skill in skills)}.")
        content = ListingContent(
            title=title,
            description="\n\n".join(paragraphs),
            role=role,
            role_from=Listing.RoleFrom.MATCHED if role else Listing.RoleFrom.EMPLOYER,
            level=drawn.level,
            level_max=HIGHER.get(drawn.level, "") if number % RANGES == 0 else "",
            employment_types=drawn.types,
            places=tuple(self._places(drawn, is_mixed=number % MIXED == 0)),
            eligibility=drawn.eligibility,
            eligible_countries=(
                tuple(sorted({*self.draw_countries(k=4)})) if drawn.eligibility == "listed" else ()
            ),
            apply_url=f"https://{company.domain}/jobs/{number}",
            visa=drawn.visa,
            closes_on=(
                (self.now + timedelta(days=self.choose.randrange(1, 60))).date()
                if drawn.has_last_day
                else None
            ),
            skills=tuple(zip(skills, needs, strict=True)),
            pay=tuple(self._statements(drawn, number)),
        )
        listing = Listing(company=company, external_id=f"{self.key}-{number}", language=language)
        # Reading Markdown and cleaning HTML take longer than all the rest. This is what they would
        # make of it.
        fill_listing_fields(listing, replace(content, description=""), self.newest_rate)
        listing.description_source = content.description
        listing.content_hash = hash_content(content)
        listing.description_html = "\n".join(
            f"<p>{escape(text, quote=False)}</p>" for text in paragraphs
        )
        self._set_state(listing, drawn.state)
        return listing, content

    def _paragraphs(self) -> Iterator[str]:
        for _ in range(self.choose.randrange(4, 8)):
            step = self.choose.randrange(1, STREAM // 100)
            start = self.choose.randrange(len(self.stream) - PARAGRAPH * step)
            words = " ".join(self.stream[start : start + PARAGRAPH * step : step])
            yield f"You {words}.".replace(" . ", ". ")

    def _places(self, drawn: SimpleNamespace, *, is_mixed: bool) -> Iterator[PlaceText]:
        """Alike, but for the last one of a mixed job, which is remote."""
        places = list(dict.fromkeys(self.draw_places(k=drawn.places)))
        workplaces = [drawn.workplace] * len(places)
        if is_mixed and len(places) > 1:
            workplaces[-1] = "remote"
        for place, workplace in zip(places, workplaces, strict=True):
            days = drawn.days_on_site if workplace == "hybrid" else None
            yield PlaceText(place.text, place.city, place.country, workplace, hybrid_days=days)

    def _statements(self, drawn: SimpleNamespace, number: int) -> Iterator[PayStatement]:
        if not drawn.currency:
            return
        pay = self._pay(drawn)
        if number % NOT_BASE == 0:
            yield replace(pay, kind="on_target")
            return
        yield pay
        if number % SEVERAL_PAYS == 0:
            yield replace(self._pay(drawn), gross="net")

    def _pay(self, drawn: SimpleNamespace) -> PayStatement:
        lowest = self.choose.lognormvariate(11.5, 0.4) * UNITS_PER_USD.get(drawn.currency, 1)
        lowest, highest = (
            Decimal(f"{amount / PERIODS_PER_YEAR[drawn.period]:.3g}")
            for amount in (lowest, lowest * self.choose.uniform(1, 1.5))
        )
        return PayStatement(
            None if drawn.ends_of_pay == "highest" else lowest,
            None if drawn.ends_of_pay == "lowest" else highest,
            drawn.currency,
            drawn.period,
            origin=Listing.SalaryFrom.FORM,
        )

    def _set_state(self, listing: Listing, state: str) -> None:
        """Half of all are posted at a midnight, as by feeds that state days only."""
        age = timedelta(
            days=LIVE_DAYS * (state == "expired"),
            seconds=self.choose.randrange(86_400 * (LIVE_DAYS - 1)),
        )
        posted = self.now.replace(microsecond=0) - age
        if self.choose.random() < 0.5:
            posted = posted.replace(hour=0, minute=0, second=0)
        listing.posted_at = listing.first_seen_at = posted
        if state == "in_review":
            listing.status, listing.submitted_at = Status.IN_REVIEW, posted
        elif state != "draft":
            mark_published(listing, posted)
        if state == "closed":
            listing.status, listing.closed_at = Status.CLOSED, self.now
            listing.outcome = self.choose.choice(Listing.Outcome.values)
        elif state == "hidden":
            listing.hidden_at, listing.hidden_reason = (
                self.now,
                "Hidden to see that nobody finds it.",
            )
        elif state == "live" and self.choose.randrange(FEATURED_ONE_OF) == 0:
            listing.featured_until = self.now + timedelta(days=self.choose.randrange(1, 30))
