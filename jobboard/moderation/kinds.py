"""What waits for staff, a class for each kind: who may act on it, which rows wait, how urgent and
how old each is, and how it is shown. ``KINDS`` lists them; to add a kind, add a class there.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Now, RowNumber
from django.urls import reverse
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobboard.accounts.models import User
from jobboard.common import mail
from jobboard.common.models import Email
from jobboard.common.text.words import plural
from jobboard.feeds.boards import connecting
from jobboard.listings.employers import identity
from jobboard.listings.employers.lookalikes import Lookalikes
from jobboard.listings.models import (
    CompanyClaim,
    Feed,
    FeedRequest,
    JoinRequest,
    Listing,
    Membership,
)
from jobboard.listings.rights import CHANGE_COMPANIES, with_right
from jobboard.listings.trust.said import Risk
from jobboard.listings.trust.scoring import IS_CURRENT, edited, held, total, with_open_reports
from jobboard.recruiting import company_actions
from jobboard.recruiting.posting import first_post
from jobboard.seekers.models import Report

from .evidence import address_in_words
from .models import Dismissal

# Of one company, so many come before the rest of its jobs takes its turn: nobody hides the jobs of
# others behind their own.
TURN = 20
REPORTED = 10  # weighs more than what a job says
CLAIM_RISKS = {"domain": 6, "name": 3, "website": 3}  # a logo says less
NOT_READ_YET = 3  # a job whose risks nobody has looked for is taken for a risky one

Live = dict[int, list[Risk]]


ANSWERED = "Someone has already answered this request."


class AlreadyAnsweredError(Exception):
    """Somebody else was faster; says so."""


@dataclass(frozen=True)
class Button:
    do: str
    label: str


@dataclass
class Entry:
    """Something that waits, as a row of the inbox."""

    kind: "Kind"
    key: str
    title: str
    url: str
    open_label: str
    since: datetime
    state: str = ""
    about: str = ""
    risks: list[Risk] = field(default_factory=list)
    buttons: tuple[Button, ...] = ()
    listing: Listing | None = None

    @property
    def is_alarm(self) -> bool:
        return self.kind.is_alarm

    @property
    def can_be_approved(self) -> bool:
        """With many others, from the list."""
        is_new = self.listing is not None and self.listing.status == Listing.Status.IN_REVIEW
        return is_new and not self.is_alarm


Shown = dict[str, Entry]


class Kind(ABC):
    """``permission``: who may act on it. ``is_job``: whether it is decided on the page of a job.
    ``is_alarm``: whether something is wrong already.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    permission: ClassVar[str]
    is_job: ClassVar[bool] = False
    is_alarm: ClassVar[bool] = False

    def is_for(self, user: User) -> bool:
        return user.has_perm(self.permission)

    @abstractmethod
    def waiting(self) -> QuerySet[Any]:
        """The rows that wait."""

    @abstractmethod
    def ranked(self, live: Live) -> QuerySet[Any]:
        """``waiting`` with its ``turn``, ``risk`` and ``since``: those with a lower turn come
        first, then those with a higher risk, then the older ones. ``live``: the risks of jobs that
        have no score yet.
        """

    @abstractmethod
    def entries(self, found: dict[str, datetime], live: Live) -> Shown:
        """What the rows of these keys show, in a fixed number of queries. ``found``: a key and
        since when it waits.
        """

    def act(self, key: str, do: str, by: User) -> str:
        """Do what a button of an entry says; returns what to say. Raises AlreadyAnsweredError."""
        raise LookupError(f"{self.label} have no buttons.")

    def keys(self, live: Live) -> QuerySet[Any]:
        """Rows that those of other kinds can be sorted with."""
        rows = self.ranked(live).order_by()
        named = rows.annotate(
            kind_name=Value(self.name, output_field=CharField()),
            key=Cast("pk", CharField()),
            its_turn=F("turn"),
            its_risk=F("risk"),
            its_since=F("since"),
        )
        return named.values_list("kind_name", "key", "its_turn", "its_risk", "its_since")


def ranked(rows: QuerySet[Any], *, risk: Any, since: Any, turn: Any = None) -> QuerySet[Any]:
    return rows.annotate(
        turn=Value(0, output_field=IntegerField()) if turn is None else turn,
        risk=Cast(risk, IntegerField()),
        since=Cast(since, DateTimeField()),
    )


# --- Jobs -----------------------------------------------------------------------------------------


def scored(live: Live, more: int = 0) -> Any:
    """How risky a job is; ``more`` on top."""
    by_weight: dict[int, list[int]] = {}
    for pk, risks in live.items():
        by_weight.setdefault(total(risks), []).append(pk)
    whens = [When(IS_CURRENT, then=F("risk_score__weight") + more)]
    whens += [When(pk__in=pks, then=Value(weight + more)) for weight, pks in by_weight.items()]
    return Case(*whens, default=Value(NOT_READ_YET + more), output_field=IntegerField())


class JobKind(Kind):
    permission = "listings.change_listing"
    is_job = True

    def entries(self, found: dict[str, datetime], live: Live) -> Shown:
        listings = Listing.objects.filter(pk__in=[int(key) for key in found])
        loaded = listings.select_related("company", "role", "risk_score").defer(
            "description_source", "description_html"
        )
        states = self.states(loaded)
        shown = {}
        for listing in loaded:
            key = str(listing.pk)
            shown[key] = Entry(
                kind=self,
                key=key,
                title=listing.title,
                url=reverse("moderation_review", args=[listing.pk]),
                open_label="Review",
                since=found[key],
                state=states.get(listing.pk, ""),
                about=f"{listing.company} · {listing.place_summary or 'Location not stated'}",
                risks=risks_known_of(listing, live),
                listing=listing,
            )
        return shown

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {}


def risks_known_of(listing: Listing, live: Live) -> list[Risk]:
    if listing.pk in live:
        return live[listing.pk]
    score = getattr(listing, "risk_score", None)
    if score is None or score.version != listing.version:
        return []
    return [Risk(weight, words) for weight, words in score.risks]


class WaitingJobs(JobKind):
    """Jobs in review that nobody has reported."""

    condition: ClassVar[Q]

    def waiting(self) -> QuerySet[Listing]:
        return Listing.objects.awaiting_review().filter(self.condition).exclude(with_open_reports())

    def ranked(self, live: Live) -> QuerySet[Any]:
        place = Window(RowNumber(), partition_by="company", order_by=["submitted_at", "id"])
        return ranked(
            self.waiting().annotate(place_in_company=place),
            risk=scored(live),
            since=Coalesce("submitted_at", "first_seen_at"),
            turn=(F("place_in_company") - 1) / TURN,
        )


class NewJobs(WaitingJobs):
    name = "new"
    label = "New jobs"
    condition = ~Q(relevance=Listing.Relevance.DOUBTFUL)

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {one.pk: "New" for one in listings}


class DoubtfulJobs(WaitingJobs):
    name = "doubtful"
    label = "Doubtful topic"
    condition = Q(relevance=Listing.Relevance.DOUBTFUL)

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {one.pk: "Doubtful topic" for one in listings}


class HeldChanges(JobKind):
    """Of public jobs: what was approved is public meanwhile."""

    name = "held"
    label = "Held changes"

    def waiting(self) -> QuerySet[Listing]:
        return Listing.objects.filter(held()).with_held_change().exclude(with_open_reports())

    def ranked(self, live: Live) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=scored(live), since=F("change__submitted_at"))

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {one.pk: "Change held" for one in listings}


class EditedJobs(JobKind):
    """Public jobs that say something harmless that nobody has looked at."""

    name = "edited"
    label = "Edited"

    def waiting(self) -> QuerySet[Listing]:
        jobs = Listing.objects.filter(edited()).edited_since_decision()
        return jobs.exclude(held()).exclude(with_open_reports())

    def ranked(self, live: Live) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=scored(live), since=F("approved__edited_at"))

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {one.pk: "Edited" for one in listings}


class ReportedJobs(JobKind):
    name = "reported"
    label = "Reported jobs"
    is_alarm = True

    def waiting(self) -> QuerySet[Listing]:
        visible = Listing.objects.filter(hidden_at=None, company__suspended_at=None)
        return visible.filter(with_open_reports())

    def ranked(self, live: Live) -> QuerySet[Any]:
        of_job = _open_reports().filter(job=OuterRef("pk")).values("job")
        since = of_job.annotate(first=Min("at")).values("first")
        return ranked(self.waiting(), risk=scored(live, REPORTED), since=since)

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        of_jobs = _open_reports().filter(job__in=[one.pk for one in listings])
        counts = of_jobs.values_list("job").annotate(Count("pk"))
        return {pk: plural(count, "report") for pk, count in counts}


def _open_reports() -> QuerySet[Any]:
    waiting = Report.objects.filter(handled_at=None).order_by()
    return waiting.annotate(job=Coalesce("listing__folded_into", "listing"))


# --- Companies ------------------------------------------------------------------------------------


class CompanyClaims(Kind):
    """What members want to change of who their company is, and who else says that it is theirs."""

    name = "claims"
    label = "Company claims"
    permission = "listings.change_company"

    def is_for(self, user: User) -> bool:
        return super().is_for(user) and user.has_perm(JobKind.permission)

    def waiting(self) -> QuerySet[CompanyClaim]:
        return identity.waiting().filter(company__suspended_at=None)

    def ranked(self, live: Live) -> QuerySet[Any]:
        whens = [When(field=name, then=Value(weight)) for name, weight in CLAIM_RISKS.items()]
        return ranked(self.waiting(), risk=Case(*whens, default=Value(1)), since=F("at"))

    def entries(self, found: dict[str, datetime], live: Live) -> Shown:
        claims = CompanyClaim.objects.open().filter(pk__in=[int(key) for key in found])
        known = Lookalikes() if claims else None
        return {str(one.pk): self._entry(one, found[str(one.pk)], known) for one in claims}

    def _entry(self, claim: CompanyClaim, since: datetime, known: Lookalikes | None) -> Entry:
        company = claim.company
        is_dispute = claim.field == identity.Field.DOMAIN
        wanted = "a new logo" if claim.field == identity.Field.LOGO else f"“{claim.value}”"
        about = "From someone who has left."
        if claim.by:
            about = f"From {claim.by.email}. {address_in_words(claim.by.email, company)}"
        return Entry(
            kind=self,
            key=str(claim.pk),
            title=f"{company}: {claim.get_field_display().lower()} {wanted}",
            url=f"{reverse('moderation_claims', args=[company.pk])}#claim-{claim.pk}",
            open_label="Decide",
            since=since,
            state="Two sides" if is_dispute else "Change of identity",
            about=about,
            risks=[Risk(one.weight, one.words) for one in identity.risks_of_claim(claim, known)],
        )


class JoinRequests(Kind):
    """Its owners decide; where nobody does, staff have to. A dispute is decided with its claim."""

    name = "join"
    label = "Join requests"
    permission = "listings.change_company"

    def waiting(self) -> QuerySet[JoinRequest]:
        return JoinRequest.objects.filter(
            ~Exists(company_actions.disputes()), company__suspended_at=None
        )

    def ranked(self, live: Live) -> QuerySet[Any]:
        for_editors = company_actions.requests_for_editors().order_by().values("pk")
        risk = Case(When(pk__in=for_editors, then=Value(2)), default=Value(1))
        return ranked(self.waiting(), risk=risk, since=F("at"))

    def entries(self, found: dict[str, datetime], live: Live) -> Shown:
        requests = JoinRequest.objects.filter(pk__in=[int(key) for key in found])
        loaded = requests.select_related("company", "user").prefetch_related(
            "company__memberships__user"
        )
        return {str(one.pk): self._entry(one, found[str(one.pk)]) for one in loaded}

    def _entry(self, request: JoinRequest, since: datetime) -> Entry:
        company, members = request.company, request.company.memberships.all()
        owners = [one.user.email for one in members if one.part == Membership.Part.OWNER]
        deciding = f"Owners: {', '.join(owners)}." if owners else "The company has no owner."
        return Entry(
            kind=self,
            key=str(request.pk),
            title=f"{request.user.email} asks to join {company}",
            url=reverse("admin:listings_company_change", args=[company.pk]),
            open_label="Open company",
            since=since,
            state="Join request",
            about=f"{address_in_words(request.user.email, company)} {deciding}",
            buttons=(Button("accept", "Accept"), Button("decline", "Decline")),
        )

    def act(self, key: str, do: str, by: User) -> str:
        request = self.waiting().filter(pk=key).select_related("company", "user").first()
        if request is None:
            raise AlreadyAnsweredError(ANSWERED)
        with with_right(by, CHANGE_COMPANIES, company=request.company):
            if not self.waiting().filter(pk=request.pk).exists():
                raise AlreadyAnsweredError(ANSWERED)
            if do == "accept":
                try:
                    first_post.accept_join_request(request=request, by=by)
                except company_actions.NotPossible as problem:
                    raise AlreadyAnsweredError(str(problem)) from problem
                return f"{request.user} has joined {request.company}."
            company_actions.decline_join_request(request=request, by=by)
        return f"The request of {request.user} to join {request.company} was declined."


class BoardRequests(Kind):
    """Boards that members want to connect, and that nothing shows to be their company's."""

    name = "boards"
    label = "Boards to connect"
    permission = "listings.add_feed"

    def waiting(self) -> QuerySet[FeedRequest]:
        return FeedRequest.objects.filter(company__suspended_at=None)

    def ranked(self, live: Live) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=Value(2), since=F("at"))

    def entries(self, found: dict[str, datetime], live: Live) -> Shown:
        requests = FeedRequest.objects.filter(pk__in=[int(key) for key in found])
        shown = {}
        for request in requests.select_related("company", "by"):
            key = str(request.pk)
            shown[key] = Entry(
                kind=self,
                key=key,
                title=str(request),
                url=reverse("admin:listings_feedrequest_change", args=[request.pk]),
                open_label="Open request",
                since=found[key],
                state="Board to connect",
                about=f"From {request.by.email}. {request.doubt}",
                buttons=(Button("accept", "Connect"), Button("decline", "Decline")),
            )
        return shown

    def act(self, key: str, do: str, by: User) -> str:
        request = self.waiting().filter(pk=key).select_related("company", "by").first()
        if request is None:
            raise AlreadyAnsweredError(ANSWERED)
        decide = connecting.accept if do == "accept" else connecting.decline
        try:
            decide(request, by=by)
        except connecting.NotConnectableError as problem:
            raise AlreadyAnsweredError(str(problem)) from problem
        return f"{request} {'is connected' if do == 'accept' else 'was declined'}."


# --- What failed ----------------------------------------------------------------------------------


class FailingFeeds(Kind):
    name = "feeds"
    label = "Failing feeds"
    permission = "listings.change_feed"
    is_alarm = True

    def waiting(self) -> QuerySet[Feed]:
        problems = ~Q(failing_since=None) | ~Q(problem="")
        return Feed.objects.filter(problems, ended_at=None)

    def ranked(self, live: Live) -> QuerySet[Any]:
        since = Coalesce("failing_since", "last_ok_at", "next_fetch_at", Now())
        return ranked(self.waiting(), risk=Value(1), since=since)

    def entries(self, found: dict[str, datetime], live: Live) -> Shown:
        feeds = Feed.objects.filter(pk__in=[int(key) for key in found]).select_related("company")
        shown = {}
        for feed in feeds:
            key = str(feed.pk)
            shown[key] = Entry(
                kind=self,
                key=key,
                title=str(feed),
                url=reverse("admin:listings_feed_change", args=[feed.pk]),
                open_label="Open feed",
                since=found[key],
                state="Failing" if feed.failing_since else "Needs a look",
                about=f"{feed.problem} {plural(feed.failures, 'failure')} in a row.".strip(),
            )
        return shown


class _Dismissable(Kind):
    """What failed for good, and stays where it is listed: dismissed, it waits no more."""

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

    def ranked(self, live: Live) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=Value(1), since=F("created_at"))

    def entries(self, found: dict[str, datetime], live: Live) -> Shown:
        shown = {}
        for email in Email.objects.filter(pk__in=[int(key) for key in found]):
            key = str(email.pk)
            again = (Button("again", "Send again"),) if email.text else ()
            shown[key] = Entry(
                kind=self,
                key=key,
                title=f"“{email.subject}” to {email.to}",
                url=reverse("admin:common_email_change", args=[email.pk]),
                open_label="Open email",
                since=found[key],
                state="Failed",
                about=email.problem,
                buttons=(*again, Button("dismiss", "Dismiss")),
            )
        return shown

    def act(self, key: str, do: str, by: User) -> str:
        if do == "dismiss":
            return self.dismiss(key, by)
        email = self.waiting().filter(pk=key).exclude(text="").first()
        if email is None:
            raise AlreadyAnsweredError("This email is no longer one that failed.")
        mail.send_again(email)
        return "The email will be sent now."


class FailedTasks(_Dismissable):
    """Work in the background that was given up; what delivers an email is listed with that."""

    name = "tasks"
    label = "Failed tasks"
    permission = "django_tasks_database.change_dbtaskresult"
    is_alarm = True

    def waiting(self) -> QuerySet[DBTaskResult]:
        failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
        given_up = failed.exclude(task_path=mail.deliver_email.module_path)
        return self.not_dismissed(given_up.exclude(traceback__startswith="Cancelled by "))

    def ranked(self, live: Live) -> QuerySet[Any]:
        since = Coalesce("finished_at", "enqueued_at")
        return ranked(self.waiting(), risk=Value(2), since=since)

    def entries(self, found: dict[str, datetime], live: Live) -> Shown:
        by_id = {str(UUID(key)): key for key in found}
        shown = {}
        for result in DBTaskResult.objects.filter(pk__in=by_id):
            key = by_id[str(result.pk)]
            function = result.task_path.rpartition(".")[2].replace("_", " ")
            shown[key] = Entry(
                kind=self,
                key=key,
                title=function.capitalize(),
                url=reverse("admin:django_tasks_database_dbtaskresult_change", args=[result.pk]),
                open_label="Open task",
                since=found[key],
                state="Failed",
                about=result.traceback.strip().rpartition("\n")[2][:200],
                buttons=(Button("dismiss", "Dismiss"),),
            )
        return shown

    def act(self, key: str, do: str, by: User) -> str:
        return self.dismiss(key, by)


KINDS: list[Kind] = [
    ReportedJobs(),
    HeldChanges(),
    NewJobs(),
    EditedJobs(),
    DoubtfulJobs(),
    CompanyClaims(),
    JoinRequests(),
    BoardRequests(),
    FailingFeeds(),
    FailedEmails(),
    FailedTasks(),
]


def kinds_for(user: User) -> list[Kind]:
    return [kind for kind in KINDS if kind.is_for(user)]
