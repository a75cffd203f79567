"""The first post: a draft without an account, and the mailed link that submits it."""

import hashlib
from contextlib import suppress
from datetime import timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from jobboard.accounts.models import User
from jobboard.accounts.people import user_with_proven_address
from jobboard.common.batches import delete_in_batches
from jobboard.common.mail import send_template_mail
from jobboard.listings import lifecycle
from jobboard.listings.companies import find_company
from jobboard.listings.content import content_preview
from jobboard.listings.models import Company, JoinRequest, Listing, Membership, PostDraft

from .company_actions import Part, ask_to_join, let_in, mail_join_answer
from .company_forms import domain_of
from .first_post_form import FirstPostForm

DRAFTS_ARE_KEPT = timedelta(days=30)


class NotComplete(Exception):
    """What was typed no longer passes the form's checks: a last day may be over by now."""


def hash_of(token: UUID) -> str:
    return hashlib.sha256(token.bytes).hexdigest()


def draft_at(token: UUID) -> PostDraft | None:
    """The draft behind a link, unless it is too old."""
    return PostDraft.objects.filter(
        token_hash=hash_of(token), updated_at__gt=timezone.now() - DRAFTS_ARE_KEPT
    ).first()


def proof_for(token: UUID, email: str) -> str:
    """What only the mail to ``email`` says."""
    return Signer(salt="first-post").sign(f"{token}{email}").rpartition(":")[2]


def proves(token: UUID, email: str, proof: str) -> bool:
    try:
        return bool(Signer(salt="first-post").unsign(f"{token}{email}:{proof}"))
    except BadSignature:
        return False


def form_of(draft: PostDraft) -> FirstPostForm:
    return FirstPostForm(MultiValueDict(draft.data))


@transaction.atomic
def keep_draft(
    *, token: UUID, data: MultiValueDict, email: str = "", is_proven: bool = False
) -> PostDraft:
    """Keep what the form sent under ``token``, the newest of it; the first time, mail the link to
    ``email``, unless whoever typed it has proven the address already.

    Parallel calls give one draft and one mail. A draft that became a job stays as it is.
    """
    kept = {name: values for name, values in data.lists() if name != "csrfmiddlewaretoken"}
    draft, is_new = PostDraft.objects.get_or_create(
        token_hash=hash_of(token), defaults={"email": email, "data": kept}
    )
    draft = PostDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.listing_id:
        return draft
    if email and not is_proven and (is_new or draft.email != email):
        mail_link(token=token, email=email, title=data.get("title", ""))
    draft.email, draft.data, draft.updated_at = email, kept, timezone.now()
    draft.save()
    return draft


def mail_link(*, token: UUID, email: str, title: str) -> None:
    path = reverse("recruiting:post_confirm", args=[token, proof_for(token, email)])
    context = {"title": title, "url": settings.SITE_URL + path, "days": DRAFTS_ARE_KEPT.days}
    send_template_mail("first_post", context, to=[email])


def previewed(draft: PostDraft) -> Listing:
    """What its page would show; nothing is stored. Raises NotComplete."""
    form = form_of(draft)
    if not form.is_valid():
        raise NotComplete
    return content_preview(_named_company(form), form.content())


def _named_company(form: FirstPostForm) -> Company:
    """The one that is here by this name, else as the form describes it, not saved."""
    data = form.cleaned_data
    website = data["company_website"]
    return find_company(data["company_name"]) or Company(
        name=data["company_name"], website=website, domain=domain_of(website)
    )


@transaction.atomic
def confirm_draft(*, draft: PostDraft) -> tuple[User, Company]:
    """The address of ``draft`` is proven: make its user, company and job in review, once.

    Somebody who names a company that is here already, and is not a member, only asks to join; the
    job waits for the answer. Raises NotComplete, and changes nothing then.
    """
    draft = PostDraft.objects.select_for_update().get(pk=draft.pk)
    user = user_with_proven_address(draft.email)
    if draft.listing:
        return user, draft.listing.company
    form = form_of(draft)
    if not form.is_valid():
        raise NotComplete
    company = _named_company(form)
    if company.pk is None:
        lifecycle.create_company(company=company, by=user)
    if Company.objects.of_user(user).filter(pk=company.pk).exists():
        post_draft(draft=draft, company=company, by=user)
    else:
        ask_to_join(company=company, user=user, draft=draft)
    return user, company


@transaction.atomic
def post_draft(*, draft: PostDraft, company: Company, by: User) -> Listing:
    """Make the draft a job of ``company`` in review. Raises NotComplete."""
    form = form_of(draft)
    if not form.is_valid():
        raise NotComplete
    submission = uuid5(NAMESPACE_OID, draft.token_hash)
    listing = lifecycle.create_draft(
        company=company, content=form.content(), submission=submission, by=by
    )
    draft.listing = listing
    draft.save()
    return lifecycle.submit_listing(listing=listing, by=by)


def delete_old_drafts() -> None:
    """Drafts nobody touched for DRAFTS_ARE_KEPT, and the requests to join that came with them."""
    old = PostDraft.objects.filter(updated_at__lt=timezone.now() - DRAFTS_ARE_KEPT)
    delete_in_batches(old)


@transaction.atomic
def accept_join_request(*, request: JoinRequest, by: User) -> Membership:
    """Let somebody in, and send the job they came with for review."""
    draft = request.draft
    membership = let_in(request.company, request.user, Part.EDITOR, by=by)
    mail_join_answer(request, is_in=True)
    if draft:
        # Its last day may be over. Whoever wrote it is signed in now and posts anew.
        with suppress(NotComplete):
            post_draft(draft=draft, company=request.company, by=request.user)
    return membership
