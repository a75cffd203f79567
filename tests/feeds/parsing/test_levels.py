"""At which level a title says a job is, and where it only seems to say so."""

import pytest

from jobboard.feeds.parsing.titles.levels import read_level

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("level", "titles"),
    {
        "entry": [
            "Junior Software Engineer, Luxury",
            "Jr. Data Analyst",
            "Software Engineer, New Grad - Defense",
            "Graduate Data Scientist",
            "Data Science Graduate Programme 2026",
            "Entry-Level Data Engineer",
            "Entry Level Data Entry Clerk",
            "Data Scientist (Entry)",
            "Intern, Product Insights Analytics",
            "Software Engineering- Internship (Fall 2026/Summer 2027) ",
            "Senior Research Intern",
            "Intern, Office of the Director",
            "Venture Intern_NexBreak Venture",
            "Trainee Data Architect",
            "Software Engineering Co-op",
            "Working Student BI",
            "Data Analyst I",
            "Werkstudentin Data Science (m/w/d)",
            "Masterarbeit Machine Learning",
            "Praktikum KI",
            "Stage - Ingénieur IA H/F",
            "Stagiaire data",
            "Alternance - Data Analyst",
            "Becario/a Data Science",
            "Estágio em Ciência de Dados",
            "Interns 2028 - Machine Learning",
            "Graduate Trainee - Director's Office",
            "Junior Analyst - Team Lead Payments",
            "Data Analyst (Early Career)",
            "Berufseinsteiger Data Engineering (m/w/d)",
        ],
        "mid": [
            "Data Analyst II",
            "Data Analyst Ⅱ",
            "Software Engineer-II",
            "Mid-Level Data Engineer",
            "Mid level developer",
            "Data Engineer (Mid)",
            "Mid Data Engineer",
            "Mid-level Solutions Engineer, Mid-Market",
            "Intermediate Backend Engineer",
            "Analista de Dados Pleno",
            "Data Engineer (medior)",
            "Desarrollador Semi Senior",
            "Analyst II - Senior Living Division",
            "Scientist II - Principal Accounts Team",
            "Middle Software Engineer (Java)",
            "Associate Technical Services Engineer II",
        ],
        "senior": [
            "Senior Data Scientist",
            "Sr.Data Scientist I",
            "Senior/iOS Engineer II",
            "Staff+ Software Engineer, Caching",
            "Staff, Software Engineer (L4) - Email",
            "Software Engineer, Staff",
            "Fullstack Staff Software Engineer - PAM",
            "Staff Product Manager",
            "Principal Research Scientist – Scaling",
            "Lead Data Analyst, MyPay",
            "Marketing Analytics Lead",
            "GTM AI Operations Lead, Demand Generation",
            "Senior Executive Assistant to the President",
            "Senior Lead Generation Specialist",
            "Data Architect III",
            "Research Scientist IV",
            "Machine Learning Engineer V",
            "Snr Data Analyst",
            "Distinguished Engineer",
            "Ingénieur data expérimenté",
            "Teamleiter Data Engineering (m/w/d)",
            "Senior Business Analyst (VP)",
        ],
        "executive": [
            "Director, Data Science",
            "Senior Director of Engineering",
            "VP, Cloud and AI Partnerships",
            "SVP Data",
            "Vice-President, Engineering",
            "Head of AI and Machine Learning Engineering",
            "Global Head - Data",
            "Deputy Chief Information Security Officer",
            "Vice President, Machine Learning",
            "Leiterin Data & Analytics",
            "Directeur data",
            "Diretora de Dados",
            "Hoofd Data",
        ],
        "": [
            "Data Scientist",
            "Technical Consultant, Mid-Market",
            "Mid-Atlantic Sales Engineer",
            "Mid Market Solutions Engineer",
            "Middle East Sales Engineer",
            "Middle Office Analyst",
            "Founding Data Scientist",
            "Member of Technical Staff (Machine Learning Engineer, Search)",
            "Research Staff, Voice AI Foundations",
            "Staff Accountant",
            "Staff Development Specialist",
            "Chief of Staff, Data",
            "Chief of Staff to the VP of Engineering",
            "Executive Assistant to CTO and Head of Engineering",
            "Executive Assistant, VP Data",
            "Data Analyst, Office of the Director",
            "Lead Generation Specialist",
            "Lead-to-Cash Analyst",
            "Lead Scoring Data Scientist",
            "Leadership Coach",
            "Active Directory Engineer",
            "Account Executive",
            "MVP Developer",
            "Internal Audit Analyst",
            "Software Engineer, International",
            "Internship Program Coordinator",
            "Graduate Recruiter",
            "Data Entry Clerk",
            "Order Entry Analyst",
            "Associate General Counsel",
            "Senior Living Data Analyst",
            "World War II Historian",
            "Software Engineer (All Levels)",
            "Frontend Engineer / フロントエンドエンジニア",
            "Data Scientist - VP",
            "VP - Quantitative Analyst",
            "Assistant Vice President, Analytics",
            "AVP Data Engineering",
            "Associate Director, Statistics",
            "Assistant Director of Data",
            "Assistant Chief, Nutrition",
            "Data Scientist, Chief Data Office",
            "Data Science Manager",
            "Associate, Data Science",
            "Data Engineer L5",
            "Data Engineer (Early Career To Senior Level)",
            "Junior to Senior Data Analyst",
            "Data Engineer - Senior Leadership Platform",
            "Late Stage Startup Data Engineer",
            "Ingénieur en apprentissage automatique",
            "",
        ],
    }.items(),
)
def test_a_level_is_read_only_where_the_title_states_it(level, titles):
    read = {title: read_level(title) for title in titles}

    assert {title: one.level for title, one in read.items()} == dict.fromkeys(titles, level)
    assert {one.highest for one in read.values()} == {""}


@pytest.mark.parametrize(
    ("title", "lowest", "highest"),
    [
        ("Mid/Senior Data Analyst", "mid", "senior"),
        ("Mid-Senior Level Data Engineer", "mid", "senior"),
        ("Junior/Mid Data Engineer", "entry", "mid"),
        ("Junior or Mid-level Analyst", "entry", "mid"),
        ("Intermediate/Senior/Staff Backend Engineer", "mid", "senior"),
        ("Data Engineer (Mid to Senior)", "mid", "senior"),
        ("Data Architect/Sr Data Architect", "mid", "senior"),
        ("Data Analyst / Junior Data Analyst", "entry", "mid"),
        ("Associate Data Scientist", "entry", "mid"),
        ("Associate (ML) Engineer (Oslo)", "entry", "mid"),
        ("(Senior) Riff-Analyst (m/w/d)", "mid", "senior"),
        ("(Sr.) Reef Analyst", "mid", "senior"),
        ("(Junior) Reef Analyst", "entry", "mid"),
        ("(Lead) Reef Analyst", "mid", "senior"),
        ("(Principal) Reef Analyst", "mid", "senior"),
    ],
)
def test_several_levels_of_one_job_are_a_range(title, lowest, highest):
    read = read_level(title)

    assert (read.level, read.highest) == (lowest, highest)


@pytest.mark.parametrize(
    "title",
    ["Reef Analyst (Senior)", "(Senior)", "(Senior Reef Team) Analyst", "Senior (Reef) Analyst"],
)
def test_a_bracket_that_is_not_left_out_at_will_is_no_range(title):
    assert read_level(title).highest == ""


def test_the_words_that_state_the_level_are_quoted():
    assert read_level("Data Engineer (Senior), Oslo").quote == "senior"
    assert read_level("Mid/Senior Data Engineer").quote == "mid / senior"
    assert read_level("Data Engineer").quote == ""
