"""Figures of pay in the answers of the API. Null: nobody says."""

from datetime import date
from typing import Literal

from ninja import Field, Schema


class Percentiles(Schema):
    """Gross, per year, in ``currency``. Null where ``n`` is below 10."""

    n: int | None
    n_distinct: int | None
    p10: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p90: float | None
    currency: str | None
    years: list[int] | None = Field(description="First and last survey year.")
    top_country: str | None
    top_country_share: float | None = Field(
        description="Share of responses from the top country, from 0 to 1."
    )
    source: Literal["survey", "posted", "official"]


class SurveyFigure(Percentiles):
    level: str | None
    country: str | None = Field(description="The employer's.")
    year: int | None
    remote: int | None
    as_of: date | None


class PostedFigure(Percentiles):
    """The middles of the ranges that open jobs state per year in one currency."""

    left_out: int = Field(description="Open jobs without a matching yearly range.")
    as_of: date


class OfficialFigure(Percentiles):
    """Of the nearest occupation. There is no count of answers."""

    occupation: str
    title: str
    match: str
    area: str
    at_least: list[str] = Field(description="Percentiles published as “at least”.")
    withheld: list[str]


class Pay(Schema):
    survey: SurveyFigure | None
    posted: PostedFigure | None
    official: OfficialFigure | None
