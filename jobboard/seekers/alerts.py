"""Alerts: new jobs of a search by mail, each at most once."""

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import Error, IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django_tasks import task

from jobboard.common import capabilities
from jobboard.common.batches import delete_in_batches
from jobboard.common.capabilities import AlreadyUsedError, Purpose
from jobboard.common.locks import one_of_many
from jobboard.common.mail import send_template_mail
from jobboard.common.models import Capability, Email
from jobboard.common.tasks import MAIL, SOMEBODY_WAITS, WHEN_THERE_IS_TIME
from jobboard.listings.models import Listing
from jobboard.search.find import NewJobSearch
from jobboard.search.results.page import ListingSearch

from .models import Alert, AlertedListing, AlertRun

MAX_JOBS_PER_EMAIL = 25
MAX_ALERTS_PER_ADDRESS = 20  # alerts
UNCONFIRMED_RETENTION = timedelta(days=7)
RUNS_RETENTION = timedelta(days=90)
ESTIMATE_WEEKS = 4
READ_AT_ONCE = 500  # alerts
logger = logging.getLogger("jobboard.alerts")
BY_MAIL = [Purpose.ALERT_START, Purpose.ALERT_CHANGE]
_signer = Signer(salt="alert")


def get_token(alert: Alert) -> str:
    """Opens the alert to look at it or to end it: signed, so that it works as long as the alert."""
    return _signer.sign(str(alert.pk))


def find_alert(token: str) -> Alert | None:
    number = _number_in(token)
    if number:
        return Alert.objects.filter(pk=int(number)).first()
    return None


def _number_in(token: str) -> str | None:
    try:
        return _signer.unsign(token)
    except BadSignature:
        return None


def get_url(alert: Alert, name: str = "alert") -> str:
    return settings.SITE_URL + reverse(f"seekers:{name}", args=[get_token(alert)])


def changing_url(alert: Alert) -> str:
    """Starts the alert, or changes it once; for a mail to its address alone."""
    purpose = Purpose.ALERT_START
    if alert.confirmed_at:
        purpose = Purpose.ALERT_CHANGE
    token = capabilities.grant(purpose, str(alert.pk), content=alert.query)
    return settings.SITE_URL + reverse("seekers:alert", args=[token])


def find_capability(token: str) -> Capability | None:
    return capabilities.find(token, *BY_MAIL)


def why_not(token: str) -> str:
    """A sentence for whoever opens a link that leads to no alert."""
    if find_capability(token) or _number_in(token):
        return "This alert has been stopped or changed."
    return f"{capabilities.why_not(token, *BY_MAIL)} You can request new links under “Job alerts”."


def alert_to_change(capability: Capability) -> Alert | None:
    """Return the alert; None if it ended, or is another one by now."""
    alert = Alert.objects.filter(pk=capability.subject).first()
    if alert is None or not capabilities.is_about(capability, alert.query):
        return None
    return alert


def get_search(query: str) -> ListingSearch:
    return ListingSearch(QueryDict(query))


def canonical(search: ListingSearch) -> str:
    """The search as a query of filters, the same for equal searches. Filters without effect are
    left out; what was understood of the search words is kept as it was understood.
    """
    return urlencode(sorted(search.filter_pairs))


def estimate_weekly_jobs(search: ListingSearch) -> int:
    """New jobs a week, counted over the last ESTIMATE_WEEKS: those that are still open."""
    jobs = NewJobSearch()
    since = jobs.now - timedelta(weeks=ESTIMATE_WEEKS)
    _, new = jobs.find(search.criteria, since=since, without=(), limit=1)
    return round(new / ESTIMATE_WEEKS)


@transaction.atomic
def create_alert(*, email: str, query: str, frequency: str) -> None:
    """Create an alert and mail the link that confirms it; for one that exists, mail it again.

    An address with MAX_ALERTS_PER_ADDRESS confirmed alerts gets no more. Anybody may have asked for
    the unconfirmed ones, so the oldest of them makes room. The response is the same in each case.
    """
    email = email.lower()
    of_address = Alert.objects.filter(email=email)
    alert = of_address.filter(query=query).first()
    if alert is None and of_address.count() >= MAX_ALERTS_PER_ADDRESS:
        oldest = of_address.filter(confirmed_at=None).order_by("created_at").first()
        if oldest is None:
            return
        oldest.delete()
    if alert is None:
        alert = Alert.objects.create(email=email, query=query, frequency=frequency)
    _mail_confirmation(alert)


def _mail_confirmation(alert: Alert) -> None:
    """Holds nothing that was typed: whoever asked for it may not be who reads it."""

    def link() -> dict[str, Any]:
        return {"alert": alert, "url": changing_url(alert)}

    send_template_mail("alert_confirm", link, to=[alert.email])


@transaction.atomic
def confirm_alert(*, alert: Alert, capability: Capability | None = None) -> None:
    """Start it: from now on it tells of jobs that are published after this moment. Raises
    AlreadyUsedError the second time by the same link.
    """
    if capability:
        _use(capability, alert)
    Alert.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=timezone.now())


@transaction.atomic
def change_alert(*, alert: Alert, frequency: str, capability: Capability | None = None) -> None:
    """Raises AlreadyUsedError the second time by the same link."""
    if capability:
        _use(capability, alert)
    Alert.objects.filter(pk=alert.pk).update(frequency=frequency)


def _use(capability: Capability, alert: Alert) -> None:
    """Raises AlreadyUsedError, also where the alert ended or became another one meanwhile."""
    list(Alert.objects.select_for_update().filter(pk=alert.pk))
    capabilities.use(capability)
    if alert_to_change(capability) is None:
        raise AlreadyUsedError


@task(queue_name=MAIL, priority=SOMEBODY_WAITS)
def mail_links_later(alert_ids: list[int], network: str) -> None:
    """Mail the links of these alerts of one address; nothing where there are none. ``network``
    asked for them.

    In a request, the time that it takes would tell who has alerts.
    """
    confirmed = Alert.objects.filter(pk__in=alert_ids).exclude(confirmed_at=None)
    alerts = list(confirmed.order_by("pk"))
    if alerts:
        _mail_links(alerts[0].email, alerts, network)


def get_ids(email: str) -> list[int]:
    """The ids of the alerts that an address has confirmed."""
    confirmed = Alert.objects.filter(email=email.lower()).exclude(confirmed_at=None)
    return list(confirmed.order_by("pk").values_list("pk", flat=True))


def mail_link(*, alert: Alert) -> None:
    if alert.confirmed_at:
        _mail_links(alert.email, [alert])
    else:
        _mail_confirmation(alert)


def _mail_links(email: str, alerts: list[Alert], network: str = "") -> None:
    def links() -> dict[str, Any]:
        rows = [(get_search(alert.query).in_words, changing_url(alert)) for alert in alerts]
        return {"rows": rows}

    send_template_mail("alert_links", links, to=[email], caused_from=network)


def get_period(frequency: str, today: date) -> date:
    """The day on which the current period began: today, or Monday."""
    if frequency == Alert.Frequency.DAILY:
        return today
    return today - timedelta(days=today.weekday())


def send_alerts(limit: int | None = None, seconds: float | None = None) -> bool:
    """Queue the mails that are due, of ``limit`` alerts or for so many ``seconds``; returns whether
    some alerts are left; not if all failed so far, which they would again at once. Safe to repeat,
    to interrupt, and to run twice at once.

    What an alert tells of is found before its transaction, in which others would have to wait.
    """
    started = time.monotonic()
    get_template("mail/alert.txt")  # read here, or the first transaction would be a long one
    jobs = NewJobSearch()
    has_run = False
    for number, (alert, period) in enumerate(_find_due()):
        is_late = seconds is not None and time.monotonic() > started + seconds
        if number == limit or is_late:
            return has_run
        try:
            _run_alert(alert, period, jobs)
            has_run = True
        except Error:
            raise  # the database's: the next alert would fare no better
        except Exception:
            logger.exception("Alert %s failed", alert.pk)
    return False


def _find_due() -> Iterator[tuple[Alert, date]]:
    """Alerts that have not run in their period, with that period."""
    today = timezone.now().date()
    for frequency in Alert.Frequency.values:
        period = get_period(frequency, today)
        begin = datetime.combine(period, time_of_day(), tzinfo=UTC)
        alerts = Alert.objects.filter(frequency=frequency, confirmed_at__lt=begin)
        alerts = alerts.exclude(runs__period=period).order_by("pk")
        last = 0
        while batch := list(alerts.filter(pk__gt=last)[:READ_AT_ONCE]):
            for alert in batch:
                yield alert, period
            last = batch[-1].pk


def _run_alert(alert: Alert, period: date, jobs: NewJobSearch) -> None:
    new_ids, total = new_for(alert, jobs)
    still_new = _find_still_new(alert, new_ids)
    listings = still_new[:MAX_JOBS_PER_EMAIL]
    mail = {}
    if listings:
        more = total - (len(new_ids) - len(still_new)) - len(listings)
        mail = _build_mail(alert, listings, more)
    # The run is the claim: a second one of the period is refused, and one of an alert that ended.
    with suppress(IntegrityError), one_of_many(), transaction.atomic():
        AlertRun.objects.create(alert=alert, period=period, count=len(listings))
        if mail:
            _send_mail(alert, listings, mail)


def _send_mail(alert: Alert, listings: list[Listing], mail: dict[str, Any]) -> None:
    """Send the mail, but nothing to a suppressed address."""
    for email in send_template_mail("alert", priority=WHEN_THERE_IS_TIME, **mail):
        AlertedListing.objects.bulk_create(
            [AlertedListing(alert=alert, listing=listing, email=email) for listing in listings],
            update_conflicts=True,  # what an email told of that could not be sent
            unique_fields=["alert", "listing"],
            update_fields=["email"],
        )


def new_for(alert: Alert, jobs: NewJobSearch) -> tuple[list[int], int]:
    """Ids of live jobs of its search that were published since it was confirmed and that it has not
    told of, the newest MAX_JOBS_PER_EMAIL among them; and how many there are.
    """
    sent = _get_sent(alert).values_list("listing", "listing__folded_into")
    return jobs.find(
        get_search(alert.query).criteria,
        since=alert.confirmed_at or jobs.now,
        without=set(filter(None, chain.from_iterable(sent))),
        limit=MAX_JOBS_PER_EMAIL,
    )


def _get_sent(alert: Alert) -> QuerySet[AlertedListing]:
    """Jobs that came with an email that was sent, or still may be."""
    return alert.sent.exclude(email__state=Email.State.FAILED)


def _find_still_new(alert: Alert, new_ids: list[int]) -> list[Listing]:
    """The jobs found a moment ago, newest first, without those that ended or were sent since."""
    if not new_ids:
        return []
    rows = _get_sent(alert)
    as_itself = rows.filter(listing__in=new_ids).values("listing")
    as_copy = rows.filter(listing__folded_into__in=new_ids).values("listing__folded_into")
    live = Listing.objects.live().filter(pk__in=new_ids)
    live = live.exclude(pk__in=as_itself).exclude(pk__in=as_copy)
    return list(live.for_cards().order_by("-posted_at", "-pk"))


def _build_mail(alert: Alert, listings: list[Listing], more: int) -> dict[str, Any]:
    """The arguments of ``send_template_mail``, with the headers by which mail programs end the
    alert with one click (RFC 8058).
    """
    context = {
        "alert": alert,
        "search": get_search(alert.query),
        "listings": listings,
        "more": more,
        "jobs_url": settings.SITE_URL + reverse("browse:list") + f"?{alert.query}",
        "url": get_url(alert),
    }
    headers = {
        "List-Unsubscribe": f"<{get_url(alert, 'alert_end')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return {"context": context, "to": [alert.email], "headers": headers}


def delete_old_alerts() -> None:
    """Delete alerts that nobody confirmed, and the records of old runs."""
    now = timezone.now()
    old = now - UNCONFIRMED_RETENTION
    delete_in_batches(Alert.objects.filter(confirmed_at=None, created_at__lt=old))
    delete_in_batches(AlertRun.objects.filter(at__lt=now - RUNS_RETENTION))
