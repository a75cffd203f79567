"""Alerts: new jobs of a search by mail, each at most once."""

from datetime import date, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jobboard.common.mail import send_template_mail
from jobboard.common.tasks import WHEN_THERE_IS_TIME
from jobboard.listings.models import Listing
from jobboard.search.find import matching
from jobboard.search.page import ListingSearch

from .models import Alert, AlertRun, AlertSent

MOST_IN_MAIL = 25
MOST_OF_ADDRESS = 20  # alerts
UNCONFIRMED_ARE_KEPT = timedelta(days=7)
RUNS_ARE_KEPT = timedelta(days=90)
NOT_SAVED = ["page", "sort"]  # say how a list is read, not what is searched
COUNTED_WEEKS = 4
_signer = Signer(salt="alert")


def token_of(alert: Alert) -> str:
    return _signer.sign(str(alert.pk))


def alert_of(token: str) -> Alert | None:
    try:
        return Alert.objects.filter(pk=int(_signer.unsign(token))).first()
    except BadSignature:
        return None


def url_of(alert: Alert, name: str = "alert") -> str:
    return settings.SITE_URL + reverse(f"seekers:{name}", args=[token_of(alert)])


def search_of(query: str) -> ListingSearch:
    return ListingSearch(QueryDict(query))


def canonical(asked: ListingSearch) -> str:
    """The search as its address says it, without what is said twice or means nothing: the same for
    equal searches.
    """
    query = QueryDict(asked.query_string.removeprefix("?"))
    return urlencode(
        sorted(
            (name, value)
            for name in query
            if name not in NOT_SAVED
            for value in query.getlist(name)
        )
    )


def about_how_many(asked: ListingSearch) -> int:
    """New jobs a week, as the last COUNTED_WEEKS had them: those that are still open."""
    now = timezone.now()
    new = matching(asked.criteria, now).filter(
        published_at__gte=now - timedelta(weeks=COUNTED_WEEKS)
    )
    return round(new.count() / COUNTED_WEEKS)


@transaction.atomic
def ask_for_alert(*, email: str, query: str, frequency: str) -> None:
    """Keep an alert and mail the link that starts it; one that runs already only takes the newer
    frequency.

    An address with MOST_OF_ADDRESS of them gets no more. What is answered is the same in each case.
    """
    email = email.lower()
    alert = Alert.objects.filter(email=email, query=query).first()
    if alert is None and Alert.objects.filter(email=email).count() >= MOST_OF_ADDRESS:
        return
    if alert is None:
        alert = Alert.objects.create(email=email, query=query, frequency=frequency)
    context = {"alert": alert, "search": search_of(query), "url": url_of(alert)}
    send_template_mail("alert_confirm", context, to=[email])


@transaction.atomic
def confirm_alert(*, alert: Alert) -> None:
    """Start it: from now on it tells of jobs that are published after this moment."""
    Alert.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=timezone.now())


def mail_links(*, email: str) -> None:
    """Mail the links of all alerts of an address; nothing where there are none."""
    alerts = list(Alert.objects.filter(email=email.lower()))
    if alerts:
        rows = [(search_of(alert.query).in_words, url_of(alert)) for alert in alerts]
        send_template_mail("alert_links", {"rows": rows}, to=[email.lower()])


def period_of(frequency: str, today: date) -> date:
    return today if frequency == Alert.Frequency.DAILY else today - timedelta(days=today.weekday())


def send_alerts() -> None:
    """Queue the mails that are due. Safe to repeat, to interrupt, and to run twice at once: each
    alert is claimed with a lock, and its period, what it tells of and its mail are one transaction.
    """
    today = timezone.now().date()
    for frequency in Alert.Frequency.values:
        period = period_of(frequency, today)
        due = Alert.objects.filter(frequency=frequency, confirmed_at__date__lt=period).exclude(
            runs__period=period
        )
        for pk in due.order_by("pk").values_list("pk", flat=True):
            _run(pk, period)


@transaction.atomic
def _run(pk: int, period: date) -> None:
    alert = Alert.objects.select_for_update().filter(pk=pk).first()
    # It has ended, or another process was faster.
    if alert is None or alert.runs.filter(period=period).exists():
        return
    listings = new_for(alert)
    shown = listings[:MOST_IN_MAIL]
    AlertSent.objects.bulk_create(AlertSent(alert=alert, listing=listing) for listing in shown)
    if shown:
        _queue(alert, shown, len(listings))
    AlertRun.objects.create(alert=alert, period=period, count=len(shown))


def new_for(alert: Alert) -> list[Listing]:
    """Live jobs of its search that were published since it was confirmed and that it has not told
    of; newest first.

    The database is asked, not the index: inside a transaction the index may be behind, and a job
    would be missed.
    """
    new = matching(search_of(alert.query).criteria, timezone.now()).filter(
        published_at__gt=alert.confirmed_at
    )
    return list(
        new.exclude(pk__in=alert.sent.values("listing")).for_cards().order_by("-posted_at", "-pk")
    )


def _queue(alert: Alert, listings: list[Listing], total: int) -> None:
    """The mail, with what mail programs need to end the alert with one click (RFC 8058)."""
    context = {
        "alert": alert,
        "search": search_of(alert.query),
        "listings": listings,
        "more": total - len(listings),
        "jobs_url": settings.SITE_URL + reverse("browse:list") + f"?{alert.query}",
        "url": url_of(alert),
    }
    headers = {
        "List-Unsubscribe": f"<{url_of(alert, 'alert_end')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    send_template_mail(
        "alert", context, to=[alert.email], headers=headers, priority=WHEN_THERE_IS_TIME
    )


def delete_old_alerts() -> None:
    """Those nobody confirmed, and the record of runs long ago."""
    now = timezone.now()
    Alert.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED_ARE_KEPT).delete()
    AlertRun.objects.filter(at__lt=now - RUNS_ARE_KEPT).delete()
