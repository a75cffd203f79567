"""Changes who acts for a company, and by what proof. Atomic, with mails, like
``listings.lifecycle``.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common import capabilities
from jobboard.common.batches import delete_in_batches
from jobboard.common.capabilities import Purpose
from jobboard.common.mail import send_template_mail
from jobboard.common.models import Capability
from jobboard.common.security_events import Kind
from jobboard.listings.employers import identity
from jobboard.listings.employers.companies import lock_company, record_company, speaks_for
from jobboard.listings.models import (
    Company,
    CompanyClaim,
    FormerMember,
    Invitation,
    JoinRequest,
    Membership,
    PostDraft,
)

Part = Membership.Part


class CompanyActionError(Exception):
    """The company's members or facts do not allow this; says why."""


def site_url(name: str, *args) -> str:
    return settings.SITE_URL + reverse(f"recruiting:{name}", args=args)


def owners(company: Company) -> list[str]:
    """The addresses of those who decide about ``company``."""
    return list(company.memberships.deciding().values_list("user__email", flat=True))


# --- Members --------------------------------------------------------------------------------------


def is_owner(user: User | None, company: Company) -> bool:
    """Whether ``user`` decides about the company."""
    if user:
        return company.memberships.deciding().filter(user=user).exists()
    return False


def may_edit(user: User, company: Company) -> bool:
    """Whether ``user`` may say who the company is, and where its jobs come from."""
    return speaks_for(user, company)


@transaction.atomic
def invite(*, company: Company, email: str, part: str, by: User) -> Invitation:
    """Mail a link to ``email``; the second time it is mailed again, with the newer ``part``."""
    email = email.lower()
    if company.suspended_at:
        raise CompanyActionError(f"{company} is suspended, so nobody can be invited.")
    if company.members.filter(email=email).exists():
        raise CompanyActionError(f"{email} is already a member of {company}.")
    values = {"part": part, "at": timezone.now(), "by": by}
    invitation, _ = Invitation.objects.update_or_create(
        company=company, email=email, defaults=values
    )

    def link() -> dict[str, str]:
        terms = _get_terms(invitation)
        token = capabilities.grant(Purpose.INVITATION, str(invitation.pk), content=terms, user=by)
        return {"url": site_url("join", token)}

    send_template_mail("invitation", link, to=[email])
    return invitation


def _get_terms(invitation: Invitation) -> str:
    return f"{invitation.company_id} {invitation.email} {invitation.part}"


def get_invitation(capability: Capability) -> Invitation | None:
    """The invitation, or None if it was cancelled or changed, or the person who invited is no
    longer an owner.
    """
    invitations = Invitation.objects.select_related("company", "by")
    invitation = invitations.filter(pk=capability.subject).first()
    if invitation is None or not capabilities.is_about(capability, _get_terms(invitation)):
        return None
    if is_owner(capability.user, invitation.company):
        return invitation
    return None


@transaction.atomic
def accept_invitation(*, invitation: Invitation, capability: Capability, by: User) -> Membership:
    """Raises CompanyActionError for another address than the invited one, or if the invitation was
    changed; AlreadyUsedError if it was used.
    """
    if by.email != invitation.email:
        raise CompanyActionError(
            f"This invitation is for {invitation.email}, but you are signed in as {by.email}. "
            "Sign out and open the link again."
        )
    lock_company(invitation.company_id)
    capabilities.use(capability, outcome=str(invitation.company_id))
    current = get_invitation(capability)
    if current is None:
        raise CompanyActionError(
            "This invitation has been changed or cancelled. Ask to be invited again."
        )
    membership = let_in(current.company, by, current.part, by=by)
    current.delete()
    return membership


def joined_company(capability: Capability, user: User) -> Company | None:
    """The company of an invitation that ``user`` accepted, while they act for it."""
    if not capability.outcome:
        return None
    return Company.objects.of_user(user).filter(pk=capability.outcome).first()


@transaction.atomic
def withdraw_invitation(invitation: Invitation) -> None:
    capabilities.revoke(Purpose.INVITATION, str(invitation.pk))
    invitation.delete()


def delete_old_invitations() -> None:
    """Delete invitations whose links have expired."""
    long_ago = timezone.now() - capabilities.LIVES[Purpose.INVITATION]
    delete_in_batches(Invitation.objects.filter(at__lt=long_ago))


def let_in(company: Company, user: User, part: str, *, by: User) -> Membership:
    JoinRequest.objects.filter(company=company, user=user).delete()
    FormerMember.objects.filter(company=company, user=user).delete()
    membership, is_new = Membership.objects.get_or_create(
        company=company, user=user, defaults={"part": part}
    )
    if is_new:
        record_member(membership, f"joined as {part}", by)
    return membership


def record_member(membership: Membership, what: str, by: User) -> None:
    detail = f"user {membership.user_id} {what}"
    record_company(membership.company, by, detail, Kind.MEMBERS_CHANGED)


@transaction.atomic
def ask_to_join(
    *, company: Company, user: User, draft: PostDraft | None = None, domain: str = ""
) -> JoinRequest:
    """Tell the owners. If there is none, or ``user`` says that the company is at another
    ``domain``, an admin decides. A second request only replaces the job that waits for the answer.
    """
    is_disputed = identity.is_disputed_by(company, domain)
    if is_disputed:
        identity.dispute(company, user, domain)
    request, is_new = JoinRequest.objects.get_or_create(
        company=company, user=user, defaults={"draft": draft}
    )
    if draft and not is_new:
        request.draft = draft
        request.save()
    if is_new:
        _tell_who_decides(company, is_disputed=is_disputed)
    return request


def who_was_asked(company: Company, user: User) -> str:
    """Say who answers, once ``user`` has asked to join."""
    requests = requests_for_editors().filter(company=company, user=user)
    if requests.exists():
        return "our editors"
    return "its members"


def describe_request(company: Company, user: User) -> str:
    """Say to ``user``, who has asked to join, what happens next."""
    return (
        f"We’ve asked {who_was_asked(company, user)} to add you to {company}. We’ll email you the "
        "answer. If you can show that you work there, you don’t have to wait."
    )


def who_would_be_asked(company: Company, domain: str = "") -> str:
    """Say who would answer somebody who says that the company is at ``domain``."""
    if identity.is_disputed_by(company, domain) or not owners(company):
        return "our editors"
    return "its members"


def requests_for_owners(company: Company) -> QuerySet[JoinRequest]:
    """Return the requests that the owners answer. They do not decide a dispute that they are a side
    of.
    """
    return company.join_requests.filter(~Exists(disputes()))


def requests_for_editors() -> QuerySet[JoinRequest]:
    """Return requests that only an admin can answer, oldest first: the company has no owner, or the
    person disputes who the company is.
    """
    deciding = Membership.objects.deciding().filter(company=OuterRef("company"))
    requests = JoinRequest.objects.select_related("company", "user").order_by("at", "pk")
    return requests.filter(~Exists(deciding) | Exists(disputes()))


def disputes() -> QuerySet[CompanyClaim]:
    """Map each request to join to the claim of its user that the company is theirs."""
    return CompanyClaim.objects.filter(
        field="domain", outcome="", company=OuterRef("company"), by=OuterRef("user")
    )


def _tell_who_decides(company: Company, *, is_disputed: bool) -> None:
    if is_disputed:
        return  # Admins were told of the claim itself.
    if deciding := owners(company):
        context = {"url": site_url("company", company.pk)}
        send_template_mail("join_request", context, to=deciding, about=[company.pk])
        return
    in_admin = settings.SITE_URL + reverse("moderation_inbox") + "?kind=join"
    send_template_mail("join_request_for_editors", {"url": in_admin}, to=[settings.CONTACT_EMAIL])


@transaction.atomic
def decline_join_request(*, request: JoinRequest, by: User) -> None:
    request.delete()
    mail_join_answer(request, is_in=False)


def mail_join_answer(request: JoinRequest, *, is_in: bool) -> None:
    context = {"company": request.company, "is_in": is_in, "url": site_url("dashboard")}
    send_template_mail("join_answer", context, to=[request.user.email])


@transaction.atomic
def change_part(*, membership: Membership, part: str, by: User) -> None:
    _require_owner(membership, part)
    Membership.objects.filter(pk=membership.pk).update(part=Part(part))
    record_member(membership, f"is {part}", by)


@transaction.atomic
def end_membership(*, membership: Membership, by: User) -> None:
    """End the membership of somebody who leaves or is removed. Their open claims and requests for
    the company end too.
    """
    _require_owner(membership, "")
    company = membership.company
    user = membership.user
    if user.pk == by.pk:
        record_member(membership, "left", by)
    else:
        record_member(membership, "removed", by)
        _bar_former_member(company, user, by)
    open_claims = company.claims.filter(by=user, outcome="")
    open_claims.update(outcome="replaced", decided_at=timezone.now(), picture=None)
    company.feed_requests.filter(by=user).delete()
    membership.delete()


def _bar_former_member(company: Company, user: User, by: User) -> None:
    """A removed person does not get back in by their old address. Only who has proven to act for
    the company can bar others: else a squatter could keep out its people.
    """
    if company.memberships.proven().filter(user=by).exists():
        FormerMember.objects.get_or_create(company=company, user=user)


def _require_owner(membership: Membership, part: str) -> None:
    """Raises CompanyActionError if the company would be left without an owner. Locks the company,
    because two owners may leave at once.
    """
    company = lock_company(membership.company_id)
    others = company.memberships.filter(part=Part.OWNER).exclude(pk=membership.pk)
    if part != Part.OWNER and not others.exists():
        raise CompanyActionError("A company must have an owner. Make someone else an owner first.")
