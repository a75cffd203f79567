"""Personal data that listings and companies keep."""

from jobboard.accounts.models import User
from jobboard.accounts.personal_data import PERSONAL_DATA_CATEGORIES, PersonalDataCategory

from .models import (
    CompanyClaim,
    FormerMember,
    Invitation,
    Listing,
    ListingEvent,
    Membership,
    PostDraft,
)


def without_another_owner(user: User) -> str:
    """A company with open jobs needs somebody who answers for them."""
    for membership in user.memberships.filter(part=Membership.Part.OWNER).select_related("company"):
        company = membership.company
        others = company.memberships.filter(part=Membership.Part.OWNER).exclude(user=user)
        if company.listings.live().exists() and not others.exists():
            return (
                f"{company} has open jobs and no other owner. "
                "Make someone else an owner, or close the jobs."
            )
    return ""


def get_listings(user: User) -> list[dict]:
    listings = Listing.objects.filter(created_by=user)
    rows = listings.values("title", "company__name", "status", "first_seen_at")
    return [dict(row) for row in rows]


PERSONAL_DATA_CATEGORIES += [
    PersonalDataCategory(
        "Companies",
        "The companies you belong to or asked to join, how you showed that you act for them, and "
        "which emails about their jobs you get. Kept until you leave them.",
        lambda user: list(
            user.memberships.values("company__name", "part", "proof", "proven_at", "job_emails")
        ),
        blocks=without_another_owner,
    ),
    PersonalDataCategory(
        "Companies you were removed from",
        "That others removed you from a company, so that you have to ask to join again. "
        "Kept until you are a member again, or delete your account.",
        lambda user: list(FormerMember.objects.filter(user=user).values("company__name", "at")),
    ),
    PersonalDataCategory(
        "Changes to companies",
        "The names, websites, domains, logos and descriptions you entered for a company, and what "
        "was decided. If you delete your account, the record stays without your name.",
        lambda user: list(
            CompanyClaim.objects.filter(by=user).values(
                "company__name", "field", "value", "at", "outcome", "reason"
            )
        ),
    ),
    PersonalDataCategory(
        "Jobs",
        "Which jobs you wrote, so that we can contact you about them. "
        "If you delete your account, the jobs stay without your name.",
        get_listings,
    ),
    PersonalDataCategory(
        "What you changed",
        "What you changed or decided about a job and when, as a record for the company’s members. "
        "If you delete your account, the record stays without your name; "
        "only an editor’s decisions keep their email address.",
        lambda user: list(
            ListingEvent.objects.filter(by=user).values("at", "kind", "listing__title")
        ),
    ),
    PersonalDataCategory(
        "Invitations",
        "Invitations to join a company. "
        "Kept for 30 days, or until you accept or the invitation is cancelled.",
        lambda user: list(
            Invitation.objects.filter(email=user.email).values("company__name", "at")
        ),
        purge=lambda user: Invitation.objects.filter(email=user.email).delete(),
    ),
    PersonalDataCategory(
        "Drafts",
        "What you typed in “Post a job”: in your browser’s session until you submit it or for two "
        "weeks, then for 30 days, so that a job can wait for the company’s answer.",
        lambda user: list(PostDraft.objects.filter(email=user.email).values("updated_at", "data")),
        purge=lambda user: PostDraft.objects.filter(email=user.email).delete(),
    ),
]
