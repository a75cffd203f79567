"""Sources that are followed: their state, one to try, the directory, and what was not read."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from jobboard.accounts.signed_in import user_of
from jobboard.common.admin import SiteModelAdmin, WithAutocomplete
from jobboard.common.tasks import SOMEBODY_WAITS, enqueue_once
from jobboard.common.text.words import plural
from jobboard.feeds import aliases, trials
from jobboard.feeds.boards.find_employers import (
    EmployerSearchForm,
    follow_ticked,
    leave_out_row,
    page_of,
    take_back_row,
)
from jobboard.feeds.detection.sources import NotASourceError
from jobboard.feeds.fetching import fetch_feed
from jobboard.feeds.following import (
    GONE_AFTER,
    LEFT_OUT,
    followed_board,
    get_state,
    is_left_out,
    leave_out,
    start_again,
    stop_following,
    summarize,
)
from jobboard.feeds.importing.missing import close_missing
from jobboard.listings import models
from roles.models import Role

from .forms import FeedForm, TeachForm, TryForm


class FeedRunInline(admin.TabularInline[Any, Any]):
    model = models.FeedRun
    verbose_name_plural = "runs, newest first"
    extra = 0
    can_delete = False
    fields = readonly_fields = (
        "at",
        "failure",
        "created",
        "published",
        "updated",
        "unchanged",
        "reopened",
        "closed",
        "skipped",
        "refused",
        "faults",
        "notes",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Feed]:
        # The name of each run contains its company.
        return super().get_queryset(request).select_related("feed__company")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]"
    ) -> list[tuple[str, str]]:
        return [
            ("fetched", "Being fetched"),
            ("failing", "Failing"),
            ("gone", "Gone"),
            ("stopped", "Stopped"),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[models.Feed]
    ) -> QuerySet[models.Feed]:
        fetched = queryset.filter(ended_at=None).exclude(address="")
        chosen = {
            "fetched": fetched,
            "failing": fetched.exclude(failing_since=None),
            "gone": gone_among(queryset),
            "stopped": queryset.exclude(ended_at=None),
        }
        return chosen.get(self.value() or "", queryset)


def gone_among(feeds: QuerySet[models.Feed]) -> QuerySet[models.Feed]:
    return feeds.filter(ended_at=None, times_gone__gte=GONE_AFTER)


@admin.register(models.Feed)
class FeedAdmin(WithAutocomplete, SiteModelAdmin):
    list_display = [
        "__str__",
        "state",
        "problem",
        "failing_since",
        "last_success_at",
        "last_count",
        "next_fetch_at",
    ]
    list_filter = [StateFilter, ("problem", admin.EmptyFieldListFilter), "kind", "publishes"]
    list_select_related = ["company"]
    autocomplete_fields = ["company"]
    readonly_fields = [
        "last_success_at",
        "last_count",
        "failing_since",
        "failures",
        "problem",
        "next_fetch_at",
        "ended_at",
        "connected_by",
        "proof",
    ]
    inlines = [FeedRunInline]
    actions = ["fetch_now", "close_missing_jobs", "stop", "start", "leave_out_for_good"]
    form = FeedForm

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Fields to search. People who do not see addresses do not find out what is in them."""
        if self.has_change_permission(request):
            return ["company__name", "address"]
        return ["company__name"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Fields to show. Who may only look does not see keys; Adzuna's stand in the address."""
        may_change = self.has_change_permission(request, obj)
        return [
            name
            for name in super().get_fields(request, obj)
            if may_change or name not in ("api_key", "address")
        ]

    def save_model(
        self, request: HttpRequest, feed: models.Feed, form: FeedForm, change: bool
    ) -> None:
        # What the old address answered with says nothing about the new one.
        if {"address", "kind"} & set(form.changed_data):
            feed.etag = feed.last_modified = ""
            feed.next_fetch_at = None
        if change and form.drops_key:
            messages.warning(
                request,
                "The API key has been removed, because the address leads to another host now. "
                "Enter the key again if it is for that host.",
            )
        super().save_model(request, feed, form, change)

    @admin.action(permissions=["change"], description="Fetch now")
    def fetch_now(self, request: HttpRequest, queryset: QuerySet[models.Feed]) -> None:
        feeds = queryset.filter(ended_at=None).exclude(address="")
        feeds.update(next_fetch_at=timezone.now(), etag="", last_modified="")
        pks = list(feeds.values_list("pk", flat=True))
        for pk in pks:
            enqueue_once(fetch_feed.using(priority=SOMEBODY_WAITS), feed_id=pk)
        messages.success(request, f"{plural(len(pks), 'feed')} will be fetched in a moment.")

    @admin.action(permissions=["change"], description="Close jobs missing from the last fetch")
    def close_missing_jobs(self, request: HttpRequest, queryset: QuerySet[models.Feed]) -> None:
        for feed in queryset:
            count = close_missing(feed, now=timezone.now(), by=user_of(request))
            queryset.filter(pk=feed.pk, failing_since=None).update(problem="")
            messages.success(request, f"{feed}: {plural(count, 'job')} closed.")

    @admin.display(description="state")
    def state(self, feed: models.Feed) -> str:
        if feed.address:
            return get_state(feed)
        return "Imported by hand"

    @admin.action(permissions=["change"], description="Stop fetching and close its jobs")
    def stop(self, request: HttpRequest, queryset: QuerySet[models.Feed]) -> None:
        self._stop(request, queryset)

    def _stop(self, request: HttpRequest, feeds: QuerySet[models.Feed]) -> None:
        stopped = list(feeds.filter(ended_at=None).exclude(address=""))
        for feed in stopped:
            stop_following(feed)
            self.log_change(request, feed, "Stopped.")
        messages.success(
            request, f"{plural(len(stopped), 'feed')} stopped. Open jobs close in a moment."
        )

    @admin.action(permissions=["change"], description="Fetch again what was stopped")
    def start(self, request: HttpRequest, queryset: QuerySet[models.Feed]) -> None:
        stopped = list(queryset.exclude(ended_at=None))
        again = [feed for feed in stopped if not is_left_out(feed.kind, feed.address)]
        for feed in again:
            start_again(feed, at=timezone.now())
            self.log_change(request, feed, "Started again.")
        if len(again) < len(stopped):
            messages.error(request, LEFT_OUT)
        messages.success(request, f"{plural(len(again), 'feed')} will be fetched again.")

    @admin.action(permissions=["change"], description="Leave out for good, as the employer asked")
    def leave_out_for_good(self, request: HttpRequest, queryset: QuerySet[models.Feed]) -> None:
        feeds = list(queryset.exclude(company=None).exclude(address=""))
        for feed in feeds:
            leave_out(followed_board(feed.kind, feed.address), str(feed.company), user_of(request))
            self.log_change(request, feed, "Left out as the employer asked.")
        messages.success(
            request, f"{plural(len(feeds), 'employer')} left out. Open jobs close in a moment."
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Boards that are gone are offered for removal at the top of the list."""
        gone = gone_among(models.Feed.objects.all())
        if request.method == "POST" and "stop_gone" in request.POST:
            if not self.has_change_permission(request):
                raise PermissionDenied
            self._stop(request, gone)
            return redirect("admin:listings_feed_changelist")
        more = {"gone_count": gone.count(), "may_stop": self.has_change_permission(request)}
        return super().changelist_view(request, (extra_context or {}) | more)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def find_employers(self, request: HttpRequest) -> HttpResponse:
        """The directory, to follow its rows and to leave some out."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            self._change_following(request)
            return redirect(request.get_full_path())
        form = EmployerSearchForm(request.GET)
        page = page_of(form.rows(), request.GET.get("page"))
        context = self.admin_site.each_context(request) | {
            "title": "Find employers",
            "form": form,
            "page": page,
            "new_count": sum(row.standing.may_be_followed for row in page),
            "may_leave_out": self.has_change_permission(request),
        }
        return render(request, "admin/listings/feed/find_employers.html", context)

    def _change_following(self, request: HttpRequest) -> None:
        params = request.POST
        if {"leave_out", "take_back"} & set(params) and not self.has_change_permission(request):
            raise PermissionDenied
        if "leave_out" in params:
            name = leave_out_row(params["leave_out"], user_of(request))
            message = f"{name} is left out. Its open jobs close in a moment."
        elif "take_back" in params:
            name = take_back_row(params["take_back"])
            message = f"{name} is no longer left out."
        else:
            keys = params.getlist("shown" if "follow_shown" in params else "board")
            self._follow(request, keys)
            return
        if name:
            messages.success(request, message)
        else:
            messages.error(request, "Nothing was changed: this board is not in the list any more.")

    def _follow(self, request: HttpRequest, keys: list[str]) -> None:
        outcomes = follow_ticked(keys)
        for outcome in outcomes:
            if outcome.feed:
                self.log_addition(request, outcome.feed, "Followed from the directory.")
        if outcomes:
            messages.success(
                request, f"{summarize(outcomes)} Their jobs come in one after another."
            )
        else:
            messages.error(request, "Tick the employers to follow first.")

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def try_address(self, request: HttpRequest) -> HttpResponse:
        """An address to try before it is followed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        typed = {"pasted": request.GET.get("pasted", "")}
        form = TryForm(request.POST if request.method == "POST" else None, initial=typed)
        if request.method == "POST" and form.is_valid():
            trial = trials.begin(**form.cleaned_data, by=user_of(request))
            return redirect("admin:listings_feed_trial", trial.pk)
        context = self.admin_site.each_context(request) | {"title": "Try an address", "form": form}
        return render(request, "admin/listings/feed/try.html", context)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def trial(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A page with the jobs an address would bring, while it is read and after, and a button to
        follow it.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        trial = trials.of_person(pk, user_of(request))
        if trial is None:
            raise Http404
        if request.method == "POST" and trial.state == trial.State.READ:
            return self._follow_trial(request, trial)
        context = {
            "trial": trial,
            **trials.shown_jobs(trial),
            "feed": trials.find_feed(trial),
        }
        return render(request, "admin/listings/feed/trial.html", context)

    def _follow_trial(self, request: HttpRequest, trial: models.FeedTrial) -> HttpResponse:
        publishes = models.Feed.Publishes.DIRECTLY
        if "review" in request.POST:
            publishes = models.Feed.Publishes.THROUGH_REVIEW
        try:
            feed = trials.follow_trial(trial, publishes=publishes)
        except NotASourceError as refused:
            messages.error(request, str(refused))
            return redirect("admin:listings_feed_trial", trial.pk)
        self.log_addition(request, feed, "Followed after a trial.")
        messages.success(request, f"{feed} is followed. Its jobs come in a moment.")
        return redirect("admin:listings_feed_change", feed.pk)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("try/", self.admin_site.admin_view(self.try_address), name="listings_feed_try"),
            path(
                "try/<uuid:pk>/",
                self.admin_site.admin_view(self.trial),
                name="listings_feed_trial",
            ),
            path(
                "find-employers/",
                self.admin_site.admin_view(self.find_employers),
                name="listings_feed_find_employers",
            ),
            path(
                "unread/",
                self.admin_site.admin_view(self.unrecognised),
                name="listings_feed_unread",
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def unrecognised(self, request: HttpRequest) -> HttpResponse:
        """A page of texts that nothing was read from, where editors add aliases for them."""
        if not aliases.can_teach(request.user):
            raise PermissionDenied
        form = TeachForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                taught = form.teach()
            except ValueError as problem:
                form.add_error("means", str(problem))
            else:
                self.log_addition(request, taught.alias, "Added from unrecognised text.")
                messages.success(request, str(taught))
                return redirect("admin:listings_feed_unread")
        sections = [
            {
                "name": "Titles that don’t match a role",
                "kind": "title",
                "rows": aliases.titles(),
            },
            {"name": "Unrecognised locations", "kind": "place", "rows": aliases.places()},
            {"name": "Pay text without an amount", "rows": aliases.pay()},
        ]
        context = self.admin_site.each_context(request) | {
            "title": "Unrecognised text",
            "form": form,
            "in_progress": aliases.in_progress(),
        }
        return render(
            request,
            "admin/listings/feed/unrecognised.html",
            context | {"sections": sections, "roles": Role.objects.all()},
        )
