"""Whether a job is AI, machine learning or data work, and what it is about without a profile."""

import pytest

from jobboard.feeds.parsing.titles.relevance import read_relevance, terms_in

pytestmark = pytest.mark.pure

MODELS = """
## What you will do
- Train models with PyTorch and look after model evaluation
- Fine-tune large language models
## What you bring
- Deep learning, reinforcement learning, embeddings
"""
PLAIN = """
## What you will do
- Build forms for people who book a boat
- Keep the list of boats in order, and answer what their owners ask
## What you bring
- TypeScript, and an eye for what people overlook
"""
LONG = PLAIN * 3


def answer(title, **more):
    return str(read_relevance(title, **more).answer)


@pytest.mark.parametrize(
    ("family", "titles"),
    {
        "engineering": [
            "Prompt Engineer",
            "LLM Engineer",
            "Software Engineer, Agents",
            "Ingénieur IA",
        ],
        "platform": [
            "ML Infrastructure Engineer",
            "Member of Technical Staff, Inference",
            "Data Platform Engineer",
            "Software Engineer - Data Lake",
            "ETL Developer",
        ],
        "research": [
            "AI Researcher",
            "Research Engineer, Interpretability",
            "Researcher, Alignment",
        ],
        "analysis": ["Decision Science Analyst", "Advanced Analytics Specialist", "Statistician"],
        "bi": ["BI Developer", "Analyste décisionnel", "Power BI Specialist"],
        "architecture": ["Architekt für Datenplattformen", "Distinguished Architect, AI"],
        "deployment": ["Forward Deployed Engineer", "FDE, Logistics", "AI Deployment Engineer"],
        "management": [
            "Data Science Manager",
            "Director of Machine Learning",
            "Head of AI",
            "Engineering Manager, Agents",
            "Leiterin Data & Analytics",
            "Responsable Data Science",
            "Gerente de Dados",
            "Assistant Vice President, Data Analytics",
        ],
        "product": ["Data Product Owner", "Product Lead, AI"],
        "consulting": [
            "Consultant Data & IA",
            "AI Solutions Architect",
            "Berater Business Intelligence",
        ],
        "governance": [
            "Data Steward",
            "AI Governance Specialist",
            "Referent Datenqualität",
            "AI Ethicist",
            "KI-Ethikerin",
            "Éthicien IA",
            "Especialista en ética de IA",
        ],
        "annotation": ["Data Annotator", "AI Trainer - Danish", "Anotador de datos"],
    }.items(),
)
def test_work_without_a_profile_is_let_in_with_its_family(family, titles):
    read = {title: read_relevance(title) for title in titles}

    assert {title: (str(one.answer), one.family) for title, one in read.items()} == dict.fromkeys(
        titles, ("yes", family)
    )


@pytest.mark.parametrize(
    "title",
    [
        "Datenanalystin (m/w/d)",
        "Machine Learning Ingenieur",
        "Praktikum Data Science (m/w/d)",
        "Ingénieur Data H/F",
        "Chercheuse en apprentissage automatique",
        "Científica de Datos",
        "Analista de Inteligencia de Negocio",
        "Especialista en Inteligencia Artificial",
        "Engenheira de Dados",
        "Estágio em Ciência de Dados",
        "Data-analist (m/v)",
        "Hoofd Data & Analytics",
        "Inżynier danych",
        "機械学習エンジニア",
        "数据科学家",
    ],
)
def test_titles_of_other_languages_are_let_in(title):
    assert answer(title) == "yes"


@pytest.mark.parametrize(
    "title",
    [
        # Other sciences
        "Research Engineer, Fuel Cells",
        "Laser Research Scientist",
        "Research Scientist, Genomics",
        "Senior Scientist, Polymer Chemistry",
        "Postdoctoral Researcher in Molecular Biology",
        "Research Engineer - Battery Materials",
        # Nothing said
        "Staff Engineer",
        "Senior Engineer",
        "Software Engineer, Payments",
        "Analista de Sistemas",
        "Softwareentwicklerin Java (m/w/d)",
        # Other work around it
        "Technical Recruiter - Machine Learning",
        "Account Executive, AI Platform",
        "AI Policy Counsel",
        "Product Marketing Manager, Data Platform",
        "AI Partnerships Manager",
        "Machine Learning Partnerships",
        "Executive Assistant to the Head of AI",
        "Professor of Statistics",
        "UX Researcher, AI",
        "Ingénieur commercial Data",
        "Vertriebsmitarbeiterin KI (m/w/d)",
        "Vendedora de soluciones de datos",
        # Words that only look like it
        "Data Center Technician",
        "Data Entry Clerk",
        "Data Protection Officer",
        "Délégué à la protection des données",
        "Delegado de Protección de Datos",
        "Encarregado de Proteção de Dados",
        "Datenschutzbeauftragter",
        "Insurance Agent",
        "Bi-lingual Receptionist",
        "Learning & Development Manager",
        "Solutions Architect, AI Natives",
        "Electrician - Des Moines, IA",
    ],
)
def test_other_work_is_not_let_in(title):
    assert answer(title) == "no"


@pytest.mark.parametrize(
    "title",
    [
        "Research Scientist",
        "Member of Technical Staff",
        "Software Engineer, Search",
        "AI Adoption Lead",
        "AI Support Engineer",
        "Robotics Engineer",
        "Quantitative Researcher",
    ],
)
def test_a_title_that_leaves_it_open_waits_for_somebody_unless_the_text_decides(title):
    assert answer(title) == "doubtful"
    assert answer(title, text=MODELS) == "yes"
    assert answer(title, text=LONG) == "no"


def test_only_a_text_full_of_it_lets_in_a_title_that_says_nothing():
    assert answer("Software Engineer", text=MODELS) == "yes"
    assert answer("Software Engineer", text="Requirements:\n- PyTorch, RAG and dbt") == "doubtful"
    assert answer("Software Engineer", text="Requirements:\n- SQL, Kafka and dashboards") == "no"
    assert answer("Staff Accountant", text=MODELS) == "no"


def test_what_the_company_says_of_itself_and_what_it_offers_decide_nothing():
    text = (
        f"## About us\nWe train models, deep learning, PyTorch, RAG, LLMs and embeddings.\n{PLAIN}"
    )

    assert terms_in(text) == []
    assert answer("Software Engineer", text=text) == "no"
    assert answer("Software Engineer", text=text.replace("About us", "Benefits")) == "no"


def test_skills_that_the_text_asks_for_count_as_its_terms():
    skills = ["PyTorch", "scikit-learn", "LangChain", "RAG", "dbt", "Apache Spark", "Juggling"]

    assert answer("Software Engineer", skills=skills) == "yes"
    assert answer("Software Engineer", skills=skills[-1:]) == "no"


def test_research_in_another_field_with_our_means_is_looked_at_by_somebody():
    assert answer("Research Scientist, Protein Design", text=MODELS) == "doubtful"


def test_a_role_lets_its_jobs_in_unless_people_of_many_fields_are_called_so():
    assert answer("Wizard of Pipelines", role="Data Engineer") == "yes"
    assert answer("Wizard of Pipelines", role="Number Wizard") == "yes"
    assert answer("Laser Research Scientist", role="Research Scientist") == "no"
    assert answer("Staff Engineer", role="Engineer") == "no"


def test_the_reason_is_a_sentence():
    assert read_relevance("ML Platform Engineer").why == "The title names ML platform."
    assert read_relevance("Recruiter").why == "The title names another kind of work: recruiter."
    assert read_relevance("Gärtner").why == "The title does not name AI, machine learning or data."
    assert read_relevance("Research Scientist", text=MODELS).why == (
        "The text asks for train models, pytorch, model evaluation."
    )


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Head of AI Partnerships", "The title names AI, but the work is partnerships."),
        ("Leiterin Marketing KI", "The title names AI, but the work is marketing."),
        (
            "Executive Business Partner, AI",
            "The title names AI, but does not say that the work is on it.",
        ),
        (
            "Data Protection Officer",
            "The title names data protection, which is no AI, machine learning or data work.",
        ),
        (
            "Delegado de Protección de Datos",
            "The title names proteccion de datos, which is no AI, machine learning or data work.",
        ),
        ("Insurance Agent", "The title does not name AI, machine learning or data."),
        (
            "Chief of Staff, AI",
            "The title names AI, but does not say that the work is on it. "
            "The text asks for no methods or tools of AI, machine learning or data.",
        ),
    ],
)
def test_the_reason_is_true(title, why):
    assert read_relevance(title, text=LONG).why == why


def test_work_that_we_have_no_word_for_has_no_family():
    assert read_relevance("AI Philosopher").family == ""
    assert read_relevance("Chief of Staff, AI").family == "management"


@pytest.mark.parametrize(
    ("title", "is_ours"),
    [
        ("AI Strategist", "doubtful"),
        ("AI Strategy Lead", "doubtful"),
        ("Chief AI Officer", "yes"),
        ("Chief Data & AI Officer", "yes"),
        ("Head of AI Policy", "no"),
        ("Software Engineer, EDR Agent", "no"),
        ("Software Engineer, Agent", "yes"),
    ],
)
def test_who_leads_ai_is_ours_and_who_plans_it_may_be(title, is_ours):
    assert answer(title) == is_ours


@pytest.mark.parametrize(
    "title",
    [
        "Chef de projet IA",
        "Cheffe de projet Data Science",
        "AI Project Manager",
        "KI-Projektmanager (m/w/d)",
        "Jefe de proyecto IA",
        "Gerente de projetos de IA",
        "Projectleider AI",
        "Responsabile progetto intelligenza artificiale",
        "Chef de service data",
        "Data Strategist",
        "Datenstrategin",
        "Estratega de datos",
    ],
)
def test_who_runs_projects_or_plans_is_a_manager_in_any_language(title):
    read = read_relevance(title)

    assert (read.answer, read.family) == ("yes", "management")


def test_who_has_a_product_is_of_products_and_who_only_handles_data_of_no_platform():
    assert read_relevance("Responsable produit IA").family == "product"
    assert read_relevance("Data Coordinator").family == "analysis"
    assert read_relevance("Chef de projet data").answer == "doubtful"


def test_a_chief_is_a_manager_whatever_is_led():
    for title in ("Chief AI Officer", "Chief Data & AI Officer"):
        assert read_relevance(title).family == "management"
