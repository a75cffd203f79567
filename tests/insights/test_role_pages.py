"""Role, salary and comparison pages: what they show, hold back, and where old addresses lead."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from jobboard.insights.pay_panel import get_pays
from jobboard.insights.role_pages import role_map, role_rows
from roles.models import OfficialWage, RoleOccupation, RolePoint, SalaryFigure
from roles.overlap import skill_overlap
from tests.factories import ComparisonFactory, ListingFactory, RoleFactory, SkillFactory, in_days
from tests.reading import cards, section, text_of, tight

pytestmark = pytest.mark.django_db


def survey(role, n, median=150_000, **fields) -> SalaryFigure:
    """A survey figure over all answers of a role: ``n`` of them, percentiles around ``median``
    unless too few.
    """
    shown = n >= 10
    percentiles = {
        f"p{q}": median * (50 + q) // 100 if shown else None for q in (10, 25, 50, 75, 90)
    }
    usual = {
        "layer": "survey",
        "source_key": "survey-2026",
        "role_key": role.slug,
        "as_of": date(2026, 1, 2),
        "n": n,
        "n_distinct": n,
        "first_year": 2023,
        "last_year": 2025,
        "top_country": "US",
        "top_share": "0.9",
    }
    return SalaryFigure.objects.create(**usual | percentiles | fields)


def words_of(response, name) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", section(response, name)).split())


def pair(client):
    return client.get("/compare/ai-architect-vs-data-engineer/")


@pytest.fixture
def architect(db):
    return RoleFactory(name="AI Architect", slug="ai-architect")


@pytest.fixture
def engineer(db):
    return RoleFactory(name="Data Engineer", slug="data-engineer")


# --- Addresses ------------------------------------------------------------------------------------


def test_a_pair_has_one_address_whichever_way_round_it_is_asked_for(client, architect, engineer):
    response = client.get("/compare/data-engineer-vs-ai-architect/")

    assert (response.status_code, response["Location"]) == (
        301,
        "/compare/ai-architect-vs-data-engineer/",
    )


def test_old_slugs_of_a_role_lead_to_its_new_pages(client, architect, engineer):
    architect = type(architect).objects.get(pk=architect.pk)
    architect.slug = "solutions-architect"
    architect.save()

    moved = {
        "/roles/ai-architect/": "/roles/solutions-architect/",
        "/salaries/ai-architect/": "/salaries/solutions-architect/",
        "/compare/ai-architect-vs-data-engineer/": "/compare/data-engineer-vs-solutions-architect/",
    }
    for old, new in moved.items():
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)
        assert client.get(new).status_code == 200


def test_the_home_page_has_roles_on_a_map_and_as_a_list(client, architect, engineer):
    drawn, listed = section(client.get("/"), "roles").split("<table")

    for role in (architect, engineer):
        assert role.name in drawn
        assert role.name in listed


def test_a_slug_that_was_given_back_leads_nowhere_else(client, architect):
    for slug in ["solutions-architect", "ai-architect"]:
        role = type(architect).objects.get(pk=architect.pk)
        role.slug = slug
        role.save()

    assert client.get("/roles/ai-architect/").status_code == 200
    assert client.get("/roles/solutions-architect/")["Location"] == "/roles/ai-architect/"


@pytest.mark.parametrize(
    "address",
    [
        "/compare/ai-architect-vs-nobody/",
        "/compare/ai-architect-vs-ai-architect/",
        "/compare/ai-architect-vs-/",
        "/compare/ai-architect/",
        "/compare/ai-architect-vs-data-engineer-vs-ai-architect/",
        "/roles/nobody/",
        "/salaries/nobody/",
    ],
)
def test_a_pair_or_role_nobody_knows_is_not_found(client, architect, engineer, address):
    assert client.get(address).status_code == 404


def test_a_role_is_not_compared_with_itself_under_an_older_name(client, architect):
    role = type(architect).objects.get(pk=architect.pk)
    role.slug = "solutions-architect"
    role.save()

    assert client.get("/compare/ai-architect-vs-solutions-architect/").status_code == 404


def test_a_role_that_is_not_published_is_nowhere(client, engineer):
    draft = RoleFactory(draft=True, name="Secret Role", slug="ai-architect")
    ComparisonFactory(role_1=draft, role_2=engineer)

    for address in [
        "/roles/ai-architect/",
        "/salaries/ai-architect/",
        "/compare/ai-architect-vs-data-engineer/",
    ]:
        assert client.get(address).status_code == 404
    for address in [
        "/",
        "/roles/",
        "/salaries/",
        "/compare/",
        "/roles/data-engineer/",
        "/sitemap.xml",
    ]:
        page = client.get(address).content.decode()
        assert "Secret Role" not in page
        assert "ai-architect" not in page


def test_a_job_of_a_role_that_is_not_published_links_to_no_missing_page(client):
    listing = ListingFactory(live=True, role__draft=True, role__slug="ai-architect")

    page = client.get(listing.get_absolute_url()).content.decode()

    assert "/roles/ai-architect/" not in page
    assert "/salaries/ai-architect/" not in page


def test_choosing_two_roles_leads_to_their_page(client, architect, engineer):
    chosen = client.get("/compare/?a=data-engineer&b=ai-architect")
    assert chosen["Location"] == "/compare/ai-architect-vs-data-engineer/"

    same = client.get("/compare/?a=ai-architect&b=ai-architect")
    assert "Choose two different roles." in text_of(same)
    unknown = client.get("/compare/?a=ai-architect&b=%00")
    assert "Choose two roles to compare." in text_of(unknown)


# --- Sections and completeness --------------------------------------------------------------------

# The answer first, then the words in their order, then jobs and what leads on.
PARTS = ["short", "pay", "skills", "learn", "words", "jobs", "salaries", "related"]
WORDS = [
    "introduction",
    "definitions",
    "responsibilities",
    "skill-notes",
    "education",
    "tools",
    "industries",
    "outlook",
    "start",
    "conclusion",
]


def links_of(page: str, which: str) -> list[str]:
    """The anchors that a list of contents leads to."""
    return re.findall(r'href="#([a-z]+)"', page.partition(which)[2].partition("</nav>")[0])


def test_a_comparison_has_every_part_in_its_order_and_a_way_to_each(client):
    pair_ = ComparisonFactory(
        role_1=RoleFactory(complete=True),
        role_2=RoleFactory(complete=True),
        conclusion="Choose **well**.",
    )

    page = client.get(pair_.get_absolute_url()).content.decode()

    assert re.findall(r'<section class="section" id="([a-z]+)"', page) == PARTS
    assert links_of(page, 'class="jump') == [part for part in PARTS if part != "short"]
    # The id is inside the fold: a browser that follows an address to it opens the fold.
    assert re.findall(r'</summary>\s*<div class="in[^"]*" id="([a-z-]+)"', page) == WORDS
    assert "<strong>well</strong>" in page


def test_a_role_page_answers_first_and_has_its_whole_profile_after(client):
    role = RoleFactory(complete=True)

    page = client.get(role.get_absolute_url()).content.decode()

    sections = re.findall(r'<section class="section" id="([a-z]+)"', page)
    assert sections[:5] == ["jobs", "pay", "day", "you", "nearest"]
    assert set(links_of(page, 'class="jump')) <= set(sections)
    assert re.findall(r'</summary>\s*<div class="in[^"]*" id="([a-z-]+)"', page) == [
        "definition",
        "responsibilities",
        "education",
        "industries",
        "outlook",
        "start",
    ]


def test_a_pair_that_nobody_wrote_about_is_built_from_the_profiles(client, architect, engineer):
    RolePoint.objects.create(role=architect, kind="tip", label="Read plans", text="Of others.")
    architect.save()

    response = pair(client)

    assert "They share 0 of 0 skills and tools." in text_of(response)
    assert "what both roles do Does the work. Does the work." in words_of(response, "words")
    assert "Read plans: Of others." in words_of(response, "words")
    assert 'id="conclusion"' not in response.content.decode()


def test_a_pair_with_an_incomplete_profile_stays_out_of_search_engines_and_the_map(client):
    whole, part = RoleFactory(complete=True, slug="a"), RoleFactory(slug="b")
    ComparisonFactory(role_1=whole, role_2=part)
    ComparisonFactory(role_1=whole, role_2=RoleFactory(complete=True, slug="c"))

    assert "noindex" in client.get("/compare/a-vs-b/").content.decode()
    assert "noindex" not in client.get("/compare/a-vs-c/").content.decode()
    locations = client.get("/sitemap.xml").content.decode()
    assert "/compare/a-vs-b/" not in locations
    assert "/compare/a-vs-c/" in locations


def test_a_profile_says_what_it_lacks():
    role = RoleFactory(skills=SkillFactory.create_batch(7), outlook="")

    assert role.missing_for_completeness == [
        "responsibilities (0 of 5)",
        "skills (7 of 8)",
        "tools (0 of 6)",
        "education points (0 of 2)",
        "industries (0 of 3)",
        "outlook (0 of 1)",
        "tips (0 of 3)",
        "sources (0 of 2)",
    ]


def test_a_comparison_with_a_day_ahead_is_not_public_yet(client, architect, engineer):
    ComparisonFactory(
        role_1=architect,
        role_2=engineer,
        published_on=in_days(1).date(),
        introduction="Not yet to be read.",
    )

    assert "Not yet to be read." not in text_of(pair(client))
    assert "AI Architect vs Data Engineer" not in text_of(client.get("/compare/"))


# --- Evidence and overlap -------------------------------------------------------------------------


def test_evidence_is_the_open_jobs_that_name_a_skill_of_those_that_name_any(client):
    python, sql, r = (SkillFactory(name=name, slug=name.lower()) for name in ("Python", "SQL", "R"))
    role = RoleFactory(slug="ai-architect", skills=[python, sql, r])
    ListingFactory(live=True, role=role, required=[python, sql])
    ListingFactory(live=True, role=role, required=[python])
    ListingFactory(live=True, role=role, required=[SkillFactory()])
    ListingFactory(live=True, role=role)
    ListingFactory(expired=True, role=role, required=[r])
    ListingFactory(live=True, required=[r])

    response = client.get("/roles/ai-architect/")

    skills = words_of(response, "skills")
    assert "How many of the 3 open jobs that list skills mention each one" in skills
    for words in [
        "Python Core Why Python 2 of 3",
        "SQL Core Why SQL 1 of 3",
        "R Core Why R 0 of 3",
    ]:
        assert words in re.sub(r"\s+", " ", skills)
    assert 'href="/jobs/?role=ai-architect&amp;skill=python"' in section(response, "skills")
    found = client.get("/jobs/?role=ai-architect&skill=python").context["results"].total
    assert found == 2


def test_the_overlap_of_two_roles_is_what_both_have_of_what_either_has(client):
    one, two, three, four = SkillFactory.create_batch(4)
    tool = SkillFactory(kind="tool")
    RoleFactory(slug="ai-architect", skills=[one, two, tool])
    RoleFactory(slug="data-engineer", skills=[two, three, four])

    response = pair(client)

    assert "They share 1 of 5 skills and tools." in words_of(response, "skills")
    words = words_of(response, "words")
    assert "Shared: 1 of 4." in words
    assert "Shared: 0 of 1." in words


def between(client) -> list[str]:
    """Titles of the jobs of the second role that are within reach from the first."""
    learn = section(pair(client), "learn").partition('id="b-to-a"')[0]
    return re.findall(r'<li><a href="[^"]*">([^<]*)</a>', tight(learn))


@pytest.mark.parametrize(
    ("known", "unknown", "is_between"),
    [(3, 0, True), (3, 2, True), (2, 2, False), (2, 0, False), (6, 4, True), (5, 4, False)],
)
def test_a_job_between_two_roles_asks_for_three_skills_of_which_the_other_covers_sixty_per_cent(
    client, engineer, known, unknown, is_between
):
    skills = SkillFactory.create_batch(6)
    RoleFactory(name="AI Architect", slug="ai-architect", skills=skills)
    ListingFactory(
        live=True,
        title="A step",
        role=engineer,
        required=[*skills[:known], *SkillFactory.create_batch(unknown)],
    )

    assert between(client) == (["A step"] if is_between else [])


def test_featured_jobs_of_a_pair_are_chosen_ones_then_new_ones_then_those_of_others(
    client, architect, engineer
):
    for title, role, days, featured in [
        ("Old of A", architect, 5, False),
        ("New of B", engineer, 2, False),
        ("Chosen of B", engineer, 9, True),
        ("Chosen of A", architect, 8, True),
        ("Chosen elsewhere", RoleFactory(), 1, True),
        ("Newest", RoleFactory(), 0, False),
    ]:
        ListingFactory(
            live=True,
            title=title,
            role=role,
            posted_at=in_days(-days),
            featured_until=in_days(1) if featured else None,
        )

    titles = cards(section(pair(client), "jobs"))

    assert titles == ["Chosen of A", "Chosen of B", "New of B"]


def test_featured_jobs_of_a_pair_are_never_empty_while_any_job_is_live(client, architect, engineer):
    assert "There are no open jobs right now." in words_of(pair(client), "jobs")

    ListingFactory(live=True, title="Something else", role=None)
    assert cards(section(pair(client), "jobs")) == ["Something else"]


# --- Pay ------------------------------------------------------------------------------------------


def test_under_ten_answers_there_is_a_count_in_words_and_the_broader_roles_figure(client):
    broader = RoleFactory(name="Engineer", slug="engineer")
    role = RoleFactory(name="AI Architect", slug="ai-architect", broader=broader)
    survey(role, 9)
    survey(broader, 400, median=140_000)

    for address in ["/salaries/ai-architect/", "/roles/ai-architect/"]:
        page = text_of(client.get(address))
        assert "too few responses (9)" in page.lower()
        assert "The broader role Engineer has 400 responses with a median of USD 140,000." in page
    assert "Only 9 survey responses for this role, which is too few to show figures." in text_of(
        client.get("/salaries/ai-architect/")
    )


def test_a_broader_role_with_too_few_answers_itself_lends_no_empty_figure(client):
    broader = RoleFactory(name="Engineer")
    role = RoleFactory(broader=broader)
    survey(role, 3)
    survey(broader, 4)

    page = text_of(client.get(reverse("insights:salary", args=[role.slug])))

    assert "with a median of USD ." not in page


@pytest.mark.parametrize(("n", "is_few"), [(10, True), (29, True), (30, False)])
def test_from_ten_to_twenty_nine_answers_a_figure_is_marked_as_few(client, architect, n, is_few):
    survey(architect, n)

    page = text_of(client.get("/salaries/ai-architect/"))

    assert "median 150K" in page
    assert ("Fewer than 30 responses, so treat this figure with caution." in page) is is_few
    role = words_of(client.get("/roles/ai-architect/?level=all"), "pay")
    assert "USD 150K" in role
    assert ("small sample" in role) is is_few
    assert ("150K small sample" in text_of(client.get("/roles/?level=all"))) is is_few


def test_a_comparison_shows_pay_of_both_roles_and_the_broader_one_by_source(client):
    broader = RoleFactory(name="Engineer", slug="engineer")
    architect = RoleFactory(name="AI Architect", slug="ai-architect", broader=broader)
    engineer = RoleFactory(name="Data Engineer", slug="data-engineer", broader=broader)
    survey(architect, 40, median=200_000)
    survey(engineer, 5)
    survey(broader, 900, median=140_000)
    RoleOccupation.objects.create(role=engineer, soc="15-1243", match="nearest")
    OfficialWage.objects.create(soc="15-1243", title="Database Architects", year=2024, p50=135_980)
    ListingFactory.create_batch(10, live=True, paid=True, role=engineer)
    ListingFactory(live=True, role=engineer)

    response = client.get("/compare/ai-architect-vs-data-engineer/?level=all")
    page = words_of(response, "pay")

    assert "AI Architect USD 200K middle half 150K–250K · 40 responses" in page
    assert "Data Engineer too few responses (5)" in page
    assert "Data Engineer USD 115K middle half 115K · 10 of 11 jobs · small sample" in page
    assert "Data Engineer USD 136K closest occupation: Database Architects" in page
    assert "U.S. 2024, all levels" in page
    assert "AI Architect no comparable occupation" in page
    assert "The broader role, 900 responses" in words_of(response, "salaries")


@pytest.mark.parametrize("known", ["neither", "the first", "the second"])
def test_a_comparison_stands_without_survey_answers_for_a_role(client, architect, engineer, known):
    if known != "neither":
        survey(architect if known == "the first" else engineer, 40)

    response = client.get("/compare/ai-architect-vs-data-engineer/?level=all")

    assert response.status_code == 200
    assert words_of(response, "pay").count("no responses") == (2 if known == "neither" else 1)


def test_posted_pay_is_the_middle_of_yearly_ranges_in_one_currency_and_says_what_is_left_out(
    client, architect
):
    for number in range(10):
        ListingFactory(
            live=True,
            role=architect,
            salary_min=100_000 + number * 1_000,
            salary_max=120_000 + number * 1_000,
            salary_currency="USD",
            salary_period="year",
        )
    ListingFactory(
        live=True, role=architect, salary_min=50, salary_currency="USD", salary_period="hour"
    )
    ListingFactory(
        live=True, role=architect, salary_max=90_000, salary_currency="EUR", salary_period="year"
    )
    ListingFactory(live=True, role=architect)
    ListingFactory(expired=True, paid=True, role=architect)

    page = text_of(client.get("/salaries/ai-architect/"))

    assert "USD 114K middle half 112K–117K · 10 of 13 jobs" in page


def test_a_withheld_official_percentile_is_said_to_be_not_published(client, architect):
    RoleOccupation.objects.create(role=architect, soc="15-1299", match="exact")
    OfficialWage.objects.create(soc="15-1299", title="All others", year=2023, p50=90_000, p75=1)
    OfficialWage.objects.create(
        soc="15-1299", title="All others", year=2024, p50=100_000, withheld="p75,p90"
    )

    page = text_of(client.get("/salaries/ai-architect/"))

    assert "U.S. 2024, all levels All others USD 100K" in page


def test_breakdowns_hold_back_each_cell_by_itself(client, architect):
    survey(architect, 40)
    survey(architect, 12, level="senior", median=180_000)
    survey(architect, 4, level="entry")
    survey(architect, 11, level="senior", country="US")

    page = words_of(client.get("/salaries/ai-architect/"), "sources")

    assert "Senior USD 180K middle half 135K–225K · 12 responses · small sample" in page
    assert "Entry-level too few responses (4)" in page
    assert "11" not in page


def test_figures_name_their_day(client, architect, engineer):
    today = f"{timezone.now():%-d %b %Y}"

    assert f"Job counts as of {today}" in text_of(pair(client))
    assert f"Job counts as of {today}" in text_of(client.get("/roles/ai-architect/"))


def test_the_closest_role_is_one_in_lists_and_on_the_map():
    skill, *tools = SkillFactory(), *SkillFactory.create_batch(3, kind="tool")
    role = RoleFactory(name="Alpha", skills=[skill, *tools])
    for_tools = RoleFactory(name="Beta", skills=[SkillFactory(), *tools])
    for_skills = RoleFactory(name="Gamma", skills=[skill, SkillFactory(kind="tool")])
    pays = list(get_pays([role, for_tools, for_skills], {}).values())

    rows = role_rows(pays, "mid", "role", role_map(pays, "mid"))

    assert rows[0].closest == [(for_skills, 1)]
    assert skill_overlap(role, for_skills).share > skill_overlap(role, for_tools).share
    drawn = {one.spot.key: one.closest for one in role_map(pays, "mid").placed}
    assert drawn[role.slug].spot.key == for_skills.slug
    assert drawn[for_skills.slug].spot.key == role.slug
