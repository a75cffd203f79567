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
STRONGEST_NEED = [ListingSkill.Need.REQUIRED, ListingSkill.Need.NICE, ListingSkill.Need.MENTIONED]


class MergeError(Exception):
    """Why two skills cannot be merged, as a sentence."""


def check_merge(skill: Skill, into: Skill) -> None:
    """Raises MergeError."""
    if skill == into:
        raise MergeError("A skill cannot be merged into itself.")
    for one in (skill, into):
        if one.merged_into:
            raise MergeError(f"{one} has already been merged into {one.merged_into}.")


def merge_skills(*, skill: Skill, into: Skill, by) -> None:
    """From now on ``skill`` is another name of ``into``, in profiles, jobs, searches and texts.

    Where both are named, the stronger importance or need stays, and both notes. Each profile
    concerned gets a version. Jobs come first, some at a time: what is interrupted is merged again.
    Raises MergeError, and PermissionDenied where ``by`` may not do this any more.
    """
    check_merge(skill, into)
    _merge_in_jobs(skill, into)
    _merge(skill, into, by)


@transaction.atomic
def _merge(skill: Skill, into: Skill, by) -> None:
    locked = {
        one.pk: one for one in Skill.objects.select_for_update().filter(pk__in=[skill.pk, into.pk])
    }
    skill, into = locked[skill.pk], locked[into.pk]
    ask_again(by, "roles.change_skill")
    check_merge(skill, into)
    roles = list(Role.objects.filter(role_skills__skill=skill))
    for role in roles:
        versions.keep_before_edit(role)
    for item in skill.role_skills.all():
        _merge_item(item, into)
    _merge_in_jobs(skill, into)  # those that came meanwhile
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
        versions.keep(role, by)


def _merge_item(item: RoleSkill, into: Skill) -> None:
    twin = RoleSkill.objects.filter(role=item.role, skill=into).first()
    if twin is None:
        item.skill = into
        item.save()
        return
    if item.importance == RoleSkill.Importance.CORE:
        twin.importance = item.importance
    twin.note = " ".join(dict.fromkeys(filter(None, [twin.note, item.note])))
    twin.save()
    item.delete()


def listings_naming(skill: Skill) -> ListingQuerySet:
    return Listing.objects.filter(skills__skill=skill)


def _merge_in_jobs(skill: Skill, into: Skill) -> None:
    naming = skill.listing_skills.order_by().values_list("listing", flat=True)
    while jobs := list(naming[:JOBS_AT_ONCE]):
        with one_of_many(), transaction.atomic():
            _merge_in(jobs, skill, into)


def _merge_in(jobs: list[int], skill: Skill, into: Skill) -> None:
    twins = {row.listing_id: row for row in into.listing_skills.filter(listing__in=jobs)}
    for row in skill.listing_skills.filter(listing__in=twins):
        twin = twins[row.listing_id]
        needs = [ListingSkill.Need(twin.need), ListingSkill.Need(row.need)]
        twin.need = min(needs, key=STRONGEST_NEED.index)
        twin.save()
        row.delete()
    skill.listing_skills.filter(listing__in=jobs).update(skill=into)
    _write_lines(jobs)


def _write_lines(jobs: list[int]) -> None:
    for listing in Listing.objects.filter(pk__in=jobs).prefetch_related("skills__skill"):
        line = skill_line(item.skill for item in listing.skills.all())
        Listing.objects.filter(pk=listing.pk).update(skill_line=line, changed_at=timezone.now())


def take_from_jobs(skill: Skill) -> None:
    """Before it is deleted: no job lists it any more."""
    naming = skill.listing_skills.order_by().values_list("listing", flat=True)
    while jobs := list(naming[:JOBS_AT_ONCE]):
        with one_of_many(), transaction.atomic():
            skill.listing_skills.filter(listing__in=jobs).delete()
            _write_lines(jobs)
