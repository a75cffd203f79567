"""Boards that members connect to their verified company, and what an admin decides about those
that nothing shows to be the company's own.
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
    """What keeps a company from connecting any board; '' if nothing does."""
    if company.suspended_at:
        return f"{company} is suspended, so its jobs would not be shown. Contact us."
    if company.merged_into_id:
        return f"{company} is part of another company now."
    if not company_is_proven(company):
        return f"Only verified companies can connect a board. Verify {company} first."
    return ""


def name_of(kind: str, address: str) -> str:
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
    """Follow what a member of ``trial.company`` tried, or note that an admin is to be asked. Twice
    is as once. Raises NotConnectableError.
    """
    company = lock_company(trial.company_id)  # type: ignore[arg-type]  # one of a member
    _refuse(company, trial)
    here = Feed.objects.filter(company=company, kind=trial.kind, address=trial.address).first()
    if here and not here.ended_at:
        return here
    doubt = trial.doubt
    if here and here.ended_by is None:
        doubt = doubt or ENDED_BY_US
    if not trial.proof or doubt:
        return _ask(company, trial, doubt, by)
    feed = here or Feed(company=company, kind=trial.kind, address=trial.address)
    feed.publishes, feed.proof = publishes_for(company), trial.proof
    _begin(feed, company, by=by)
    return feed


def _refuse(company: Company, trial: FeedTrial) -> None:
    if reason := why_not(company):
        raise NotConnectableError(reason)
    if is_left_out(trial.kind, trial.address):
        raise NotConnectableError(LEFT_OUT_OF_COMPANY)
    followed = (
        company.feeds.filter(ended_at=None)
        .exclude(address="")
        .exclude(kind=trial.kind, address=trial.address)
    )
    if followed.count() + company.feed_requests.count() >= MAX_BOARDS:
        raise NotConnectableError(
            f"{company} has {plural(MAX_BOARDS, 'board')}, which is the maximum. "
            "Disconnect one first."
        )


def _begin(feed: Feed, company: Company, *, by: User) -> None:
    feed.connected_by = by
    start_again(feed, at=timezone.now())
    record_company(company, by, f"board connected: {name_of(feed.kind, feed.address)}")


def _ask(company: Company, trial: FeedTrial, doubt: str, by: User) -> FeedRequest:
    name = name_of(trial.kind, trial.address)
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
    record_company(company, by, f"board disconnected: {name_of(feed.kind, feed.address)}")


# --- What an admin decides ------------------------------------------------------------------------


@transaction.atomic
def accept(request: FeedRequest, *, by: User) -> Feed:
    """Connect the board, as the member asked. Raises NotConnectableError, also where somebody else
    has answered.
    """
    company = _lock_to_answer(request, by)
    if reason := why_not(company):
        raise NotConnectableError(reason)
    if is_left_out(request.kind, request.address):
        raise NotConnectableError(f"{request.board} is left out, as its employer asked.")
    feed, _ = Feed.objects.get_or_create(
        company=company, kind=request.kind, address=request.address
    )
    feed.publishes, feed.proof = Feed.Publishes.DIRECTLY, f"Accepted by user {by.pk}."
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
    """To who asked, if they still act for the company."""
    request.delete()
    if not request.company.members.filter(pk=request.by_id).exists():
        return
    url = settings.SITE_URL + reverse("recruiting:careers", args=[request.company_id])
    context = {"request": request, "is_connected": is_connected, "url": url}
    send_template_mail("board_answer", context, to=[request.by.email])
