"""Figures of pay as plain values, for files and the API, which have the same names."""

from roles.models import OfficialWage, SalaryFigure, SalarySource

from .formulas import PERCENTILE_NAMES, Spread
from .page import ANY_CELL

# What every figure has, whatever its source; null where the source does not say.
FIELDS = (
    "n",
    "n_distinct",
    *PERCENTILE_NAMES,
    "currency",
    "years",
    "top_country",
    "top_country_share",
    "source",
)


def spread_data(spread: Spread) -> dict:
    data: dict[str, float | None] = dict.fromkeys(PERCENTILE_NAMES)
    for name in PERCENTILE_NAMES:
        value = getattr(spread, name)
        if value is not None:
            data[name] = float(value)
    return data


def survey_data(figure: SalaryFigure) -> dict:
    """Build the data of survey figures. ``years`` are the first and the last; ``top_country`` gave
    ``top_country_share`` (0 to 1) of the answers.
    """
    remote: int | None = figure.remote
    if remote == ANY_CELL.remote:
        remote = None
    return {
        "source": figure.layer,
        "level": figure.level or None,
        "country": figure.country or None,
        "year": figure.year or None,
        "remote": remote,
        "n": figure.n,
        "n_distinct": figure.n_distinct,
        **spread_data(figure.spread),
        "currency": figure.currency,
        "years": [figure.first_year, figure.last_year],
        "top_country": figure.top_country,
        "top_country_share": float(figure.top_share),
        "as_of": figure.as_of,
    }


def official_data(wage: OfficialWage, match: str) -> dict:
    """Build the data of official wages. ``at_least``: percentiles published only as “at least”.
    There is no count of answers.
    """
    return dict.fromkeys(FIELDS) | {
        "source": "official",
        "occupation": wage.soc,
        "title": wage.title,
        "match": match,
        "area": wage.area,
        **{name: getattr(wage, name) for name in PERCENTILE_NAMES},
        "currency": "USD",
        "at_least": wage.top_coded.split(),
        "withheld": wage.withheld.split(),
        "years": [wage.year, wage.year],
    }


def sources_data() -> list[dict]:
    sources = SalarySource.objects.order_by("layer", "slug")
    rows = sources.values("layer", "slug", "name", "version", "licence", "credit", "url")
    return [dict(row) for row in rows]
