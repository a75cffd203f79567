"""A search as a value: a query string, what it asks for, and what a page needs to show and change
it.
"""

from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from jobboard.common.text.words import COMMON_CURRENCIES, plural
from jobboard.common.web.http import Pager
from jobboard.listings.cards import live_cards
from jobboard.listings.models import Listing
from jobboard.search.find import MAX_RESULTS, Criteria, Option, SearchResult, search
from jobboard.search.language import (
    OTHER_WORK,
    SORTS,
    CountriesField,
    SearchForm,
    SlugsField,
    as_value,
    search_form,
)
from jobboard.search.order.fit import FIT
from jobboard.search.order.your_sorts import YOUR_SORTS, get_fit, sorts_for, without_sort
from jobboard.search.regions import the_place
from jobboard.search.understanding.from_words import read_where, read_words
from jobboard.you.visitor import Visitor

from .chips import Chip, chosen_chips, filter_pairs, posted_label, understood_chips
from .filter_panel import FilterPanel
from .landings import MIN_LANDING_JOBS, landing_url
from .near import NearGroup, groups_near

PER_PAGE = 25
KILOMETRES = (25, 50, 100)
POSTED_DAYS = (1, 3, 7, 30)
LANDINGS_SHOWN = 10
OF_BOX = {"q", "where", "words", "page"}  # with other words others are to be understood


class ListingSearch:
    """``visitor``: who reads the page, which then may be sorted for them. Feeds, files, alerts and
    the API have none.
    """

    def __init__(self, query: QueryDict, visitor: Visitor | None = None) -> None:
        self.your_sorts = sorts_for(visitor)
        self.your_sort = self.missed_sort = ""
        sort = query.get("sort", "")
        form_query = query
        if sort in self.your_sorts:
            self.your_sort = sort
            form_query = without_sort(query)
        elif visitor is not None and sort in YOUR_SORTS:
            # Whoever follows a link to such an order, or had themselves forgotten, has said too
            # little.
            self.missed_sort = sort
            query = form_query = without_sort(query)
        self.form = search_form()(form_query)
        self.form.is_valid()
        self.query = _with_codes(query, self.form)
        self.ignored = sorted(set(query) - set(self.form.fields))
        criteria = self._read()
        if visitor and self.your_sort:
            criteria = replace(criteria, sort=self.your_sort, fit=get_fit(visitor))
        self.criteria = criteria

    def _read(self) -> Criteria:
        """What is chosen, and what the words ask for."""
        data = self.form.cleaned_data
        criteria = Criteria.from_form(self.form)
        if not data.get("words"):
            criteria = read_words(criteria)
        if data.get("where"):
            return read_where(criteria, data["where"])
        return criteria

    @property
    def page(self) -> int:
        return int(self.form.cleaned_data.get("page") or 1)

    def run(self) -> "Results":
        return Results(self, self.find())

    def find(self, *, per_page: int = PER_PAGE, with_facets: bool = True) -> SearchResult:
        """The asked page. Raises EmptyPage, saying how to narrow, for one beyond the last or beyond
        MAX_RESULTS.
        """
        offset = (self.page - 1) * per_page
        if offset >= MAX_RESULTS:
            raise EmptyPage(
                f"We only show the first {MAX_RESULTS:,} results. "
                "Add a filter to narrow your search."
            )
        result = search(self.criteria, offset=offset, limit=per_page, with_facets=with_facets)
        if offset and offset >= result.total:
            raise EmptyPage(
                f"There is no page {self.page}. This search has {plural(result.total, 'result')}."
            )
        return result

    # --- words ------------------------------------------------------------------------------------

    @property
    def posted_choices(self) -> list[tuple[str | int, str]]:
        choices: list[tuple[str | int, str]] = [("", "Any time")]
        for days in POSTED_DAYS:
            choices.append((days, posted_label(days)))
        return choices

    @property
    def within_choices(self) -> list[tuple[str | int, str]]:
        choices: list[tuple[str | int, str]] = [("", "Only there")]
        for km in sorted({*KILOMETRES, self.criteria.within} - {0}):
            choices.append((km, f"Within {km} km"))
        return choices

    @property
    def words(self) -> str:
        return self.form.cleaned_data.get("q") or ""

    @property
    def title(self) -> str:
        """The search as a heading: “Data Engineer jobs in Germany”."""
        criteria = self.criteria
        title = "AI and data jobs"
        if criteria.role == (OTHER_WORK,):
            title = OTHER_WORK.name
        elif len(criteria.role) == 1:
            title = f"{criteria.role[0].name} jobs"
        if self.is_remote:
            title = f"Remote {title}"
        if len(criteria.country) == 1:
            title += f" in {the_place(criteria.country[0])}"
        return title

    @property
    def in_words(self) -> str:
        """The title with every filter that it leaves out: “Data Engineer jobs in Germany: “python”,
        Remote”.
        """
        others = ", ".join(chip.label for chip in self.chips if chip.label not in self.title)
        if others:
            return f"{self.title}: {others}"
        return self.title

    @property
    def landing_url(self) -> str:
        """Its address, if this is the search of a landing page; else ''."""
        criteria = self.criteria
        if len(criteria.role) != 1 or OTHER_WORK in criteria.role or self.form.errors:
            return ""
        filters = {name for name, values in self.query.lists() if any(values)} - {"sort", "page"}
        if filters == {"role", "country"} and len(criteria.countries) == 1:
            return landing_url(criteria.role[0].slug, criteria.country[0])
        if filters == {"role", "workplace"} and self.is_remote:
            return landing_url(criteria.role[0].slug)
        return ""

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

    def url(self, *, drop: tuple[str, str] | None = None, **changes: Any) -> str:
        """This search with ``changes`` (None: without it, a list: repeated) or without one value;
        from page 1.
        """
        changes.setdefault("page", None)
        parameters: dict[str, Any] = {}
        for name, values in self.query.lists():
            if name in self.form.fields and name not in changes:
                parameters[name] = [v for v in values if v and (name, v) != drop]
        for name, value in changes.items():
            if value is not None:
                parameters[name] = value
        query = urlencode(parameters, doseq=True)
        if query:
            return f"?{query}"
        return "."

    @property
    def query_string(self) -> str:
        """The query with its question mark; '' for all jobs. Nobody else can sort as one visitor
        does.
        """
        if self.your_sort:
            return self.url(sort=None).removeprefix(".")
        return self.url().removeprefix(".")

    @property
    def fit_url(self) -> str:
        """This search by fit, for a reader who has yet to say something about themselves."""
        return f"{reverse('browse:list')}{self.url(sort=FIT)}"

    @property
    def kept_by_box(self) -> list[tuple[str, str]]:
        """Parameters and values: a search from the box keeps all that it does not ask anew."""
        pairs = []
        for name, values in self.query.lists():
            if name in self.form.fields and name not in OF_BOX:
                pairs += [(name, value) for value in filter(str.strip, values)]
        return pairs

    @property
    def sort_asked(self) -> str:
        """The sort as the form of the filters keeps it."""
        return self.your_sort or self.form.cleaned_data.get("sort") or ""

    @cached_property
    def chips(self) -> list[Chip]:
        """A chip for each thing that is asked for, with the address of the search without it."""
        return [*chosen_chips(self), *self.understood]

    @cached_property
    def understood(self) -> list[Chip]:
        """Chips for what was read from the words, and the words that are left."""
        return understood_chips(self)

    @property
    def as_words_url(self) -> str:
        """The same with nothing understood; '' where nothing is."""
        if self.criteria.understanding.meanings:
            return self.url(words="1")
        return ""

    @property
    def as_meant_url(self) -> str:
        """The same understood; '' where its words would be no more than words."""
        if not self.form.cleaned_data.get("words") or not self.words:
            return ""
        is_more = read_words(self.criteria).understanding.meanings
        if is_more:
            return self.url(words=None)
        return ""

    @property
    def filter_pairs(self) -> list[tuple[str, str]]:
        """The search as filters: parameters and values that keep their meaning whatever will be
        understood.
        """
        return filter_pairs(self)

    @property
    def sorts(self) -> list[dict[str, Any]]:
        """Orders to choose from; best match only where there are words to match."""
        choices = []
        for value, label in [*SORTS, *self.your_sorts.items()]:
            if value != "relevance" or self.words:
                is_current = value == self.criteria.sort
                url = self.url(sort=value)
                choices.append({"label": label, "url": url, "current": is_current})
        return choices


def _with_codes(query: QueryDict, form: SearchForm) -> QueryDict:
    """``query`` with slugs and codes for the names that people typed into the checked ``form``."""
    changes = {}
    for name, field in form.fields.items():
        rows = form.cleaned_data.get(name)
        if rows and isinstance(field, SlugsField | CountriesField):
            values = list(map(as_value, rows))
            typed = filter(None, map(str.strip, query.getlist(name)))
            if values != list(typed):
                changes[name] = list(dict.fromkeys(values))
    if not changes:
        return query
    changed = query.copy()
    for name, values in changes.items():
        changed.setlist(name, values)
    return changed


class Results(FilterPanel):
    """One page of a search: cards read again through ``live()``, so nothing that ended meanwhile is
    shown.
    """

    def __init__(self, listing_search: ListingSearch, result: SearchResult) -> None:
        self.search = listing_search
        self.result = result
        if result.corrected:
            listing_search.criteria = result.criteria
        self.total = result.total
        self.first_page = listing_search.page == 1
        leading: list[int] = []  # the featured ones, once each, where the list is by relevance
        if listing_search.criteria.sort == "relevance":
            leading = result.featured
        ids = [pk for pk in result.ids if pk not in leading]
        if self.first_page:
            ids = [*leading, *ids]
        self.featured: list[Listing] = []
        self.listings: list[Listing] = []
        for card in live_cards(ids, with_required=bool(listing_search.your_sorts)):
            if card.pk in leading:
                self.featured.append(card)
            else:
                self.listings.append(card)

    @property
    def has_samples(self) -> bool:
        listings = [*self.listings, *self.featured]
        for _, near in self.near:
            listings += near
        return any(listing.company.is_demo for listing in listings)

    @property
    def is_indexable(self) -> bool:
        """Whether search engines may list it: all jobs, and landing pages that are not thin; their
        first pages.
        """
        if not self.first_page:
            return False
        if self.search.landing_url:
            return self.total >= MIN_LANDING_JOBS
        return not self.search.chips

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
        countries = self.search.criteria.country
        facets = self.result.facets
        places = facets["country"].options[:LANDINGS_SHOWN]
        if not countries:
            remote = Option("", "Remote", facets["workplace"].get_count("remote"))
            places = [remote, *places]
        landings = []
        for place in places:
            if place.count >= MIN_LANDING_JOBS and place.value not in countries:
                url = landing_url(role[0].slug, place.value)
                landings.append((place.label, url, place.count))
        return landings

    @property
    def corrected(self) -> list[tuple[str, str]]:
        """Words as typed that no job holds, and those looked for instead."""
        return list(self.result.corrected.items())

    @property
    def pager(self) -> Pager:
        within_reach = range(min(self.total, MAX_RESULTS))
        page = Paginator(within_reach, PER_PAGE).page(self.search.page)
        return Pager(page, lambda number: self.search.url(page=number))

    @cached_property
    def near(self) -> list[tuple[NearGroup, list[Listing]]]:
        """Jobs that miss one thing, or two, with the first of each, where nothing is found."""
        if self.total or self.search.form.errors:
            return []
        groups = groups_near(self.search)
        ids = dict.fromkeys(chain.from_iterable(group.ids for group in groups))
        cards = {card.pk: card for card in live_cards(ids)}
        groups_with_cards = []
        for group in groups:
            listings = [cards[pk] for pk in group.ids if pk in cards]
            groups_with_cards.append((group, listings))
        return groups_with_cards

    @cached_property
    def with_words(self) -> int:
        """How many jobs hold the words that were read as filters, where nothing is found."""
        if self.total or not self.search.as_words_url:
            return 0
        url = self.search.as_words_url.removeprefix("?")
        return ListingSearch(QueryDict(url)).find(with_facets=False).total
