"""What a moderator decides about a job, checked against what others decided meanwhile."""

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.listings import lifecycle
from jobboard.listings.lifecycle import EditConflict, WrongState
from jobboard.listings.models import Listing, ListingEvent
from jobboard.seekers.reports import handle_reports, reports_of

from .models import LONGEST_REASON, UsualReason

Kind = ListingEvent.Kind
# What is decided, and the event that records it.
RECORDED_AS = {
    "publish": Kind.PUBLISHED,
    "return": Kind.RETURNED,
    "reject": Kind.REJECTED,
    "feature": Kind.FEATURED,
    "unfeature": Kind.FEATURED,
    "hide": Kind.HIDDEN,
    "show": Kind.SHOWN,
    "dismiss": Kind.REPORTS_DISMISSED,
}
DONE = {
    "publish": "is now live",
    "return": "has been returned to the recruiter",
    "reject": "has been rejected",
    "unfeature": "is no longer featured",
    "hide": "is now hidden",
    "show": "is no longer hidden",
    "dismiss": "was kept and its reports were dismissed",
}
NEED_A_REASON = ("return", "reject", "hide")
# These say something of the text that was read.
OF_A_VERSION = ("publish", "return", "reject")
# After these a job waits no more.
SETTLE = ("publish", "return", "reject", "hide", "dismiss")


class DecidedMeanwhileError(WrongState):
    """Somebody else decided about the job after the page was opened; says who, what and when."""


def decisions_about(listing: Listing) -> QuerySet[ListingEvent]:
    """Newest first."""
    events = ListingEvent.objects.filter(listing=listing, actor=ListingEvent.Actor.ADMIN)
    return events.select_related("by").order_by("-pk")


def in_words(decision: ListingEvent) -> str:
    who = str(decision.by) if decision.by else "Someone who has left"
    reason = f" Reason: {decision.new}" if decision.new else ""
    return (
        f"{who} already decided about this job: {decision.get_kind_display().lower()} on "
        f"{decision.at:%-d %b %Y at %H:%M} UTC.{reason}"
    )


class ReviewForm(forms.Form):
    """``do`` names the action; what it needs beside is checked here. ``version`` and ``seen`` say
    which text and which last decision the page showed.
    """

    do = forms.ChoiceField(choices=[(name, name) for name in RECORDED_AS])
    usual = forms.ModelChoiceField(UsualReason.objects.all(), required=False)
    reason = forms.CharField(max_length=LONGEST_REASON, required=False)
    until = forms.DateField(required=False)
    version = forms.IntegerField(required=False)
    seen = forms.IntegerField(required=False)

    def __init__(self, *args, listing: Listing, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        usual = data.get("usual")
        given = [usual.text if usual else "", data.get("reason") or ""]
        # What is typed says more than the usual reason, never something else instead.
        data["whole_reason"] = "\n\n".join(filter(None, given)) or self._reported_reason()
        if data.get("do") in NEED_A_REASON and not data["whole_reason"]:
            self.add_error("reason", "Choose a reason or enter one.")
        if data.get("do") == "feature" and "until" not in self.errors:
            if not data.get("until") or data["until"] < timezone.now().date():
                self.add_error("until", "Enter a date in the future.")
        return data

    def _reported_reason(self) -> str:
        """Hiding a reported job needs no more words than its first report has."""
        report = reports_of(self.listing).first() if self.cleaned_data.get("do") == "hide" else None
        return f"Reported: {report.get_reason_display()}" if report else ""

    @transaction.atomic
    def carry_out(self, by: User) -> str:
        """Do what was decided; returns what to say. Raises what the actions raise, and
        DecidedMeanwhileError. A button that was pressed twice decides once.
        """
        self.listing = lifecycle.locked(self.listing)
        do = self.cleaned_data["do"]
        if not self._was_just_done(do, by):
            self._check_nobody_was_faster(do)
            self._act(do, by)
        return self._done_in_words(do)

    def _decided_since(self) -> ListingEvent | None:
        newest = decisions_about(self.listing).first()
        seen = self.cleaned_data.get("seen")
        if newest is None or seen is None or newest.pk <= seen:
            return None
        return newest

    def _was_just_done(self, do: str, by: User) -> bool:
        newest = self._decided_since()
        return newest is not None and newest.by == by and newest.kind == RECORDED_AS[do]

    def _check_nobody_was_faster(self, do: str) -> None:
        if newest := self._decided_since():
            raise DecidedMeanwhileError(f"{in_words(newest)} Your decision was not saved.")
        version = self.cleaned_data.get("version")
        if do in OF_A_VERSION and version not in (None, self.listing.version):
            raise EditConflict(
                f"“{self.listing}” was changed while you were reviewing it. Review it again."
            )

    def _act(self, do: str, by: User) -> None:
        listing, reason = self.listing, self.cleaned_data["whole_reason"]
        match do:
            case "publish":
                lifecycle.publish_listing(listing=listing, by=by)
            case "return":
                lifecycle.return_listing(listing=listing, reason=reason, by=by)
            case "reject":
                lifecycle.reject_listing(listing=listing, reason=reason, by=by)
            case "feature":
                until = lifecycle.end_of_day(self.cleaned_data["until"])
                lifecycle.feature_listing(listing=listing, until=until, by=by)
            case "unfeature":
                lifecycle.feature_listing(listing=listing, until=None, by=by)
            case "hide":
                lifecycle.hide_listing(listing=listing, reason=reason, by=by)
                handle_reports(listing=listing, by=by)
            case "show":
                lifecycle.show_listing(listing=listing, by=by)
            case "dismiss":
                dismiss_reports(listing=listing, by=by)

    def _done_in_words(self, do: str) -> str:
        if do == "feature":
            return f"is featured until {self.cleaned_data['until']:%-d %B %Y}"
        return DONE[do]


@transaction.atomic
def dismiss_reports(*, listing: Listing, by: User) -> None:
    """Somebody looked at them, and the job is fine. Raises WrongState where there are none."""
    listing = lifecycle.locked(listing)
    if not handle_reports(listing=listing, by=by):
        raise WrongState(f"“{listing}” has no open reports.")
    lifecycle.record(listing, Kind.REPORTS_DISMISSED, lifecycle.Actor.ADMIN, by=by)
