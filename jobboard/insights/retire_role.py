"""Taking a role away: with another one in its place, or with none."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jobboard.common.locks import one_of_many
from jobboard.common.models import OldSlug
from jobboard.common.text.words import fold
from jobboard.listings.models import Listing
from roles import versions
from roles.models import Role, RoleAlias, SalaryFigure

JOBS_AT_ONCE = 200  # in one transaction, in which nobody else can write


def retire_role(*, role: Role, into: Role | None, by) -> None:
    """Its jobs come first, some at a time: what is interrupted is done again."""
    if into is not None:
        versions.save_version_before_edit(into)
    _move_jobs(role, into)
    _retire(role, into, by)


def _move_jobs(role: Role, into: Role | None) -> None:
    of_role = Listing.objects.filter(role=role).order_by()
    while pks := list(of_role.values_list("pk", flat=True)[:JOBS_AT_ONCE]):
        jobs = Listing.objects.filter(pk__in=pks)
        with one_of_many():
            jobs.update(role=into, version=F("version") + 1, changed_at=timezone.now())


@transaction.atomic
def _retire(role: Role, into: Role | None, by) -> None:
    _move_jobs(role, into)  # those that came meanwhile
    articles = list(role.articles.all())
    if into is not None:
        _hand_over(role, into)
        for article in articles:
            article.roles.add(into)
    SalaryFigure.objects.filter(role_key=role.slug).delete()
    Role.objects.filter(pk__in=role.narrower.values("pk")).mark_changed()
    pk = role.pk
    role.delete()
    old = OldSlug.objects.filter(kind=OldSlug.Kind.ROLE, target=pk)
    if into is None:
        old.delete()
        return
    old.update(target=into.pk)
    OldSlug.objects.update_or_create(
        kind=OldSlug.Kind.ROLE, slug=role.slug, defaults={"target": into.pk}
    )
    into.save()
    versions.save_version(into, by)


def _hand_over(role: Role, into: Role) -> None:
    """Its names, its place above other roles, the survey titles that count for it, and its weeks
    from before the other role was counted.
    """
    if into.broader_id == role.pk:
        into.broader = role.broader
    role.narrower.exclude(pk=into.pk).update(broader=into)
    role.aliases.update(role=into)
    RoleAlias.objects.get_or_create(folded=fold(role.name), defaults={"role": into})
    role.salary_titles.update(role=into)
    role.weeks.exclude(week__in=list(into.weeks.values_list("week", flat=True))).update(role=into)
