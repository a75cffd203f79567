"""Counts what of jobs depends on a role, a skill or a company."""

from jobboard.accounts.models import User
from jobboard.common.retiring import USES, Use
from roles.models import Role, Skill

from .models import Company, Listing, Membership
from .querysets import ListingQuerySet


def _jobs(listings: ListingQuerySet, if_deleted: str, if_replaced: str) -> list[Use]:
    return [
        Use("Jobs", listings.count(), if_deleted, if_replaced),
        Use("Jobs that are live", listings.live().count(), if_deleted, if_replaced),
    ]


def uses_of_role(role: Role) -> list[Use]:
    jobs = Listing.objects.filter(role=role)
    return _jobs(jobs, "lose their role", "move to the other role")


def uses_of_skill(skill: Skill) -> list[Use]:
    jobs = Listing.objects.filter(skills__skill=skill)
    return _jobs(jobs, "no longer list it", "list the other skill")


def uses_of_company(company: Company) -> list[Use]:
    return [
        *_jobs(Listing.objects.filter(company=company), "stay: it cannot be deleted", ""),
        Use("Members", company.memberships.count(), "belong to it no more"),
        Use("Invitations", company.invitations.count(), "deleted"),
        Use("Requests to join", company.join_requests.count(), "deleted"),
        Use("Feeds", company.feeds.count(), "deleted, and not read any more"),
    ]


def uses_of_user(user: User) -> list[Use]:
    names = [str(company) for company in owned_alone(user)]
    what = f"Companies left without an owner: {', '.join(names)}"
    return [Use(what, len(names), "only admins can add members then")]


def owned_alone(user: User) -> list[Company]:
    """The companies that have no other owner."""
    owner = Membership.Part.OWNER
    others = Membership.objects.exclude(user=user)
    owned = Company.objects.filter(memberships__user=user, memberships__part=owner)
    return list(owned.filter(~others.has_owner("pk")))


def register() -> None:
    USES[Role].append(uses_of_role)
    USES[Skill].append(uses_of_skill)
    USES[Company].append(uses_of_company)
    USES[User].append(uses_of_user)
