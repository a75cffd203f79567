"""Failures in the background: feeds, emails, tasks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Now
from django.urls import reverse
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobboard.accounts.models import User
from jobboard.common import mail
from jobboard.common.models import Email
from jobboard.common.text.words import plural
from jobboard.listings.models import Feed
from jobboard.listings.rights import CHANGE_FEEDS
from jobboard.moderation.models import Dismissal

from .base import AlreadyAnsweredError, Button, Entry, Kind, ranked


class FailingFeeds(Kind):
    name = "feeds"
    label = "Failing feeds"
    permission = CHANGE_FEEDS
    is_alarm = True

    def waiting(self) -> QuerySet[Feed]:
        problems = ~Q(failing_since=None) | ~Q(problem="")
        return Feed.objects.filter(problems, ended_at=None)

    def ranked(self) -> QuerySet[Any]:
        since = Coalesce("failing_since", "last_success_at", "next_fetch_at", Now())
        return ranked(self.waiting(), risk=Value(1), since=since)

    def entries(self, since_by_key: dict[str, datetime]) -> dict[str, Entry]:
        entries = {}
        for feed in Feed.objects.filter(pk__in=since_by_key).select_related("company"):
            key = str(feed.pk)
            state = "Needs a look"
            if feed.failing_since:
                state = "Failing"
            entries[key] = Entry(
                kind=self,
                key=key,
                title=str(feed),
                url=reverse("admin:listings_feed_change", args=[feed.pk]),
                open_label="Open feed",
                since=since_by_key[key],
                state=state,
                about=f"{feed.problem} {plural(feed.failures, 'failure')} in a row.".strip(),
            )
        return entries


class _Dismissable(Kind):
    """Something that failed for good. It stays in its own list, but no longer waits once somebody
    has dismissed it.
    """

    def not_dismissed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        dismissed = Dismissal.objects.filter(kind=self.name, key=OuterRef("text_key"))
        return rows.annotate(text_key=Cast("pk", CharField())).exclude(Exists(dismissed))

    def dismiss(self, key: str, by: User) -> str:
        _, is_new = Dismissal.objects.get_or_create(kind=self.name, key=key, defaults={"by": by})
        if not is_new:
            raise AlreadyAnsweredError("Someone has already dismissed this.")
        return "Dismissed."


class FailedEmails(_Dismissable):
    name = "emails"
    label = "Failed emails"
    permission = "common.change_email"
    is_alarm = True

    def is_for(self, user: User) -> bool:
        return user.is_superuser  # as the list of emails

    def waiting(self) -> QuerySet[Email]:
        return self.not_dismissed(Email.objects.filter(state=Email.State.FAILED))

    def ranked(self) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=Value(1), since=F("created_at"))

    def entries(self, since_by_key: dict[str, datetime]) -> dict[str, Entry]:
        entries = {}
        for email in Email.objects.filter(pk__in=since_by_key):
            key = str(email.pk)
            buttons: tuple[Button, ...] = (Button("dismiss", "Dismiss"),)
            if email.text:
                buttons = (Button("again", "Send again"), *buttons)
            entries[key] = Entry(
                kind=self,
                key=key,
                title=f"“{email.subject}” to {email.to}",
                url=reverse("admin:common_email_change", args=[email.pk]),
                open_label="Open email",
                since=since_by_key[key],
                state="Failed",
                about=email.problem,
                buttons=buttons,
            )
        return entries

    def act(self, key: str, do: str, by: User) -> str:
        if do == "dismiss":
            return self.dismiss(key, by)
        email = self.waiting().filter(pk=key).exclude(text="").first()
        if email is None:
            raise AlreadyAnsweredError("This email is no longer one that failed.")
        mail.send_again(email)
        return "The email will be sent now."


class FailedTasks(_Dismissable):
    """Background tasks that failed for good. Those that deliver an email are listed with it."""

    name = "tasks"
    label = "Failed tasks"
    permission = "django_tasks_database.change_dbtaskresult"
    is_alarm = True

    def waiting(self) -> QuerySet[DBTaskResult[..., Any]]:
        failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
        failed = failed.exclude(task_path=mail.deliver_email.module_path)
        return self.not_dismissed(failed.exclude(traceback__startswith="Cancelled by "))

    def ranked(self) -> QuerySet[Any]:
        since = Coalesce("finished_at", "enqueued_at")
        return ranked(self.waiting(), risk=Value(2), since=since)

    def entries(self, since_by_key: dict[str, datetime]) -> dict[str, Entry]:
        keys_by_id = {UUID(key): key for key in since_by_key}
        entries = {}
        for result in DBTaskResult.objects.filter(pk__in=keys_by_id):
            key = keys_by_id[result.pk]
            function = result.task_path.rpartition(".")[2].replace("_", " ")
            entries[key] = Entry(
                kind=self,
                key=key,
                title=function.capitalize(),
                url=reverse("admin:django_tasks_database_dbtaskresult_change", args=[result.pk]),
                open_label="Open task",
                since=since_by_key[key],
                state="Failed",
                about=result.traceback.strip().rpartition("\n")[2][:200],
                buttons=(Button("dismiss", "Dismiss"),),
            )
        return entries

    def act(self, key: str, do: str, by: User) -> str:
        return self.dismiss(key, by)
