"""Who learns, who works beside their studies, who researches for a degree and who looks after them:
words of the same kind that make different jobs.
"""

import pytest

from jobboard.feeds.parsing.texts.types import read_types_of_text
from jobboard.feeds.parsing.titles.levels import read_level
from jobboard.feeds.parsing.titles.relevance import read_relevance

pytestmark = pytest.mark.pure


def types_of(title):
    return list(read_types_of_text(title, "").value)


@pytest.mark.parametrize(
    ("types", "titles"),
    [
        (
            ["part_time"],
            [
                "Werkstudent Data Science",
                "Werkstudentin KI (m/w/d)",
                "Working Student Data Engineering",
                "Studentische Hilfskraft (m/w/d) Machine Learning",
                "Bijbaan data-analist",
            ],
        ),
        (
            ["intern"],
            [
                "Research Intern, Reinforcement Learning",
                "Stage - Data Scientist (F/H)",
                "Stagiaire chef de projet IA",
                "Becario de Ciencia de Datos",
                "Vaga de estágio Dados",
                "Stagiair Data Science",
                "Product Manager Intern, AI",
            ],
        ),
        (
            [],
            [
                "Intern Supervisor, Data",
                "Head of Internships, AI",
                "Mentor for Machine Learning Interns",
                "Internship Manager, Data",
                "Betreuer von Praktikanten, KI",
                "Tuteur de stagiaires Data",
                "Coordinador de prácticas, Datos",
                "Orientador de estágio em IA",
                "Begeleider van stagiairs Data",
            ],
        ),
    ],
)
def test_only_who_learns_there_is_an_intern(types, titles):
    assert {title: types_of(title) for title in titles} == dict.fromkeys(titles, types)


def test_who_looks_after_interns_is_no_beginner():
    assert read_level("Intern Supervisor, Data").level == ""
    assert read_level("Supervisor de Estágio - Dados").level == ""
    assert read_level("Head of Internships, AI").level == "executive"
    assert read_level("Werkstudent Data Science").level == "entry"


@pytest.mark.parametrize(
    "title",
    [
        "PhD Student (75%, TV-L E13) Deep Learning",
        "PhD Candidate in Machine Learning",
        "Doktorandenstelle Maschinelles Lernen",
        "Thèse CIFRE - Apprentissage profond",
        "Doctorando en Inteligencia Artificial",
        "Bolsa de Doutoramento em Aprendizagem Automática",
        "Promovenda Machine Learning",
    ],
)
def test_who_works_on_a_doctorate_researches(title):
    read = read_relevance(title)

    assert (str(read.answer), read.family) == ("yes", "research")
    assert "intern" not in types_of(title)


@pytest.mark.parametrize(
    ("title", "types"),
    [
        ("PhD Student (75%, TV-L E13) Deep Learning", ["part_time"]),
        ("Data Scientist (60%)", ["part_time"]),
        ("Data Scientist 60–80 % (w/m/d)", ["part_time"]),
        ("Ingénieur Data 80-100%", ["full_time", "part_time"]),
        ("Data Engineer 100 %", ["full_time"]),
        ("Data Analyst (50% travel)", []),
        ("Data Scientist, 20% bonus", []),
        ("Data Scientist (5%)", []),
        ("Data Scientist (400%)", []),
    ],
)
def test_a_share_of_a_full_week_is_a_type(title, types):
    assert types_of(title) == types
