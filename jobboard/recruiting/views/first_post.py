"""A first post without an account: form, preview under its own link, link that submits."""

from uuid import UUID, uuid4

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jobboard.common.http import form_view
from jobboard.common.limits import DAY, HOUR, limit
from jobboard.listings.detail import listing_context
from jobboard.listings.models import Company, PostDraft
from jobboard.recruiting import first_post
from jobboard.recruiting.advice import advise
from jobboard.recruiting.first_post_form import FirstPostForm
from jobboard.recruiting.forms import ListingForm

from .jobs import form_context


def known_address(request) -> str:
    """The address that a signed-in person has proven already."""
    return request.user.email if request.user.is_authenticated else ""


@form_view
@never_cache
def post(request) -> HttpResponse:
    if request.user.is_authenticated and Company.objects.of_user(request.user).exists():
        return redirect("recruiting:listing_new")
    form = FirstPostForm(
        request.POST or None, initial={"email": known_address(request), "submission": uuid4()}
    )
    if request.method == "POST" and form.is_valid():
        return _keep(request, form, form.cleaned_data["submission"])
    return render(request, "recruiting/first_post.html", form_context(form))


def _keep(request, form: FirstPostForm, token: UUID) -> HttpResponse:
    email = form.cleaned_data["email"]
    limit(request, "first post", most=10, seconds=DAY, who=email)
    first_post.keep_draft(
        token=token, data=form.data, email=email, is_proven=email == known_address(request)
    )
    return redirect("recruiting:post_draft", token)


def draft_or_404(token: UUID) -> PostDraft:
    draft = first_post.draft_at(token)
    if draft is None or not draft.email:
        raise Http404(
            "This draft has been deleted. We keep drafts for 30 days after the last change."
        )
    return draft


@form_view
@never_cache
def edit(request, token) -> HttpResponse:
    kept = draft_or_404(token)
    if kept.listing:
        return redirect("recruiting:post_draft", token)
    form = FirstPostForm(request.POST) if request.method == "POST" else first_post.form_of(kept)
    if request.method == "POST" and form.is_valid():
        return _keep(request, form, token)
    return render(
        request, "recruiting/first_post.html", form_context(form) | {"draft": kept, "token": token}
    )


@require_safe
@never_cache
def draft(request, token) -> HttpResponse:
    """The public page itself, before there is one."""
    return _preview(request, token, draft_or_404(token))


def _preview(request, token: UUID, kept: PostDraft, proof: str = "") -> HttpResponse:
    if kept.listing:
        return render(request, "recruiting/first_post_sent.html", {"draft": kept})
    try:
        listing = first_post.previewed(kept)
    except first_post.NotComplete:
        messages.error(request, "Fix the problems below before you submit this job.")
        return redirect("recruiting:post_edit", token)
    send_url = ""
    if proof:
        send_url = reverse("recruiting:post_confirm", args=[token, proof])
    elif kept.email == known_address(request):
        send_url = reverse("recruiting:post_send", args=[token])
    context = listing_context(listing) | {
        "draft": kept,
        "token": token,
        "send_url": send_url,
        "is_known_company": listing.company.pk is not None,
    }
    return render(request, "recruiting/first_post_preview.html", context)


@require_POST
def mail_again(request, token) -> HttpResponse:
    kept = draft_or_404(token)
    limit(request, "mail first post", most=3, seconds=HOUR, who=kept.email)
    first_post.mail_link(token=token, email=kept.email, title=kept.data.get("title", [""])[0])
    messages.success(request, f"We’ve sent the link to {kept.email} again.")
    return redirect("recruiting:post_draft", token)


@form_view
@never_cache
def confirm(request, token, proof) -> HttpResponse:
    """Where the mailed link leads: the preview with one button, which sends the job."""
    kept = draft_or_404(token)
    if not first_post.proves(token, kept.email, proof):
        raise Http404("This link is from an older email. Use the link in the latest email.")
    return (
        _send(request, token, kept)
        if request.method == "POST"
        else _preview(request, token, kept, proof)
    )


@require_POST
def send(request, token) -> HttpResponse:
    """The same for somebody who is signed in with the draft's address."""
    kept = draft_or_404(token)
    if kept.email != known_address(request):
        raise Http404
    return _send(request, token, kept)


def _send(request, token: UUID, kept: PostDraft) -> HttpResponse:
    try:
        user, company = first_post.confirm_draft(draft=kept)
    except first_post.NotComplete:
        messages.error(request, "Fix the problems below before you submit this job.")
        return redirect("recruiting:post_edit", token)
    if Company.objects.of_user(user).filter(pk=company.pk).exists():
        messages.success(
            request, f"Your job is in review. We’ll email {user.email} with the result."
        )
    else:
        messages.success(
            request,
            f"{company} already has an account here, so we’ve asked its members to approve you.",
        )
    url = reverse("recruiting:dashboard")
    return redirect(url) if request.user == user else perform_login(request, user, redirect_url=url)


@require_POST
def advice(request) -> HttpResponse:
    """What stands beside the form, for what is typed so far. Checks nothing and stores nothing."""
    form = ListingForm(request.POST)
    form.is_valid()
    return render(request, "recruiting/_advice_parts.html", {"advice": advise(form.cleaned_data)})
