"""manage.py read_posting: what we read of a posting, as JSON, without storing anything."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobboard.feeds.posting import new_reader, read_posting
from tests.factories import RoleFactory, SkillFactory

pytestmark = pytest.mark.django_db

HTML = """
<div><b>What you will bring</b></div>
<div>- Python and SQL</div>
<p>This is a full-time position. We cannot sponsor visas.</p>
<p>The base salary is NOK 700,000 to NOK 800,000 per year.</p>
<p>Applications close on 3 February 2027. In the office two days a week.</p>
<h3>What we offer</h3><ul><li>Share options</li></ul>
"""


@pytest.fixture
def reader(db):
    """With the roles and skills we ship, for the database holds none."""
    return new_reader()


def read(reader, **posting):
    return read_posting(posting, reader)


def test_every_field_is_read_with_its_words(reader):
    answer = read(
        reader,
        title="Mid/Senior Data Engineer (m/w/d)",
        company="Acme",
        location="Oslo, Norway",
        html=HTML,
        tags=["spark", "go"],
    )

    assert (answer["relevance"], answer["role"], answer["family"]) == ("yes", "data-engineer", None)
    assert answer["relevance_why"] == "The title names the role Data Engineer."
    assert (answer["level"], answer["level_max"], answer["types"]) == (
        "mid",
        "senior",
        ["full_time"],
    )
    assert answer["places"] == [
        {
            "text": "Oslo, Norway",
            "city": "Oslo",
            "region": "",
            "country": "NO",
            "workplace": "",
        }
    ]
    (pay,) = answer["pay"]
    assert (pay["kind"], pay["min"], pay["max"]) == ("base", 700_000, 800_000)
    assert (pay["currency"], pay["period"], pay["origin"]) == ("NOK", "year", "text")
    assert pay["quote"] == "The base salary is NOK 700,000 to NOK 800,000 per year"
    assert answer["skills"] == [
        {"slug": "python", "need": "required", "quote": "Python and SQL"},
        {"slug": "sql", "need": "required", "quote": "Python and SQL"},
    ]
    assert (answer["visa"], answer["closes_on"], answer["hybrid_days"]) == ("no", "2027-02-03", 2)
    assert answer["quotes"]["visa"] == "We cannot sponsor visas."
    assert answer["quotes"]["benefits"] == answer["quotes"]["equity"] == ["Share options"]


def test_work_without_a_profile_has_a_family_and_other_work_no_role(reader):
    manager, laser = (
        read(reader, title="Data Science Manager"),
        read(reader, title="Laser Research Scientist"),
    )

    assert (manager["relevance"], manager["role"], manager["family"]) == ("yes", None, "management")
    assert (laser["relevance"], laser["role"], laser["family"]) == ("no", None, None)


def test_what_is_not_there_is_not_read(reader):
    answer = read(reader)

    assert (answer["relevance"], answer["level"], answer["visa"]) == ("no", None, "unknown")
    assert (answer["types"], answer["places"], answer["pay"], answer["skills"]) == ([], [], [], [])


def test_a_field_for_pay_wins_over_the_text(reader):
    (pay,) = read(reader, title="Data Engineer", pay="EUR 60,000 a year", html=HTML)["pay"]

    assert (pay["min"], pay["origin"], pay["quote"]) == (60_000, "feed", "EUR 60,000 a year")


def test_locations_may_be_a_list_and_a_country_settles_them(reader):
    answer = read(reader, location=["Remote", "Bergen"], country="NO")

    assert [(place["country"], place["workplace"]) for place in answer["places"]] == [
        ("NO", "remote"),
        ("NO", ""),
    ]


def test_the_databases_own_roles_and_skills_count_where_it_has_some():
    RoleFactory(name="Reef Scholar", slug="reef-scholar")
    SkillFactory(name="Snorkel", slug="snorkel")

    answer = read(new_reader(), title="Reef Scholar", html="<p>You need Snorkel.</p>")

    assert (answer["role"], [one["slug"] for one in answer["skills"]]) == (
        "reef-scholar",
        ["snorkel"],
    )


# The command


def run(tmp_path, *lines):
    file = tmp_path / "postings.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    out = StringIO()
    call_command("read_posting", str(file), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_line_is_answered_by_a_line_and_nothing_is_written(tmp_path):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answers = run(tmp_path, '{"title": "Data Analyst"}', "", '{"title": "Recruiter"}')

    assert [answer["relevance"] for answer in answers] == ["yes", "no"]
    assert all(query["sql"].startswith("SELECT") for query in queries)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "it is not JSON"),
        ("[1]", "A posting is a JSON object in one line."),
        ('{"title": 1}', "“title” must be a text."),
        ('{"tags": [1]}', "“tags” must be a text or a list of texts."),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_read(tmp_path, capsys, line, words):
    out = StringIO()
    file = tmp_path / "postings.jsonl"
    file.write_text(f'{line}\n{{"title": "Data Analyst"}}')

    with pytest.raises(CommandError, match="1 of the lines could not be read"):
        call_command("read_posting", str(file), stdout=out)

    bad, good = map(json.loads, out.getvalue().splitlines())
    assert bad["error"].startswith("Line 1: ")
    assert words in bad["error"]
    assert good["role"] == "data-analyst"


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path):
    with pytest.raises(CommandError, match="could not be opened"):
        call_command("read_posting", str(tmp_path / "none.jsonl"))
