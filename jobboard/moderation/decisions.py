"""Carries out what a moderator decides about a job, checked against what others decided
meanwhile.
"""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.listings import lifecycle
from jobboard.listings.lifecycle import Decision, EditConflictError, InvalidStatusError
from jobboard.listings.models import Listing, ListingEvent
from jobboard.seekers.reports import get_reports, handle_reports, reopen_reports

from .models import MAX_REASON_LENGTH, UsualReason

Kind = ListingEvent.Kind
FEATURE = "feature"
UNFEATURE = "unfeature"
# What is decided, and the events that record it.
RECORDED_AS = {
    Decision.APPROVE: [Kind.PUBLISHED, Kind.APPROVED],
    Decision.RETURN: [Kind.RETURNED],
    Decision.REJECT: [Kind.REJECTED],
    Decision.HIDE: [Kind.HIDDEN],
    Decision.SHOW: [Kind.SHOWN],
    Decision.SEEN: [Kind.SEEN],
    Decision.DISMISS: [Kind.REPORTS_DISMISSED],
    Decision.UNDO: [Kind.UNDONE],
    FEATURE: [Kind.FEATURED],
    UNFEATURE: [Kind.FEATURED],
}
DONE = {
    Decision.APPROVE: "is now live",
    Decision.RETURN: "has been returned to the recruiter",
    Decision.REJECT: "has been rejected",
    Decision.HIDE: "is now hidden",
    Decision.SHOW: "is no longer hidden",
    Decision.SEEN: "was marked as seen",
    Decision.DISMISS: "was kept and its reports were dismissed",
    Decision.UNDO: "is as it was before the last decision",
    UNFEATURE: "is no longer featured",
}
DONE_WITH_CHANGE = {
    Decision.APPROVE: "is live with its change",
    Decision.RETURN: "stays as it was approved, and its change has been returned to the recruiter",
    Decision.REJECT: "stays as it was approved, because its change has been rejected",
}
ENDS_CHANGE = (Decision.RETURN, Decision.REJECT)
# These decide about one version of the text.
DECISIONS_ABOUT_A_VERSION = (Decision.APPROVE, Decision.RETURN, Decision.REJECT, Decision.SEEN)
# The fields that tell which page a decision was made on.
PAGE_FIELDS = dict.fromkeys(DECISIONS_ABOUT_A_VERSION, ("version", "seen")) | {
    Decision.UNDO: ("seen",)
}
OUT_OF_DATE_MESSAGE = "Nothing was decided, as the page was out of date. Review the job again."
# After these a job no longer waits.
SETTLING_DECISIONS = (*DECISIONS_ABOUT_A_VERSION, Decision.HIDE, Decision.DISMISS)
# How long other pages offer to undo the last decision; the job’s own page always does.
UNDO_OFFERED = timedelta(minutes=30)
REPORTS = "reports"  # in ListingEvent.undo: the reports that the decision handled


class DecidedMeanwhileError(InvalidStatusError):
    """Somebody else decided about the job after the page was opened; says who, what and when."""


def decisions_about(listing: Listing) -> QuerySet[ListingEvent]:
    """Return the decisions about the job, newest first."""
    events = ListingEvent.objects.filter(listing=listing, actor=ListingEvent.Actor.ADMIN)
    return events.select_related("by").order_by("-pk")


def describe(decision: ListingEvent) -> str:
    who = decision.by or "Someone who has left"
    text = (
        f"{who} already decided about this job: {decision.get_kind_display().lower()} on "
        f"{decision.at:%-d %b %Y at %H:%M} UTC."
    )
    if decision.new:
        text += f" Reason: {decision.new}"
    return text


def undoable_by(user: User) -> ListingEvent | None:
    """The last decision of ``user``, if it is recent and nothing happened to the job since."""
    events = ListingEvent.objects.filter(
        by=user, actor=ListingEvent.Actor.ADMIN, at__gt=timezone.now() - UNDO_OFFERED
    )
    newest = events.select_related("listing__company").order_by("-pk").first()
    if newest is None or lifecycle.last_decision(newest.listing) != newest:
        return None
    return newest


class ReviewForm(forms.Form):
    """Checks a decision about a job, ``do``, and what else it needs. ``version`` and ``seen`` are
    the version of the text and the last decision that the page showed.
    """

    do = forms.ChoiceField(choices=[(name, name) for name in RECORDED_AS])
    usual = forms.ModelChoiceField(UsualReason.objects.all(), required=False)
    reason = forms.CharField(max_length=MAX_REASON_LENGTH, required=False)
    until = forms.DateField(required=False)
    version = forms.IntegerField(required=False, error_messages={"invalid": OUT_OF_DATE_MESSAGE})
    seen = forms.IntegerField(required=False, error_messages={"invalid": OUT_OF_DATE_MESSAGE})

    def __init__(self, *args, listing: Listing, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data["whole_reason"] = self._whole_reason()
        if data.get("do") in lifecycle.NEEDS_REASON and not data["whole_reason"]:
            self.add_error("reason", "Choose a reason or enter one.")
        if data.get("do") == FEATURE and "until" not in self.errors:
            self._check_is_to_come(data.get("until"))
        self._check_page_fields()
        return data

    def _whole_reason(self) -> str:
        """The usual reason, followed by the typed one: that adds to it and does not replace it."""
        reasons = []
        if usual := self.cleaned_data.get("usual"):
            reasons.append(usual.text)
        if typed := self.cleaned_data.get("reason"):
            reasons.append(typed)
        return "\n\n".join(reasons) or self._reported_reason()

    def _check_page_fields(self) -> None:
        """Require the fields of the page: without them, a decision could be about something that
        its author has not seen.
        """
        for name in PAGE_FIELDS.get(self.cleaned_data.get("do", ""), ()):
            if self.cleaned_data.get(name) is None and not self.errors.get(name):
                self.add_error(name, OUT_OF_DATE_MESSAGE)

    @property
    def is_out_of_date(self) -> bool:
        return not {"version", "seen"}.isdisjoint(self.errors)

    def _check_is_to_come(self, until: date | None) -> None:
        if until is None or until < timezone.now().date():
            self.add_error("until", "Enter a date in the future.")

    def _reported_reason(self) -> str:
        """The reason of the first report is enough to hide a job."""
        if self.cleaned_data.get("do") != Decision.HIDE:
            return ""
        report = get_reports(self.listing).first()
        if report:
            return f"Reported: {report.get_reason_display()}"
        return ""

    @transaction.atomic
    def carry_out(self, by: User) -> str:
        """Carry out the decision; returns the message for its author. Raises what the actions
        raise, and DecidedMeanwhileError. Pressing the button twice decides once.
        """
        self.listing = lifecycle.locked(self.listing)
        decision = self.cleaned_data["do"]
        if not self._was_just_done(decision, by):
            self._check_nobody_was_faster(decision)
            self._act(decision, by)
        return self._describe_result(decision)

    def _newer_decision(self) -> ListingEvent | None:
        newest = decisions_about(self.listing).first()
        seen = self.cleaned_data.get("seen")
        if newest is None or seen is None or newest.pk <= seen:
            return None
        return newest

    def _was_just_done(self, decision: str, by: User) -> bool:
        newest = self._newer_decision()
        return newest is not None and newest.by == by and newest.kind in RECORDED_AS[decision]

    def _check_nobody_was_faster(self, decision: str) -> None:
        if newest := self._newer_decision():
            raise DecidedMeanwhileError(f"{describe(newest)} Your decision was not saved.")
        if (
            decision in DECISIONS_ABOUT_A_VERSION
            and self.cleaned_data["version"] != self.listing.version
        ):
            raise EditConflictError(
                f"“{self.listing}” was changed while you were reviewing it. Review it again."
            )

    def _act(self, decision: str, by: User) -> None:
        if decision == FEATURE:
            end = lifecycle.end_of_day(self.cleaned_data["until"])
            lifecycle.feature_listing(listing=self.listing, until=end, by=by)
        elif decision == UNFEATURE:
            lifecycle.feature_listing(listing=self.listing, until=None, by=by)
        else:
            reason = self.cleaned_data["whole_reason"]
            decide_with_reports(self.listing, Decision(decision), by=by, reason=reason)

    def _describe_result(self, decision: str) -> str:
        if decision == FEATURE:
            return f"is featured until {self.cleaned_data['until']:%-d %B %Y}"
        newest = decisions_about(self.listing).first()
        is_change_approved = newest is not None and newest.kind == ListingEvent.Kind.APPROVED
        if decision == Decision.APPROVE and is_change_approved:
            return DONE_WITH_CHANGE[Decision.APPROVE]
        is_still_live = lifecycle.locked(self.listing).status == Listing.Status.PUBLISHED
        if decision in ENDS_CHANGE and is_still_live:
            return DONE_WITH_CHANGE[Decision(decision)]
        return DONE[decision]


@transaction.atomic
def decide_with_reports(
    listing: Listing, decision: Decision, *, by: User, reason: str = ""
) -> None:
    """Decide about the job. Hiding it or dismissing its reports also closes the reports, and
    undoing that opens them again. Raises what the lifecycle raises.
    """
    if decision == Decision.UNDO:
        _undo(listing, by)
        return
    reports = list(get_reports(listing).values_list("pk", flat=True))
    if decision == Decision.DISMISS and not reports:
        raise InvalidStatusError(f"“{listing}” has no open reports.")
    lifecycle.decide(listing=listing, decision=decision, by=by, reason=reason)
    if decision in (Decision.HIDE, Decision.DISMISS):
        handle_reports(listing=listing, by=by)
        event = decisions_about(listing)[0]
        event.undo = {**(event.undo or {}), REPORTS: reports}
        event.save(update_fields=["undo"])


def _undo(listing: Listing, by: User) -> None:
    last = lifecycle.last_decision(listing)
    lifecycle.decide(listing=listing, decision=Decision.UNDO, by=by)
    if last and last.undo:
        reopen_reports(last.undo.get(REPORTS, []))
