"""Boards that members connect to their verified company. An admin decides about those without a
proof that they are the company's own.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.accounts.staff import ask_again
from jobboard.common.mail import send_template_mail
from jobboard.common.text.words import plural
from jobboard.feeds.detection.addresses import detect_address
from jobboard.feeds.detection.sources import NotASourceError
from jobboard.feeds.following import is_left_out, start_again, stop_following
from jobboard.feeds.trials import LEFT_OUT_OF_COMPANY, publishes_for
from jobboard.listings.employers.companies import company_is_proven, lock_company, record_company
from jobboard.listings.models import Company, Feed, FeedRequest, FeedTrial
from jobboard.listings.rights import ADD_FEEDS

# Followed for one company at once, with those that wait for an answer.
MAX_BOARDS = 20
ENDED_BY_US = "We stopped importing this board, so an admin has to say yes before it is connected."


UNPROVEN = (
    "Only members who have proven to act for the company can do this. Verify your part in it."
)


class NotConnectableError(Exception):
    """Why the board cannot be connected, and what to do first."""


def why_not(company: Company) -> str:
    """The reason why a company cannot connect any board; '' if there is none."""
    if company.suspended_at:
        return f"{company} is suspended, so its jobs would not be shown. Contact us."
    if company.merged_into_id:
        return f"{company} is part of another company now."
    if not company_is_proven(company):
        return f"Only verified companies can connect a board. Verify {company} first."
    return ""


def board_name(kind: str, address: str) -> str:
    """A board as people know it: “Greenhouse (acme)”, “RSS or Atom feed (acme.example)”."""
    label = Feed.Kind(kind).label
    try:
        source = detect_address(address)
    except NotASourceError:
        source = None
    if source and source.kind == kind:
        if source.board:
            return f"{label} ({source.board})"
        return label
    if address:
        return f"{label} ({urlsplit(address).netloc})"
    return label


@transaction.atomic
def connect(trial: FeedTrial, *, by: User) -> Feed | FeedRequest:
    """Follow the address of a member's trial, or ask an admin if there is a doubt. Idempotent.
    Raises NotConnectableError.
    """
    company = lock_company(trial.company_id)  # type: ignore[arg-type]  # one of a member
    _check_connectable(company, trial)
    feed = Feed.objects.filter(company=company, kind=trial.kind, address=trial.address).first()
    if feed and not feed.ended_at:
        return feed
    doubt = trial.doubt
    if feed and feed.ended_by is None:
        doubt = doubt or ENDED_BY_US
    if not trial.proof or doubt:
        return _ask(company, trial, doubt, by)
    if feed is None:
        feed = Feed(company=company, kind=trial.kind, address=trial.address)
    feed.publishes = publishes_for(company)
    feed.proof = trial.proof
    _begin(feed, company, by=by)
    return feed


def _check_connectable(company: Company, trial: FeedTrial) -> None:
    """Raises NotConnectableError."""
    if reason := why_not(company):
        raise NotConnectableError(reason)
    if is_left_out(trial.kind, trial.address):
        raise NotConnectableError(LEFT_OUT_OF_COMPANY)
    followed = company.feeds.filter(ended_at=None).exclude(address="")
    others = followed.exclude(kind=trial.kind, address=trial.address)
    if others.count() + company.feed_requests.count() >= MAX_BOARDS:
        raise NotConnectableError(
            f"{company} has {plural(MAX_BOARDS, 'board')}, which is the maximum. "
            "Disconnect one first."
        )


def _begin(feed: Feed, company: Company, *, by: User) -> None:
    feed.connected_by = by
    start_again(feed, at=timezone.now())
    record_company(company, by, f"board connected: {board_name(feed.kind, feed.address)}")


def _ask(company: Company, trial: FeedTrial, doubt: str, by: User) -> FeedRequest:
    name = board_name(trial.kind, trial.address)
    request, is_new = FeedRequest.objects.get_or_create(
        company=company,
        kind=trial.kind,
        address=trial.address,
        defaults={"board": name[:200], "doubt": doubt, "by": by},
    )
    if is_new:
        in_admin = settings.SITE_URL + reverse("moderation_inbox") + "?kind=boards"
        send_template_mail("board_for_editors", {"url": in_admin}, to=[settings.CONTACT_EMAIL])
        record_company(company, by, f"asked to connect a board: {name}")
    return request


@transaction.atomic
def disconnect(feed: Feed, company: Company, *, by: User, keeps_jobs: bool) -> None:
    """Its jobs close in a moment, or stay open until they expire."""
    stop_following(feed, by=by, keeps_jobs=keeps_jobs)
    record_company(company, by, f"board disconnected: {board_name(feed.kind, feed.address)}")


# --- What an admin decides ------------------------------------------------------------------------


@transaction.atomic
def accept(request: FeedRequest, *, by: User) -> Feed:
    """Connect the board, as the member asked. Raises NotConnectableError, also if somebody else has
    answered.
    """
    company = _lock_to_answer(request, by)
    if reason := why_not(company):
        raise NotConnectableError(reason)
    if is_left_out(request.kind, request.address):
        raise NotConnectableError(f"{request.board} is left out, as its employer asked.")
    feed, _ = Feed.objects.get_or_create(
        company=company, kind=request.kind, address=request.address
    )
    feed.publishes = Feed.Publishes.DIRECTLY
    feed.proof = f"Accepted by user {by.pk}."
    _begin(feed, company, by=request.by)
    record_company(company, by, f"accepted the board {request.board}")
    _answer(request, is_connected=True)
    return feed


@transaction.atomic
def decline(request: FeedRequest, *, by: User) -> None:
    """Raises NotConnectableError where somebody else has answered."""
    _lock_to_answer(request, by)
    record_company(request.company, by, f"declined the board {request.board}")
    _answer(request, is_connected=False)


def _lock_to_answer(request: FeedRequest, by: User) -> Company:
    company = lock_company(request.company_id)
    ask_again(by, ADD_FEEDS)
    if not FeedRequest.objects.filter(pk=request.pk).exists():
        raise NotConnectableError("Someone has already answered this request.")
    return company


def _answer(request: FeedRequest, *, is_connected: bool) -> None:
    """Tell whoever asked, if they still act for the company."""
    request.delete()
    if not request.company.members.filter(pk=request.by_id).exists():
        return
    url = settings.SITE_URL + reverse("recruiting:careers", args=[request.company_id])
    context = {"request": request, "is_connected": is_connected, "url": url}
    send_template_mail("board_answer", context, to=[request.by.email])
