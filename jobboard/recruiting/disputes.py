"""Somebody says that a company is theirs and at another domain than its members say: an admin
decides with both sides in sight.
"""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.hosts.domains import registrable
from jobboard.feeds.boards.connecting import disconnect
from jobboard.listings import lifecycle
from jobboard.listings.employers import identity
from jobboard.listings.employers.companies import find_company, lock_company, recording_identity
from jobboard.listings.employers.identity import DecidedError, Field, Outcome
from jobboard.listings.models import Company, CompanyClaim, JoinRequest, Membership, PostDraft

from .company_actions import Part, decline_join_request, let_in, mail_join_answer
from .posting.post_drafts import NotCompleteError, post_draft
from .proofs import prove_by_account, take_word_for


class NameTakenError(Exception):
    """Another company is called that, so the two would be taken for each other again."""


@transaction.atomic
def give_to(*, claim: CompanyClaim, by: User) -> Company:
    """The company is who ``claim`` says: its author decides there from now on, and its domain is
    theirs. Those who were members stay, with no say: their public jobs go back to review, and the
    boards they connected are followed no more. Raises DecidedError.
    """
    draft = _draft_of(claim)
    author = _author_of(claim)
    with recording_identity(claim.company, by) as company:
        _close(claim, Outcome.APPROVED, by)
        identity.set_website(company, _website_of(draft, claim))
        company.save()
        company.memberships.exclude(user=author).update(proof="", proven_at=None)
        _disconnect_boards_of_others(company, author, by)
        take_word_for(let_in(company, author, Part.EDITOR, by=by), by)
        prove_by_account(company=company, user=author)
    _answer(claim.company, author, draft, company)
    return company


def _disconnect_boards_of_others(company: Company, author: User, by: User) -> None:
    """Boards that editors follow have no proof of a member."""
    connected = company.feeds.filter(ended_at=None).exclude(proof="")
    for feed in connected.exclude(connected_by=author):
        disconnect(feed, company, by=by, keeps_jobs=False)


@transaction.atomic
def make_another(*, claim: CompanyClaim, name: str, by: User) -> Company:
    """There are two companies: the author of ``claim`` gets one of their own, called ``name``.
    Raises DecidedError and NameTakenError.
    """
    lock_company(claim.company_id)
    if find_company(name):
        raise NameTakenError(f"There is a company called {name}. Choose a name that differs.")
    draft = _draft_of(claim)
    author = _author_of(claim)
    _close(claim, Outcome.REPLACED, by)
    website = _website_of(draft, claim)
    new = Company(name=name, website=website, domain=claim.value)
    lifecycle.create_company(company=new, by=author)
    prove_by_account(company=new, user=author)
    _answer(claim.company, author, draft, new)
    return new


@transaction.atomic
def turn_down(*, claim: CompanyClaim, reason: str, by: User) -> None:
    """The company stays who its members say. Raises DecidedError."""
    lock_company(claim.company_id)
    _close(claim, Outcome.REFUSED, by, reason)
    if request := JoinRequest.objects.filter(company=claim.company, user=claim.by).first():
        decline_join_request(request=request, by=by)


def _author_of(claim: CompanyClaim) -> User:
    if claim.by is None:
        raise DecidedError("Whoever said this has deleted their account.")
    return claim.by


def _draft_of(claim: CompanyClaim) -> PostDraft | None:
    asked = JoinRequest.objects.filter(company=claim.company, user=claim.by)
    request = asked.select_related("draft").first()
    if request:
        return request.draft
    return None


def _website_of(draft: PostDraft | None, claim: CompanyClaim) -> str:
    """As its author typed it with their job, where that is at the domain that was claimed."""
    typed = (draft.data.get("company_website") or [""])[-1] if draft else ""
    is_there = registrable(identity.host_of(typed)) == registrable(claim.value)
    if is_there:
        return typed
    return f"https://{claim.value}/"


def _close(claim: CompanyClaim, outcome: Outcome, by: User, reason: str = "") -> None:
    """This side as decided, and the members' where nobody else disputes any more."""
    identity.decide(claim, outcome, by, reason)
    members = claim.company.memberships.values("user")
    left = claim.company.claims.filter(field=Field.DOMAIN, outcome=Outcome.OPEN)
    if not left.exclude(by__in=members).exists():
        left.update(outcome=Outcome.REPLACED, decided_at=timezone.now(), decided_by=by)


def _answer(company: Company, user: User, draft: PostDraft | None, into: Company) -> None:
    """Tell the author, and send the job that waited for review."""
    request = JoinRequest.objects.filter(company=company, user=user).first()
    if request:
        request.delete()
    answered = JoinRequest(company=into, user=user)
    mail_join_answer(answered, is_in=True)
    if draft:
        with suppress(NotCompleteError):  # its last day may be over
            post_draft(draft=draft, company=into, by=user)


def sides_of(company: Company) -> list[dict]:
    """What speaks for each side of a dispute: who they are, and what is known of them."""
    return [_side(company, claim) for claim in company.claims.disputes()]


def _side(company: Company, claim: CompanyClaim) -> dict:
    member = Membership.objects.filter(company=company, user=claim.by).first()
    jobs = company.listings.filter(created_by=claim.by) if claim.by else company.listings.none()
    return {
        "claim": claim,
        "member": member,
        "mailbox_proves": identity.mailbox_proves(claim),
        "jobs": jobs.count(),
        "public_jobs": jobs.exclude(published_at=None).count(),
        "risks": identity.risks_of_claim(claim),
        "draft": _draft_of(claim),
    }
