import re
from collections.abc import Callable, Iterator, Sequence

from django.db.models import Q
from django.utils.html import escape

from jobboard.common.text.html import plain_text
from jobboard.common.text.words import fold
from roles.models import Role
from roles.pay.formulas import MIN_FOR_PERCENTILES

from .choices import Need, PayStatement, Workplace
from .facts import MarketFacts
from .geo.places import get_country
from .models import Listing, ListingEvent
from .pay.base import base_pay, is_base, other_pay, put_together
from .trust.applying import apply_words
from .trust.seeker_warning import seeker_warning

# A skill that fewer than one in so many open jobs of a role name is unusual for it.
UNUSUAL_SKILL_RATIO = 10

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
    """Build the context that a job's page and the recruiter's preview show beside the listing
    itself. ``facts`` are of the open jobs of its public role, with skills.
    """
    details = stated_details(listing)
    statements = listing.statements
    return {
        "pay": _main_pay(statements),
        "covers_several": covers_several(statements),
        "statements": statements if _need_a_table(statements) else [],
        "workplaces": _by_workplace(listing),
        "listing": listing,
        "apply_words": apply_words(listing),
        "seeker_warning": seeker_warning(listing),
        "facts": facts,
        **_skills_context(listing, facts),
        "record": public_record(listing),
        "detail_count": len(details),
        "stated": [name for name, is_stated in details.items() if is_stated],
        "missing_details": [name for name, is_stated in details.items() if not is_stated],
    }


def _skills_context(listing: Listing, facts: MarketFacts | None) -> dict:
    """The skills it names, beside how many jobs of its role ask for them."""
    role = listing.public_role
    market = facts or MarketFacts()
    has_enough = market.naming_skills >= MIN_FOR_PERCENTILES
    skills = []
    unusual = set()
    for item in listing.skills.all():
        count = market.skill_count(item.skill_id)
        skills.append((item, count))
        if has_enough and count * UNUSUAL_SKILL_RATIO < market.naming_skills:
            unusual.add(item.skill_id)
    context: dict = {
        "asked": skills,
        "unlisted": [],
        "unusual": unusual,
        "skill_columns": _in_columns(skills),
        "has_enough_skills": has_enough,
    }
    if role and facts:
        listed = {item.skill_id for item, _ in skills}
        context["unlisted"] = list(_unlisted(listing, role, facts, listed))
    return context


def _in_columns(skills: Sequence[tuple]) -> list[tuple[str, list[tuple]]]:
    """Heading → skills with their counts, of those a job names, the required ones first."""
    columns = []
    for need in Need:
        of_need = [pair for pair in skills if pair[0].need == need]
        if of_need:
            columns.append((need.label, of_need))
    return columns


def _unlisted(
    listing: Listing, role: Role, facts: MarketFacts, listed: set[int]
) -> Iterator[tuple]:
    """Find skills of the role's profile that half of its jobs that name skills ask for, and that
    this job neither lists nor mentions in its text; with how many ask for each.
    """
    text = fold(plain_text(f"{escape(listing.title)} {listing.description_html}"))
    for item in (*role.profile.skills, *role.profile.tools):
        count = facts.skill_count(item.skill_id)
        is_rare = count * 2 < facts.naming_skills
        if item.skill_id in listed or is_rare or _is_named_in(text, str(item.skill)):
            continue
        yield item, count


def _is_named_in(text: str, name: str) -> bool:
    """Whether the folded ``text`` has the name. Aliases are not looked for: that would take a query
    for each page.
    """
    return bool(re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", text))


def covers_several(statements: Sequence[PayStatement]) -> bool:
    """Whether there is more than one base pay, and the range shown first is around all of them."""
    return 1 < len(put_together(statements)) == sum(map(is_base, statements))


def _main_pay(statements: Sequence[PayStatement]) -> PayStatement | None:
    """Return base pay; if none is stated, the pay that is, with its kind."""
    own = [statement for statement in statements if not statement.is_elsewhere]
    if len(own) == 1:
        return own[0]
    return base_pay(own) or other_pay(own)


def _need_a_table(statements: Sequence[PayStatement]) -> bool:
    return len(statements) > 1 or any(statement.is_elsewhere for statement in statements)


def _by_workplace(listing: Listing) -> dict[str, list[str]]:
    """Map each way to work to its locations; '' if it is not stated."""
    locations: dict[str, list[str]] = {}
    for row in listing.places.all():
        texts = locations.setdefault(row.workplace_line, [])
        if row.text not in texts:
            texts.append(row.text)
    return locations


def public_record(listing: Listing) -> list[ListingEvent]:
    """List public events of the job and its copies, except changes of a copy that the page does not
    show. Equal events of one day are listed once.
    """
    if not listing.pk:
        return []
    # By their ids: through a join, SQLite would walk all events of all jobs.
    copies = Listing.objects.filter(folded_into=listing).order_by().values("pk")
    of_copies = Q(listing__in=copies) & ~Q(kind__in=NOT_OF_COPIES)
    of_job = Q(listing=listing) | of_copies
    events: dict[tuple, ListingEvent] = {}
    for event in ListingEvent.objects.filter(of_job, public=True):
        events.setdefault((event.kind, event.old, event.new, event.at.date()), event)
    return list(events.values())


def _says_countries(listing: Listing) -> bool:
    """Whether the job says from which countries it may be done, in its fields or by where its
    remote work is.
    """
    if not listing.has_remote or listing.eligibility != Listing.Eligibility.UNSTATED:
        return True
    if not listing.pk:
        return False
    for row in listing.places.all():
        if row.workplace == Workplace.REMOTE and get_country(row.place):
            return True
    return False


def stated_details(listing: Listing) -> dict[str, bool]:
    """Map each detail that applicants want to know to whether this job states it."""
    return {
        "Pay": listing.states_pay,
        "Level": bool(listing.level),
        "Employment type": bool(listing.employment_types),
        "Workplace type": bool(listing.workplaces),
        "Countries people can work from": _says_countries(listing),
        "Visa sponsorship": listing.visa != "unknown",
        "Closing date": listing.closes_on is not None,
    }
