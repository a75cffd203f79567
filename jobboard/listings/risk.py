"""What should make a moderator look twice, in sentences. Nobody is refused by it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from jobboard.common.domains import is_public_mail, is_under
from jobboard.common.text.html import plain_text
from jobboard.common.text.words import plural
from roles.pay.formulas import annual_pay

from .copies.joining import alike, bare_title, runs_of
from .lookalikes import Lookalikes
from .models import Company, Listing

NEW_FOR = timedelta(days=30)  # since a company's first job was public
# Times the role's highest tenth, and its lowest tenth divided by so much.
FAR_ABOVE, FAR_BELOW = 2, 2
MANY_LINKS = 3
SHORT = 200  # characters of text
LOUD = 0.3  # share of capitals among the letters of a text
MOST_COMPARED = 200  # texts of other jobs of a role that each new one is compared with
# Where companies let others take applications; in between, so it says little.
APPLICANT_SYSTEMS = (
    "ashbyhq.com",
    "bamboohr.com",
    "breezy.hr",
    "greenhouse.io",
    "icims.com",
    "jobvite.com",
    "lever.co",
    "myworkdayjobs.com",
    "personio.com",
    "personio.de",
    "recruitee.com",
    "smartrecruiters.com",
    "teamtailor.com",
    "workable.com",
)
ASKS_FOR_MONEY = re.compile(
    r"\b(?:registration|training|processing|application|onboarding|equipment) fees?\b"
    r"|\bwestern union\b|\bgift cards?\b|\bwhats ?app\b|\btelegram\b|\bwire transfer\b"
    r"|\bsend (?:us )?money\b|\bbank (?:account )?details\b|\bcrypto wallet\b",
    re.I,
)


@dataclass(frozen=True)
class Risk:
    """``weight`` from 1 (usually harmless) to 3 (look closely)."""

    weight: int
    words: str


def risks_of(listings: Iterable[Listing], *, compare_texts: bool = False) -> dict[int, list[Risk]]:
    """Listing id → its risks, the heaviest first. A fixed number of queries, however many listings.

    With ``compare_texts`` near-same texts of a role are found as well, for the price of reading
    MOST_COMPARED of them.
    """
    listings = list(listings)
    look = _Look(listings, compare_texts)
    return {
        listing.pk: sorted(look.risks(listing), key=lambda risk: -risk.weight)
        for listing in listings
    }


class _Look:
    """What is known beside the listings themselves."""

    def __init__(self, listings: list[Listing], compare_texts: bool) -> None:
        self.now, self.compare_texts = timezone.now(), compare_texts
        companies = {listing.company_id for listing in listings}
        first = Company.objects.filter(pk__in=companies).annotate(
            first=Min("listings__published_at"),
            refused=Count(
                "listings",
                filter=Q(listings__status="rejected") | Q(listings__hidden_at__isnull=False),
            ),
        )
        self.companies = {company.pk: company for company in first}
        self.lookalikes = self._names_to_look_at()
        roles = {listing.role_id for listing in listings if listing.role_id}
        self.facts = Listing.objects.live().filter(role__in=roles).market_facts(with_skills=False)
        pks = [listing.pk for listing in listings]
        of_jobs = Listing.objects.filter(Q(pk__in=pks) | Q(folded_into__in=pks))
        self.reports = dict(
            of_jobs.filter(reports__handled_at=None)
            .order_by()
            .values_list(Coalesce("folded_into", "pk"))
            .annotate(Count("reports"))
        )
        hashes = Q(content_hash__in=[listing.content_hash for listing in listings])
        near = Listing.objects.not_over().filter(
            hashes | Q(role__in=roles) if compare_texts else hashes
        )
        self.others = near.select_related("company").order_by("-pk")[
            : MOST_COMPARED + len(listings)
        ]

    def _names_to_look_at(self) -> dict[int, list[Risk]]:
        """Company id → what it could be taken for. Of those that nobody has decided about: an
        editor's word is about the name too, and what was public was reviewed.
        """
        asked = [
            company
            for company in self.companies.values()
            if company.verified_by != Company.VerifiedBy.ADMIN and company.first is None
        ]
        if not asked:
            return {}
        known = Lookalikes()
        return {
            company.pk: [Risk(one.weight, one.words) for one in known.of(company.name, company)]
            for company in asked
        }

    def risks(self, listing: Listing) -> Iterator[Risk]:
        if count := self.reports.get(listing.pk):
            yield Risk(3, f"{plural(count, 'report')} not dealt with yet.")
        yield from _doubt(listing)
        yield from self._company(self.companies[listing.company_id])
        yield from _client(listing)
        yield from self._applying(listing)
        yield from self._pay(listing)
        yield from self._copies(listing)
        yield from _text(listing)

    def _company(self, company: Company) -> Iterator[Risk]:
        yield from self.lookalikes.get(company.pk, [])
        if company.verified_by:
            return
        if company.first is None:
            yield Risk(2, f"This is the first job from {company}, which is not verified.")
        elif company.first > self.now - NEW_FOR:
            yield Risk(
                1,
                f"{company} is not verified. "
                f"Its first job was published on {company.first:%-d %b %Y}.",
            )
        if company.refused:
            yield Risk(
                2,
                f"{plural(company.refused, 'job')} from {company} "
                f"{'was' if company.refused == 1 else 'were'} rejected or hidden before.",
            )

    def _applying(self, listing: Listing) -> Iterator[Risk]:
        domain = listing.company.domain
        if listing.apply_email:
            host = listing.apply_email.rpartition("@")[2].lower()
            if is_public_mail(host):
                yield Risk(2, f"Applications go to an address at {host}, which anyone can create.")
            elif domain and not is_under(host, domain):
                yield Risk(
                    2,
                    f"Applications go to an address at {host}, "
                    f"but the company’s domain is {domain}.",
                )
            return
        system = next((one for one in APPLICANT_SYSTEMS if is_under(listing.apply_host, one)), "")
        if system:
            return
        if not domain:
            yield Risk(
                1,
                f"Applications go to {listing.apply_host}, "
                "and the company has no website to compare it with.",
            )
        elif listing.applies_elsewhere:
            yield Risk(
                3, f"Applications go to {listing.apply_host}, but the company’s domain is {domain}."
            )

    def _pay(self, listing: Listing) -> Iterator[Risk]:
        facts = self.facts.get(listing.role_id)
        amount = listing.salary_max or listing.salary_min
        if facts is None or amount is None:
            return
        usual = next(
            (one for one in facts.by_currency if one.currency == listing.salary_currency), None
        )
        if usual is None or usual.held_back:
            return
        lowest = annual_pay(listing.salary_min or amount, listing.salary_period)
        highest = annual_pay(amount, listing.salary_period)
        if highest > usual.p90 * FAR_ABOVE:
            yield Risk(
                2,
                f"Pay is {highest / usual.p90:.1f} times the 90th percentile "
                f"for open {listing.role} jobs.",
            )
        elif lowest * FAR_BELOW < usual.p10:
            yield Risk(
                1,
                f"Pay is {lowest / usual.p10 * 100:.0f}% "
                f"of the 10th percentile for open {listing.role} jobs.",
            )

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
            is_near = self.compare_texts and alike(
                text, runs_of(plain_text(other.description_html))
            )
            if other.pk != listing.pk and (is_near or other.content_hash == listing.content_hash):
                yield other


def _doubt(listing: Listing) -> Iterator[Risk]:
    if listing.relevance == Listing.Relevance.DOUBTFUL:
        yield Risk(2, f"May not be AI, machine learning or data work. {listing.relevance_why}")


def _client(listing: Listing) -> Iterator[Risk]:
    if listing.client_name:
        yield Risk(1, f"Posted for {listing.client_name}, a client. We can’t verify that.")


def _text(listing: Listing) -> Iterator[Risk]:
    text = plain_text(listing.description_html)
    letters = [letter for letter in text if letter.isalpha()]
    links = listing.description_html.count("<a ")
    if len(text) < SHORT:
        yield Risk(1, f"The description is only {len(text)} characters long.")
    if links > MANY_LINKS:
        yield Risk(1, f"The description contains {links} links.")
    if listing.title.isupper() or (
        letters and sum(map(str.isupper, letters)) > LOUD * len(letters)
    ):
        yield Risk(1, "Mostly written in capital letters.")
    if found := ASKS_FOR_MONEY.search(f"{listing.title} {text}"):
        yield Risk(3, f"The text contains “{found[0]}”.")
