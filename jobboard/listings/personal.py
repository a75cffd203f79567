"""What the market side keeps about a person."""

from jobboard.accounts.models import User
from jobboard.accounts.personal_data import HOLDINGS, Holding

from .models import Invitation, Listing, ListingEvent, Membership, PostDraft


def without_another_owner(user: User) -> str:
    """A company with open jobs needs somebody who answers for them."""
    for membership in user.memberships.filter(part=Membership.Part.OWNER).select_related("company"):
        company = membership.company
        others = company.memberships.filter(part=Membership.Part.OWNER).exclude(user=user)
        if company.listings.live().exists() and not others.exists():
            return f"{company} has open jobs and no other owner: make somebody else one, or close the jobs."
    return ""


def listings_of(user: User) -> list[dict]:
    return list(Listing.objects.filter(created_by=user).values("title", "company__name", "status", "first_seen_at"))


HOLDINGS += [
    Holding(
        "Companies",
        "The companies you act for, or asked to. Until you leave them.",
        lambda user: list(user.memberships.values("company__name", "part")),
        blocks=without_another_owner,
    ),
    Holding(
        "Jobs",
        "That you wrote a job, so that we can write to you about it. It stays when your account goes, without you.",
        listings_of,
    ),
    Holding(
        "What you changed",
        "That you changed or decided something about a job, and when: a record for those who act for the company. It "
        "stays when your account goes, without you.",
        lambda user: list(ListingEvent.objects.filter(by=user).values("at", "kind", "listing__title")),
    ),
    Holding(
        "Invitations",
        "That a company invited your address. For 30 days, or until you accept or it is withdrawn.",
        lambda user: list(Invitation.objects.filter(email=user.email).values("company__name", "at")),
        forget=lambda user: Invitation.objects.filter(email=user.email).delete(),
    ),
    Holding(
        "Drafts",
        "What you typed into “Post a job” before it was sent. For 30 days after the last change.",
        lambda user: list(PostDraft.objects.filter(email=user.email).values("updated_at", "data")),
        forget=lambda user: PostDraft.objects.filter(email=user.email).delete(),
    ),
]
