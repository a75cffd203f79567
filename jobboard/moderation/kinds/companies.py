"""What people ask for about a company: who it is, who belongs to it, which boards are its own."""

from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, F, QuerySet, Value, When
from django.urls import reverse

from jobboard.accounts.models import User
from jobboard.feeds.boards import connecting
from jobboard.listings.employers import identity
from jobboard.listings.employers.lookalikes import Lookalikes
from jobboard.listings.models import CompanyClaim, FeedRequest, JoinRequest, Membership
from jobboard.listings.rights import ADD_FEEDS, CHANGE_COMPANIES, with_right
from jobboard.listings.trust.text_risks import Risk
from jobboard.moderation.evidence import address_in_words, shortened
from jobboard.recruiting import company_actions
from jobboard.recruiting.posting import first_post

from .base import ANSWERED, AlreadyAnsweredError, Button, Entry, Kind, Shown, ranked
from .jobs import JobKind

CLAIM_RISKS = {"domain": 6, "name": 3, "website": 3, "about": 2}  # a logo says less
# Each of these tells people and starts work, so there is a way back instead of an undo.
UNDO_JOIN = "To undo it, remove them from the company’s members."
UNDO_BOARD = "To undo it, stop following the feed."
ASK_AGAIN = "This can’t be undone, but they can ask again."


class CompanyClaims(Kind):
    """What members want to change of who their company is, and who else says that it is theirs."""

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

    def entries(self, found: dict[str, datetime]) -> Shown:
        claims = CompanyClaim.objects.open().filter(pk__in=[int(key) for key in found])
        known = Lookalikes() if claims else None
        return {str(one.pk): self._entry(one, found[str(one.pk)], known) for one in claims}

    def _entry(self, claim: CompanyClaim, since: datetime, known: Lookalikes | None) -> Entry:
        company = claim.company
        is_dispute = claim.field == identity.Field.DOMAIN
        wanted = f"“{shortened(claim.value)}”"
        if claim.field == identity.Field.LOGO:
            wanted = "a new logo"
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
    permission = CHANGE_COMPANIES

    def waiting(self) -> QuerySet[JoinRequest]:
        return JoinRequest.objects.filter(
            ~Exists(company_actions.disputes()), company__suspended_at=None
        )

    def ranked(self) -> QuerySet[Any]:
        for_editors = company_actions.requests_for_editors().order_by().values("pk")
        risk = Case(When(pk__in=for_editors, then=Value(2)), default=Value(1))
        return ranked(self.waiting(), risk=risk, since=F("at"))

    def entries(self, found: dict[str, datetime]) -> Shown:
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
                except company_actions.CompanyActionError as problem:
                    raise AlreadyAnsweredError(str(problem)) from problem
                return f"{request.user} has joined {request.company}. {UNDO_JOIN}"
            company_actions.decline_join_request(request=request, by=by)
        return f"The request of {request.user} to join {request.company} was declined. {ASK_AGAIN}"


class BoardRequests(Kind):
    """Boards that members want to connect, and that nothing shows to be their company's."""

    name = "boards"
    label = "Boards to connect"
    permission = ADD_FEEDS

    def waiting(self) -> QuerySet[FeedRequest]:
        return FeedRequest.objects.filter(company__suspended_at=None)

    def ranked(self) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=Value(2), since=F("at"))

    def entries(self, found: dict[str, datetime]) -> Shown:
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
        if do == "accept":
            return f"{request} is connected. {UNDO_BOARD}"
        return f"{request} was declined. {ASK_AGAIN}"
