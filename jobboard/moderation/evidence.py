"""Gathers what a moderator should know before deciding: who posts, what changed, and past
decisions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Count, Q
from django.utils.text import Truncator

from jobboard.accounts.models import User
from jobboard.common.hosts.domains import host_of_mailbox, is_public_mail, proven_by_mailbox
from jobboard.common.text.words import plural
from jobboard.listings import lifecycle
from jobboard.listings.content import ListingContent, get_content
from jobboard.listings.lifecycle.differences import Difference, differences
from jobboard.listings.lifecycle.stored_content import from_json
from jobboard.listings.models import ApprovedContent, Company, Feed, Listing, ListingEvent
from jobboard.seekers.models import Report

Kind = ListingEvent.Kind
# Events by moderators, and those by the people who answer them.
DECISIONS = [
    Kind.PUBLISHED,
    Kind.APPROVED,
    Kind.RETURNED,
    Kind.REJECTED,
    Kind.HIDDEN,
    Kind.SHOWN,
    Kind.SEEN,
    Kind.REPORTS_DISMISSED,
    Kind.UNDONE,
]
ANSWERS = [Kind.SUBMITTED, Kind.HELD, Kind.WITHDRAWN]
MAX_CLAIM_LENGTH = 120  # characters of a claim that lists show


def shorten_claim(text: str) -> str:
    return Truncator(text).chars(MAX_CLAIM_LENGTH)


# --- Who posts ------------------------------------------------------------------------------------


def describe_address(email: str, company: Company) -> str:
    """Say what an email address tells about whether its owner belongs to the company."""
    if proven_by_mailbox(email, company.domain):
        return f"{email} is at the company’s domain."
    text = f"Not at {company.domain}."
    if not company.domain:
        text = f"{company} has no website to compare the address with."
    host = host_of_mailbox(email)
    if is_public_mail(host):
        text += f" Anyone can get an address at {host}."
    return text


@dataclass
class Poster:
    """The person who posted a job, or the change of it that waits: in a sentence, whether it is
    proven that they act for the company, and more facts.
    """

    sentence: str
    is_proven: bool
    facts: list[str]


def get_poster(listing: Listing) -> Poster:
    company = listing.company
    change = listing.waiting_change
    if change and change.by and change.by_id != listing.created_by_id:
        return _describe_person("Changed", change.by, company)
    if listing.created_by:
        return _describe_person("Posted", listing.created_by, company)
    if listing.feed:
        return _describe_feed(listing.feed, company)
    return Poster(
        "Whoever posted this has deleted their account.", False, [_company_proof(company)]
    )


def _describe_feed(feed: Feed, company: Company) -> Poster:
    is_of_company = feed.company_id is not None
    owner = "a job board, not the company"
    if is_of_company:
        owner = str(company)
    return Poster(
        sentence=f"Read from the feed of {owner}: {feed.get_kind_display()}.",
        is_proven=is_of_company,
        facts=[_company_proof(company)],
    )


def _describe_person(action: str, person: User, company: Company) -> Poster:
    is_at_domain = bool(proven_by_mailbox(person.email, company.domain))
    addresses = EmailAddress.objects.filter(user=person, email__iexact=person.email)
    is_confirmed = addresses.filter(verified=True).exists()
    jobs = Listing.objects.filter(created_by=person).aggregate(
        all=Count("pk"), published=Count("pk", filter=~Q(published_at=None))
    )
    facts = [
        _company_proof(company),
        _confirmation_of_address(person.email, is_confirmed),
        f"Account created on {person.date_joined:%-d %b %Y}. "
        f"{plural(jobs['all'], 'job')} posted, {jobs['published']} published.",
    ]
    member = company.memberships.filter(user=person).first()
    if member is None:
        facts.append(f"No longer a member of {company}.")
    elif not member.proof and company.memberships.proven().exists():
        facts.append(f"Has not proven to act for {company}. Other members have.")
    where = _compare_domain(company, is_at_domain)
    return Poster(f"{action} by {person.email}, {where}.", is_at_domain and is_confirmed, facts)


def _confirmation_of_address(email: str, is_confirmed: bool) -> str:
    text = "The email address is not confirmed."
    if is_confirmed:
        text = "The email address is confirmed."
    host = host_of_mailbox(email)
    if is_public_mail(host):
        text += f" Anyone can get one at {host}."
    return text


def _compare_domain(company: Company, is_at_domain: bool) -> str:
    if is_at_domain:
        return "at the company’s domain"
    if not company.domain:
        return f"and {company} has no website to compare it with"
    return f"not at {company.domain}"


def _company_proof(company: Company) -> str:
    if not company.verified_by:
        return f"{company} is not verified."
    how = Company.VerifiedBy(company.verified_by).label
    if company.verified_at:
        return f"{company} is verified by {how} since {company.verified_at:%-d %b %Y}."
    return f"{company} is verified by {how}."


# --- What changed ---------------------------------------------------------------------------------


def get_changes(listing: Listing) -> list[Difference]:
    """The differences between the content of the last decision, and the job or its open change."""
    now = get_content(listing)
    proposed = now
    change = lifecycle.open_change(listing)
    if change:
        proposed = lifecycle.proposed(change, now).content
    return differences(_last_decided_content(listing) or now, proposed)


def _last_decided_content(listing: Listing) -> ListingContent | None:
    """The content that was approved last or, for a job that comes back, returned; None if the job
    has not changed since.
    """
    if listing.status == Listing.Status.PUBLISHED:
        approved = ApprovedContent.objects.filter(listing=listing).first()
        if approved:
            return from_json(approved.content, approved.format)
        return None
    returned = listing.events.filter(kind=Kind.RETURNED).exclude(undo=None).last()
    if returned and returned.undo and returned.undo.get("content"):
        return from_json(returned.undo["content"], returned.undo["format"])
    return None


def get_conflicts(listing: Listing) -> tuple[str, ...]:
    """Find what the waiting change would overwrite that was changed on the job since."""
    change = listing.waiting_change
    if change:
        return lifecycle.proposed(change, get_content(listing)).conflicts
    return ()


# --- Past decisions -------------------------------------------------------------------------------


@dataclass
class Message:
    """A decision, or the recruiter's answer to one."""

    what: str
    who: str
    at: datetime
    text: str
    is_ours: bool


def get_thread(events: Iterable[ListingEvent]) -> list[Message]:
    thread = []
    for event in events:
        is_ours = event.actor == ListingEvent.Actor.ADMIN and event.kind in DECISIONS
        if not is_ours and event.kind not in ANSWERS:
            continue
        who = event.actor_words
        if event.by:
            who = str(event.by)
        thread.append(Message(event.get_kind_display(), who, event.at, event.new, is_ours))
    return thread


def count_past_jobs(company: Company) -> dict[str, int]:
    """Count the company's jobs by decision, and the reports they got."""
    counts = company.listings.order_by().aggregate(
        published=Count("pk", filter=~Q(published_at=None)),
        rejected=Count("pk", filter=Q(status=Listing.Status.REJECTED)),
        hidden=Count("pk", filter=~Q(hidden_at=None)),
    )
    returned = ListingEvent.objects.filter(listing__company=company, kind=Kind.RETURNED)
    return {
        "Published": counts["published"],
        "Returned": returned.order_by().aggregate(jobs=Count("listing", distinct=True))["jobs"],
        "Rejected": counts["rejected"],
        "Hidden": counts["hidden"],
        "Reports": Report.objects.filter(listing__company=company).count(),
    }
