"""Our own columns: what each takes, which fields of a job it says, and which column of a file is
which.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jobboard.feeds.tables.days import day_by
from jobboard.feeds.tables.headers import LEFT_OUT

from .own_csv_lists import PAY, PLACES, Row

COLUMN_HELP = {  # each column, and what it takes
    "id": (
        "your own reference. Uploading the same id again updates that job. Without this column, "
        "a job is known by its link to apply, or by its title and locations if jobs share a link. "
        "Jobs you posted with the form have an id in your download: keep it to update them"
    ),
    "title": "required",
    "apply_url": "a link starting with https://. Enter either this or apply_email",
    "apply_email": "enter either this or apply_url, not both",
    "company": "your company name, or leave blank",
    "description": "plain text, Markdown or HTML",
    "places": (
        "required unless workplace is remote. "
        "Separate locations with semicolons: “Lisbon; Remote (Spain)”. "
        "Without this column, city and country are used"
    ),
    "city": "leave blank to use the cities in places. One for each location",
    "country": "two-letter code or English name. Leave blank to use the countries in places",
    "workplace": (
        "On-site, Hybrid or Remote, or your word for it, such as Vor Ort. One for all locations, "
        "or one for each in the same order: “hybrid; remote”"
    ),
    "hybrid_days": "days on-site per week for hybrid jobs, 1 to 5. One for all, or one for each",
    "employment_types": (
        "Full-time, Part-time, Contractor, Temporary, Internship, …, or your word for it, "
        "such as Vollzeit; separate with semicolons"
    ),
    "level": "entry, mid, senior or executive, or a word such as Junior",
    "level_max": "the highest level, where the job is open to a range of levels",
    "role": (
        "the last part of a role’s web address, such as data-engineer. "
        "Detected from the title if blank"
    ),
    "salary_min": (
        "52000, 52.000 €, 52k or 27.50. Separate several pay ranges with semicolons: “52000; 60000”"
    ),
    "salary_max": "as above. You can leave one of the two blank",
    "salary_currency": (
        "a three-letter code such as EUR, or €. Required if the salary doesn’t state it"
    ),
    "salary_period": (
        "year, month, week, day or hour, or with the currency: EUR/Monat. "
        "Required if there is a salary"
    ),
    "pay_kind": "base, on_target or total. Leave blank if you don’t say what the pay includes",
    "pay_gross": "gross (before tax) or net (after tax)",
    "pay_place": "the location that the pay is for. Leave blank for all",
    "pay_level": "the level that the pay is for. Leave blank for all",
    "pay_text": "a note about pay. Required if there is no salary",
    "posted_on": "2026-11-30 or 30.11.2026",
    "closes_on": "2026-12-31 or 31.12.2026",
    "skills_required": "separate with semicolons: “Python; SQL”",
    "skills_nice": "nice-to-have skills, as above",
    "skills": "skills of a job that doesn’t say which are required, as above",
    "visa": "yes, no or unknown",
    "client": (
        "leave blank unless you recruit for a client. Enter the client’s name, or yes if you don’t "
        "name it"
    ),
    "eligibility": (
        "from where people can work: anywhere, listed (these countries) or unstated. "
        "Leave blank to use what the remote locations say"
    ),
    "eligible_countries": "two-letter codes for listed; separate with semicolons: “DE; AT”",
}
REQUIRED_COLUMNS = ["id", "title"]
WAYS_TO_APPLY = ["apply_url", "apply_email"]
COLUMNS = list(COLUMN_HELP)
FORMULA = re.compile(r"^'(?=[=+\-@\t\r])")
# The columns that say it, for each field of an item. Where a file has none of them, it says nothing
# of that field.
SAID_BY = {
    "title": ["title"],
    "description": ["description"],
    "places": PLACES,
    "types": ["employment_types"],
    "level": ["level", "level_max"],
    "level_max": ["level", "level_max"],
    "role": ["role"],
    "skills": ["skills"],
    "skills_required": ["skills_required"],
    "skills_nice": ["skills_nice"],
    "pay": PAY,
    "pay_text": ["pay_text"],
    "pay_note": ["pay_text"],
    "apply_url": WAYS_TO_APPLY,
    "apply_email": WAYS_TO_APPLY,
    "visa": ["visa"],
    "for_client": ["client"],
    "client_name": ["client"],
    "closes_on": ["closes_on"],
    "eligibility": ["eligibility", "eligible_countries"],
    "eligible_countries": ["eligibility", "eligible_countries"],
}
# A value for all rows holds where a row says nothing in any of these.
INSTEAD = {
    "places": ["places", "city", "country"],
    "apply_url": WAYS_TO_APPLY,
    "apply_email": WAYS_TO_APPLY,
    "pay_text": ["pay_text", "salary_min", "salary_max"],
}


@dataclass(frozen=True)
class Columns:
    """Which field each column of a file holds, LEFT_OUT for none; ``for_all`` are the values of
    fields that hold for each row that says nothing else, ``day_orders`` say of fields how dates
    that may be two days are written.
    """

    fields: Sequence[str]
    for_all: Mapping[str, str] = field(default_factory=dict)
    day_orders: Mapping[str, str] = field(default_factory=dict)

    def at(self, cells: Sequence[str]) -> Row:
        """The values of a row, by field."""
        row = {
            name: FORMULA.sub("", cell).strip()
            for name, cell in zip(self.fields, cells, strict=True)
            if name != LEFT_OUT
        }
        for name, value in self.for_all.items():
            if not any(row.get(other) for other in INSTEAD.get(name, [name])):
                row[name] = value
        for name, order in self.day_orders.items():
            if day := day_by(row.get(name, ""), order):
                row[name] = day.isoformat()
        return row

    @property
    def absent(self) -> frozenset[str]:
        stated = {*self.fields, *self.for_all}
        return frozenset(name for name, columns in SAID_BY.items() if not stated & set(columns))


OWN = Columns(COLUMNS)
