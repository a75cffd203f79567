from dataclasses import dataclass

from jobboard.listings.models import Company
from roles.models import Role, Skill


@dataclass(frozen=True)
class Criteria:
    """What is looked for. Values of one field mean OR, fields mean AND; several ``skill`` mean AND.

    ``salary_from`` is gross per year in USD; ``salary`` says which of surely, maybe and unstated are wanted.
    """

    words: str = ""
    role: tuple[Role, ...] = ()
    level: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    workplace: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    city: str = ""
    work_from: tuple[str, ...] = ()
    skill: tuple[Skill, ...] = ()
    company: tuple[Company, ...] = ()
    salary_from: int | None = None
    salary: tuple[str, ...] = ()
    posted: int | None = None
    featured: bool = False
    visa: bool = False
    verified: bool = False
    sort: str = "newest"

    @classmethod
    def from_form(cls, form) -> "Criteria":
        """From a checked ListingFilter form; a field with an error counts as not given."""
        data = form.cleaned_data
        asks_pay = data.get("salary_from") is not None and form.usd_per_unit is not None
        usd = int(data["salary_from"] * form.usd_per_unit) if asks_pay else None
        return cls(
            words=data.get("q") or "",
            role=tuple(data.get("role") or ()),
            level=tuple(data.get("level") or ()),
            type=tuple(data.get("type") or ()),
            workplace=tuple(data.get("workplace") or ()),
            country=tuple(data.get("country") or ()),
            city=data.get("city") or "",
            work_from=tuple(data.get("from") or ()),
            skill=tuple(data.get("skill") or ()),
            company=tuple(data.get("company") or ()),
            salary_from=usd,
            salary=tuple(data.get("salary") or (("surely", "maybe") if usd is not None else ())),
            posted=int(data["posted"]) if data.get("posted") else None,
            featured=bool(data.get("featured")),
            visa=bool(data.get("visa")),
            verified=bool(data.get("verified")),
            sort=data.get("sort") or ("relevance" if data.get("q") else "newest"),
        )
