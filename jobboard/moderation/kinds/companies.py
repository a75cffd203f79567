"""Requests about a company: who it is, who belongs to it, which boards are its own."""

from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, F, QuerySet, Value, When
from django.urls import reverse

from jobboard.accounts.models import User
from jobboard.feeds.boards import connecting
from jobboard.listings.employers import identity
from jobboard.listings.employers.claim_risks import risks_of_claim
from jobboard.listings.employers.lookalikes import Lookalikes
from jobboard.listings.models import CompanyClaim, FeedRequest, JoinRequest, Membership
from jobboard.listings.rights import ADD_FEEDS, CHANGE_COMPANIES, with_right
from jobboard.listings.trust.text_risks import Risk
from jobboard.moderation.evidence import describe_address, shorten_claim
from jobboard.recruiting import company_actions
from jobboard.recruiting.posting import first_post

from .base import ANSWERED, AlreadyAnsweredError, Button, Entry, Kind, ranked
from .jobs import JobKind

CLAIM_RISKS = {"domain": 6, "name": 3, "website": 3, "about": 2}  # a logo says less
# Each of these tells people and starts work, so there is a way back instead of an undo.
UNDO_JOIN = "To undo it, remove them from the company’s members."
UNDO_BOARD = "To undo it, stop following the feed."
ASK_AGAIN = "This can’t be undone, but they can ask again."


class CompanyClaims(Kind):
    """Changes of a company's identity by its members, and disputes with somebody else."""

    name = "claims"
    label = "Company claims"
    permission = CHANGE_COMPANIES

    def is_for(self, user: User) -> bool:
        return super().is_for(user) and user.has_perm(JobKind.permission)

    def waiting(self) -> QuerySet[CompanyClaim]:
        return identity.waiting().filter(company__suspended_at=None)

    def ranked(self) -> QuerySet[Any]:
        whens = [When(field=name, then=Value(weight)) for name, weight in CLAIM_RISKS.items()]
        return ranked(self.waiting(), risk=Case(*whens, default=Value(1)), since=F("at"))

    def entries(self, since_by_key: dict[str, datetime]) -> dict[str, Entry]:
        claims = list(CompanyClaim.objects.open().filter(pk__in=since_by_key))
        if not claims:
            return {}
        lookalikes = Lookalikes()
        entries = {}
        for claim in claims:
            key = str(claim.pk)
            entries[key] = self._entry(claim, since_by_key[key], lookalikes)
        return entries

    def _entry(self, claim: CompanyClaim, since: datetime, lookalikes: Lookalikes) -> Entry:
        company = claim.company
        value = f"“{shorten_claim(claim.value)}”"
        if claim.field == identity.Field.LOGO:
            value = "a new logo"
        state = "Change of identity"
        if claim.field == identity.Field.DOMAIN:
            state = "Two sides"
        about = "From someone who has left."
        if claim.by:
            about = f"From {claim.by.email}. {describe_address(claim.by.email, company)}"
        risks = risks_of_claim(claim, lookalikes)
        return Entry(
            kind=self,
            key=str(claim.pk),
            title=f"{company}: {claim.get_field_display().lower()} {value}",
            url=f"{reverse('moderation_claims', args=[company.pk])}#claim-{claim.pk}",
            open_label="Decide",
            since=since,
            state=state,
            about=about,
            risks=[Risk(risk.weight, risk.words) for risk in risks],
        )


class JoinRequests(Kind):
    """Owners answer these too; staff have to if there is no owner. A dispute is decided with its
    claim.
    """

    name = "join"
    label = "Join requests"
    permission = CHANGE_COMPANIES

    def waiting(self) -> QuerySet[JoinRequest]:
        return JoinRequest.objects.filter(
            ~Exists(company_actions.disputes()), company__suspended_at=None
        )

    def ranked(self) -> QuerySet[Any]:
        for_editors = company_actions.requests_for_editors().order_by().values("pk")
        risk = Case(When(pk__in=for_editors, then=Value(2)), default=Value(1))
        return ranked(self.waiting(), risk=risk, since=F("at"))

    def entries(self, since_by_key: dict[str, datetime]) -> dict[str, Entry]:
        requests = JoinRequest.objects.filter(pk__in=since_by_key)
        requests = requests.select_related("company", "user")
        entries = {}
        for request in requests.prefetch_related("company__memberships__user"):
            key = str(request.pk)
            entries[key] = self._entry(request, since_by_key[key])
        return entries

    def _entry(self, request: JoinRequest, since: datetime) -> Entry:
        company = request.company
        owners = []
        for member in company.memberships.all():
            if member.part == Membership.Part.OWNER:
                owners.append(member.user.email)
        who_decides = "The company has no owner."
        if owners:
            who_decides = f"Owners: {', '.join(owners)}."
        return Entry(
            kind=self,
            key=str(request.pk),
            title=f"{request.user.email} asks to join {company}",
            url=reverse("admin:listings_company_change", args=[company.pk]),
            open_label="Open company",
            since=since,
            state="Join request",
            about=f"{describe_address(request.user.email, company)} {who_decides}",
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
                except company_actions.CompanyActionError as problem:
                    raise AlreadyAnsweredError(str(problem)) from problem
                return f"{request.user} has joined {request.company}. {UNDO_JOIN}"
            company_actions.decline_join_request(request=request, by=by)
        return f"The request of {request.user} to join {request.company} was declined. {ASK_AGAIN}"


class BoardRequests(Kind):
    """Boards that members want to connect, without a sign that they are their company's."""

    name = "boards"
    label = "Boards to connect"
    permission = ADD_FEEDS

    def waiting(self) -> QuerySet[FeedRequest]:
        return FeedRequest.objects.filter(company__suspended_at=None)

    def ranked(self) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=Value(2), since=F("at"))

    def entries(self, since_by_key: dict[str, datetime]) -> dict[str, Entry]:
        requests = FeedRequest.objects.filter(pk__in=since_by_key)
        entries = {}
        for request in requests.select_related("company", "by"):
            key = str(request.pk)
            entries[key] = Entry(
                kind=self,
                key=key,
                title=str(request),
                url=reverse("admin:listings_feedrequest_change", args=[request.pk]),
                open_label="Open request",
                since=since_by_key[key],
                state="Board to connect",
                about=f"From {request.by.email}. {request.doubt}",
                buttons=(Button("accept", "Connect"), Button("decline", "Decline")),
            )
        return entries

    def act(self, key: str, do: str, by: User) -> str:
        request = self.waiting().filter(pk=key).select_related("company", "by").first()
        if request is None:
            raise AlreadyAnsweredError(ANSWERED)
        try:
            if do == "accept":
                connecting.accept(request, by=by)
                return f"{request} is connected. {UNDO_BOARD}"
            connecting.decline(request, by=by)
        except connecting.NotConnectableError as problem:
            raise AlreadyAnsweredError(str(problem)) from problem
        return f"{request} was declined. {ASK_AGAIN}"
