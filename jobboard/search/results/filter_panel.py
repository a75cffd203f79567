"""The panel of filters that a page shows to change a search by."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from jobboard.common.text.words import full_amount, short_amount
from jobboard.search.facets.counted import Option, SearchResult
from jobboard.search.facets.table import FACETS, UNSTATED, FacetRow
from jobboard.search.language import (
    FLAGS,
    NOT_COMPARABLE,
    Excluded,
    as_value,
    is_not,
    label_left_out,
)
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
    def offered(self) -> list[Choice]:
        """All but those that leave a value out."""
        return [*self.choices, *self.more, *self.regions]

    @property
    def every_choice(self) -> list[Choice]:
        return [*self.offered, *self.unwanted]

    @cached_property
    def chosen(self) -> list[Choice]:
        return chosen_among(self.every_choice)

    @property
    def has_suggestions(self) -> bool:
        """Beyond ``names``. Asked here, since a template would call the rows."""
        return self.facet.rows is not None

    @property
    def names(self) -> list[str]:
        """The names of the values that are not chosen."""
        labels = []
        for choice in self.offered:
            if choice.option.count and not choice.chosen:
                labels.append(choice.option.label)
        return labels

    @property
    def has_region(self) -> bool:
        return bool(chosen_among(self.regions))

    @property
    def leaves_out(self) -> bool:
        return bool(chosen_among(self.unwanted))

    @property
    def _by_count(self) -> list[Option]:
        """The values in sight, those with the most jobs first; without “Not stated”."""
        options = [choice.option for choice in self.choices]
        stated = filter(lambda option: option.value != UNSTATED, options)
        return sorted(stated, key=lambda option: -option.count)

    @cached_property
    def hint(self) -> str:
        """The chosen values, or the largest ones and how many jobs have them."""
        if self.chosen:
            return " · ".join(choice.option.label for choice in self.chosen)
        return _with_counts((option.label, option.count) for option in self._by_count)

    def get_split(self, total: int) -> float:
        """How well its first values part so many jobs: most where each is of half of them."""
        split = 0
        for option in self._by_count[:OPTIONS_THAT_SPLIT]:
            count = min(option.count, total)
            split += count * (total - count)
        return split


@dataclass(frozen=True)
class Band:
    """A round amount of pay, how many jobs may pay so much (surely or maybe), and the address of
    asking for it.
    """

    label: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class Flag:
    """A yes-or-no filter by the name of its parameter."""

    name: str
    choice: Choice


def chosen_among(choices: Iterable[Choice]) -> list[Choice]:
    return [choice for choice in choices if choice.chosen]


def _with_counts(labels: Iterable[tuple[str, int]]) -> str:
    """The first labels that have jobs, each with how many."""
    hints = [f"{label} ({full_amount(count)})" for label, count in labels if count]
    return " · ".join(hints[:OPTIONS_IN_HINT])


def _without(option: Option, total: int) -> Option:
    """Its box leaves the value out of the jobs there are."""
    return Option(f"-{option.value}", label_left_out(option.label), total - option.count)


class FilterPanel:
    """The filters of a page, with what was chosen and what each choice would give."""

    search: "ListingSearch"
    result: SearchResult
    total: int

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """Parameters and values that the address leaves out and no box says."""
        pairs = []
        for facet in FACETS:
            if not facet.can_exclude:
                values = filter(is_not, self.search.query.getlist(facet.name))
                pairs += [(facet.name, value) for value in values]
        return pairs

    @cached_property
    def panels(self) -> list[Panel]:
        panels = map(self._panel, FACETS)
        return [panel for panel in panels if panel.every_choice]

    @cached_property
    def panels_in_sight(self) -> list[Panel]:
        """What is chosen first, then the few that split this result best, each in the order of the
        table. What one has just ticked stays at its height of the window: see filters.js.
        """
        chosen: list[Panel] = []
        others: list[Panel] = []
        for panel in self.panels:
            if panel.chosen:
                chosen.append(panel)
            else:
                others.append(panel)
        by_split = sorted(others, key=lambda panel: -panel.get_split(self.total))
        best = by_split[:FACETS_SHOWN]
        return chosen + [panel for panel in others if panel in best]

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
        panel = Panel(facet, choices[:OPTIONS_SHOWN], choices[OPTIONS_SHOWN:])
        for option in self._options_of_regions(name):
            region = self._choice(name, option, chosen)
            if option.count or region.chosen:
                panel.regions.append(region)
        if facet.can_exclude:
            panel.unwanted = self._unwanted(facet, panel.choices)
        return panel

    def _options_of_regions(self, name: str) -> list[Option]:
        """The wider values of the facet of this name; none where it has none."""
        if name not in REGIONS_OF:
            return []
        return self.result.facets[REGIONS_OF[name]].options

    def _choices(self, facet: FacetRow, chosen: dict[str, str]) -> list[Choice]:
        name = facet.name
        options = list(self.result.facets[name].options)
        counted = {option.value for option in [*options, *self._options_of_regions(name)]}
        for value, label in chosen.items():
            if value not in counted:
                options.append(Option(value, label, 0))
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
        choices = []
        excluded_slugs = set()
        for row in map(Excluded, getattr(self.search.criteria, f"without_{facet.name}")):
            option = Option(row.slug, row.name, self.total)
            choices.append(self._choice(facet.name, option, [row.slug]))
            excluded_slugs.add(row.slug)
        if self._needs_one_alone(facet):
            return choices
        for choice in offered:
            option = _without(choice.option, self.total)
            if not choice.chosen and option.value not in excluded_slugs:
                choices.append(Choice(option, chosen=False))
        return choices

    def _needs_one_alone(self, facet: FacetRow) -> bool:
        """Whether it is enough that a job has one of the chosen values."""
        criteria = self.search.criteria
        if facet.name == "company":
            return bool(criteria.company)
        return criteria.any_skill

    def _chosen(self, name: str) -> dict[str, str]:
        """Chosen value → label."""
        labels = {}
        for value in getattr(self.search.criteria, name):
            if name == "country":
                labels[value] = place_name(value)
            else:
                labels[as_value(value)] = getattr(value, "name", value)
        return labels

    def _understood(self, name: str) -> set[str]:
        """Values that the words say: their box goes with the words."""
        criteria = self.search.criteria
        values = set()
        for meaning in (*criteria.understanding.meanings, *criteria.located.meanings):
            if meaning.field == name:
                values.add(meaning.value)
        return values.difference(self.search.query.getlist(name))

    @cached_property
    def pay_choices(self) -> list[Choice]:
        criteria = self.search.criteria
        choices = []
        for option in self.result.facets["salary"].options:
            if criteria.salary_from is not None or option.value in (UNSTATED, NOT_COMPARABLE):
                choices.append(Choice(option, option.value in criteria.salary))
        return choices

    @property
    def pay_hint(self) -> str:
        """What is asked for, or how many jobs may pay round amounts."""
        currency = self.search.currency
        if self._salary_from is not None:
            return pay_label(self._salary_from, currency)
        return _with_counts((f"{currency} {band.label}+", band.count) for band in self.bands)

    @cached_property
    def bands(self) -> list[Band]:
        bands = []
        for option in self.result.facets["band"].options:
            amount = int(option.value)
            url = self.search.url(
                salary_from=option.value, currency=self.search.currency, salary=None
            )
            is_current = self._salary_from == amount and "surely" in self.search.criteria.salary
            bands.append(Band(short_amount(amount), option.count, url, is_current))
        return bands

    @property
    def _salary_from(self) -> Decimal | None:
        """The amount as it was typed, in the currency of the search."""
        return self.search.form.cleaned_data.get("salary_from")

    @cached_property
    def flags(self) -> list[Flag]:
        """The yes-or-no filters with their counts."""
        counts = self.result.facets["flags"]
        flags = []
        for name, (value, label) in FLAGS.items():
            option = Option(value, label, counts.get_count(name))
            flags.append(Flag(name, Choice(option, getattr(self.search.criteria, name))))
        return flags

    @property
    def unstated_pay(self) -> int:
        """How many jobs that state no pay one click would add to a search with ``salary_from``."""
        states = self.search.criteria.salary
        if not states or "unstated" in states:
            return 0
        return self.result.facets["salary"].get_count("unstated")

    @property
    def with_unstated_url(self) -> str:
        return self.search.url(salary=[*self.search.criteria.salary, "unstated"])
