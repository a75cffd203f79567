"""Who acts for a company, and what proves it. Atomic, with mails, like ``listings.lifecycle``."""

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.mail import send_template_mail
from jobboard.common.security_events import Kind
from jobboard.listings.companies import SHARED_HOSTS, record_company, recording_identity
from jobboard.listings.models import Company, Invitation, JoinRequest, Membership, PostDraft

DAY = 24 * 60 * 60  # seconds
INVITATIONS_HOLD = 30 * DAY
VERIFICATIONS_HOLD = 3 * DAY
_invitations, _verifications = (
    TimestampSigner(salt="invitation"),
    TimestampSigner(salt="company-domain"),
)
Part = Membership.Part


class NotPossible(Exception):
    """The company's members or facts do not allow this; says why."""


def site_url(name: str, *args) -> str:
    return settings.SITE_URL + reverse(f"recruiting:{name}", args=args)


def unsigned(signer: TimestampSigner, token: str, seconds: int) -> str:
    """What was signed, '' where the signature is old or wrong."""
    try:
        return signer.unsign(token, max_age=seconds)
    except BadSignature:
        return ""


def owners(company: Company) -> list[str]:
    """The addresses of those who decide about ``company``."""
    return list(company.memberships.filter(part=Part.OWNER).values_list("user__email", flat=True))


# --- Members --------------------------------------------------------------------------------------


def is_owner(user: User, company: Company) -> bool:
    return company.memberships.filter(user=user, part=Part.OWNER).exists()


@transaction.atomic
def invite(*, company: Company, email: str, part: str, by: User) -> Invitation:
    """Mail a link to ``email``; the second time it is mailed again, with the newer ``part``."""
    email = email.lower()
    if company.members.filter(email=email).exists():
        raise NotPossible(f"{email} is already a member of {company}.")
    values = {"part": part, "at": timezone.now(), "by": by}
    invitation, _ = Invitation.objects.update_or_create(
        company=company, email=email, defaults=values
    )
    url = site_url("join", _invitations.sign(str(invitation.pk)))
    send_template_mail("invitation", {"invitation": invitation, "url": url}, to=[email])
    return invitation


def invitation_of(token: str) -> Invitation | None:
    pk = unsigned(_invitations, token, INVITATIONS_HOLD)
    return Invitation.objects.filter(pk=pk).select_related("company", "by").first() if pk else None


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User) -> Membership:
    """Raises NotPossible for another address than the invited one."""
    if by.email != invitation.email:
        raise NotPossible(
            f"This invitation is for {invitation.email}, but you are signed in as {by.email}. "
            "Sign out and open the link again."
        )
    membership = let_in(invitation.company, by, invitation.part, by=by)
    invitation.delete()
    return membership


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
        in_admin = settings.SITE_URL + reverse("admin:listings_joinrequest_changelist")
        deciding = owners(company)
        context = {
            "request": request,
            "url": site_url("company", company.pk) if deciding else in_admin,
        }
        send_template_mail("join_request", context, to=deciding or [settings.CONTACT_EMAIL])
    return request


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
    company = Company.objects.select_for_update().get(pk=membership.company_id)
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
    url = site_url(
        "verified", _verifications.sign_object([company.pk, company.domain, company.name])
    )
    send_template_mail("verify_company", {"company": company, "by": by, "url": url}, to=[email])
    return email


def company_to_verify(token: str) -> Company | None:
    """None where the link is old, or the company's name or domain is another by now."""
    try:
        pk, domain, name = _verifications.unsign_object(token, max_age=VERIFICATIONS_HOLD)
    except (BadSignature, ValueError):
        return None
    return Company.objects.public().filter(pk=pk, domain=domain, name=name).first()


@transaction.atomic
def verify_by_mail(*, company: Company) -> None:
    company = Company.objects.select_for_update().get(pk=company.pk)
    if company.verified_by:
        return
    with recording_identity(company, by=None):
        company.verified_by, company.verified_at = Company.VerifiedBy.EMAIL, timezone.now()
        company.save()
