"""Finds what should make a moderator look twice, in sentences. It refuses nobody."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain

from django.db.models import Count, Min, Q, prefetch_related_objects
from django.utils import timezone

from jobboard.common.hosts.domains import (
    exact_host,
    is_under,
)
from jobboard.common.text.html import plain_text
from jobboard.common.text.words import plural
from jobboard.listings.content import ListingContent, hash_content
from jobboard.listings.copies.joining import get_runs, is_similar_to_runs, strip_title
from jobboard.listings.employers.companies import company_is_proven
from jobboard.listings.employers.lookalikes import Lookalikes
from jobboard.listings.employers.named import employers_named
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Company, Listing
from roles.models import FxRate
from roles.pay.formulas import annual_pay

from .about import risks_of_about
from .changes import risks_of_change
from .fees import risks_of_fees
from .hosts import find_board
from .invitations import risks_of_invitations
from .open_reports import count_open_reports
from .other_employers import names_spoken_for, risks_of_other_employers
from .pay_changes import Pay, get_pay
from .poster import risks_of_poster
from .text_risks import (
    HEAVY,
    Employer,
    Risk,
    first_heavy,
    get_feed_address,
    get_key,
    risks_of_applying,
    risks_of_words,
    texts_from_content,
    texts_from_listing,
)

NEW_COMPANY_PERIOD = timedelta(days=30)  # since a company's first job was public
# Times the role's highest tenth, and its lowest tenth divided by so much.
FAR_ABOVE = 2
FAR_BELOW = 2
MAX_LINKS = 3
MIN_TEXT_LENGTH = 200  # characters of text
MAX_SHARE_OF_CAPITALS = 0.3  # share of capitals among the letters of a text
# What is asked of them, and of the few that say the same.
COMPARED = [
    "title",
    "place_line",
    "description_html",
    "content_hash",
    "status",
    "outcome",
    "hidden_at",
    "expires_at",
    "folded_into",
    "company__name",
    "company__suspended_at",
]
MAX_TEXTS_COMPARED = 200  # texts of other jobs of a role that each new one is compared with


def facts_by_database(roles: Collection[int]) -> dict[int, MarketFacts]:
    """Role id → what its live jobs add up to, without skills."""
    return Listing.objects.live().filter(role__in=roles).market_facts(with_skills=False)


def find_risks(
    listings: Iterable[Listing],
    *,
    compare_texts: bool = False,
    facts_of: Callable[[Collection[int]], dict[int, MarketFacts]] = facts_by_database,
) -> dict[int, list[Risk]]:
    """Listing id → its risks, the heaviest first. A fixed number of queries, however many listings.

    With ``compare_texts`` near-same texts of a role are found as well, for the price of reading
    MAX_TEXTS_COMPARED of them. ``facts_of`` says what the live jobs of roles (ids) add up to.
    """
    listings = list(listings)
    prefetch_related_objects(listings, "created_by", "feed")
    checker = _RiskChecker(listings, compare_texts, facts_of)
    risks = {}
    for listing in listings:
        risks[listing.pk] = sorted(checker.risks(listing), key=lambda risk: -risk.weight)
    return risks


@dataclass(frozen=True)
class CompanyHistory:
    """Says when a company's first job was public, and how many of its jobs were rejected or
    hidden.
    """

    first: datetime | None
    refused: int


class _RiskChecker:
    """Knows what is to be known beside the listings themselves."""

    def __init__(
        self,
        listings: list[Listing],
        compare_texts: bool,
        facts_of: Callable[[Collection[int]], dict[int, MarketFacts]],
    ) -> None:
        self.now = timezone.now()
        self.compare_texts = compare_texts
        self.listings = listings
        companies = {listing.company_id for listing in listings}
        rows = Company.objects.filter(pk__in=companies).with_feed_addresses().with_proven_users()
        is_refused = Q(listings__status="rejected") | Q(listings__hidden_at__isnull=False)
        with_past = rows.annotate(
            first=Min("listings__published_at"), refused=Count("listings", filter=is_refused)
        )
        self.companies: dict[int, Company] = {}
        self.histories: dict[int, CompanyHistory] = {}
        self.employers: dict[int, Employer] = {}
        for company in with_past:
            self.companies[company.pk] = company
            self.histories[company.pk] = CompanyHistory(company.first, company.refused)
            self.employers[company.pk] = get_employer(company)
        self.lookalikes = self._find_lookalikes()
        self.texts = {listing.pk: texts_from_listing(listing) for listing in listings}
        spoken_for = map(names_spoken_for, self.texts.values())
        self.others_named = employers_named(set(chain.from_iterable(spoken_for)))
        roles = {listing.role_id for listing in listings if listing.role_id}
        self.facts = facts_of(roles)
        self.reports = count_open_reports([listing.pk for listing in listings])
        self.others = self._find_others(roles)

    def _find_others(self, roles: set[int]) -> list[Listing]:
        """The newest that say the same word by word, and where texts are compared, the newest of
        ``roles``. Asked apart: each has an index.
        """
        hashes = {listing.content_hash for listing in self.listings}
        others = Listing.objects.not_over().only(*COMPARED).select_related("company")
        newest = others.order_by("-pk")
        listings = list(newest.filter(content_hash__in=hashes)[: MAX_TEXTS_COMPARED + len(hashes)])
        if roles and self.compare_texts:
            listings += newest.filter(role__in=roles)[:MAX_TEXTS_COMPARED]
        return list({other.pk: other for other in listings}.values())

    def _find_lookalikes(self) -> dict[int, list[Risk]]:
        """Company id → what it could be taken for. Of those that nobody has decided about: an
        editor's word is about the name too, and what was public was reviewed.
        """
        companies = list(filter(self._is_undecided, self.companies.values()))
        if not companies:
            return {}
        lookalikes = Lookalikes()
        risks = {}
        for company in companies:
            similar = lookalikes.of(company.name, company)
            risks[company.pk] = [Risk(likeness.weight, likeness.words) for likeness in similar]
        return risks

    def _is_undecided(self, company: Company) -> bool:
        return company.verified_by != Company.VerifiedBy.ADMIN and self._is_new(company)

    def risks(self, listing: Listing) -> Iterator[Risk]:
        if count := self.reports.get(listing.pk):
            yield Risk(3, f"{plural(count, 'report')} not dealt with yet.")
        texts = self.texts[listing.pk]
        yield from _doubt(listing)
        yield from self._company(self.companies[listing.company_id])
        yield from self._about(self.companies[listing.company_id])
        yield from risks_of_poster(listing, self.companies[listing.company_id])
        yield from _client(listing)
        yield from risks_of_applying(texts, self.employers[listing.company_id])
        yield from self._pay(listing)
        yield from self._copies(listing)
        yield from risks_of_words(texts)
        yield from risks_of_fees(texts)
        yield from risks_of_invitations(texts, self.employers[listing.company_id])
        yield from risks_of_other_employers(
            texts, self.employers[listing.company_id], self.others_named
        )
        yield from _text(listing)

    def _company(self, company: Company) -> Iterator[Risk]:
        yield from self.lookalikes.get(company.pk, [])
        if company_is_proven(company):
            return
        history = self.histories[company.pk]
        if history.first is None:
            yield Risk(2, f"This is the first job from {company}, which is not verified.")
        elif history.first > self.now - NEW_COMPANY_PERIOD:
            yield Risk(
                1,
                f"{company} is not verified. "
                f"Its first job was published on {history.first:%-d %b %Y}.",
            )
        if history.refused == 1:
            yield Risk(2, f"1 job from {company} was rejected or hidden before.")
        elif history.refused:
            jobs = plural(history.refused, "job")
            yield Risk(2, f"{jobs} from {company} were rejected or hidden before.")

    def _is_new(self, company: Company) -> bool:
        """Whether no job of it was ever public."""
        return self.histories[company.pk].first is None

    def _about(self, company: Company) -> Iterator[Risk]:
        """The company's own text, which nobody has read before its first job is public."""
        if self._is_new(company):
            for risk in risks_of_about(company.about, company):
                yield Risk(risk.weight, f"About the company: {risk.words}")

    def _pay(self, listing: Listing) -> Iterator[Risk]:
        typical_pay = self._typical_pay(listing)
        amount = listing.salary_max or listing.salary_min
        if typical_pay is None or amount is None:
            return
        p10, p90 = typical_pay
        lowest = float(annual_pay(listing.salary_min or amount, listing.salary_period))
        highest = float(annual_pay(amount, listing.salary_period))
        of_jobs = f"for open {listing.role} jobs"
        if highest > p90 * FAR_ABOVE:
            yield Risk(2, f"Pay is {highest / p90:.1f} times the 90th percentile {of_jobs}.")
        elif lowest * FAR_BELOW < p10:
            share = lowest / p10 * 100
            yield Risk(1, f"Pay is {share:.0f}% of the 10th percentile {of_jobs}.")

    def _typical_pay(self, listing: Listing) -> tuple[float, float] | None:
        """The 10th and 90th percentile of its role in its currency, a year."""
        facts = self.facts.get(listing.role_id or 0)
        if facts is None:
            return None
        for stats in facts.by_currency:
            if stats.currency == listing.salary_currency:
                if stats.p10 is None or stats.p90 is None:
                    return None
                return float(stats.p10), float(stats.p90)
        return None

    def _copies(self, listing: Listing) -> Iterator[Risk]:
        title = strip_title(listing.title, listing.place_line)
        copies = self._find_copies(listing)
        for other in sorted(copies, key=lambda other: not other.is_open):
            if other.company_id != listing.company_id:
                yield Risk(
                    3, f"The text is the same as job {other.pk}, “{other}” at {other.company}."
                )
                return
            if strip_title(other.title, other.place_line) == title:
                state = f"here ({other.state.lower()})"
                if other.is_open:
                    state = "open"
                yield Risk(1, f"The company already has this job {state}, as job {other.pk}.")
                return

    def _find_copies(self, listing: Listing) -> Iterator[Listing]:
        """The others whose text is the same, or nearly the same where texts are compared."""
        runs: set[tuple[str, ...]] = set()
        if self.compare_texts:
            runs = get_runs(plain_text(listing.description_html))
        for other in self.others:
            if other.pk == listing.pk:
                continue
            is_same = other.content_hash == listing.content_hash
            if not is_same and self.compare_texts:
                is_same = is_similar_to_runs(runs, plain_text(other.description_html))
            if is_same:
                yield other


def get_employer(company: Company) -> Employer:
    """Describe the company as it presents itself; it comes from with_feed_addresses()."""
    boards = set()
    for address in company.feed_addresses or []:
        board = find_board(address)
        if board and board.board:
            boards.add(get_key(board))
    return Employer(
        name=company.name,
        domain=company.domain,
        is_proven=company_is_proven(company),
        boards=frozenset(boards),
    )


def risks_of_edit(
    listing: Listing, approved: ListingContent, content: ListingContent
) -> list[Risk]:
    """Find what ``content`` risks that ``approved`` did not, the heaviest first; both are
    cleaned.
    """
    address = get_feed_address(listing)
    company = Company.objects.with_feed_addresses().get(pk=listing.company_id)
    texts_before = texts_from_content(approved, address)
    texts = texts_from_content(content, address)
    known_employers = employers_named({*names_spoken_for(texts_before), *names_spoken_for(texts)})
    risks = risks_of_change(
        approved,
        content,
        texts_before,
        texts,
        get_employer(company),
        known_employers,
        _rates_to_compare(get_pay(approved, texts_before), get_pay(content, texts)),
    )
    if content.description == approved.description:
        return risks
    other = _same_elsewhere(listing, content)
    if other:
        sentence = f"The text is the same as job {other.pk}, “{other}” at {other.company}."
        risks.insert(0, Risk(HEAVY, sentence))
    return risks


def _rates_to_compare(before: Pay, after: Pay) -> dict[str, Decimal]:
    """Return the rates; None if nothing changed, which saves a query."""
    if after == before:
        return {}
    return _rates(before.currencies | after.currencies)


def _rates(currencies: set[str]) -> dict[str, Decimal]:
    rates = FxRate.objects.fresh().current().filter(currency__in=currencies)
    return dict(rates.values_list("currency", "usd_per_unit")) | {"USD": Decimal(1)}


def _same_elsewhere(listing: Listing, content: ListingContent) -> Listing | None:
    others = Listing.objects.not_over().exclude(company=listing.company_id)
    return others.filter(content_hash=hash_content(content)).select_related("company").first()


def heavy_warning(listing: Listing) -> str:
    """The heaviest that its words and links say against it; '' where none of them is heavy."""
    return first_heavy(risks_of_words(texts_from_listing(listing)))


def feed_is_trusted(listing: Listing) -> bool:
    """Whether its feed, which an editor follows, is on a known hiring system, or on the proven
    domain of its company. One without an address is what an editor hands in by a command.
    """
    if listing.feed is None:
        return False
    if feed_has_lapsed(listing):
        return False
    if not listing.feed.address or find_board(listing.feed.address):
        return True
    host = exact_host(listing.feed.address)
    company = listing.company
    return company_is_proven(company) and is_under(host, company.domain)


def feed_has_lapsed(listing: Listing) -> bool:
    """Whether members connected its feed while the company was verified, which it no longer is."""
    feed = listing.feed
    return feed is not None and bool(feed.proof) and not company_is_proven(listing.company)


def _doubt(listing: Listing) -> Iterator[Risk]:
    if listing.relevance == Listing.Relevance.DOUBTFUL:
        yield Risk(2, f"May not be AI, machine learning or data work. {listing.relevance_why}")


def _client(listing: Listing) -> Iterator[Risk]:
    if listing.client_name:
        yield Risk(1, f"Posted for {listing.client_name}, a client. We can’t verify that.")


def _text(listing: Listing) -> Iterator[Risk]:
    text = plain_text(listing.description_html)
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    links = listing.description_html.count("<a ")
    if len(text) < MIN_TEXT_LENGTH:
        yield Risk(1, f"The description is only {len(text)} characters long.")
    if links > MAX_LINKS:
        yield Risk(1, f"The description contains {links} links.")
    if listing.title.isupper() or capitals > MAX_SHARE_OF_CAPITALS * letters:
        yield Risk(1, "Mostly written in capital letters.")
