"""A search as a value: a query string, what it asks for, and what a page needs to show and change
it.
"""

from dataclasses import replace
from functools import cached_property

from django.core.paginator import EmptyPage, Paginator
from django.http import QueryDict
from django.utils.http import urlencode

from jobboard.common.text.words import (
    COMMON_CURRENCIES,
    COUNTRIES,
    full_amount,
    plural,
    short_amount,
    the_country,
)
from jobboard.common.web.http import Pager
from jobboard.listings.models import Listing
from jobboard.you.visitor import Visitor

from .filter_panel import Chip, Choice, Panel
from .find import DEEPEST, Criteria, Found, Option, count, search
from .landings import LANDING_FROM, landing_url
from .language import (
    FLAGS,
    LEVELS,
    NOT_COMPARABLE,
    OTHER_WORK,
    SORTS,
    TYPES,
    UNSTATED,
    WORKPLACES,
    search_form,
)
from .order.your_sorts import fit_of, sorts_for, without_sort

PER_PAGE = 25
POSTED_DAYS = (1, 3, 7, 30)
OPTIONS_SHOWN = 12
WAYS_OUT = 10
LANDINGS_SHOWN = 10


class ListingSearch:
    """``visitor``: who reads the page, which then may be sorted for them. Feeds, files, alerts and
    the API have none.
    """

    def __init__(self, query: QueryDict, visitor: Visitor | None = None) -> None:
        self.query = query
        self.your_sorts = sorts_for(visitor)
        sort = query.get("sort", "")
        self.your_sort = sort if sort in self.your_sorts else ""
        self.form = search_form()(without_sort(query) if self.your_sort else query)
        self.form.is_valid()
        self.ignored = sorted(set(query) - set(self.form.fields))
        self.criteria = Criteria.from_form(self.form)
        if visitor and self.your_sort:
            self.criteria = replace(self.criteria, sort=self.your_sort, fit=fit_of(visitor))

    @property
    def page(self) -> int:
        return int(self.form.cleaned_data.get("page") or 1)

    def run(self) -> "Results":
        return Results(self, self.find())

    def find(self, *, per_page: int = PER_PAGE, with_facets: bool = True) -> Found:
        """The asked page. Raises EmptyPage, saying how to narrow, for one beyond the last or beyond
        DEEPEST.
        """
        offset = (self.page - 1) * per_page
        if offset >= DEEPEST:
            raise EmptyPage(
                f"We only show the first {DEEPEST:,} results. Add a filter to narrow your search."
            )
        found = search(self.criteria, offset=offset, limit=per_page, with_facets=with_facets)
        if offset and offset >= found.total:
            raise EmptyPage(
                f"There is no page {self.page}. This search has {plural(found.total, 'result')}."
            )
        return found

    # --- words ------------------------------------------------------------------------------------

    @property
    def posted_choices(self) -> list[tuple[str | int, str]]:
        return [("", "Any time"), *((days, self._posted_label(days)) for days in POSTED_DAYS)]

    @staticmethod
    def _posted_label(days: int) -> str:
        return "Posted since yesterday" if days == 1 else f"Posted in the last {days} days"

    @property
    def words(self) -> str:
        return self.form.cleaned_data.get("q") or ""

    @property
    def title(self) -> str:
        """What is searched, as a heading: “Data Engineer jobs in Germany”."""
        criteria = self.criteria
        role = criteria.role[0].name if len(criteria.role) == 1 else "AI and data"
        start = "Remote " if self.is_remote else ""
        place = f" in {the_country(criteria.country[0])}" if len(criteria.country) == 1 else ""
        jobs = "" if OTHER_WORK in criteria.role and len(criteria.role) == 1 else " jobs"
        return f"{start}{role}{jobs}{place}"

    @property
    def in_words(self) -> str:
        """The title with every filter that it leaves out: “Data Engineer jobs in Germany: “python”,
        Remote”.
        """
        others = ", ".join(chip.label for chip in self.chips if chip.label not in self.title)
        return f"{self.title}: {others}" if others else self.title

    @property
    def landing_url(self) -> str:
        """Its address, if this is the search of a landing page; else ''."""
        criteria = self.criteria
        only = {name for name in self.query if any(self.query.getlist(name))} - {"sort", "page"}
        if len(criteria.role) != 1 or OTHER_WORK in criteria.role or self.form.errors:
            return ""
        if only == {"role", "country"} and len(criteria.country) == 1:
            return landing_url(criteria.role[0].slug, criteria.country[0])
        return (
            landing_url(criteria.role[0].slug)
            if only == {"role", "workplace"} and self.is_remote
            else ""
        )

    @property
    def is_remote(self) -> bool:
        return self.criteria.workplace == ("remote",)

    @property
    def currency(self) -> str:
        return self.form.cleaned_data.get("currency") or "USD"

    @property
    def currencies(self) -> list[str]:
        return list(dict.fromkeys([*COMMON_CURRENCIES, self.currency]))

    # --- addresses --------------------------------------------------------------------------------

    def url(self, *, drop: tuple[str, str] | None = None, **changes) -> str:
        """This search with ``changes`` (None: without it, a list: repeated) or without one value;
        from page 1.
        """
        changes.setdefault("page", None)
        pairs = []
        for name, values in self.query.lists():
            if name in self.form.fields and name not in changes:
                pairs += [(name, value) for value in values if value and (name, value) != drop]
        for name, value in changes.items():
            pairs += [
                (name, item)
                for item in (value if isinstance(value, list) else [value])
                if item is not None
            ]
        return "?" + urlencode(pairs) if pairs else "."

    @property
    def query_string(self) -> str:
        """With its question mark; '' for all jobs. Nobody else can sort as one visitor does."""
        changes = {"sort": None} if self.your_sort else {}
        return self.url(**changes).removeprefix(".")

    @property
    def sort_asked(self) -> str:
        """As the form of the filters keeps it."""
        return self.your_sort or self.form.cleaned_data.get("sort") or ""

    @cached_property
    def chips(self) -> list[Chip]:
        """What is chosen, each with the address of the search without it."""
        data = self.form.cleaned_data
        chips = self._chosen_chips()
        if data.get("q"):
            chips.insert(0, Chip(f"“{data['q']}”", self.url(q=None)))
        if data.get("city"):
            chips.append(Chip(data["city"], self.url(city=None)))
        if data.get("posted"):
            label = self._posted_label(int(data["posted"]))
            chips.append(Chip(label, self.url(posted=None)))
        if self.criteria.salary_from is not None:
            label = f"{data.get('currency') or 'USD'} {full_amount(data['salary_from'])}+ a year"
            chips.append(Chip(label, self.url(salary_from=None, currency=None, salary=None)))
        elif self.criteria.salary:
            chips.append(Chip("Pay filter", self.url(salary=None)))
        return chips

    def _chosen_chips(self) -> list[Chip]:
        """Of the facets that values are chosen from."""
        chips = []
        for name, names in self._labels().items():
            if name in self.form.errors:
                continue
            for value in dict.fromkeys(self.query.getlist(name)):
                label = names.get(value) or names.get(value.upper())
                if label:
                    chips.append(Chip(label, self.url(drop=(name, value))))
        return chips

    def _labels(self) -> dict[str, dict[str, str]]:
        """Parameter → value → label."""
        labels = {
            "level": dict(LEVELS),
            "type": dict(TYPES),
            "workplace": dict(WORKPLACES),
            "country": COUNTRIES,
            "from": {code: f"Work from {name}" for code, name in COUNTRIES.items()},
            **{name: dict([choice]) for name, choice in FLAGS.items()},
        }
        for name in ("role", "skill", "company"):
            rows = self.form.cleaned_data.get(name) or []
            values = [value for value in self.query.getlist(name) if value.strip()]
            labels[name] = {
                value: row.name for value, row in zip(dict.fromkeys(values), rows, strict=False)
            }
        return labels

    @property
    def sorts(self) -> list[dict]:
        """Orders to choose from; best match only where there are words to match."""
        return [
            {"label": label, "url": self.url(sort=value), "current": value == self.criteria.sort}
            for value, label in [*SORTS, *self.your_sorts.items()]
            if value != "relevance" or self.criteria.words
        ]


class Results:
    """One page of a search: cards read again through ``live()``, so nothing that ended meanwhile is
    shown.
    """

    def __init__(self, listing_search: ListingSearch, found: Found) -> None:
        self.search, self.found = listing_search, found
        self.total = found.total
        self.first_page = listing_search.page == 1
        is_ranked = listing_search.criteria.sort == "relevance"
        leading = found.featured if is_ranked else []  # of a list by relevance, once
        shown_first = leading if self.first_page else []
        others = [pk for pk in found.ids if pk not in leading]
        live = Listing.objects.live().for_cards()
        if listing_search.your_sorts:
            live = live.with_required()
        cards = live.in_order([*shown_first, *others]) if found.ids else []
        self.featured = [card for card in cards if card.pk in shown_first]
        self.listings = [card for card in cards if card.pk not in shown_first]

    @property
    def has_samples(self) -> bool:
        return any(listing.company.is_demo for listing in (*self.listings, *self.featured))

    @property
    def may_be_listed(self) -> bool:
        """By search engines: all jobs, and landing pages that are not thin; their first pages."""
        is_thin = self.total < LANDING_FROM if self.search.landing_url else bool(self.search.chips)
        return self.first_page and not is_thin

    @cached_property
    def landings(self) -> list[tuple[str, str, int]]:
        """Label, address and count of the landing pages beside this search for a role, everywhere
        or in a country.
        """
        role = self.search.criteria.role
        if OTHER_WORK in role:
            return []
        is_plain = len(role) == 1 and (len(self.search.chips) == 1 or self.search.landing_url)
        if not is_plain or self.search.is_remote:
            return []
        chosen, facets = self.search.criteria.country, self.found.facets
        places = [
            option
            for option in facets["country"].options[:LANDINGS_SHOWN]
            if option.value not in chosen
        ]
        if not chosen:
            places.insert(0, Option("", "Remote", facets["workplace"].count_of("remote")))
        return [
            (option.label, landing_url(role[0].slug, option.value), option.count)
            for option in places
            if option.count >= LANDING_FROM
        ]

    @property
    def corrected(self) -> list[tuple[str, str]]:
        """Words as typed that no job holds, and those looked for instead."""
        return list(self.found.corrected.items())

    @property
    def pager(self) -> Pager:
        within_reach = range(min(self.total, DEEPEST))
        page = Paginator(within_reach, PER_PAGE).page(self.search.page)
        return Pager(page, lambda number: self.search.url(page=number))

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
            Option(value, label, 0) for value, label in chosen.items() if value not in counted
        ]
        if len(options) > OPTIONS_SHOWN:  # what is chosen stays in sight
            options.sort(key=lambda option: option.value not in chosen)
        choices = [Choice(option, option.value in chosen) for option in options]
        return Panel(
            name,
            str(self.search.form.fields[name].label),
            choices[:OPTIONS_SHOWN],
            choices[OPTIONS_SHOWN:],
        )

    def _chosen(self, name: str) -> dict[str, str]:
        """Chosen value → label."""
        chosen = getattr(self.search.criteria, name)
        if name == "country":
            return {code: COUNTRIES[code] for code in chosen}
        return {getattr(value, "slug", value): getattr(value, "name", value) for value in chosen}

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

    @property
    def ways_out(self) -> list[tuple[Chip, int]]:
        """For a search without results: each of the first active filters, and how many jobs there
        are without it.
        """
        found = []
        for chip in self.search.chips[:WAYS_OUT]:
            without = ListingSearch(QueryDict(chip.url.removeprefix("?").removeprefix(".")))
            found.append((chip, count(without.criteria)))
        return sorted(found, key=lambda pair: -pair[1])
