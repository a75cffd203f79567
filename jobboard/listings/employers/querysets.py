"""Questions asked of companies, their members and what they claim, each written once."""

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from jobboard.listings.querysets import JsonList, ListingQuerySet

if TYPE_CHECKING:
    from jobboard.listings.models import (  # noqa: F401  # ruff does not see it in QuerySet[...]
        Company,
        CompanyClaim,
        Listing,
        Membership,
    )


class CompanyQuerySet(models.QuerySet["Company"]):
    def public(self) -> Self:
        """Companies that may have a page."""
        return self.filter(suspended_at=None, merged_into=None)

    def of_user(self, user) -> Self:
        return self.filter(memberships__user=user)

    def with_logo(self) -> Self:
        """Load what is needed to show the logo; the picture itself has an address of its own."""
        return self.select_related("logo").defer("logo__webp")

    def hiring(self) -> Self:
        """Companies with a live job."""
        return self.public().filter(Exists(self._live_jobs()))

    def with_feed_addresses(self) -> Self:
        """Add ``feed_addresses``, None for a company without feeds."""
        feeds = apps.get_model("listings", "Feed").objects.filter(ended_at=None)
        of_company = feeds.filter(company=OuterRef("pk")).order_by().values("company")
        listed = of_company.annotate(listed=JsonList("address")).values("listed")
        return self.annotate(feed_addresses=Subquery(listed))

    def with_proven_users(self) -> Self:
        """Add ``proven_users``, the ids of who has proven to act for the company, or None."""
        members = apps.get_model("listings", "Membership").objects.proven()
        of_company = members.filter(company=OuterRef("pk")).order_by().values("company")
        listed = of_company.annotate(listed=JsonList("user")).values("listed")
        return self.annotate(proven_users=Subquery(listed))

    def with_live_count(self) -> Self:
        """Counted for the rows that are read, so that a page of a long list costs little."""
        counted = (
            self._live_jobs()
            .order_by()
            .values("company")
            .annotate(count=Count("pk"))
            .values("count")
        )
        return self.annotate(live_count=Coalesce(Subquery(counted), 0))

    def _live_jobs(self) -> ListingQuerySet:
        listings: ListingQuerySet = apps.get_model("listings", "Listing").objects.all()
        return listings.live().filter(company=OuterRef("pk"))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def proven(self) -> Self:
        """Members who showed that they act for their company, or of whom an editor said so."""
        return self.exclude(proof="")

    def has_owner(self, company: str) -> Exists:
        """Whether one of these owns the company that is in ``company`` of the rows asked for."""
        return Exists(self.filter(company=OuterRef(company), part="owner"))

    def deciding(self) -> Self:
        """Owners who decide about members and about who the company says it is. Where somebody has
        proven to act for it, those who have not decide nothing.
        """
        members: MembershipQuerySet = apps.get_model("listings", "Membership").objects.all()
        proven = members.proven().filter(company=OuterRef("company"))
        return self.filter(~Q(proof="") | ~Exists(proven), part="owner")

    def acting_for(self, listing: "Listing") -> Self:
        """Members who may edit the job: the rule of ``ListingQuerySet.editable_by``."""
        members = self.filter(company=listing.company_id)
        everybody = self.model._default_manager.filter(company=listing.company_id)
        unproven = Q(user=listing.created_by_id)
        if listing.feed_id is None or listing.created_by_id is not None:
            unproven |= Q(~Exists(everybody.exclude(proof="")))
        return members.filter(~Q(proof="") | unproven)


class CompanyClaimQuerySet(models.QuerySet["CompanyClaim"]):
    def open(self) -> Self:
        """Claims that wait for a decision, oldest first, with what a list of them shows."""
        return self.filter(outcome="").select_related("company", "by").defer("picture")

    def decided(self) -> Self:
        """Decided claims, the newest first."""
        people = ("by", "decided_by", "undone_by")
        decided = self.exclude(outcome="").select_related(*people).defer("picture")
        return decided.order_by("-decided_at", "-pk")

    def disputes(self) -> Self:
        """Open claims of people who say that the company is theirs, and at another domain."""
        return self.open().filter(field="domain")
