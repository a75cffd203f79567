"""Who acts for a company, and what proves it. Atomic, with mails, like ``listings.lifecycle``."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common import capabilities
from jobboard.common.batches import delete_in_batches
from jobboard.common.capabilities import Purpose
from jobboard.common.mail import send_template_mail
from jobboard.common.models import Capability
from jobboard.common.security_events import Kind
from jobboard.listings.companies import (
    SHARED_HOSTS,
    lock_company,
    record_company,
    recording_identity,
)
from jobboard.listings.models import Company, Invitation, JoinRequest, Membership, PostDraft

Part = Membership.Part


class NotPossible(Exception):
    """The company's members or facts do not allow this; says why."""


def site_url(name: str, *args) -> str:
    return settings.SITE_URL + reverse(f"recruiting:{name}", args=args)


def owners(company: Company) -> list[str]:
    """The addresses of those who decide about ``company``."""
    return list(company.memberships.filter(part=Part.OWNER).values_list("user__email", flat=True))


# --- Members --------------------------------------------------------------------------------------


def is_owner(user: User | None, company: Company) -> bool:
    return company.memberships.filter(user=user, part=Part.OWNER).exists() if user else False


@transaction.atomic
def invite(*, company: Company, email: str, part: str, by: User) -> Invitation:
    """Mail a link to ``email``; the second time it is mailed again, with the newer ``part``."""
    email = email.lower()
    if company.suspended_at:
        raise NotPossible(f"{company} is suspended, so nobody can be invited.")
    if company.members.filter(email=email).exists():
        raise NotPossible(f"{email} is already a member of {company}.")
    values = {"part": part, "at": timezone.now(), "by": by}
    invitation, _ = Invitation.objects.update_or_create(
        company=company, email=email, defaults=values
    )

    def link() -> dict[str, str]:
        terms = _terms_of(invitation)
        token = capabilities.grant(Purpose.INVITATION, str(invitation.pk), content=terms, user=by)
        return {"url": site_url("join", token)}

    send_template_mail("invitation", link, to=[email])
    return invitation


def _terms_of(invitation: Invitation) -> str:
    return f"{invitation.company_id} {invitation.email} {invitation.part}"


def invitation_of(capability: Capability) -> Invitation | None:
    """None where it was cancelled or changed, or who invited is no owner any more."""
    invitation = Invitation.objects.filter(pk=capability.subject).select_related("company", "by")
    found = invitation.first()
    if found is None or not capabilities.is_about(capability, _terms_of(found)):
        return None
    return found if is_owner(capability.user, found.company) else None


@transaction.atomic
def accept_invitation(*, invitation: Invitation, capability: Capability, by: User) -> Membership:
    """Raises NotPossible for another address than the invited one, or where the invitation is no
    longer what it was; AlreadyUsedError when used.
    """
    if by.email != invitation.email:
        raise NotPossible(
            f"This invitation is for {invitation.email}, but you are signed in as {by.email}. "
            "Sign out and open the link again."
        )
    lock_company(invitation.company_id)
    capabilities.use(capability, outcome=str(invitation.company_id))
    current = invitation_of(capability)
    if current is None:
        raise NotPossible("This invitation has been changed or cancelled. Ask to be invited again.")
    membership = let_in(current.company, by, current.part, by=by)
    current.delete()
    return membership


@transaction.atomic
def withdraw_invitation(invitation: Invitation) -> None:
    capabilities.revoke(Purpose.INVITATION, str(invitation.pk))
    invitation.delete()


def delete_old_invitations() -> None:
    """Those whose links are no longer good."""
    long_ago = timezone.now() - capabilities.LIVES[Purpose.INVITATION]
    delete_in_batches(Invitation.objects.filter(at__lt=long_ago))


def let_in(company: Company, user: User, part: str, *, by: User) -> Membership:
    JoinRequest.objects.filter(company=company, user=user).delete()
    membership, is_new = Membership.objects.get_or_create(
        company=company, user=user, defaults={"part": part}
    )
    if is_new:
        _record_member(membership, f"joined as {part}", by)
    return membership


def _record_member(membership: Membership, what: str, by: User) -> None:
    detail = f"user {membership.user_id} {what}"
    record_company(membership.company, by, detail, Kind.MEMBERS_CHANGED)


@transaction.atomic
def ask_to_join(*, company: Company, user: User, draft: PostDraft | None = None) -> JoinRequest:
    """Tell the owners; where there is none, an admin decides. Asked again, only the job that waits
    for it changes.
    """
    request, is_new = JoinRequest.objects.get_or_create(
        company=company, user=user, defaults={"draft": draft}
    )
    if draft and not is_new:
        request.draft = draft
        request.save()
    if is_new:
        _tell_who_decides(company)
    return request


def _tell_who_decides(company: Company) -> None:
    deciding = owners(company)
    if deciding:
        context = {"url": site_url("company", company.pk)}
        send_template_mail("join_request", context, to=deciding, about=[company.pk])
        return
    in_admin = settings.SITE_URL + reverse("admin:listings_joinrequest_changelist")
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
    _keep_an_owner(membership, part)
    Membership.objects.filter(pk=membership.pk).update(part=Part(part))
    _record_member(membership, f"is {part}", by)


@transaction.atomic
def end_membership(*, membership: Membership, by: User) -> None:
    """Somebody leaves, or is removed."""
    _keep_an_owner(membership, "")
    _record_member(membership, "left" if by.pk == membership.user_id else "removed", by)
    membership.delete()


def _keep_an_owner(membership: Membership, part: str) -> None:
    """Raises NotPossible where nobody else would decide about the company. Locks it: two owners may
    leave at once.
    """
    company = lock_company(membership.company_id)
    others = company.memberships.filter(part=Part.OWNER).exclude(pk=membership.pk)
    if part != Part.OWNER and not others.exists():
        raise NotPossible("A company must have an owner. Make someone else an owner first.")


# --- Verified -------------------------------------------------------------------------------------


@transaction.atomic
def mail_verification(*, company: Company, name: str, by: User) -> str:
    """Mail a link to ``name`` at the company's domain; returns the address. Raises NotPossible."""
    if not company.domain:
        raise NotPossible("Add the company’s website first.")
    if any(f".{company.domain}".endswith(f".{host}") for host in SHARED_HOSTS):
        raise NotPossible(
            f"Anyone can get an email address at {company.domain}, "
            "so we can’t use it to verify the company. Contact us instead."
        )
    email = f"{name}@{company.domain}".lower()

    def link() -> dict[str, str]:
        identity = _identity_of(company)
        token = capabilities.grant(Purpose.VERIFICATION, str(company.pk), content=identity, user=by)
        return {"url": site_url("verified", token)}

    send_template_mail("verify_company", link, to=[email])
    return email


def _identity_of(company: Company) -> str:
    return f"{company.domain} {company.name}"


def joined_company(capability: Capability, user: User) -> Company | None:
    """Where the link of an invitation leads that was accepted: for who accepted it, while they act
    for the company.
    """
    if not capability.outcome:
        return None
    return Company.objects.of_user(user).filter(pk=capability.outcome).first()


def company_to_verify(capability: Capability) -> Company | None:
    """None where the company's name or domain is another by now, or who asked owns it no longer."""
    company = Company.objects.public().filter(pk=capability.subject).first()
    if company is None or not capabilities.is_about(capability, _identity_of(company)):
        return None
    return company if is_owner(capability.user, company) else None


@transaction.atomic
def verify_by_mail(*, company: Company, capability: Capability) -> None:
    """Raises AlreadyUsedError the second time, and NotPossible where the company is no longer the
    one that was to be verified.
    """
    with recording_identity(company, by=None) as locked:
        capabilities.use(capability)
        if company_to_verify(capability) is None:
            raise NotPossible("The company’s name, website or owner has changed.")
        if locked.verified_by:
            return
        locked.verified_by, locked.verified_at = Company.VerifiedBy.EMAIL, timezone.now()
        locked.save()
