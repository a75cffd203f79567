"""Test objects: sequences, never random; one trait per state of a listing."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from allauth.account.models import EmailAddress
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.listings.choices import Workplace
from jobboard.listings.models import Company, Feed, Listing, ListingSkill, Membership
from roles.models import Article, Comparison, FxRate, Role, RolePoint, RoleSkill, Skill

PASSWORD = "a-long-enough-password"


def in_days(days):
    return timezone.now() + timedelta(days=days)


def add_rates(**usd_per_unit):
    """Rates of today by which pay is compared: ``EUR="1.1"``."""
    today = timezone.now().date()
    FxRate.objects.bulk_create(
        FxRate(currency=currency, usd_per_unit=Decimal(usd), date=today, source="ECB")
        for currency, usd in usd_per_unit.items()
    )


class RowFactory(factory.django.DjangoModelFactory):
    """Says of each trait that nobody asked for that it is off. The library looks for it otherwise,
    and words an error with all declarations before it takes it for off: two thirds of the time of a
    listing.
    """

    class Meta:
        abstract = True

    @classmethod
    def _generate(cls, strategy, params):
        traits = cls._meta.parameters
        set_by_others = {name for trait in traits.values() for name in trait.overrides}
        off = dict.fromkeys(traits.keys() - set_by_others, False)
        return super()._generate(strategy, off | params)


class UserFactory(RowFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True, is_superuser=True)

    email = factory.Sequence("person{}@example.com".format)
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified_address(self, create, extracted, **kwargs):
        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class CompanyFactory(RowFactory):
    class Meta:
        model = Company

    name = factory.Sequence("Company {}".format)
    slug = factory.Sequence("company-{}".format)
    domain = factory.Sequence("company-{}.example".format)


class MembershipFactory(RowFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    company = factory.SubFactory(CompanyFactory)
    part = Membership.Part.OWNER


class FeedFactory(RowFactory):
    """Greenhouse's of one company, which publishes directly."""

    class Meta:
        model = Feed

    class Params:
        board = factory.Trait(company=None)

    company = factory.SubFactory(CompanyFactory)
    kind = Feed.Kind.GREENHOUSE
    address = factory.Sequence("https://feeds.example.com/{}".format)
    publishes = Feed.Publishes.DIRECTLY


class SkillFactory(RowFactory):
    class Meta:
        model = Skill

    name = factory.Sequence("Skill {}".format)
    slug = factory.Sequence("skill-{}".format)
    kind = Skill.Kind.SKILL


class RoleFactory(RowFactory):
    class Meta:
        model = Role
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(status=Role.Status.DRAFT)

    name = factory.Sequence("Role {}".format)
    slug = factory.Sequence("role-{}".format)
    family = "Family"
    status = Role.Status.PUBLISHED
    definition = "Does the work. Has more to say about it."
    outlook = "It goes on."

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """A published one past the rule that its profile is complete: most tests need no parts."""
        status = kwargs.pop("status")
        role = super()._create(model_class, *args, **kwargs)
        Role._base_manager.filter(pk=role.pk).update(status=status)
        role.status = status
        return role

    @factory.post_generation
    def skills(self, create, extracted, **kwargs):
        """``skills=[…]``: Skill objects of the profile, all core."""
        for position, skill in enumerate(extracted or []):
            RoleSkill.objects.create(role=self, skill=skill, note=f"Why {skill}", position=position)

    @factory.post_generation
    def complete(self, create, extracted, **kwargs):
        """``complete=True``: everything a complete profile needs beside its skills."""
        if not extracted:
            return
        needs = {"responsibility": 5, "education": 2, "industry": 3, "tip": 3, "source": 2}
        for kind, count in needs.items():
            for number in range(count):
                RolePoint.objects.create(
                    role=self, kind=kind, position=number, label=f"{kind} {number}", text="Text."
                )
        for kind, count in [(Skill.Kind.SKILL, 8), (Skill.Kind.TOOL, 6)]:
            for skill in SkillFactory.create_batch(count, kind=kind):
                RoleSkill.objects.create(role=self, skill=skill)


class ComparisonFactory(RowFactory):
    class Meta:
        model = Comparison

    role_1 = factory.SubFactory(RoleFactory)
    role_2 = factory.SubFactory(RoleFactory)
    introduction = "Both work with data."
    tips = "1. Try both."
    conclusion = "Both go on."
    published_on = factory.LazyFunction(lambda: timezone.now().date())


class ArticleFactory(RowFactory):
    """A public guide unless a trait says otherwise."""

    class Meta:
        model = Article
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(published_on=None)
        page = factory.Trait(kind=Article.Kind.PAGE, slug="about")

    slug = factory.Sequence("guide-{}".format)
    title = factory.Sequence("Guide {}".format)
    summary = "What it says in short, and for whom it was written."
    body = "What it says, in as many words as a guide needs. " * 7
    published_on = date(2026, 1, 15)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """A public one past the rule of how long its texts are: most tests need few words."""
        day = kwargs.pop("published_on")
        article = super()._create(model_class, *args, **kwargs, published_on=None)
        Article._base_manager.filter(pk=article.pk).update(published_on=day)
        article.published_on = day
        return article

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        """``roles=[…]``: Role objects it is about."""
        self.roles.set(extracted or [])


class ListingFactory(RowFactory):
    """A draft unless a trait says otherwise. Yearly USD pay is also in the filtered columns."""

    class Meta:
        model = Listing
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(status="draft")
        in_review = factory.Trait(
            status="in_review", submitted_at=factory.LazyFunction(timezone.now)
        )
        irrelevant = factory.Trait(status="irrelevant", relevance="no")
        returned = factory.Trait(status="returned", reason="Say what it pays.")
        rejected = factory.Trait(status="rejected", reason="Not work with data.")
        live = factory.Trait(
            status="published",
            published_at=factory.LazyFunction(lambda: in_days(-1)),
            expires_at=factory.LazyFunction(lambda: in_days(30)),
        )
        expired = factory.Trait(
            status="published",
            published_at=factory.LazyFunction(lambda: in_days(-61)),
            expires_at=factory.LazyFunction(lambda: in_days(-1)),
        )
        closed = factory.Trait(
            status="closed",
            outcome="filled_here",
            published_at=factory.LazyFunction(lambda: in_days(-5)),
            expires_at=factory.LazyFunction(lambda: in_days(30)),
            closed_at=factory.LazyFunction(lambda: in_days(-1)),
        )
        hidden = factory.Trait(
            live=True, hidden_at=factory.LazyFunction(lambda: in_days(-1)), hidden_reason="A fraud."
        )
        featured = factory.Trait(live=True, featured_until=factory.LazyFunction(lambda: in_days(7)))
        paid = factory.Trait(
            salary_min=100_000,
            salary_max=130_000,
            salary_currency="USD",
            salary_period="year",
            pay_year_min_usd=factory.SelfAttribute("salary_min"),
            pay_year_max_usd=factory.SelfAttribute("salary_max"),
        )

    company = factory.SubFactory(CompanyFactory)
    role = factory.SubFactory(RoleFactory)
    title = factory.Sequence("Job {}".format)
    description_source = "Work with data."
    description_html = factory.LazyAttribute(lambda listing: f"<p>{listing.description_source}</p>")
    content_hash = factory.Sequence("hash of job {}".format)
    place_line = "Munich, Germany"
    workplace = ""
    workplaces = factory.LazyAttribute(lambda listing: Workplace.mask([listing.workplace]))
    salary_currency = ""
    states_pay = factory.LazyAttribute(lambda listing: bool(listing.salary_currency))
    posted_at = factory.LazyFunction(lambda: in_days(-1))
    apply_url = "https://careers.company.example/jobs/1"

    @factory.post_generation
    def required(self, create, extracted, **kwargs):
        """``required=[…]``: Skill objects the listing asks for."""
        for skill in extracted or []:
            ListingSkill.objects.create(listing=self, skill=skill, need="required")
