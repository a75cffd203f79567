"""Merging two skills that are one, in profiles and in jobs."""

from django.db import transaction
from django.utils import timezone

from jobboard.accounts.staff import ask_again
from jobboard.common.locks import one_of_many
from jobboard.common.models import OldSlug
from jobboard.common.text.words import fold
from jobboard.listings.content import skill_line
from jobboard.listings.models import Listing, ListingSkill
from jobboard.listings.querysets import ListingQuerySet
from roles import versions
from roles.models import Role, RoleSkill, Skill, SkillAlias

JOBS_AT_ONCE = 20  # in one transaction, in which nobody else can write
NEEDS_BY_STRENGTH = [
    ListingSkill.Need.REQUIRED,
    ListingSkill.Need.NICE,
    ListingSkill.Need.MENTIONED,
]


class MergeError(Exception):
    """The skills cannot be merged; says why."""


def check_merge(skill: Skill, into: Skill) -> None:
    """Raises MergeError."""
    if skill == into:
        raise MergeError("A skill cannot be merged into itself.")
    for merged in (skill, into):
        if merged.merged_into:
            raise MergeError(f"{merged} has already been merged into {merged.merged_into}.")


def merge_skills(*, skill: Skill, into: Skill, by) -> None:
    """Make ``skill`` another name of ``into``, in profiles, jobs, searches and texts.

    If a profile or job has both, the stronger importance or need stays, and both notes. Each
    profile gets a new version. Jobs come first, a few at a time: merging can be interrupted and
    started again. Raises MergeError, and PermissionDenied if ``by`` may no longer do this.
    """
    check_merge(skill, into)
    _merge_in_jobs(skill, into)
    _merge(skill, into, by)


@transaction.atomic
def _merge(skill: Skill, into: Skill, by) -> None:
    locked = Skill.objects.select_for_update().in_bulk([skill.pk, into.pk])
    skill = locked[skill.pk]
    into = locked[into.pk]
    ask_again(by, "roles.change_skill")
    check_merge(skill, into)
    roles = list(Role.objects.filter(role_skills__skill=skill))
    for role in roles:
        versions.save_version_before_edit(role)
    for item in skill.role_skills.all():
        _merge_item(item, into)
    _merge_in_jobs(skill, into)  # again, for jobs that are new meanwhile
    skill.aliases.update(skill=into)
    SkillAlias.objects.get_or_create(folded=fold(skill.name), defaults={"skill": into})
    OldSlug.objects.update_or_create(
        kind=OldSlug.Kind.SKILL, slug=skill.slug, defaults={"target": into.pk}
    )
    OldSlug.objects.filter(kind=OldSlug.Kind.SKILL, target=skill.pk).update(target=into.pk)
    Skill.objects.filter(merged_into=skill).update(merged_into=into)
    skill.merged_into = into
    skill.save()
    for role in roles:
        role.save()
        versions.save_version(role, by)


def _merge_item(item: RoleSkill, into: Skill) -> None:
    existing = RoleSkill.objects.filter(role=item.role, skill=into).first()
    if existing is None:
        item.skill = into
        item.save()
        return
    if item.importance == RoleSkill.Importance.CORE:
        existing.importance = item.importance
    existing.note = " ".join(dict.fromkeys(filter(None, [existing.note, item.note])))
    existing.save()
    item.delete()


def listings_with_skill(skill: Skill) -> ListingQuerySet:
    return Listing.objects.filter(skills__skill=skill)


def _merge_in_jobs(skill: Skill, into: Skill) -> None:
    ids = skill.listing_skills.order_by().values_list("listing", flat=True)
    while jobs := list(ids[:JOBS_AT_ONCE]):
        with one_of_many(), transaction.atomic():
            _merge_in(jobs, skill, into)


def _merge_in(jobs: list[int], skill: Skill, into: Skill) -> None:
    existing_rows = into.listing_skills.filter(listing__in=jobs)
    existing_by_job = {row.listing_id: row for row in existing_rows}
    for row in skill.listing_skills.filter(listing__in=existing_by_job):
        existing = existing_by_job[row.listing_id]
        needs = [ListingSkill.Need(existing.need), ListingSkill.Need(row.need)]
        existing.need = min(needs, key=NEEDS_BY_STRENGTH.index)
        existing.save()
        row.delete()
    skill.listing_skills.filter(listing__in=jobs).update(skill=into)
    _write_lines(jobs)


def _write_lines(jobs: list[int]) -> None:
    for listing in Listing.objects.filter(pk__in=jobs).prefetch_related("skills__skill"):
        line = skill_line(item.skill for item in listing.skills.all())
        Listing.objects.filter(pk=listing.pk).update(skill_line=line, changed_at=timezone.now())


def remove_from_jobs(skill: Skill) -> None:
    """Before the skill is deleted."""
    ids = skill.listing_skills.order_by().values_list("listing", flat=True)
    while jobs := list(ids[:JOBS_AT_ONCE]):
        with one_of_many(), transaction.atomic():
            skill.listing_skills.filter(listing__in=jobs).delete()
            _write_lines(jobs)
