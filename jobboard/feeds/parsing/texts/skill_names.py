"""Names of skills as words, and those which mean something else too."""

import re

from jobboard.common.text.words import fold

# "scikit-learn" and "scikit learn" are one name.
WORD = re.compile(r"[^\W_]+(?:\+\+|#)?|[^\w\s\-‐‑]")


def words_of_skill(text: str) -> tuple[str, ...]:
    if text.isascii():
        return tuple(WORD.findall(text.lower()))
    return tuple(map(fold, WORD.findall(text)))


# Names that mean something else unless they are written like this.
SPELLED = [
    "Airflow",
    "Alteryx",
    "Amplitude",
    "Ansible",
    "Bedrock",
    "Confluence",
    "Dask",
    "dbt",
    "ELT",
    "Flask",
    "GNN",
    "IaC",
    "Iceberg",
    "JAX",
    "Kinesis",
    "Looker",
    "MCP",
    "ML",
    "Pinecone",
    "Prefect",
    "Prometheus",
    "RAG",
    "S3",
    "SAS",
    "Scala",
    "SFT",
    "Tableau",
]
# Even so they may be an employer, an animal or a word: told in passing, they count only beside
# another skill.
ASKED_FOR = [
    "ClickHouse",
    "Databricks",
    "Datadog",
    "Fivetran",
    "Flink",
    "MongoDB",
    "pandas",
    "Snowflake",
    "Spark",
]
# These count only beside another skill, in a list.
NEEDS_OTHER_SKILLS = [
    "Beam",
    "C",
    "DL",
    "Excel",
    "Go",
    "Hive",
    "Julia",
    "Oracle",
    "R",
    "Ray",
    "React",
    "Rust",
    "Triton",
    "algorithms",
    "data privacy",
    "embeddings",
    "evals",
    "experimentation",
    "fine tuning",
    "forecasting",
    "pruning",
    "statistics",
    "transformers",
]
SPELLINGS = {words_of_skill(name): name for name in [*SPELLED, *ASKED_FOR, *NEEDS_OTHER_SKILLS]}
AMBIGUOUS_SKILLS = {
    words_of_skill(name): name in NEEDS_OTHER_SKILLS for name in [*ASKED_FOR, *NEEDS_OTHER_SKILLS]
}
