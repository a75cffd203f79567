import csv
import gzip
import json

import pytest

from jobboard.common.text.words import fold
from jobboard.feeds.parsing.titles.levels import read_level
from jobboard.feeds.parsing.titles.reader import TitleReader
from roles.starter_content import shipped_roles

pytestmark = pytest.mark.pure

AI_ARCHITECT, DATA_ENGINEER, DATA_SCIENTIST, DEEP_LEARNING, ENGINEER, MACHINE_LEARNING = range(1, 7)
NAMES = {
    "ai architect": AI_ARCHITECT,
    "ai/ml architect": AI_ARCHITECT,
    "data engineer": DATA_ENGINEER,
    "data scientist": DATA_SCIENTIST,
    "deep learning engineer": DEEP_LEARNING,
    "dl engineer": DEEP_LEARNING,
    "engineer": ENGINEER,
    "machine learning engineer": MACHINE_LEARNING,
    "ml engineer": MACHINE_LEARNING,
    "ml platform engineer": MACHINE_LEARNING,
    "ml software engineer": MACHINE_LEARNING,
}
READER = TitleReader(NAMES)
SHIPPED = TitleReader(
    {
        fold(name): role["name"]
        for role in shipped_roles()
        for name in [role["name"], *role["aliases"]]
    }
)


SLUGS = TitleReader(
    {
        fold(name): role["slug"]
        for role in shipped_roles()
        for name in [role["name"], *role["aliases"]]
    }
)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Senior ML Engineer", MACHINE_LEARNING),
        ("  Staff   Data Scientist,  ML (Credit Risk)", DATA_SCIENTIST),
        ("Member of Technical Staff (Machine Learning Engineer, Search)", MACHINE_LEARNING),
        ("AI/ML Engineer", MACHINE_LEARNING),
        ("Machine-Learning Engineer", MACHINE_LEARNING),
        ("Intern_Data Scientist", DATA_SCIENTIST),
        ("DATA ENGINEER", DATA_ENGINEER),
        ("Chief Data Scientist", DATA_SCIENTIST),
        ("Applied AI Architect, Commercial", AI_ARCHITECT),
        ("Fulfillment Manager", None),
        ("Head of AI and Machine Learning Engineering", None),
        ("Data Engineering Manager", None),
        ("ソリューションアーキテクト (プリセールス)", None),
        ("", None),
    ],
)
def test_a_title_names_a_role_where_a_name_of_it_stands_as_whole_words(title, role):
    assert READER.role(title) == role


def test_a_name_inside_a_word_is_no_match():
    assert TitleReader({"llm": 1}).role("Fulfillment Manager") is None
    assert TitleReader({"llm": 1}).role("Head of LLM") == 1


def test_the_longest_name_wins_and_of_equally_long_ones_the_first():
    assert READER.role("Data Engineer or Deep Learning Engineer") == DEEP_LEARNING
    assert TitleReader({"data critic": 1, "data artist": 2}).role("Data Artist / Data Critic") == 2


@pytest.mark.parametrize(
    "title",
    ["Engineer", "Senior Engineer", "Sr. Staff Engineer", "Engineer II", "Engineer (Junior)"],
)
def test_a_general_name_matches_a_title_that_says_no_more(title):
    assert READER.role(title) == ENGINEER


@pytest.mark.parametrize(
    "title",
    ["Frontend Engineer", "AI Engineer", "Sales Engineer", "Engineer, HVAC", "HVAC Engineers"],
)
def test_a_general_name_is_not_found_inside_a_longer_title(title):
    assert READER.role(title) is None


def test_a_single_word_that_ends_no_other_roles_name_is_found_anywhere():
    assert TitleReader({"ml engineer": 1, "mle": 1}).role("Member of Technical Staff, MLE") == 1


@pytest.mark.parametrize(
    "title",
    [
        "Recruiter, Data Scientist",
        "Machine Learning Engineer Manager",
        "Data Scientist Instructor",
        "Manager - ML Engineer",
    ],
)
def test_who_manages_finds_or_teaches_people_of_a_role_does_not_hold_it(title):
    assert READER.role(title) is None


@pytest.mark.parametrize(
    "title", ["Senior Security Research Engineer", "Vulnerability Research Engineer II"]
)
def test_other_work_whose_title_contains_the_name_of_a_role_has_none(title):
    assert TitleReader({"research engineer": 1}).role(title) is None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("ml platform engineer", "Machine Learning Platform Engineer"),
        ("machine learning systems engineer", "ML Systems Engineer"),
        ("natural language processing engineer", "NLP Engineer"),
        ("bi analyst", "Senior Business Intelligence Analyst"),
        ("ai/ml architect", "AI / ML Architect"),
    ],
)
def test_a_name_is_found_in_its_short_and_in_its_long_form(name, title):
    assert TitleReader({name: 1}).role(title) == 1


def test_a_role_of_managers_is_found_by_its_own_name():
    assert TitleReader({"ai product manager": 7}).role("Senior AI Product Manager") == 7


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Computer Vision (CV) Engineer", "computer-vision-engineer"),
        ("Natural Language Processing (NLP) Engineer", "nlp-engineer"),
        ("ML (Machine Learning) Engineer, Pricing", "machine-learning-engineer"),
        ("Software Engineer - Machine Learning", "machine-learning-engineer"),
        ("Software Engineer II (NLP)", "nlp-engineer"),
        ("Engineer, Data", "data-engineer"),
        ("Senior Scientist, Machine Learning", "machine-learning-scientist"),
        ("Product Manager - AI", "ai-product-manager"),
        ("Data Engineers (3 positions)", "data-engineer"),
        ("GenAI Developer", "ai-engineer"),
        ("Data Scientist (all genders)", "data-scientist"),
        ("DATA ENGINEER M/F/D", "data-engineer"),
        ("Data Engineer (f/m/x)*", "data-engineer"),
        ("Dateningenieurin (w/m/d)", "data-engineer"),
        ("Datenwissenschaftler*in", "data-scientist"),
        ("Machine-Learning-Ingenieur:in", "machine-learning-engineer"),
        ("KI-EntwicklerIn", "ai-engineer"),
        ("Ingénieur(e) Data H/F", "data-engineer"),
        ("Développeuse IA", "ai-engineer"),
        ("Architecte de données (F/H)", "data-architect"),
        ("Scientifique des données", "data-scientist"),
        ("Ingénieure en vision par ordinateur", "computer-vision-engineer"),
        ("Ingeniera de Datos Senior", "data-engineer"),
        ("Científico/a de Datos", "data-scientist"),
        ("Analista de BI Júnior", "bi-analyst"),
        ("Ingeniero de aprendizaje automático", "machine-learning-engineer"),
        ("Engenheiro(a) de Dados Pleno", "data-engineer"),
        ("Arquiteta de Dados", "data-architect"),
        ("Data-analist (m/v/x)", "data-analyst"),
        ("AI-ontwikkelaar", "ai-engineer"),
        ("Analityk danych", "data-analyst"),
        ("データエンジニア", "data-engineer"),
        ("数据分析师", "data-analyst"),
    ],
)
def test_a_role_is_found_in_other_forms_and_languages(title, role):
    assert SLUGS.role(title) == role


@pytest.mark.parametrize(
    "title",
    [
        "Ingénieur Data Center",
        "Software Engineer, Market Data Feeds",
        "Software Engineer, AI Developer Experience",
        "Systems Architect AI Infrastructure",
        "Research Developer Productivity Engineer",
        "Technical Recruiter (Data Engineer)",
        "Account Executive - Data Engineers",
        "Assistant to the Lead Data Scientist",
        "Vertriebsmitarbeiter Data Engineer Team",
        "Ingénieur commercial Data Engineer",
    ],
)
def test_a_role_is_not_put_together_of_words_that_speak_of_something_else(title):
    assert SLUGS.role(title) is None


@pytest.mark.shared_data
def test_labelled_titles_are_read_as_a_careful_reader_does(shared_data):
    # The managers among them are all called Senior Manager or Senior … Manager.
    same = {
        "none": "",
        "junior": "entry",
        "mid": "mid",
        "head": "executive",
        "manager": "senior",
    } | dict.fromkeys(["senior", "staff", "principal", "lead"], "senior")
    labelled = json.loads((shared_data / "gold/title_gold_open.json").read_text())["titles"]

    read = {
        row["title"]: (SHIPPED.role(row["title"]), read_level(row["title"]).level)
        for row in labelled
    }

    expected = {row["title"]: (row["role"], same[row["level"]]) for row in labelled}
    for at, field in enumerate(["role", "level"]):
        stated = {title: values[at] for title, values in read.items() if values[at]}
        wanted = {title: values[at] for title, values in expected.items() if values[at]}
        right = len(stated.items() & wanted.items())
        print(f"{field}: precision {right / len(stated):.0%}, recall {right / len(wanted):.0%}")
    assert read == expected


@pytest.mark.slow
@pytest.mark.shared_data
def test_no_real_title_is_too_odd(shared_data):
    with gzip.open(shared_data / "gold/title_strings_open.csv.gz", "rt", encoding="utf-8") as file:
        titles = [row["title"] for row in csv.DictReader(file)]

    assert len(titles) > 3_000
    assert {read_level(title).level for title in titles} == {
        "",
        "entry",
        "mid",
        "senior",
        "executive",
    }
    assert len({SHIPPED.role(title) for title in titles}) > 10
