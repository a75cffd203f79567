"""What a page shows of a search, to change it by."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from jobboard.common.text.words import full_amount, short_amount
from jobboard.search.facets.counted import Found, Option
from jobboard.search.facets.table import FACETS, UNSTATED, FacetRow
from jobboard.search.language import FLAGS, NOT_COMPARABLE, Excluded, is_not, label_left_out
from jobboard.search.regions import place_name

from .chips import pay_label

if TYPE_CHECKING:
    from .page import ListingSearch

OPTIONS_SHOWN = 12
FACETS_SHOWN = 3  # that nothing is chosen of; the others are folded
OPTIONS_IN_HINT = 2
OPTIONS_THAT_SPLIT = 5
REGIONS_OF = {"country": "region"}  # parameter → the facet of its wider values


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
    """One facet of the filter panel: ``choices`` in sight, ``more`` folded away, and ``unwanted``
    ones, each of which leaves its value out.
    """

    facet: FacetRow
    choices: list[Choice]
    more: list[Choice] = field(default_factory=list)
    regions: list[Choice] = field(default_factory=list)
    unwanted: list[Choice] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.facet.name

    @property
    def every_choice(self) -> list[Choice]:
        return [*self.choices, *self.more, *self.regions, *self.unwanted]

    @cached_property
    def chosen(self) -> list[Choice]:
        return [choice for choice in self.every_choice if choice.chosen]

    @property
    def has_suggestions(self) -> bool:
        """Beyond ``names``. Asked here, since a template would call the rows."""
        return self.facet.rows is not None

    @property
    def names(self) -> list[str]:
        """Of the values that are not chosen."""
        offered = [*self.choices, *self.more, *self.regions]
        return [one.option.label for one in offered if one.option.count and not one.chosen]

    @property
    def has_region(self) -> bool:
        return any(choice.chosen for choice in self.regions)

    @property
    def leaves_out(self) -> bool:
        return any(choice.chosen for choice in self.unwanted)

    @cached_property
    def hint(self) -> str:
        """What is chosen, or the largest values and how many jobs have them."""
        if self.chosen:
            return " · ".join(choice.option.label for choice in self.chosen)
        options = [choice.option for choice in self.choices if choice.option.count]
        options = [option for option in options if option.value != UNSTATED]
        largest = sorted(options, key=lambda option: -option.count)
        shown = largest[:OPTIONS_IN_HINT]
        return " · ".join(f"{option.label} ({full_amount(option.count)})" for option in shown)

    def split_of(self, total: int) -> float:
        """How well its first values part so many jobs: most where each is of half of them."""
        options = [choice.option for choice in self.choices if choice.option.value != UNSTATED]
        counts = sorted((min(option.count, total) for option in options), reverse=True)
        return sum(count * (total - count) for count in counts[:OPTIONS_THAT_SPLIT])


def _without(option: Option, total: int) -> Option:
    """Its box leaves the value out of the jobs there are."""
    return Option(f"-{option.value}", label_left_out(option.label), total - option.count)


class FilterPanel:
    """The filters of a page, with what was chosen and what each choice would give."""

    search: "ListingSearch"
    found: Found
    total: int

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """Parameters and values that the address leaves out and no box says."""
        named = [facet.name for facet in FACETS if not facet.can_exclude]
        return [
            (name, value)
            for name in named
            for value in self.search.query.getlist(name)
            if is_not(value)
        ]

    @cached_property
    def panels(self) -> list[Panel]:
        return [panel for panel in map(self._panel, FACETS) if panel.every_choice]

    @cached_property
    def panels_in_sight(self) -> list[Panel]:
        """What is chosen first, then the few that split this result best, each in the order of the
        table. What one has just ticked stays at its height of the window: see filters.js.
        """
        chosen = [panel for panel in self.panels if panel.chosen]
        others = [panel for panel in self.panels if not panel.chosen]
        best = sorted(others, key=lambda panel: -panel.split_of(self.total))[:FACETS_SHOWN]
        return [*chosen, *(panel for panel in others if panel in best)]

    @cached_property
    def panels_folded(self) -> list[Panel]:
        return [panel for panel in self.panels if panel not in self.panels_in_sight]

    @property
    def opens_more(self) -> bool:
        """Whether something is wrong there. What is chosen stands above, in chips."""
        return "posted" in self.search.form.errors

    @property
    def opens_pay(self) -> bool:
        errors = self.search.form.errors
        return "salary_from" in errors or "currency" in errors

    def _panel(self, facet: FacetRow) -> Panel:
        name = facet.name
        chosen = self._chosen(name)
        choices = self._choices(facet, chosen)
        wider = self.found.facets[REGIONS_OF[name]].options if name in REGIONS_OF else []
        of_regions = [self._choice(name, option, chosen) for option in wider]
        return Panel(
            facet,
            choices[:OPTIONS_SHOWN],
            choices[OPTIONS_SHOWN:],
            regions=[choice for choice in of_regions if choice.option.count or choice.chosen],
            unwanted=self._unwanted(facet, choices[:OPTIONS_SHOWN]) if facet.can_exclude else [],
        )

    def _choices(self, facet: FacetRow, chosen: dict[str, str]) -> list[Choice]:
        name = facet.name
        options = list(self.found.facets[name].options)
        counted = {option.value for option in options}
        if name in REGIONS_OF:
            counted |= {option.value for option in self.found.facets[REGIONS_OF[name]].options}
        options += [
            Option(value, label, 0) for value, label in chosen.items() if value not in counted
        ]
        if len(options) > OPTIONS_SHOWN:  # what is chosen stays in sight
            options.sort(key=lambda option: option.value not in chosen)
        return [self._choice(name, option, chosen) for option in options]

    def _choice(self, name: str, option: Option, chosen: Collection[str]) -> Choice:
        is_chosen = option.value in chosen
        return Choice(option, is_chosen, is_chosen and option.value in self._understood(name))

    def _unwanted(self, facet: FacetRow, offered: list[Choice]) -> list[Choice]:
        """The values that are left out, then those that could be: none where it is enough that a
        job has one of those chosen.
        """
        rows = getattr(self.search.criteria, f"without_{facet.name}")
        excluded = [Excluded(row) for row in rows]
        left_out = [
            self._choice(facet.name, Option(row.slug, row.name, self.total), [row.slug])
            for row in excluded
        ]
        criteria = self.search.criteria
        if criteria.company if facet.name == "company" else criteria.any_skill:
            return left_out
        gone = {row.slug for row in excluded}
        options = [choice.option for choice in offered if not choice.chosen]
        others = [_without(option, self.total) for option in options]
        could_be = [Choice(option, chosen=False) for option in others if option.value not in gone]
        return [*left_out, *could_be]

    def _chosen(self, name: str) -> dict[str, str]:
        """Chosen value → label."""
        chosen = getattr(self.search.criteria, name)
        if name == "country":
            return {code: place_name(code) for code in chosen}
        return {getattr(value, "slug", value): getattr(value, "name", value) for value in chosen}

    def _understood(self, name: str) -> set[str]:
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

    @property
    def pay_hint(self) -> str:
        """What is asked for, or how many jobs may pay round amounts."""
        data, currency = self.search.form.cleaned_data, self.search.currency
        if data.get("salary_from") is not None:
            return pay_label(data["salary_from"], currency)
        bands = [band for band in self.bands if band["count"]][:OPTIONS_IN_HINT]
        said = [f"{currency} {band['label']}+ ({full_amount(band['count'])})" for band in bands]
        return " · ".join(said)

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
        if not wanted or "unstated" in wanted:
            return 0
        return self.found.facets["salary"].count_of("unstated")

    @property
    def with_unstated_url(self) -> str:
        return self.search.url(salary=[*self.search.criteria.salary, "unstated"])
