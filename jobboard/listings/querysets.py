"""Questions asked of companies and listings, each written once."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Aggregate, Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from .choices import Level, Workplace
from .facts import MarketFacts

if TYPE_CHECKING:
    from .models import (  # noqa: F401  # ruff does not see it in QuerySet[...]
        Company,
        CompanyClaim,
        Listing,
        Membership,
    )

# A job between two roles asks for at least so many skills.
BETWEEN_MIN_REQUIRED = 3
# Of these skills so many per cent are in the other role's profile.
BETWEEN_MIN_COVERED = 60
# A recruiter is asked if a job is still open so long after it was last known to be.
CONFIRM_AFTER = timedelta(days=14)
# A recruiter is asked once more so long before the job expires.
ENDS_SOON = timedelta(days=7)


def is_within_reach(covered: int, required: int) -> bool:
    """Whether a job that requires ``required`` skills is within reach of somebody who has
    ``covered`` of them. ``ListingQuerySet.between`` asks the database the same.
    """
    return required >= BETWEEN_MIN_REQUIRED and covered * 100 >= required * BETWEEN_MIN_COVERED


def of_levels(values: Iterable[str]) -> Q:
    """Listings of any of these levels, '' being none; a range is of each level in it."""
    levels = set(values)
    condition = Q()
    for lowest, highest in Level.pairs():
        if not levels.isdisjoint(Level.between(lowest, highest)):
            condition |= Q(level=lowest, level_max=highest)
    if "" in levels:
        condition |= Q(level="")
    return condition


def of_workplaces(values: Iterable[str]) -> Q:
    """Listings at any of whose places one works so, '' being not stated anywhere."""
    masks = Workplace.masks_with(values)
    if masks:
        return Q(workplaces__in=masks)
    return Q()


class JsonList(Aggregate):
    """Collects all values of a group into one JSON list, in any order."""

    function = "JSON_GROUP_ARRAY"
    output_field = models.JSONField()

    def as_postgresql(self, compiler, connection, **context) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


def _listed(rows, expression) -> Subquery:
    """Collect ``expression`` of each of the listing's ``rows`` into a list."""
    of_listing = rows.filter(listing=OuterRef("pk")).order_by().values("listing")
    return Subquery(of_listing.annotate(listed=JsonList(expression)).values("listed"))


class ListingQuerySet(models.QuerySet["Listing"]):
    def live(self, now=None) -> Self:
        """Listings the public may see at ``now`` (default: this moment). The only such rule."""
        return self.open(now).filter(folded_into=None)

    def open(self, now=None) -> Self:
        """Live jobs and the copies folded into them."""
        return self.filter(self.is_open(now))

    @staticmethod
    def is_open(now=None) -> Q:
        is_open_itself = Q(status="published", hidden_at=None, expires_at__gt=now or timezone.now())
        return is_open_itself & Q(company__suspended_at=None)

    def featured(self, now=None) -> Self:
        return self.filter(featured_until__gt=now or timezone.now())

    def awaiting_review(self) -> Self:
        """Jobs in review, oldest first: the order moderators work in."""
        waiting = self.filter(status="in_review", hidden_at=None, company__suspended_at=None)
        return waiting.order_by("submitted_at", "id")

    def with_held_change(self, now=None) -> Self:
        """Jobs whose change waits for a decision, the longest wait first. A returned change waits
        for its recruiter.
        """
        listings = self.open(now).filter(change__isnull=False, change__returned_at=None)
        return listings.order_by("change__submitted_at", "id")

    def edited_since_decision(self, now=None) -> Self:
        """Jobs whose current text nobody looked at, the longest wait first."""
        edited = self.open(now).filter(approved__is_listed=True)
        return edited.order_by("approved__edited_at", "id")

    def not_over(self, now=None) -> Self:
        """Jobs that are open, or on the way there: not closed, rejected or expired."""
        return self.exclude(self.is_over(now))

    @staticmethod
    def is_over(now=None) -> Q:
        return Q(status__in=["closed", "rejected"]) | Q(
            status="published", expires_at__lte=now or timezone.now()
        )

    def over(self, now=None) -> Self:
        """Jobs that are closed, rejected or expired."""
        return self.filter(self.is_over(now))

    def due_for_answer(self, now=None) -> Self:
        """Jobs posted by a person that were not said to be open for CONFIRM_AFTER, or for ENDS_SOON
        if they end within it.
        """
        now = now or timezone.now()
        ends_soon = Q(known_open__lte=now - ENDS_SOON, expires_at__lte=now + ENDS_SOON)
        posted_here = self.filter(Q(feed=None) | Q(created_by__isnull=False)).alias(
            known_open=Coalesce("confirmed_at", "published_at")
        )
        return posted_here.filter(Q(known_open__lte=now - CONFIRM_AFTER) | ends_soon)

    def in_order(self, ids: Iterable[int]) -> list:
        """Jobs with these ids, in the order of the ids; missing ones are left out."""
        by_id = {listing.pk: listing for listing in self.filter(pk__in=ids).order_by()}
        return [by_id[pk] for pk in ids if pk in by_id]

    def of_feed(self, feed) -> Self:
        """Jobs that ``feed`` brought; none if it is not saved."""
        if feed.pk:
            return self.filter(feed=feed)
        return self.none()

    def mark_changed(self) -> int:
        """Note that something changed of what is searched, in the transaction of the change."""
        return self.update(changed_at=timezone.now())

    def editable_by(self, user) -> Self:
        """Jobs of the user's companies. Who has not proven to act for a company gets no jobs that a
        feed brought, and if others have proven it, only their own.
        """
        of_user = Q(company__memberships__user=user)
        members = apps.get_model("listings", "Membership").objects
        others_have_proven = Exists(members.proven().filter(company=OuterRef("company")))
        by_people = Q(feed=None) | Q(created_by__isnull=False)
        unproven = Q(created_by=user) | (by_people & ~others_have_proven)
        return self.filter(of_user & (unproven | Q(company__memberships__proof__gt="")))

    def for_cards(self) -> Self:
        """Load everything templates/listings/_card.html touches, in one query."""
        stated = apps.get_model("listings", "ListingPay").objects.filter(is_elsewhere=False)
        names = ("position", "lowest", "highest", "currency", "period", "kind", "gross")
        rows = _listed(stated, JSONObject(**{name: name for name in names}))
        is_other = When(states_pay=True, salary_currency="", then=rows)
        loaded = self.select_related("company__logo").defer("company__logo__webp")
        loaded = loaded.defer("description_source", "description_html")
        return loaded.annotate(other_pay_rows=Case(is_other, default=None))

    def with_required(self) -> Self:
        """Add ``required_rows``, the ``id`` and ``name`` of each required skill, in the same
        query.
        """
        required = apps.get_model("listings", "ListingSkill").objects.filter(need="required")
        row = JSONObject(id="skill_id", name="skill__name")
        return self.annotate(required_rows=_listed(required, row))

    def for_data(self) -> Self:
        """Load everything listing_data() says, in five queries."""
        skills = apps.get_model("listings", "ListingSkill").objects.select_related("skill")
        places = apps.get_model("listings", "ListingPlace").objects.select_related("place")
        return (
            self.select_related("company", "role")
            .defer("description_source", "description_html")
            .prefetch_related(
                models.Prefetch("skills", skills),
                models.Prefetch("places", places),
                "countries",
                "pay",
            )
        )

    def for_page(self) -> Self:
        """Load everything the page of one listing shows of the listing itself."""
        skills = apps.get_model("listings", "ListingSkill").objects.select_related("skill")
        loaded = self.select_related("company__logo", "role", "feed").defer("company__logo__webp")
        places = apps.get_model("listings", "ListingPlace").objects.select_related("place")
        return loaded.prefetch_related(
            models.Prefetch("skills", skills), models.Prefetch("places", places), "pay"
        )

    def with_location_data(self, now=None) -> Self:
        """Add ``place_rows``, ``country_codes``, ``source_rows``, ``read_rows`` and ``same_ids``,
        in the same query: what the markup of a page says of them, the open copies, what was read,
        and which are the same job elsewhere.
        """
        places = apps.get_model("listings", "ListingPlace").objects
        countries = apps.get_model("listings", "ListingCountry").objects
        row = JSONObject(
            position="position",
            text="text",
            workplace="workplace",
            name="place__name",
            kind="place__kind",
            admin1="place__admin1",
            country="place__country",
            from_copy="from_copy",
        )
        copies = apps.get_model("listings", "Listing").objects.open(now)
        read_values = apps.get_model("listings", "ReadValue").objects
        read = JSONObject(position="position", name="name", value="value", quote="quote")
        source = JSONObject(
            id="pk",
            text="place_line",
            url="apply_url",
            since="first_seen_at",
            kind="feed__kind",
        )
        of_job = copies.filter(folded_into=OuterRef("pk")).order_by().values("folded_into")
        sources = of_job.annotate(listed=JsonList(source)).values("listed")
        listings = apps.get_model("listings", "Listing").objects.order_by()
        first = Coalesce(OuterRef("same_as"), OuterRef("pk"))
        same = listings.filter(same_as=first).values("same_as")
        return self.annotate(
            same_ids=Subquery(same.annotate(listed=JsonList("pk")).values("listed")),
            place_rows=_listed(places, row),
            country_codes=_listed(countries, F("country")),
            source_rows=Subquery(sources),
            read_rows=_listed(read_values, read),
        )

    def with_range_per_year(self, currency: str) -> Self:
        """Jobs whose lowest and highest yearly pay is stated in ``currency``, newest first."""
        stated = self.filter(salary_period="year", salary_currency=currency)
        return (
            stated.exclude(salary_min=None).exclude(salary_max=None).order_by("-posted_at", "-id")
        )

    def featured_first(self, roles: Iterable, neighbours: Iterable = ()) -> Self:
        """Featured ones of ``roles``, then the newest of ``roles``, ``neighbours`` and others."""
        now = timezone.now()
        return self.annotate(
            rank=Case(
                When(featured_until__gt=now, role__in=roles, then=Value(0)),
                When(role__in=roles, then=Value(1)),
                When(role__in=neighbours, then=Value(2)),
                default=Value(3),
            )
        ).order_by("rank", "-posted_at", "-id")

    def between(self, skills_of_others: Mapping[int, Iterable[int]]) -> Self:
        """Listings of a role (the key: its id) whose required skills are mostly among those of
        another role (ids).

        See BETWEEN_MIN_REQUIRED and BETWEEN_MIN_COVERED.
        """
        is_covered = Q()
        for role, skills in skills_of_others.items():
            is_covered |= Q(listing__role=role, skill__in=list(skills))
        of_roles = self.filter(role__in=skills_of_others).order_by()
        # Counted apart: grouped with its other columns, each listing's long text is compared.
        covered = (
            apps.get_model("listings", "ListingSkill")
            .objects.filter(need="required", listing__in=of_roles)
            .order_by()
            .values("listing")
            .annotate(
                required=Count("pk"),
                covered=Count("pk", filter=is_covered),
                margin=F("covered") * 100 - F("required") * BETWEEN_MIN_COVERED,
            )
            .filter(required__gte=BETWEEN_MIN_REQUIRED, margin__gte=0)
        )
        return self.filter(pk__in=covered.values("listing")).order_by("-posted_at", "-id")

    def market_facts(self, *, with_skills: bool = True) -> dict[int, "MarketFacts"]:
        """Role id → what these listings add up to. One query, and one for skills, however many
        listings there are.

        The database groups those that are alike, from the index ``listing_live`` alone.
        """
        skills = apps.get_model("listings", "ListingSkill").objects.order_by()
        alike: models.QuerySet = self.order_by().values_list(
            "role",
            "workplaces",
            "level",
            "level_max",
            "salary_min",
            "salary_max",
            "salary_currency",
            "salary_period",
            "company__is_demo",
        )
        if with_skills:
            alike = alike.annotate(naming_skills=Exists(skills.filter(listing=OuterRef("pk"))))
        facts: dict[int, MarketFacts] = {}
        for role, *row, count in alike.annotate(count=Count("pk")):
            facts.setdefault(role, MarketFacts()).add(count, *row)
        if with_skills:
            of_listings = skills.filter(listing__in=self.order_by().values("pk"))
            counts = of_listings.values_list("listing__role", "skill").annotate(Count("pk"))
            for role, skill, count in counts:
                if role in facts:  # a first job may have come in between
                    facts[role].skill_counts[skill] = count
        return facts
