import gzip
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.common.text.words import fold
from jobboard.feeds.parsing.texts.skills import MAX_SKILLS, SkillReader
from roles.starter_content import read_json

pytestmark = pytest.mark.pure

NAMES = {
    "sql": "SQL",
    "java": "Java",
    "python": "Python",
    "c": "C",
    "c++": "C++",
    "c#": "C#",
    ".net": ".NET",
    "go": "Go",
    "golang": "Go",
    "r": "R",
    "ci/cd": "CI/CD",
    "scikit-learn": "scikit-learn",
    "sklearn": "scikit-learn",
    "a/b testing": "Experiments",
    "apache spark": "Spark",
    "spark": "Spark",
    "spark streaming": "Streaming",
    "kubernetes": "Kubernetes",
    "k8s": "Kubernetes",
    "google cloud": "Google Cloud",
    "google cloud platform": "Google Cloud",
    "excel": "Excel",
    "snowflake": "Snowflake",
    "rag": "RAG",
    "ml": "ML",
    "statistics": "Statistics",
    "edition": "Édition",
}
READER = SkillReader(NAMES)


def read(text, **options):
    return [(found.skill, found.need) for found in READER.read(text, **options)]


def named(text, **options):
    return [skill for skill, _ in read(text, **options)]


@pytest.mark.parametrize(
    ("title", "skills"),
    [
        ("Software Architect (.NET)", [".NET"]),
        ("Senior Go Engineer", ["Go"]),
        ("Backend Engineer (Go), Payments", ["Go"]),
        ("Open Source Engineer - Go", ["Go"]),
        ("C++ Developer", ["C++"]),
        ("R Developer", ["R"]),
        ("Go-to-Market Manager", []),
        ("Ready to Go", []),
        ("Engineer II - C", []),
        ("Director, Excel", []),
    ],
)
def test_a_title_names_in_short_what_its_work_is_done_with(title, skills):
    assert named("", title=title) == skills


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("Python and k8s.", ["Python", "Kubernetes"]),
        ("PYTHON, SkLearn", ["Python", "scikit-learn"]),
        ("scikit learn or Scikit-learn", ["scikit-learn"]),
        ("Pipelines on Google Cloud Platform", ["Google Cloud"]),
        ("Spark Streaming", ["Streaming"]),
        ("SQL/Python", ["SQL", "Python"]),
        ("C++, C# and .NET", ["C++", "C#", ".NET"]),
        ("C++17 and C/C++", ["C++", "C"]),
        ("CI/CD; A/B testing", ["CI/CD", "Experiments"]),
        ("Python-based tools, Édition", ["Python", "Édition"]),
        ("<p>Py<strong>thon</strong>, C&#43;&#43;</p>", ["Python", "C++"]),
    ],
)
def test_a_skill_is_named_by_its_names_as_whole_words(text, skills):
    assert named(text) == skills


@pytest.mark.parametrize(
    "text",
    [
        "JavaScript, NoSQL, PostgreSQL, Pythonic",
        "See https://example.org/python or mail python@example.org, or visit python.org",
        "The site example.net",
        "non-SQL",
        "A rag, 5 ml of it, and a snowflake",
        "Retrieval and grading (RAG)",
        "",
    ],
)
def test_what_only_looks_like_a_skill_is_none(text):
    assert named(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "You excel at what you do",
        "Excel in our team",
        "Go to market",
        "Series C",
        "R&D, Python",
        "Python, Go-to-market",
        "Go Python",
        "C-level, SQL",
        "Plan R",
    ],
)
def test_an_everyday_word_is_no_skill(text):
    assert {"Excel", "Go", "C", "R"}.isdisjoint(named(text))


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("Python, R and C", ["Python", "R", "C"]),
        ("Go or Java", ["Go", "Java"]),
        ("SQL (Excel)", ["SQL", "Excel"]),
        ("Golang", ["Go"]),
        ("statistics, Python", ["Statistics", "Python"]),
    ],
)
def test_an_everyday_word_is_a_skill_in_a_list_with_another(text, skills):
    assert named(text) == skills


def test_a_skill_that_is_an_employer_too_counts_in_passing_only_beside_another():
    assert named("Our customers trust us: Acme, Snowflake.") == []
    assert named("We use Snowflake and Python.") == ["Snowflake", "Python"]
    assert named("Requirements\nYears with Snowflake") == ["Snowflake"]


@pytest.mark.parametrize("company", ["Snowflake", "Snowflake Inc.", "SNOWFLAKE"])
def test_a_skill_that_the_company_is_called_after_is_left_out(company):
    text = "About Snowflake. Snowflake, Python"

    assert named(text, company=company) == ["Python"]
    assert named(text, company="Snow") == ["Snowflake", "Python"]


HTML = """
<p>We build with Java.</p>
<h3>What you will do</h3><ul><li>Keep Python alive</li></ul>
<p><strong>{required}</strong></p>
<ul><li>SQL and Python</li><li><p>Kubernetes would be nice, it is preferred</p></li></ul>
<h3>{nice}</h3><ul><li>SQL</li><li>Google Cloud</li></ul>
<h3>Hours</h3><p>A course in CI/CD</p>
"""
TEXT = """
We build with Java.

What you will do
- Keep Python alive

{required}:
- SQL and Python
- Kubernetes would be nice, it is preferred
{nice}
- SQL
- Google Cloud
About us
A course in CI/CD
"""


@pytest.mark.parametrize(
    ("required", "nice"),
    [
        ("Requirements", "Nice to have"),
        ("Minimum qualifications", "Preferred qualifications"),
        ("What you’ll need", "Bonus points"),
        ("You have", "Pluses"),
        ("Must have", "Desirable"),
        ("Your profile", "Ideally, you"),
        ("You might be a good fit if", "It Would Be Great if You Had"),
        ("It’s Important to Us That You Have", "Nice to have"),
        ("Wymagania", "Mile widziane"),
        ("Requisiti", "Titolo preferenziale"),
        ("Kvalifikationer", "Meriterande"),
    ],
)
@pytest.mark.parametrize("template", [HTML, TEXT], ids=["html", "text"])
def test_the_section_says_how_much_a_skill_is_needed_and_the_greater_need_counts(
    template, required, nice
):
    assert read(template.format(required=required, nice=nice)) == [
        ("Python", "required"),
        ("SQL", "required"),
        ("Kubernetes", "nice"),
        ("Google Cloud", "nice"),
        ("Java", "mentioned"),
        ("CI/CD", "mentioned"),
    ]


@pytest.mark.parametrize(
    ("sentence", "need"),
    [
        ("You know Python and SQL.", "required"),
        ("Experience with SQL and Kubernetes.", "required"),
        ("5+ years of SQL", "required"),
        ("We are looking for someone with experience in SQL.", "required"),
        ("Du kennst SQL und hast Erfahrung mit Kubernetes.", "required"),
        ("Vous maîtrisez SQL.", "required"),
        ("Ervaring met SQL", "required"),
        ("SQL is essential.", "required"),
        ("Experience with SQL is a plus", "nice"),
        ("Example Bank has ten years of experience with SQL.", "mentioned"),
        ("We have years of experience with SQL.", "mentioned"),
        ("5+ years of SQL (US only)", "required"),
        ("You have strong SQL skills.", "required"),
        ("You have Python, SQL; more is a plus.", "required"),
        ("Du hast Python und SQL.", "required"),
        ("Vous avez Python, SQL et dbt.", "required"),
        ("Tienes Python y SQL.", "required"),
        ("You have SQL at your disposal.", "mentioned"),
        ("You have access to SQL and Spark clusters.", "mentioned"),
        ("You have the chance to work with SQL.", "mentioned"),
        ("Du hast Lust auf SQL?", "mentioned"),
        ("Sie haben Zugriff auf SQL.", "mentioned"),
        ("Your team has experience with SQL.", "mentioned"),
        ("Founded by people with years of SQL.", "mentioned"),
        ("SQL is expected to grow.", "mentioned"),
        ("SQL is needed for nothing here.", "mentioned"),
        ("You will gain experience with SQL.", "mentioned"),
        ("Our customers have experience with SQL.", "mentioned"),
        ("About us\nYou know SQL from us.", "mentioned"),
    ],
)
def test_a_plain_sentence_asks_for_skills_outside_the_sections_that_say_it(sentence, need):
    assert ("SQL", need) in read(sentence)


@pytest.mark.parametrize(
    ("sentence", "need"),
    [
        ("SQL is a plus", "nice"),
        ("Nice to have: SQL", "nice"),
        ("Ideally you know some tools, e.g. SQL", "nice"),
        ("SQL (preferred)", "nice"),
        ("Bonus: SQL", "nice"),
        ("No experience with SQL needed", "mentioned"),
        ("SQL is not a prerequisite", "mentioned"),
        ("You don’t have to know SQL, it is not required, but it is a plus", "nice"),
        ("Years of work; SQL", "required"),
        ("Plus points do not matter here. SQL", "required"),
    ],
)
def test_a_sentence_under_requirements_can_ask_for_less(sentence, need):
    assert read(f"Requirements\n- {sentence}\n- More") == [("SQL", need)]


@pytest.mark.parametrize(
    "sentence", ["Must have: SQL", "You must have SQL", "SQL is required", "Requirements: SQL"]
)
def test_a_sentence_elsewhere_can_ask_for_more(sentence):
    assert read(f"About the work\n- {sentence}\n- Python") == [
        ("SQL", "required"),
        ("Python", "mentioned"),
    ]


def test_what_somebody_studied_is_not_asked_for():
    assert named("Bachelor's degree in Python, SQL or a related field, and Java") == ["Java"]


def test_a_text_that_names_everything_is_cut_to_the_most_needed():
    names = {f"skill{number}": number for number in range(50)}
    text = f"{', '.join(names)}\nRequirements\nskill49"

    found = SkillReader(names).read(text)

    assert [(one.skill, one.need) for one in found] == [
        (49, "required"),
        *((number, "mentioned") for number in range(MAX_SKILLS - 1)),
    ]


def test_tags_of_a_feed_are_known_by_their_whole_name_only():
    assert READER.known(
        ["Python", "K8S", "go", "python developer", "", "Scikit Learn", "kubernetes"]
    ) == [
        "Python",
        "Kubernetes",
        "Go",
        "scikit-learn",
    ]


@given(
    st.text(alphabet=st.sampled_from("Cc+#./& R&Go,()-:*#<>lip\n\t\ud800İﬁ½SQL’")) | st.text(),
    st.text(),
)
def test_no_text_is_too_odd(text, company):
    for found in READER.read(text, company):
        assert found.skill in NAMES.values()
        assert found.need in {"required", "nice", "mentioned"}


@pytest.mark.parametrize("piece", ["<", "\n", "degree in ", "a@", "SQL, ", "no ", "# ", "<b>"])
def test_a_long_odd_text_is_read_in_linear_time(piece):
    started = time.process_time()

    READER.read(piece * 20_000)

    assert time.process_time() - started < 5  # squared, it would be minutes


@pytest.mark.slow
@pytest.mark.shared_data
def test_real_texts_name_skills_and_none_that_the_company_is_called_after(shared_data):
    names = {
        fold(name): skill["slug"]
        for skill in read_json("skills.json")
        for name in [skill["name"], *skill["aliases"]]
    }
    reader = SkillReader(names)
    with gzip.open(
        shared_data / "listings/security_ai_open.jsonl.gz", "rt", encoding="utf-8"
    ) as file:
        jobs = [json.loads(line) for line in file]

    found = {}
    for job in jobs:
        skills = reader.read(job["description"], job["company"])
        found[job["job_key"]] = {one.skill: one.need for one in skills}

    assert sum(bool(skills) for skills in found.values()) > 0.8 * len(jobs)
    assert {need for skills in found.values() for need in skills.values()} == {
        "required",
        "nice",
        "mentioned",
    }
    assert not any(
        "databricks" in found[job["job_key"]] for job in jobs if job["company"] == "Databricks"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Go is nice to have.", [("Go", "nice")]),
        ("R would be a plus.", [("R", "nice")]),
        ("Excel is required.", [("Excel", "required")]),
        ("Go wäre ein Plus.", [("Go", "nice")]),
        ("Excel est un plus.", [("Excel", "nice")]),
        ("Excel es un plus.", [("Excel", "nice")]),
        ("Nice to have\n- Go", [("Go", "nice")]),
        ("Requirements\n- Excel", [("Excel", "required")]),
        ("Go to market is required.", []),
        ("Excel in your role, that is a must.", []),
        ("What we do\n- Excel", []),
    ],
)
def test_a_name_that_is_a_word_too_is_meant_where_it_alone_is_asked_for(text, found):
    assert read(text) == found


@pytest.mark.parametrize("words", ["you have ", "you have sql, ", "go is nice ", "sql; "])
def test_a_word_repeated_is_read_soon(words):
    started = time.process_time()

    READER.read(words * (20_000 // len(words)))

    assert time.process_time() - started < 2
