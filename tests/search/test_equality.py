"""The index against two judges that know nothing of it: the database, and job by job."""

import csv
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote_plus, urlencode

import pytest
import time_machine
from django.db import connection, transaction
from django.http import QueryDict
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from benchmarks.generated import generate
from jobboard.listings.models import Company, Listing
from jobboard.search import database
from jobboard.search.facets.counted import build_facets
from jobboard.search.find import Criteria
from jobboard.search.index import queries, reading, writing
from jobboard.search.language import ListingFilter
from jobboard.search.results.page import PER_PAGE, ListingSearch
from roles.models import Role, RoleAlias, Skill, SkillAlias
from tests import shipped_rows
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, SkillFactory
from tests.search.brute_force import counts_of, holding, jobs_live_at, meets

pytestmark = pytest.mark.django_db


def criteria_of(query: str) -> Criteria:
    return ListingSearch(QueryDict(query)).criteria


# --- Odd texts and numbers ------------------------------------------------------------------------

NAMES = sorted(ListingFilter.get_filters())
ODD_NUMBERS = [
    "0",
    "-1",
    "1.5",
    "1_0",
    "0x10",
    "٣",
    "1" + "0" * 23,
    "1e300",
    "1e400",
    "-1e400",
    "1e-400",
    "NaN",
    "Infinity",
    "366",
    "401",
    "x",
    "",
    " ",
]
ODD_TEXTS = [
    "\0",
    "a\0b",
    "\x1f",
    "\u2028",
    "\u202eשלום",
    "عمل",
    "🦄",
    "👩\u200d💻 job",
    "\u0301\u0301",
    "ßﬁİ",
    "東" * 60,
    "a" * 9_000,
    "a " * 4_500,
    '"' * 50,
    '"" ""',
    "-" * 50,
    "- -+- ",
    '-"',
    '"-',
    '-""',
    '"engineer',
    'engineer"',
    '-"engineer',
    "---engineer",
    "'",
    "%",
    "_",
    "\\",
    "<script>",
    "title:x OR *",
    "*",
    "?",
    "a~2",
    "[a TO b]",
    "{}",
    "{a TO *}",
    "+engineer",
    "(engineer",
    "engineer^2",
    "NOT engineer",
    "AND",
    "&&",
    "/.*/",
    "^$",
    "(?:a+)+$",
    "C++++",
    "###",
    ".net.net",
    ".js",
    "XXX",
]
# As they stand in an address.
ODD = [
    *map(quote_plus, ODD_NUMBERS + ODD_TEXTS),
    "%ED%A0%80",
    "%ff",
    "%",
]


FINE = (200, 400, 404, 414)


@pytest.mark.slow
@pytest.mark.parametrize(
    "step", [10, pytest.param(1, marks=pytest.mark.sqlite_alone)], ids=["a tenth", "all"]
)
def test_nothing_odd_in_any_parameter_breaks_a_search_or_costs_the_index(
    client, index, caplog, step
):
    ListingFactory(live=True, title="Engineer, C++", required=[SkillFactory(name="C++")])
    client.raise_request_exception = False
    filters = [name for name in NAMES if name != "page"]
    addresses = ["/jobs/?" + "&".join(f"{name}={value}" for name in filters) for value in ODD]
    addresses += ["/jobs/?" + "&".join([f"{name}=1"] * 500) for name in NAMES]
    addresses += [f"/jobs/?page={quote_plus(value)}" for value in ODD_NUMBERS]
    addresses += [f"/jobs/suggestions/?q={value}" for value in ODD]

    statuses = {address: client.get(address).status_code for address in addresses[::step]}

    assert {
        address: status
        for address, status in statuses.items()
        if status not in (200, 400, 404, 414)
    } == {}
    assert "The search index" not in caplog.text
    assert reading.snapshot().count(criteria_of("q=engineer"), timezone.now()) == 1


TEXTS = [
    "C++ and C# on .NET, Node.js or R; CI/CD",
    "東京のエンジニア 数据分析师",
    "Développeur à Zürich, Straße, ﬁne",
    "title:x OR a~2 [a TO b] {} * İstanbul",
    "שלום عمل 🦄 job's -engineer",
    "machine learning engineers, front-end in the U.S.",
]
PARTS = " ".join(TEXTS).split() + list('"- \t\u202e\u0301+#./:*')
PARTS += ["engineer", "frontend", '-"', '"machine learning"', "機械"]


@pytest.mark.slow
def test_any_text_finds_what_holds_its_words(index):
    cpp = SkillFactory(name="C++")
    for text in TEXTS:
        ListingFactory(
            live=True,
            title=text[:30],
            description_source=text,
            required=[cpp] if "C++" in text else [],
        )
    writing.update()
    now, searched = timezone.now(), reading.snapshot()
    jobs = jobs_live_at(now)
    any_text = st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
    )

    @hypothesis_settings(max_examples=200)
    @given(st.lists(st.sampled_from(PARTS) | any_text, max_size=6), st.sampled_from(["", " "]))
    def holds_for(parts, between):
        criteria = Criteria(words=between.join(parts), sort="relevance")
        answer = searched.search(criteria, now)
        expected = {job.pk for job in holding(criteria.pieces, jobs)}
        assert (answer.total, set(answer.ids)) == (len(expected), expected)

    holds_for()


def test_a_word_with_a_hyphen_beside_a_slash_needs_both_sides(index):
    ListingFactory(live=True, title="C++ Developer, front-end")
    ListingFactory(live=True, title="Designer", description_source="You draw a front-end.")

    assert ListingSearch(QueryDict("q=front-end")).run().total == 2
    assert ListingSearch(QueryDict("q=C%2B%2B/front-end")).run().total == 0  # nobody writes so
    assert ListingSearch(QueryDict("q=C%2B%2B+front-end")).run().total == 1


@pytest.mark.slow
def test_of_many_companies_with_equally_many_jobs_both_count_the_same(index):
    companies = CompanyFactory.create_batch(150)
    role = RoleFactory()
    for company in reversed(companies):
        ListingFactory(live=True, company=company, role=role)
    writing.update()
    now, criteria = timezone.now(), criteria_of(f"company={companies[140].slug}")

    shown = build_facets(reading.snapshot().counts(criteria, now), criteria)["company"]

    assert {option.value for option in shown.options} == {
        company.slug for company in (*companies[:30], companies[140])
    }
    assert shown == build_facets(database.search(criteria, now).counts, criteria)["company"]


# --- Thousands of jobs ----------------------------------------------------------------------------
# These stand last: the clock and the jobs of ``market`` stay until the end of the module.

NOW = datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC)
JOBS = 5_000
MAX_RESULTS = 2_500  # results that are shown; here, because there are fewer jobs
SEED = 20261122
SEARCHES = 30  # at each of four moments
# What makes the database several times faster at counting: not reading past the texts, not
# compiling what runs once.
FASTER = {
    "sqlite": (
        """CREATE INDEX filtered ON listings_listing (status, hidden_at, expires_at, company_id,
        role_id, level, employment_types, workplace, eligibility, visa, featured_until, posted_at,
        pay_year_min_usd, pay_year_max_usd, id)"""
    ),
    "postgresql": "SET LOCAL jit = off",
}


@pytest.fixture(scope="module")
def market(kept_rows, django_db_blocker, tmp_path_factory):
    """Generated jobs, all that the starter knows, and the index of them; it is NOW."""
    settings = override_settings(SEARCH_FOLDER=tmp_path_factory.mktemp("search"))
    clock = time_machine.travel(NOW, tick=False)
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        connection.cursor() as cursor,
        settings,
        clock,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(queries, "MAX_RESULTS", MAX_RESULTS)
        shipped_rows.fill(shipped_rows.CONTENT)
        cursor.execute(FASTER[connection.vendor])
        generate(JOBS, now=NOW, seed=SEED)
        cursor.execute("ANALYZE")
        connection.check_constraints()  # once, or PostgreSQL does it again at the end of each test
        writing.rebuild()
        yield reading.snapshot()
        transaction.set_rollback(True)


def choices() -> dict[str, list[str]]:
    """Parameter → what may be asked with it."""
    roles = Role.objects.published().order_by("slug").values_list("slug", flat=True)
    others = Skill.objects.order_by("slug").values_list("slug", flat=True)
    skills = ["python", "sql", "cpp", "dotnet", "r", *others[::9]]
    companies = Company.objects.order_by("pk").values_list("slug", flat=True)[:40]
    return {
        "role": [
            *(f"role={slug}" for slug in roles),
            "role=data-engineer&role=data-scientist",
            "role=other",
            "role=other&role=data-engineer",
        ],
        "level": [
            "level=senior",
            "level=entry",
            "level=mid",
            "level=unstated",
            "level=mid&level=executive&level=unstated",
            "level=-entry",
            "level=-unstated&level=-senior",
        ],
        "type": [
            "type=full_time",
            "type=intern",
            "type=unstated",
            "type=contractor&type=unstated",
            "type=temporary",
            "type=-contractor",
            "type=-intern&type=-unstated",
        ],
        "workplace": [
            "workplace=remote",
            "workplace=hybrid&workplace=on_site",
            "workplace=unstated",
            "workplace=unstated&workplace=remote",
        ],
        "country": [
            "country=US",
            "country=DE&country=AT&country=CH",
            "country=jp",
            "country=GB&country=US",
            "country=europe",
            "country=latam&country=DE",
            "country=-US",
            "country=europe&country=-GB",
        ],
        "city": [
            f"city={name}"
            for name in ("Berlin", "munchen", "New+York", "Köln", "sao+paulo", "Atlantis")
        ]
        + [
            "city=Texas",
            "city=-Berlin",
            "city=-Texas",
            "city=Bavaria",
            "city=Berlin&within=50",
            "city=London&within=25",
            "city=New+York&within=100",
        ],
        "from": ["from=DE", "from=US", "from=BR&from=AR", "from=IS", "from=eu"],
        "skill": [
            *(f"skill={slug}" for slug in skills),
            "skill=python&skill=sql",
            "skill=python&skill=-sql",
            "skill=-python",
            "skill=r&skill=cpp&skill=sql",
            "skills=any&skill=python&skill=sql",
        ],
        "company": [
            *(f"company={slug}" for slug in companies),
            "company=generated-0&company=generated-1",
            "company=-generated-0&company=-generated-1",
        ],
        "salary": [
            "salary_from=100000",
            "salary_from=90000.5&currency=eur",
            "salary_from=12000000&currency=JPY",
            "salary_from=900000000&currency=IDR&salary=surely",
            "salary_from=0",
            "salary_from=150000&salary=maybe",
            "salary_from=120000&currency=GBP&salary=maybe&salary=unstated",
            "salary_from=100000&salary=unstated",
            "salary=unstated",
            "salary=surely",
            "salary=maybe",
            "salary=maybe&salary=unstated",
            "salary=not_comparable",
            "salary=not_comparable&salary=unstated",
            "salary_from=90000&currency=EUR&salary=surely&salary=not_comparable",
            "currency=JPY",
            "salary_from=80000&salary=surely&salary=maybe&salary=unstated",
            "salary_from=100000000000",
        ],
        "posted": ["posted=1", "posted=3", "posted=7", "posted=14", "posted=30", "posted=365"],
        "flags": ["featured=1", "visa=yes", "verified=1", "visa=yes&verified=1"],
    }


def drawn(choose: random.Random, asked: dict[str, list[str]], counts: list[int]) -> str:
    """A query of several parameters; ``counts`` are how many there may be, often ones often."""
    names = choose.sample(list(asked), k=choose.choice(counts))
    return "&".join(choose.choice(asked[name]) for name in names)


def moments() -> list[datetime]:
    """Now, when many jobs became exactly so many days old, when one ends, and when one is featured
    no longer.
    """
    live = Listing.objects.live(NOW)
    midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = (
        live.filter(expires_at__gt=NOW).order_by("expires_at").values_list("expires_at", flat=True)
    )
    featured = (
        live.filter(featured_until__gt=NOW)
        .order_by("featured_until")
        .values_list("featured_until", flat=True)
    )
    return [NOW, midnight + timedelta(days=1), ends[500], featured[5]]


def answer_of(implementation, criteria: Criteria, now: datetime, page: int) -> dict:
    answer = implementation.search(criteria, now, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    featured = answer.featured if page == 1 else []  # only there are they shown
    return {
        "ids": answer.ids,
        "total": answer.total,
        "featured": featured,
        **build_facets(answer.counts, criteria),
    }


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.sqlite_alone  # test_search.py says the same of both databases for chosen searches
def test_whatever_is_filtered_the_index_answers_as_the_database_does(market):
    choose, asked = random.Random(SEED), choices()  # noqa: S311 the same searches in every run
    totals, pages, different = [], [], {}
    for now in moments():
        for number in range(SEARCHES):
            query = drawn(choose, asked, [1, 1, 2, 2, 2, 3, 4]) + choose.choice(
                ["", "&sort=salary", "&sort=closing"]
            )
            query = query if number else ""  # first, the last page of all jobs
            criteria = criteria_of(query)
            total = market.count(criteria, now)
            last = max(1, min(total, MAX_RESULTS) // PER_PAGE)
            page = choose.choice([1, choose.randint(1, last), last]) if number else last

            by_index, by_database = (
                answer_of(one, criteria, now, page) for one in (market, database)
            )

            wrong = {name: (by_index[name], by_database[name]) for name in by_index}
            if wrong := {
                name: answers for name, answers in wrong.items() if answers[0] != answers[1]
            }:
                different[now, query, page] = wrong
            totals.append(total)
            pages.append(page)
    assert different == {}
    found, deep = sum(total > 0 for total in totals), sum(page > 10 for page in pages)
    assert found > 90 and len(totals) - found > 5 and deep > 15 and max(pages) == 100


def intentions() -> list[str]:
    """Lines that are judged elsewhere."""
    with (Path(__file__).with_name("data") / "intentions.csv").open(encoding="utf-8") as file:
        return [row["query"] for row in csv.DictReader(file)]


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.sqlite_alone
def test_what_is_understood_the_index_answers_as_the_database_does(market):
    asked = choices()
    beside = ["", "level=senior", "country=europe", "from=emea", *asked["salary"][:3]]
    different, found = {}, 0
    for number, line in enumerate(intentions()[::4]):  # filters are judged above
        query = urlencode({"q": line}) + f"&{beside[number % len(beside)]}&sort=newest"
        criteria = criteria_of(query)
        if criteria.words:  # each of the two reads these in its own way
            continue
        by_index, by_database = (
            answer_of(one, criteria, NOW, page=1) for one in (market, database)
        )
        if by_index != by_database:
            different[query] = {
                name: (by_index[name], by_database[name])
                for name in by_index
                if by_index[name] != by_database[name]
            }
        found += bool(by_index["total"])
    assert different == {}
    assert found > 15


WORDS = [
    "C++",
    "c++ -.net",
    "C#",
    "C",
    "R",
    "-R analyst",
    "R&D",
    ".NET",
    "asp.net",
    "Node.js",
    "nodejs",
    "node",
    "CI/CD",
    '"CI/CD"',
    "cicd -c++",
    "a/b testing",
    "engineer",
    "engineers",
    '"engineers"',
    "-engineer",
    "analyses",
    "developer -node.js -c#",
    "technologies",
    "machine learning",
    '"machine learning"',
    "learning machine",
    "k8s",
    "kubernetes",
    '-"machine learning" learning',
    "Développeur",
    "developpeur",
    "développeurs",
    "São Paulo",
    "München",
    "sao paulo hub",
    "Köln",
    "Kraków -C++",
    "Łódź",
    "东京",
    "東京",
    "京東",
    "東京 データ",
    "数据分析师",
    "機械学習",
    '"機械 学習"',
    "d’études",
    "Künstliche Intelligenz",
    "sklearn",
    "remote",
    "United States",
    '"New York" senior',
    "senior data engineer",
    "II",
    "(m/f/d)",
    "m/f/d",
    "NLP -remote",
    "— Data & AI",
    "Weights & Biases",
    "GmbH",
    '"You are"',
    "you the and of",
    "zzzz",
    "-zzzz data scientist",
    '"the the the"',
    "100%",
    "e-commerce",
]
COUNTED = [
    "q=machine+learning&words=1",
    "q=engineer+-intern&country=US&country=DE&salary_from=100000",
    "q=C%2B%2B&type=full_time&level=senior",
    "q=engineer&workplace=remote&workplace=unstated&country=US&country=DE",
    "q=data&skill=python&workplace=remote&verified=1&salary=unstated",
    "q=%22data+engineer%22&role=data-engineer&visa=yes&featured=1",
    "q=engineer&skill=python&skill=sql&skills=any&country=europe&workplace=remote",
    "q=東京&words=1&currency=JPY&company=generated-0&salary_from=9000000&salary=maybe",
]


def names_and_texts() -> list[list[str]]:
    """What people may type: names as they are, and texts to take a few words in a row from."""
    jobs = list(
        Listing.objects.live(NOW)
        .order_by("external_id")
        .values_list("title", "description_source")[:400]
    )
    return [
        [title for title, _ in jobs],
        [text for _, text in jobs],
        *(
            list(named.objects.order_by(name).values_list(name, flat=True))
            for named, name in [
                (Skill, "name"),
                (SkillAlias, "folded"),
                (RoleAlias, "folded"),
                (Company, "name"),
            ]
        ),
    ]


def typed(choose: random.Random, sources: list[list[str]]) -> str:
    """One to three pieces, some in quotes and some not wanted."""
    pieces = []
    for _ in range(choose.choice([1, 1, 2, 3])):
        words = choose.choice(choose.choice(sources)).replace('"', " ").split()
        start = choose.randrange(len(words)) if len(words) > 5 else 0
        piece = " ".join(words[start : start + choose.choice([1, 2, 3, 4])])
        pieces.append(choose.choice(["{}", "{}", "{}s", '"{}"', "-{}", '-"{}"']).format(piece))
    return " ".join(pieces)[:200]


def ids_in_pages(index, criteria: Criteria, now: datetime, size: int) -> list[int]:
    ids: list[int] = []
    while len(ids) < MAX_RESULTS and (
        page := index.search(criteria, now, offset=len(ids), limit=size).ids
    ):
        ids += page
    return ids[:MAX_RESULTS]


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.sqlite_alone  # no database is asked
def test_words_find_the_jobs_that_hold_them_and_are_counted_so(market):
    choose, asked = random.Random(SEED), choices()  # noqa: S311 the same searches in every run
    sources, jobs = names_and_texts(), jobs_live_at(NOW)
    for name in ("city", "from", "posted"):  # judged by the database above
        del asked[name]
    searches = [urlencode({"q": words, "words": "1"}) for words in WORDS]
    for number in range(60):
        words = urlencode({"q": typed(choose, sources), "words": "1"})
        searches.append(f"{words}&{drawn(choose, asked, [1, 2])}" if number % 2 else words)
    totals, different = [], {}
    for query in [*searches, *COUNTED]:
        criteria = criteria_of(query)
        holding_it = holding(criteria.pieces, jobs)
        expected = {job.pk for job in holding_it if meets(job, criteria)}
        totals.append(len(expected))
        size = max(PER_PAGE, len(expected) // 8)
        for sort in ("relevance", "closing"):
            ids = ids_in_pages(market, replace(criteria, sort=sort), NOW, size)
            is_whole = len(set(ids)) == len(ids) == min(
                len(expected), MAX_RESULTS
            ) and expected.issuperset(ids)
            if not is_whole or market.count(criteria, NOW) != len(expected):
                different[query, sort] = sorted(expected.symmetric_difference(ids))
        if query in COUNTED:
            by_index, by_hand = market.search(criteria, NOW).counts, counts_of(holding_it, criteria)
            if build_facets(by_index, criteria) != build_facets(by_hand, criteria):
                different[query, "counts"] = (by_index, by_hand)
    assert different == {}
    found = sum(total > 0 for total in totals)
    assert found > 90 and len(totals) - found > 10
