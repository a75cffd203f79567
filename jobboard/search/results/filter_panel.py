"""What a page shows of a search, to change it by."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from jobboard.common.text.words import short_amount
from jobboard.search.facets import Found, Option
from jobboard.search.language import FLAGS, NOT_COMPARABLE, UNSTATED, Excluded
from jobboard.search.regions import place_name

if TYPE_CHECKING:
    from .page import ListingSearch

OPTIONS_SHOWN = 12


@dataclass(frozen=True)
class Choice:
    """One box of the filter panel. What was understood goes with the words that say it, and not by
    its box.
    """

    option: Option
    chosen: bool
    is_understood: bool = False

    @property
    def disabled(self) -> bool:
        return self.is_understood or (not self.option.count and not self.chosen)


@dataclass
class Panel:
    """One facet of the filter panel: ``choices`` in sight, ``more`` folded away."""

    name: str
    label: str
    choices: list[Choice]
    more: list[Choice] = field(default_factory=list)


class FilterPanel:
    """The filters of a page, with what was chosen and what each choice would give."""

    search: "ListingSearch"
    found: Found
    total: int

    @cached_property
    def panels(self) -> list[Panel]:
        return [
            self._panel(name)
            for name in ("workplace", "level", "role", "type", "country", "skill", "company")
        ]

    def _panel(self, name: str) -> Panel:
        chosen = self._chosen(name)
        options = list(self.found.facets[name].options)
        counted = {option.value for option in options}
        options += [
            Option(value, label, self.total if value.startswith("-") else 0)
            for value, label in chosen.items()
            if value not in counted
        ]
        if len(options) > OPTIONS_SHOWN:  # what is chosen stays in sight
            options.sort(key=lambda option: option.value not in chosen)
        typed = self._understood_values(name)
        choices = [
            Choice(option, option.value in chosen, option.value in typed) for option in options
        ]
        return Panel(
            name,
            str(self.search.form.fields[name].label),
            choices[:OPTIONS_SHOWN],
            choices[OPTIONS_SHOWN:],
        )

    def _chosen(self, name: str) -> dict[str, str]:
        """Chosen value → label."""
        chosen = [*getattr(self.search.criteria, name), *self._unwanted(name)]
        if name == "country":
            return {code: place_name(code) for code in chosen}
        return {getattr(value, "slug", value): getattr(value, "name", value) for value in chosen}

    def _unwanted(self, name: str) -> list[Excluded]:
        return [Excluded(row) for row in getattr(self.search.criteria, f"without_{name}", ())]

    def _understood_values(self, name: str) -> set[str]:
        """Values that the words say: their box goes with the words."""
        criteria = self.search.criteria
        meanings = [*criteria.understanding.meanings, *criteria.located.meanings]
        typed = {meaning.value for meaning in meanings if meaning.field == name}
        return typed - set(self.search.query.getlist(name))

    @cached_property
    def pay_choices(self) -> list[Choice]:
        wanted = self.search.criteria
        options = self.found.facets["salary"].options
        shown = (
            options
            if wanted.salary_from is not None
            else [o for o in options if o.value in (UNSTATED, NOT_COMPARABLE)]
        )
        return [Choice(option, option.value in wanted.salary) for option in shown]

    @cached_property
    def bands(self) -> list[dict]:
        """Round amounts, how many jobs may pay so much (surely or maybe), and the address of asking
        for it.
        """
        wanted, currency = self.search.criteria, self.search.currency
        asked = self.search.form.cleaned_data.get("salary_from")
        return [
            {
                "label": short_amount(int(option.value)),
                "count": option.count,
                "url": self.search.url(salary_from=option.value, currency=currency, salary=None),
                "current": (
                    asked is not None and asked == int(option.value) and "surely" in wanted.salary
                ),
            }
            for option in self.found.facets["band"].options
        ]

    @cached_property
    def flags(self) -> list[dict]:
        """The yes-or-no filters with their counts."""
        counts, criteria = self.found.facets["flags"], self.search.criteria
        return [
            {
                "name": name,
                "choice": Choice(
                    Option(value, label, counts.count_of(name)), getattr(criteria, name)
                ),
            }
            for name, (value, label) in FLAGS.items()
        ]

    @property
    def unstated_pay(self) -> int:
        """With ``salary_from``: how many jobs that state no pay one click would add."""
        wanted = self.search.criteria.salary
        return (
            self.found.facets["salary"].count_of("unstated")
            if wanted and "unstated" not in wanted
            else 0
        )

    @property
    def with_unstated_url(self) -> str:
        return self.search.url(salary=[*self.search.criteria.salary, "unstated"])
