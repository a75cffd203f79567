"""The index against two judges that know nothing of it: the database, and looking at one job after another."""

import random
from datetime import UTC, datetime, timedelta
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

from jobboard.listings.filters import ListingFilter
from jobboard.listings.generated import generate
from jobboard.listings.listing_search import PER_PAGE, ListingSearch
from jobboard.listings.models import Company, Listing
from jobboard.listings.search import DEEPEST, Criteria, follow, orm
from jobboard.listings.search.results import facets_of
from roles import starter_content
from roles.models import Role, RoleAlias, Skill, SkillAlias
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, SkillFactory, in_days

from .brute_force import counts_of, holds_words, jobs_live_at, meets

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["database", "index"])
def answered_by(request):
    """The test is said of both implementations."""
    if request.param == "index":
        request.getfixturevalue("index")
    return request.param


def criteria_of(query: str) -> Criteria:
    return ListingSearch(QueryDict(query)).criteria


# --- Odd texts and numbers --------------------------------------------------------------------------------------------

NAMES = sorted(ListingFilter.get_filters())
ODD = [  # as they stand in an address
    "", "+", "%00", "a%00b", "%ED%A0%80", "%ff", "%E2%80%AE%D7%A9%D7%9C%D7%95%D7%9D", "%D8%B9%D9%85%D9%84", "%F0%9F%A6%84",
    "%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB+job", "%CC%81%CC%81", "a" * 9_000, "a+" * 4_500, "%22" * 50, "%22%22+%22%22", "-" * 50,
    "-+-+-", "-%22", "%22-", "-%22%22", "%22engineer", "engineer%22", "-%22engineer", "---engineer", "%27%27", "1" + "0" * 23, "-1",
    "0", "1e400", "-1e400", "NaN", "Infinity", "0x10", "1_0", "%D9%A3", "1.5", "366", "1e300", "XXX", "401", "unknown", "%25",
    "_", "%5C", "title%3Ax+OR+*", "*", "%3F", "a~2", "%5Ba+TO+b%5D", "%7B%7D", "%7Ba+TO+*%7D", "%2Bengineer", "%28engineer",
    "engineer%5E2", "NOT+engineer", "AND", "%26%26", "%2F.*%2F", "%5E%24", "%28%3F%3Aa%2B%29%2B%24", "%3Cscript%3E",
    "C%2B%2B%2B%2B", "%23%23%23", ".net.net", ".js", "%E6%9D%B1" * 60, "%C3%9F%EF%AC%81%C4%B0", "%1F", "%E2%80%A8",
]  # fmt: skip


def test_nothing_odd_in_any_parameter_breaks_a_search_or_costs_the_index(client, answered_by, caplog):
    ListingFactory(live=True, title="Engineer, C++", required=[SkillFactory(name="C++")])
    client.raise_request_exception = False
    odd = {value: "&".join(f"{name}={value}" for name in NAMES if name != "page") for value in ODD}
    addresses = [f"/jobs/?{everywhere}" for everywhere in odd.values()]
    addresses += [f"/jobs/?{name}={value}" for name in ("q", "page") for value in ODD]
    addresses += [f"/jobs/suggestions/?q={value}" for value in ODD]
    addresses += [f"/jobs/?{'&'.join([f'{name}=1'] * 500)}" for name in NAMES]

    statuses = {address: client.get(address).status_code for address in addresses}

    assert {address: status for address, status in statuses.items() if status not in (200, 400, 404)} == {}
    assert "The search index" not in caplog.text
    if answered_by == "index":
        assert follow.state() == "ok"
        assert follow.snapshot().count(Criteria(words="engineer"), timezone.now()) == 1


TEXTS = [
    "C++ and C# on .NET, Node.js or R; CI/CD", "東京のエンジニア 数据分析师", "Développeur à Zürich, Straße 5, ﬁne İstanbul",
    "title:x OR a~2 [a TO b] {} *", "שלום عمل 🦄 job's -engineer", "machine learning engineers, analyses of studies",
]  # fmt: skip
PARTS = [*" ".join(TEXTS).split(), *'"- \t\u202e\u0301+#./:*', "engineer", "study", '-"', '"machine learning"', "機械"]


def test_any_text_finds_what_holds_its_words(index):
    cpp = SkillFactory(name="C++")
    for text in TEXTS:
        ListingFactory(live=True, title=text[:30], description_source=text, required=[cpp] if "C++" in text else [])
    follow.catch_up()
    now = timezone.now()
    found_by, jobs = follow.snapshot(), jobs_live_at(now)
    any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)

    @hypothesis_settings(derandomize=True, max_examples=250, deadline=None, database=None)
    @given(st.lists(st.sampled_from(PARTS) | any_text, max_size=6), st.sampled_from(["", " "]))
    def check(parts, between):
        criteria = Criteria(words=between.join(parts), sort="relevance")
        expected = {job.pk for job in jobs if holds_words(job, criteria.pieces)}
        answer = found_by.search(criteria, now)
        assert (answer.total, set(answer.ids)) == (len(expected), expected)

    check()


# --- A stable order ---------------------------------------------------------------------------------------------------


def ids_of_all_pages(query: str) -> list[int]:
    ids, page = [], 1
    while True:
        found = ListingSearch(QueryDict(f"{query}&page={page}")).run().found
        ids += found.ids
        if page * PER_PAGE >= found.total:
            return ids
        page += 1


@pytest.mark.parametrize("query", ["q=engineer", "q=-intern", "sort=newest", "sort=salary", "sort=closing"])
def test_equal_jobs_come_newest_id_first_on_every_page_however_the_index_is_split(index, query):
    """Equal to the second in what is sorted by."""
    second = in_days(-1).replace(microsecond=0)
    same = {"title": "Engineer", "company": CompanyFactory(), "role": RoleFactory()}
    listings = ListingFactory.create_batch(
        60, live=True, paid=True, posted_at=second, expires_at=second + timedelta(days=20), **same
    )
    newest_first = [listing.pk for listing in reversed(listings)]
    assert ids_of_all_pages(query) == newest_first

    for listing in (listings[7], listings[59], listings[30]):  # each moves to a segment of its own
        listing.save()
        assert ids_of_all_pages(query) == newest_first
    assert follow.snapshot().searcher.num_segments > 2

    follow.rebuild()
    assert ids_of_all_pages(query) == newest_first


# --- Twenty thousand jobs ---------------------------------------------------------------------------------------------
# These stand last: the clock and the jobs of ``market`` stay until the end of the module.

NOW = datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC)
JOBS = 20_000
SEED = 20261122
SEARCHES = 60  # at each of four moments
FILTERED_COLUMNS = """status, hidden_at, expires_at, company_id, role_id, level, employment_types, workplace, eligibility,
    visa, featured_until, posted_at, pay_year_min_usd, pay_year_max_usd, id"""


@pytest.fixture(scope="module")
def market(django_db_setup, django_db_blocker, tmp_path_factory):
    """Generated jobs, all that the starter knows, and the index of them; it is NOW."""
    settings = override_settings(SEARCH_FOLDER=tmp_path_factory.mktemp("search"))
    clock = time_machine.travel(NOW, tick=False)
    with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor, settings, clock:
        starter_content.load()
        # So the database counts without reading the texts; else it would take four times as long.
        cursor.execute(f"CREATE INDEX filtered ON listings_listing ({FILTERED_COLUMNS})")
        generate(JOBS, now=NOW, seed=SEED)
        cursor.execute("ANALYZE")
        follow.rebuild()
        yield follow.snapshot()
        transaction.set_rollback(True)


def choices() -> dict[str, list[str]]:
    """Parameter → what may be asked with it."""
    roles = Role.objects.published().order_by("slug").values_list("slug", flat=True)
    skills = Skill.objects.order_by("slug").values_list("slug", flat=True)
    companies = Company.objects.order_by("pk").values_list("slug", flat=True)[:40]
    common = ["python", "sql", "pytorch", "machine-learning", "spark", "cpp", "dotnet", "r"]
    return {
        "role": [*(f"role={slug}" for slug in roles), "role=data-engineer&role=data-scientist"],
        "level": ["level=senior", "level=entry", "level=unstated", "level=mid&level=executive&level=unstated"],
        "type": ["type=full_time", "type=intern", "type=unstated", "type=contractor&type=unstated", "type=temporary"],
        "workplace": ["workplace=remote", "workplace=hybrid&workplace=on_site", "workplace=unstated"],
        "country": ["country=US", "country=DE&country=AT&country=CH", "country=jp", "country=GB&country=US", "country=IS"],
        "city": ["city=Berlin", "city=munchen", "city=New+York", "city=K%C3%B6ln", "city=sao+paulo", "city=Tokyo", "city=Atlantis"],
        "from": ["from=DE", "from=US", "from=BR&from=AR", "from=IS"],
        "skill": [*(f"skill={slug}" for slug in [*common, *skills[::9]]), "skill=python&skill=sql", "skill=r&skill=cpp&skill=sql"],
        "company": [*(f"company={slug}" for slug in companies), "company=generated-0&company=generated-1"],
        "salary": [
            "salary_from=100000", "salary_from=90000.5&currency=eur", "salary_from=12000000&currency=JPY",
            "salary_from=900000000&currency=IDR&salary=surely", "salary_from=0", "salary_from=150000&salary=maybe",
            "salary_from=120000&currency=GBP&salary=maybe&salary=unstated", "salary_from=100000&salary=unstated",
            "salary=unstated", "salary=surely", "salary=maybe", "salary=maybe&salary=unstated", "currency=JPY",
            "salary_from=80000&salary=surely&salary=maybe&salary=unstated", "salary_from=100000000000",
        ],
        "posted": ["posted=1", "posted=3", "posted=7", "posted=14", "posted=30", "posted=365"],
        "flags": ["featured=1", "visa=yes", "verified=1", "visa=yes&verified=1"],
    }  # fmt: skip


def drawn(choose: random.Random, asked: dict[str, list[str]], counts: list[int]) -> str:
    """A query of several parameters; ``counts`` are how many there may be, often ones often."""
    names = choose.sample(list(asked), k=choose.choice(counts))
    return "&".join(choose.choice(asked[name]) for name in names)


def moments() -> list[datetime]:
    """Now, when many jobs became exactly so many days old, when one ends, and when one is featured no longer."""
    live = Listing.objects.live(NOW)
    midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = live.filter(expires_at__gt=NOW).order_by("expires_at").values_list("expires_at", flat=True)
    featured = live.filter(featured_until__gt=NOW).order_by("featured_until").values_list("featured_until", flat=True)
    return [NOW, midnight + timedelta(days=1), ends[2_000], featured[5]]


def answer_of(implementation, criteria: Criteria, now: datetime, page: int) -> dict:
    answer = implementation.search(criteria, now, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    featured = answer.featured if page == 1 else []  # only there are they shown
    return {"ids": answer.ids, "total": answer.total, "featured": featured, **facets_of(answer.counts, criteria)}


@pytest.mark.slow
def test_whatever_is_filtered_the_index_answers_as_the_database_does(market):
    choose, asked = random.Random(SEED), choices()
    totals, pages, different = [], [], {}
    for now in moments():
        for _ in range(SEARCHES):
            query = drawn(choose, asked, [1, 1, 2, 2, 2, 3, 4]) + choose.choice(["", "&sort=salary", "&sort=closing"])
            criteria = criteria_of(query)
            total = market.count(criteria, now)
            last = max(1, min(total, DEEPEST) // PER_PAGE)
            page = choose.choice([1, 1, choose.randint(1, last), last])

            by_index, by_database = (answer_of(one, criteria, now, page) for one in (market, orm))

            totals.append(total)
            pages.append(page)
            if by_index != by_database:
                wrong = {name: (by_index[name], by_database[name]) for name in by_index}
                different[now, query, page] = {name: both for name, both in wrong.items() if both[0] != both[1]}
    assert different == {}
    assert (len(totals), sum(total > 0 for total in totals) > 180, totals.count(0) > 10) == (240, True, True)
    assert (sum(page > 1 for page in pages) > 80, max(pages)) == (True, DEEPEST // PER_PAGE)


WORDS = [
    "C++", "c++ -.net", "C#", "C", "R", "-R analyst", "R&D", ".NET", "asp.net", "Node.js", "nodejs", "node", "CI/CD", '"CI/CD"',
    "cicd -c++", "a/b testing", "engineer", "engineers", '"engineers"', "-engineer", "developer -node.js -c#", "analyses",
    "technologies", "machine learning", '"machine learning"', "learning machine", '-"machine learning" learning', "k8s",
    "kubernetes", "Développeur", "developpeur", "développeurs", "São Paulo", "sao paulo hub", "München", "Köln", "Kraków -C++",
    "Łódź", "东京", "東京", "京東", "東京 データ", "数据分析师", "機械学習", '"機械 学習"', "Künstliche Intelligenz", "d’études",
    "sklearn", "remote", "United States", '"New York" senior', "senior data engineer", "(m/f/d)", "m/f/d", "II", "NLP -remote",
    "— Data & AI", "Weights & Biases", "GmbH", '"You are"', "you the and of", "zzzz", "-zzzz data scientist", '"the the the"', "100%",
]  # fmt: skip
COUNTED = [
    "q=machine+learning", "q=engineer+-intern&country=US&country=DE&salary_from=100000", "q=C%2B%2B&type=full_time&level=senior",
    "q=data&skill=python&workplace=remote&verified=1&salary=unstated", "q=%22data+engineer%22&role=data-engineer&visa=yes&featured=1",
    "q=%E6%9D%B1%E4%BA%AC&currency=JPY&company=generated-0&salary_from=9000000&salary=maybe",
]  # fmt: skip


def names_and_texts() -> list[list[str]]:
    """What people may type: names as they are, and texts to take a few words in a row from."""
    jobs = list(Listing.objects.live(NOW).order_by("external_id").values_list("title", "description_source")[:400])
    return [
        [title for title, _ in jobs],
        [text for _, text in jobs],
        *(
            list(named.objects.order_by(name).values_list(name, flat=True))
            for named, name in [(Skill, "name"), (SkillAlias, "folded"), (RoleAlias, "folded"), (Company, "name")]
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


def ids_of_all_batches(index, criteria: Criteria, now: datetime, size: int) -> list[int]:
    ids = []
    while len(ids) < DEEPEST and (batch := index.search(criteria, now, offset=len(ids), limit=size).ids):
        ids += batch
    return ids


@pytest.mark.slow
def test_words_find_the_jobs_that_hold_them_and_are_counted_so(market):
    choose, asked, sources, jobs = random.Random(SEED), choices(), names_and_texts(), jobs_live_at(NOW)
    for name in ("city", "from", "posted"):  # judged by the database above
        del asked[name]
    queries = [urlencode({"q": words, "sort": "closing"}) for words in WORDS] + [
        f"q={quote_plus(words)}" for words in WORDS
    ]
    for number in range(60):
        query = urlencode({"q": typed(choose, sources)})
        queries.append(f"{query}&{drawn(choose, asked, [1, 2])}" if number % 2 else query)
    totals, different = [], {}
    for query in [*queries, *COUNTED]:
        criteria = criteria_of(query)
        holding = [job for job in jobs if holds_words(job, criteria.pieces)]
        expected = {job.pk for job in holding if meets(job, criteria)}
        ids = ids_of_all_batches(market, criteria, NOW, size=max(PER_PAGE, len(expected) // 8))
        totals.append(len(expected))
        if market.count(criteria, NOW) != len(expected) or set(ids[:DEEPEST]) != expected:
            different[query] = (market.count(criteria, NOW), len(expected), set(ids) ^ expected)
        if query in COUNTED:
            by_index, by_hand = market.search(criteria, NOW).counts, counts_of(holding, criteria)
            if facets_of(by_index, criteria) != facets_of(by_hand, criteria):
                different[query] = (by_index, by_hand)
    assert different == {}
    assert 30 < sum(total > 0 for total in totals[-66:]) < 66
