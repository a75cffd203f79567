"""What should make a moderator look twice, in sentences. Nobody is refused by it."""

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
from jobboard.listings.content import ListingContent, hash_of
from jobboard.listings.copies.joining import are_runs_of, bare_title, runs_of
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
from .hosts import board_of
from .invitations import risks_of_invitations
from .open_reports import count_open_reports
from .other_employers import names_spoken_for, risks_of_other_employers
from .pay_changes import pay_of
from .poster import risks_of_poster
from .said import (
    HEAVY,
    Employer,
    Risk,
    Said,
    key_of,
    risks_of_applying,
    risks_of_words,
)

NEW_FOR = timedelta(days=30)  # since a company's first job was public
# Times the role's highest tenth, and its lowest tenth divided by so much.
FAR_ABOVE, FAR_BELOW = 2, 2
MANY_LINKS = 3
SHORT = 200  # characters of text
LOUD = 0.3  # share of capitals among the letters of a text
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


def risks_of(
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
    look = _Look(listings, compare_texts, facts_of)
    return {
        listing.pk: sorted(look.risks(listing), key=lambda risk: -risk.weight)
        for listing in listings
    }


@dataclass(frozen=True)
class Past:
    """When a company's first job was public, and how many of its jobs were rejected or hidden."""

    first: datetime | None
    refused: int


class _Look:
    """What is known beside the listings themselves."""

    def __init__(
        self,
        listings: list[Listing],
        compare_texts: bool,
        facts_of: Callable[[Collection[int]], dict[int, MarketFacts]],
    ) -> None:
        self.now, self.compare_texts = timezone.now(), compare_texts
        self.listings = listings
        companies = {listing.company_id for listing in listings}
        rows = Company.objects.filter(pk__in=companies).with_feed_addresses().with_proven_users()
        first = rows.annotate(
            first=Min("listings__published_at"),
            refused=Count(
                "listings",
                filter=Q(listings__status="rejected") | Q(listings__hidden_at__isnull=False),
            ),
        )
        self.companies = {company.pk: company for company in first}
        self.past = {company.pk: Past(company.first, company.refused) for company in first}
        self.employers = {pk: employer_of(company) for pk, company in self.companies.items()}
        self.lookalikes = self._names_to_look_at()
        self.said = {listing.pk: said_by(listing) for listing in listings}
        spoken_for = map(names_spoken_for, self.said.values())
        self.others_named = employers_named(set(chain.from_iterable(spoken_for)))
        roles = {listing.role_id for listing in listings if listing.role_id}
        self.facts = facts_of(roles)
        self.reports = count_open_reports([listing.pk for listing in listings])
        self.others = self._others(roles if compare_texts else set())

    def _others(self, roles: set[int]) -> list[Listing]:
        """The newest that say the same word by word, and the newest of ``roles``. Asked apart: each
        has an index.
        """
        hashes = {listing.content_hash for listing in self.listings}
        others = Listing.objects.not_over().only(*COMPARED).select_related("company")
        newest = others.order_by("-pk")
        found = list(newest.filter(content_hash__in=hashes)[: MAX_TEXTS_COMPARED + len(hashes)])
        if roles:
            found += newest.filter(role__in=roles)[:MAX_TEXTS_COMPARED]
        return list({other.pk: other for other in found}.values())

    def _names_to_look_at(self) -> dict[int, list[Risk]]:
        """Company id → what it could be taken for. Of those that nobody has decided about: an
        editor's word is about the name too, and what was public was reviewed.
        """
        asked = [
            company
            for company in self.companies.values()
            if company.verified_by != Company.VerifiedBy.ADMIN and self._is_new(company)
        ]
        if not asked:
            return {}
        known = Lookalikes()
        found = {}
        for company in asked:
            similar = known.of(company.name, company)
            found[company.pk] = [Risk(one.weight, one.words) for one in similar]
        return found

    def risks(self, listing: Listing) -> Iterator[Risk]:
        if count := self.reports.get(listing.pk):
            yield Risk(3, f"{plural(count, 'report')} not dealt with yet.")
        said = self.said[listing.pk]
        yield from _doubt(listing)
        yield from self._company(self.companies[listing.company_id])
        yield from self._about(self.companies[listing.company_id])
        yield from risks_of_poster(listing, self.companies[listing.company_id])
        yield from _client(listing)
        yield from risks_of_applying(said, self.employers[listing.company_id])
        yield from self._pay(listing)
        yield from self._copies(listing)
        yield from risks_of_words(said)
        yield from risks_of_fees(said)
        yield from risks_of_invitations(said, self.employers[listing.company_id])
        yield from risks_of_other_employers(
            said, self.employers[listing.company_id], self.others_named
        )
        yield from _text(listing)

    def _company(self, company: Company) -> Iterator[Risk]:
        yield from self.lookalikes.get(company.pk, [])
        if company_is_proven(company):
            return
        past = self.past[company.pk]
        if past.first is None:
            yield Risk(2, f"This is the first job from {company}, which is not verified.")
        elif past.first > self.now - NEW_FOR:
            yield Risk(
                1,
                f"{company} is not verified. "
                f"Its first job was published on {past.first:%-d %b %Y}.",
            )
        if past.refused:
            were = "was" if past.refused == 1 else "were"
            jobs = plural(past.refused, "job")
            yield Risk(2, f"{jobs} from {company} {were} rejected or hidden before.")

    def _is_new(self, company: Company) -> bool:
        """Whether no job of it was ever public."""
        return self.past[company.pk].first is None

    def _about(self, company: Company) -> Iterator[Risk]:
        """The company's own text, which nobody has read before its first job is public."""
        if self._is_new(company):
            for risk in risks_of_about(company.about, company):
                yield Risk(risk.weight, f"About the company: {risk.words}")

    def _pay(self, listing: Listing) -> Iterator[Risk]:
        facts = self.facts.get(listing.role_id) if listing.role_id else None
        amount = listing.salary_max or listing.salary_min
        if facts is None or amount is None:
            return
        usual = [one for one in facts.by_currency if one.currency == listing.salary_currency]
        if not usual or usual[0].p10 is None or usual[0].p90 is None:
            return
        lowest = float(annual_pay(listing.salary_min or amount, listing.salary_period))
        highest = float(annual_pay(amount, listing.salary_period))
        p10, p90 = float(usual[0].p10), float(usual[0].p90)
        of_jobs = f"for open {listing.role} jobs"
        if highest > p90 * FAR_ABOVE:
            yield Risk(2, f"Pay is {highest / p90:.1f} times the 90th percentile {of_jobs}.")
        elif lowest * FAR_BELOW < p10:
            share = lowest / p10 * 100
            yield Risk(1, f"Pay is {share:.0f}% of the 10th percentile {of_jobs}.")

    def _copies(self, listing: Listing) -> Iterator[Risk]:
        title = bare_title(listing.title, listing.place_line)
        same = self._that_say_the_same(listing)
        for other in sorted(same, key=lambda other: not other.is_open):
            if other.company_id != listing.company_id:
                yield Risk(
                    3, f"The text is the same as job {other.pk}, “{other}” at {other.company}."
                )
                return
            if bare_title(other.title, other.place_line) == title:
                state = "open" if other.is_open else f"here ({other.state.lower()})"
                yield Risk(1, f"The company already has this job {state}, as job {other.pk}.")
                return

    def _that_say_the_same(self, listing: Listing) -> Iterator[Listing]:
        text = runs_of(plain_text(listing.description_html)) if self.compare_texts else set()
        for other in self.others:
            is_near = self.compare_texts and are_runs_of(text, plain_text(other.description_html))
            if other.pk != listing.pk and (is_near or other.content_hash == listing.content_hash):
                yield other


def employer_of(company: Company) -> Employer:
    """Who it says it is: of a company from with_feed_addresses()."""
    boards = [board_of(address) for address in company.feed_addresses or []]
    return Employer(
        name=company.name,
        domain=company.domain,
        is_proven=company_is_proven(company),
        boards=frozenset(key_of(board) for board in boards if board and board.board),
    )


def said_by(listing: Listing, *, with_feed: bool = True) -> Said:
    return _said(listing, [listing.place_line], [], _feed_address(listing) if with_feed else "")


def said_in(content: ListingContent, feed_address: str) -> Said:
    """By cleaned content."""
    texts = [place.text for place in content.places]
    cities = [place.city for place in content.places]
    pay = chain.from_iterable((one.place, one.level) for one in content.pay)
    return _said(content, [*texts, *cities], [*pay], feed_address)


def _said(
    job: Listing | ListingContent, places: list[str], pay: list[str], feed_address: str
) -> Said:
    texts = (job.pay_note, job.eligibility_text, job.utc_note, job.client_name)
    return Said(
        title=job.title,
        html=job.description_html,
        others=(*places, *texts, *pay),
        apply_url=job.apply_url,
        apply_email=job.apply_email,
        feed_address=feed_address,
    )


def _feed_address(listing: Listing) -> str:
    if listing.feed:
        return listing.feed.address
    return ""


def risks_of_edit(
    listing: Listing, approved: ListingContent, content: ListingContent
) -> list[Risk]:
    """What ``content`` risks that ``approved`` did not, the heaviest first; both are cleaned."""
    address = _feed_address(listing)
    company = Company.objects.with_feed_addresses().get(pk=listing.company_id)
    said_before, said = said_in(approved, address), said_in(content, address)
    pay_before, pay = pay_of(approved, said_before), pay_of(content, said)
    rates = _rates(pay_before.currencies | pay.currencies) if pay != pay_before else {}
    known = employers_named({*names_spoken_for(said_before), *names_spoken_for(said)})
    employer = employer_of(company)
    risks = risks_of_change(approved, content, said_before, said, employer, known, rates)
    if content.description != approved.description and (other := _same_elsewhere(listing, content)):
        words = f"The text is the same as job {other.pk}, “{other}” at {other.company}."
        risks.insert(0, Risk(HEAVY, words))
    return risks


def _rates(currencies: set[str]) -> dict[str, Decimal]:
    rates = FxRate.objects.fresh().current().filter(currency__in=currencies)
    return dict(rates.values_list("currency", "usd_per_unit")) | {"USD": Decimal(1)}


def _same_elsewhere(listing: Listing, content: ListingContent) -> Listing | None:
    others = Listing.objects.not_over().exclude(company=listing.company_id)
    return others.filter(content_hash=hash_of(content)).select_related("company").first()


def heavy_warning(listing: Listing) -> str:
    """The heaviest that its words and links say against it; '' where none of them is heavy."""
    risks = risks_of_words(said_by(listing))
    return next((risk.words for risk in risks if risk.weight >= HEAVY), "")


def feed_is_trusted(listing: Listing) -> bool:
    """Whether its feed, which an editor follows, is on a known hiring system, or on the proven
    domain of its company. One without an address is what an editor hands in by a command.
    """
    if listing.feed is None:
        return False
    if feed_has_lapsed(listing):
        return False
    if not listing.feed.address or board_of(listing.feed.address):
        return True
    host, company = exact_host(listing.feed.address), listing.company
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
    letters, capitals = sum(map(str.isalpha, text)), sum(map(str.isupper, text))
    links = listing.description_html.count("<a ")
    if len(text) < SHORT:
        yield Risk(1, f"The description is only {len(text)} characters long.")
    if links > MANY_LINKS:
        yield Risk(1, f"The description contains {links} links.")
    if listing.title.isupper() or capitals > LOUD * letters:
        yield Risk(1, "Mostly written in capital letters.")
