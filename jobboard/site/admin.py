"""The work in the background, for those who look after the site."""

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from jobboard.common.admin import ReadOnlyAdmin
from jobboard.common.models import Email
from jobboard.common.text.words import plural
from jobboard.feeds import trials
from jobboard.listings.models import Feed
from jobboard.recruiting import uploads
from jobboard.recruiting.models import ImportJob

from .models import ScheduledTask, Worker

# By the argument of a task: the model whose ID it is.
ABOUT = {"email_id": Email, "feed_id": Feed, "import_id": ImportJob}


class TaskAdmin(ReadOnlyAdmin):
    """Replaces the library's admin: says what a task is about, and has it tried again."""

    list_display = ["what", "about", "status", "queue_name", "attempts", "next_try", "problem"]
    list_filter = ["status", "queue_name"]
    ordering = ["-enqueued_at"]
    actions = ["try_again", "cancel"]
    fields = readonly_fields = (
        "what",
        "about",
        "status",
        "queue_name",
        "attempts",
        "enqueued_at",
        "started_at",
        "finished_at",
        "next_try",
        "problem",
        "formatted_traceback",
    )

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("django_tasks_database.change_dbtaskresult")

    @admin.display(description="Task")
    def what(self, result: DBTaskResult) -> str:
        # Not result.task_name: it looks for the code, which a release may have removed.
        function = result.task_path.rpartition(".")[2].replace("_", " ")
        name = result.args_kwargs["kwargs"].get("name", function)
        return name[:1].upper() + name[1:]

    @admin.display(description="About")
    def about(self, result: DBTaskResult) -> str:
        for name, pk in result.args_kwargs["kwargs"].items():
            if model := ABOUT.get(name):
                options = model._meta
                url_name = f"admin:{options.app_label}_{options.model_name}_change"
                url = reverse(url_name, args=[quote(pk)])
                return format_html('<a href="{}">{} {}</a>', url, options.verbose_name, pk)
        return "-"

    @admin.display(description="Attempts")
    def attempts(self, result: DBTaskResult) -> int:
        return len(result.worker_ids)

    @admin.display(description="Next try")
    def next_try(self, result: DBTaskResult) -> str:
        if result.status != TaskResultStatus.READY:
            return "-"
        if result.run_after == get_date_max() or result.run_after <= timezone.now():
            return "as soon as possible"
        return f"{result.run_after:%Y-%m-%d %H:%M} UTC"

    @admin.display(description="Last problem")
    def problem(self, result: DBTaskResult) -> str:
        return result.traceback.strip().rpartition("\n")[2][:200] or "-"

    @admin.display(description="Traceback")
    def formatted_traceback(self, result: DBTaskResult) -> str:
        if not result.traceback:
            return "-"
        return format_html("<pre>{}</pre>", result.traceback)

    @admin.action(permissions=["steer"], description="Try again now")
    def try_again(self, request: HttpRequest, queryset: QuerySet[DBTaskResult]) -> None:
        waiting = queryset.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.FAILED])
        self._note(request, waiting, "Tried again.")
        _get_emails(waiting, Email.State.FAILED).update(state=Email.State.WAITING, tries=0)
        for result in waiting:
            arguments = result.args_kwargs["kwargs"]
            if import_id := arguments.get("import_id"):
                uploads.take_up_again(import_id, result.task_path)
            if trial_id := arguments.get("trial_id"):
                trials.take_up_again(trial_id)
        count = waiting.update(
            status=TaskResultStatus.READY, run_after=timezone.now(), worker_ids=[], finished_at=None
        )
        messages.success(request, f"{plural(count, 'task')} will be tried again now.")

    @admin.action(permissions=["steer"], description="Cancel")
    def cancel(self, request: HttpRequest, queryset: QuerySet[DBTaskResult]) -> None:
        waiting = queryset.filter(status=TaskResultStatus.READY)
        self._note(request, waiting, "Cancelled.")
        reason = f"Cancelled by {request.user}."
        for email in _get_emails(waiting, Email.State.WAITING):
            email.give_up(reason)
        count = waiting.update(
            status=TaskResultStatus.FAILED, finished_at=timezone.now(), traceback=reason
        )
        messages.success(request, f"{plural(count, 'task')} cancelled.")

    def _note(self, request: HttpRequest, results: QuerySet[DBTaskResult], what: str) -> None:
        for result in results:
            self.log_change(request, result, what)


def _get_emails(results: QuerySet[DBTaskResult], state: str) -> QuerySet[Email]:
    """The emails that these tasks would have delivered."""
    arguments = [result.args_kwargs["kwargs"] for result in results]
    ids = [kwargs["email_id"] for kwargs in arguments if "email_id" in kwargs]
    return Email.objects.filter(pk__in=ids, state=state)


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    list_display = ["id", "queues", "started_at", "seen_at"]


@admin.register(ScheduledTask)
class ScheduledTaskAdmin(ReadOnlyAdmin):
    list_display = ["name", "next_at"]
