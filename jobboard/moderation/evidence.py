"""What a moderator should know before deciding: who posts, what changed, and what was said."""

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
from jobboard.listings.models import ApprovedContent, Company, Listing, ListingEvent
from jobboard.seekers.models import Report

Kind = ListingEvent.Kind
# What a moderator says, and what is said to them.
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
MAX_CLAIM_LENGTH = 120  # characters that lists show of what somebody says of a company


def shortened(claimed: str) -> str:
    return Truncator(claimed).chars(MAX_CLAIM_LENGTH)


# --- Who posts ------------------------------------------------------------------------------------


def address_in_words(email: str, company: Company) -> str:
    """What an address says of who somebody is."""
    host = host_of_mailbox(email)
    if proven_by_mailbox(email, company.domain):
        return f"{email} is at the company’s domain."
    anyone = f" Anyone can get an address at {host}." if is_public_mail(host) else ""
    if not company.domain:
        return f"{company} has no website to compare the address with.{anyone}"
    return f"Not at {company.domain}.{anyone}"


@dataclass
class Poster:
    """Who is behind a job, or behind the change of it that waits: a sentence, whether it speaks for
    them, and what else is known.
    """

    sentence: str
    is_proven: bool
    facts: list[str]


def poster_of(listing: Listing) -> Poster:
    company, change = listing.company, listing.waiting_change
    if change and change.by and change.by_id != listing.created_by_id:
        return _person("Changed", change.by, company)
    if listing.created_by:
        return _person("Posted", listing.created_by, company)
    if listing.feed:
        of_board = listing.feed.company_id is None
        whose = "a job board, not the company" if of_board else str(company)
        return Poster(
            sentence=f"Read from the feed of {whose}: {listing.feed.get_kind_display()}.",
            is_proven=not of_board,
            facts=[_company_proof(company)],
        )
    return Poster(
        "Whoever posted this has deleted their account.", False, [_company_proof(company)]
    )


def _person(what: str, person: User, company: Company) -> Poster:
    host = host_of_mailbox(person.email)
    is_here = bool(proven_by_mailbox(person.email, company.domain))
    where = _where(host, company, is_here)
    confirmed = EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True)
    is_confirmed = confirmed.exists()
    jobs = Listing.objects.filter(created_by=person).aggregate(
        all=Count("pk"), published=Count("pk", filter=~Q(published_at=None))
    )
    member = company.memberships.filter(user=person).first()
    facts = [
        _company_proof(company),
        _about_address(host, is_confirmed),
        f"Account created on {person.date_joined:%-d %b %Y}. "
        f"{plural(jobs['all'], 'job')} posted, {jobs['published']} published.",
    ]
    if member is None:
        facts.append(f"No longer a member of {company}.")
    elif not member.proof and company.memberships.proven().exists():
        facts.append(f"Has not proven to act for {company}. Other members have.")
    return Poster(f"{what} by {person.email}, {where}.", is_here and is_confirmed, facts)


def _about_address(host: str, is_confirmed: bool) -> str:
    confirmed = f"The email address is {'' if is_confirmed else 'not '}confirmed."
    if is_public_mail(host):
        return f"{confirmed} Anyone can get one at {host}."
    return confirmed


def _where(host: str, company: Company, is_here: bool) -> str:
    if is_here:
        return "at the company’s domain"
    if not company.domain:
        return f"and {company} has no website to compare it with"
    return f"not at {company.domain}"


def _company_proof(company: Company) -> str:
    if not company.verified_by:
        return f"{company} is not verified."
    how = Company.VerifiedBy(company.verified_by).label
    since = f" since {company.verified_at:%-d %b %Y}" if company.verified_at else ""
    return f"{company} is verified by {how}{since}."


# --- What changed ---------------------------------------------------------------------------------


def changes_of(listing: Listing) -> list[Difference]:
    """Between what was decided about last, and what the job says or is to say."""
    now = get_content(listing)
    change = lifecycle.open_change(listing)
    after = lifecycle.proposed(change, now).content if change else now
    return differences(_decided_about(listing) or now, after)


def _decided_about(listing: Listing) -> ListingContent | None:
    """What was approved last, or what was returned of a job that comes back; None where it still
    says that.
    """
    if listing.status == Listing.Status.PUBLISHED:
        approved = ApprovedContent.objects.filter(listing=listing).first()
        if approved:
            return from_json(approved.content, approved.format)
        return None
    returned = listing.events.filter(kind=Kind.RETURNED).exclude(undo=None).last()
    kept = (returned.undo or {}) if returned else {}
    content = kept.get("content")
    if content:
        return from_json(content, kept["format"])
    return None


def conflicts_of(listing: Listing) -> tuple[str, ...]:
    """What the change that waits says, and what was said otherwise since."""
    change = listing.waiting_change
    if change:
        return lifecycle.proposed(change, get_content(listing)).conflicts
    return ()


# --- What was said --------------------------------------------------------------------------------


@dataclass
class Said:
    """A decision, or what the recruiter answered; the newest is last."""

    what: str
    who: str
    at: datetime
    words: str
    is_ours: bool


def thread_of(events: Iterable[ListingEvent]) -> list[Said]:
    said = []
    for event in events:
        is_ours = event.actor == ListingEvent.Actor.ADMIN and event.kind in DECISIONS
        if is_ours or event.kind in ANSWERS:
            said.append(
                Said(
                    what=event.get_kind_display(),
                    who=str(event.by) if event.by else event.actor_words,
                    at=event.at,
                    words=event.new,
                    is_ours=is_ours,
                )
            )
    return said


def past_of(company: Company) -> dict[str, int]:
    """How many of its jobs ended in which way, and how often they were reported."""
    ended = {
        "Published": ~Q(published_at=None),
        "Rejected": Q(status=Listing.Status.REJECTED),
        "Hidden": ~Q(hidden_at=None),
    }
    counts = company.listings.order_by().aggregate(
        **{name: Count("pk", filter=condition) for name, condition in ended.items()}
    )
    returned = ListingEvent.objects.filter(listing__company=company, kind=Kind.RETURNED)
    return {
        "Published": counts["Published"],
        "Returned": returned.order_by().aggregate(jobs=Count("listing", distinct=True))["jobs"],
        "Rejected": counts["Rejected"],
        "Hidden": counts["Hidden"],
        "Reports": Report.objects.filter(listing__company=company).count(),
    }
