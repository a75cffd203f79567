import re
from collections.abc import Callable, Sequence

from django.db.models import Q
from django.utils.html import escape

from jobboard.common.text.html import plain_text
from jobboard.common.text.words import fold
from roles.models import Role
from roles.pay.formulas import MIN_FOR_PERCENTILES

from .choices import Need, PayStatement, Workplace
from .facts import MarketFacts
from .models import Listing, ListingEvent
from .pay.base import base_pay, is_base, other_pay, put_together
from .trust.applying import apply_words
from .trust.seeker_warning import seeker_warning

# A skill that fewer than one in so many open jobs of a role name is unusual for it.
UNUSUAL_BELOW = 10

# The page of a job shows neither pay nor dates of its copies.
NOT_OF_COPIES = (ListingEvent.Kind.PAY_CHANGED, ListingEvent.Kind.DATES_CHANGED)


def listing_for_page(pk: int) -> Listing | None:
    return Listing.objects.for_page().filter(pk=pk).first()


def public_listing(pk: int, read: Callable[[int], Listing | None] = listing_for_page) -> Listing:
    """The public listing, as ``read`` has it; of a copy, the job it is part of. Raises
    Listing.DoesNotExist.
    """
    listing = read(pk)
    if listing and listing.folded_into_id:
        listing = read(listing.folded_into_id)
    if listing is None or not listing.is_public:
        raise Listing.DoesNotExist("We couldn’t find that job.")
    return listing


def listing_context(listing: Listing, facts: MarketFacts | None) -> dict:
    """What a job's page and the recruiter's preview show beside the listing itself. ``facts`` are
    of the open jobs of its public role, with skills.
    """
    role = listing.public_role
    asked = [(item, facts.asking(item.skill_id) if facts else 0) for item in listing.skills.all()]
    naming_skills = facts.naming_skills if facts else 0
    enough = naming_skills >= MIN_FOR_PERCENTILES
    unusual = {
        item.skill_id for item, count in asked if enough and count * UNUSUAL_BELOW < naming_skills
    }
    named = {item.skill_id for item, _ in asked}
    points = what_is_stated(listing)
    statements = listing.statements
    return {
        "pay": _main_pay(statements),
        "covers_several": covers_several(statements),
        "statements": statements if _need_a_table(statements) else [],
        "workplaces": _by_workplace(listing),
        "listing": listing,
        "apply_words": apply_words(listing),
        "seeker_warning": seeker_warning(listing),
        "asked": asked,
        "unlisted": _unlisted(listing, role, facts, named) if role and facts else [],
        "unusual": unusual,
        "facts": facts,
        "skill_columns": _in_columns(asked),
        "has_enough_skills": enough,
        "record": public_record(listing),
        "points": len(points),
        "stated": [name for name, is_stated in points.items() if is_stated],
        "leaves_open": [name for name, is_stated in points.items() if not is_stated],
    }


def _in_columns(asked: Sequence[tuple]) -> list[tuple[str, list[tuple]]]:
    """Heading → skills with their counts, of those a job names, the required ones first."""
    columns = []
    for need in Need:
        of_need = [pair for pair in asked if pair[0].need == need]
        if of_need:
            columns.append((need.label, of_need))
    return columns


def _unlisted(listing: Listing, role: Role, facts, listed: set[int]) -> list[tuple]:
    """What the role's profile has, half of its jobs that name skills ask for, and this one neither
    lists nor mentions in its text; with how many ask for it.
    """
    text = fold(plain_text(f"{escape(listing.title)} {listing.description_html}"))
    profile = [*role.profile.skills, *role.profile.tools]
    asking = [(item, facts.asking(item.skill_id)) for item in profile]
    return [
        (item, count)
        for item, count in asking
        if item.skill_id not in listed
        and count * 2 >= facts.naming_skills
        and not _is_named_in(text, str(item.skill))
    ]


def _is_named_in(text: str, name: str) -> bool:
    """``text`` is folded. An alias is not looked for: that would take a query for each page."""
    return bool(re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", text))


def covers_several(statements: Sequence[PayStatement]) -> bool:
    """Whether there is more than one base pay, and the range shown first is around all of them."""
    return 1 < len(put_together(statements)) == sum(map(is_base, statements))


def _main_pay(statements: Sequence[PayStatement]) -> PayStatement | None:
    """Base pay; where none is stated, what is, as what it is."""
    own = [statement for statement in statements if not statement.is_elsewhere]
    if len(own) == 1:
        return own[0]
    return base_pay(own) or other_pay(own)


def _need_a_table(statements: Sequence[PayStatement]) -> bool:
    return len(statements) > 1 or any(statement.is_elsewhere for statement in statements)


def _by_workplace(listing: Listing) -> dict[str, list[str]]:
    """How one works → its locations; '' where that is not stated."""
    found: dict[str, dict[str, None]] = {}
    for row in listing.places.all():
        found.setdefault(row.workplace_line, {})[row.text] = None
    return {workplace: list(texts) for workplace, texts in found.items()}


def public_record(listing: Listing) -> list[ListingEvent]:
    """What happened to it and to its copies, but for what changed of a copy that its page does not
    show. What happened to several in the same way on one day is told once.
    """
    if not listing.pk:
        return []
    # By their ids: through a join, SQLite would walk all events of all jobs.
    copies = Listing.objects.filter(folded_into=listing).order_by().values("pk")
    of_copies = Q(listing__in=copies) & ~Q(kind__in=NOT_OF_COPIES)
    of_job = Q(listing=listing) | of_copies
    told: dict[tuple, ListingEvent] = {}
    for event in ListingEvent.objects.filter(of_job, public=True):
        told.setdefault((event.kind, event.old, event.new, event.at.date()), event)
    return list(told.values())


def _says_countries(listing: Listing) -> bool:
    """In its fields, or by where its remote work is."""
    if not listing.has_remote or listing.eligibility != Listing.Eligibility.UNSTATED:
        return True
    places = listing.places.all() if listing.pk else ()
    remote = [place for place in places if place.workplace == Workplace.REMOTE]
    return any(place.place and place.place.country for place in remote)


def what_is_stated(listing: Listing) -> dict[str, bool]:
    """What an applicant would want to know, and whether this job says it."""
    return {
        "Pay": listing.states_pay,
        "Level": bool(listing.level),
        "Employment type": bool(listing.employment_types),
        "Workplace type": bool(listing.workplaces),
        "Countries people can work from": _says_countries(listing),
        "Visa sponsorship": listing.visa != "unknown",
        "Closing date": listing.closes_on is not None,
    }
