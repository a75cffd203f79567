"""Disputes: somebody says that a company is theirs, and at another domain than its members say. An
admin sees both sides and decides.
"""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.hosts.domains import registrable
from jobboard.feeds.boards.connecting import disconnect
from jobboard.listings import lifecycle
from jobboard.listings.employers import identity
from jobboard.listings.employers.claim_risks import risks_of_claim
from jobboard.listings.employers.companies import find_company, lock_company, recording_identity
from jobboard.listings.employers.identity import DecidedError, Field, Outcome
from jobboard.listings.models import Company, CompanyClaim, JoinRequest, Membership, PostDraft

from .company_actions import Part, decline_join_request, let_in, mail_join_answer
from .posting.post_drafts import NotCompleteError, post_draft
from .proofs import prove_by_account, take_word_for


class NameTakenError(Exception):
    """Another company has this name, so people would again mistake one for the other."""


@transaction.atomic
def give_to(*, claim: CompanyClaim, by: User) -> Company:
    """Give the company to the author of ``claim``, with the domain they state. Its members stay,
    but no longer decide: their public jobs go back to review, and the boards they connected are
    disconnected. Raises DecidedError.
    """
    draft = _get_draft(claim)
    author = _get_author(claim)
    with recording_identity(claim.company, by) as company:
        _close(claim, Outcome.APPROVED, by)
        identity.set_website(company, _get_website(draft, claim))
        company.save()
        company.memberships.exclude(user=author).update(proof="", proven_at=None)
        _disconnect_boards_of_others(company, author, by)
        take_word_for(let_in(company, author, Part.EDITOR, by=by), by)
        prove_by_account(company=company, user=author)
    _answer(claim.company, author, draft, company)
    return company


def _disconnect_boards_of_others(company: Company, author: User, by: User) -> None:
    """Disconnect boards that members connected; boards that our editors added have no proof and
    stay.
    """
    connected = company.feeds.filter(ended_at=None).exclude(proof="")
    for feed in connected.exclude(connected_by=author):
        disconnect(feed, company, by=by, keeps_jobs=False)


@transaction.atomic
def make_another(*, claim: CompanyClaim, name: str, by: User) -> Company:
    """Create a second company, called ``name``, for the author of ``claim``. Raises DecidedError
    and NameTakenError.
    """
    lock_company(claim.company_id)
    if find_company(name):
        raise NameTakenError(f"There is a company called {name}. Choose a name that differs.")
    draft = _get_draft(claim)
    author = _get_author(claim)
    _close(claim, Outcome.REPLACED, by)
    website = _get_website(draft, claim)
    new = Company(name=name, website=website, domain=claim.value)
    lifecycle.create_company(company=new, by=author)
    prove_by_account(company=new, user=author)
    _answer(claim.company, author, draft, new)
    return new


@transaction.atomic
def turn_down(*, claim: CompanyClaim, reason: str, by: User) -> None:
    """Leave the company to its members. Raises DecidedError."""
    lock_company(claim.company_id)
    _close(claim, Outcome.REFUSED, by, reason)
    if request := JoinRequest.objects.filter(company=claim.company, user=claim.by).first():
        decline_join_request(request=request, by=by)


def _get_author(claim: CompanyClaim) -> User:
    if claim.by is None:
        raise DecidedError("Whoever said this has deleted their account.")
    return claim.by


def _get_draft(claim: CompanyClaim) -> PostDraft | None:
    requests = JoinRequest.objects.filter(company=claim.company, user=claim.by)
    request = requests.select_related("draft").first()
    if request:
        return request.draft
    return None


def _get_website(draft: PostDraft | None, claim: CompanyClaim) -> str:
    """The website that the author typed with their job, if it is at the claimed domain."""
    typed: list[str] = []
    if draft:
        typed = draft.data.get("company_website") or []
    website = typed[-1] if typed else ""
    if registrable(identity.host_of(website)) == registrable(claim.value):
        return website
    return f"https://{claim.value}/"


def _close(claim: CompanyClaim, outcome: Outcome, by: User, reason: str = "") -> None:
    """Decide this claim. The claims of members end too if nobody else disputes them any more."""
    identity.decide(claim, outcome, by, reason)
    members = claim.company.memberships.values("user")
    open_claims = claim.company.claims.filter(field=Field.DOMAIN, outcome=Outcome.OPEN)
    if not open_claims.exclude(by__in=members).exists():
        open_claims.update(outcome=Outcome.REPLACED, decided_at=timezone.now(), decided_by=by)


def _answer(company: Company, user: User, draft: PostDraft | None, into: Company) -> None:
    """Tell the author of the claim, and send the job they came with for review."""
    request = JoinRequest.objects.filter(company=company, user=user).first()
    if request:
        request.delete()
    answered = JoinRequest(company=into, user=user)
    mail_join_answer(answered, is_in=True)
    if draft:
        with suppress(NotCompleteError):  # Its last day may be over.
            post_draft(draft=draft, company=into, by=user)


def get_sides(company: Company) -> list[dict]:
    """Return what we know about each side of a dispute."""
    return [_get_side(company, claim) for claim in company.claims.disputes()]


def _get_side(company: Company, claim: CompanyClaim) -> dict:
    member = Membership.objects.filter(company=company, user=claim.by).first()
    jobs = company.listings.none()
    if claim.by:
        jobs = company.listings.filter(created_by=claim.by)
    return {
        "claim": claim,
        "member": member,
        "mailbox_proves": identity.mailbox_proves(claim),
        "jobs": jobs.count(),
        "public_jobs": jobs.exclude(published_at=None).count(),
        "risks": risks_of_claim(claim),
        "draft": _get_draft(claim),
    }
