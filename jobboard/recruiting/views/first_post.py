"""A first post without an account: form, preview, a code by email, sent.

What was typed is in the session of the browser that typed it, and nowhere else.
"""

from uuid import uuid4

from allauth.account.signals import user_logged_in
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jobboard.accounts.models import User
from jobboard.accounts.signing_in.mailed_code import mail_code
from jobboard.common.hosts.domains import host_of
from jobboard.common.web.http import form_view
from jobboard.common.web.limits import DAY, RateLimitError, check_rate_limit
from jobboard.feeds.parsing.texts.extras import read_extras
from jobboard.feeds.parsing.texts.to_markdown import as_markdown
from jobboard.listings import lifecycle
from jobboard.listings.detail import listing_context
from jobboard.listings.models import Company, Listing
from jobboard.recruiting.company_actions import (
    CompanyActionError,
    who_was_asked,
    who_would_be_asked,
)
from jobboard.recruiting.forms.first_post import FirstPostForm
from jobboard.recruiting.forms.job import ListingForm
from jobboard.recruiting.new_companies import check_new_company
from jobboard.recruiting.posting import first_post
from jobboard.recruiting.posting.advice import advise
from jobboard.search.live.jobs import LiveJobs

from .jobs import form_context, in_review_words

MAX_PASTED_LENGTH = 200_000  # characters; Word makes some 100,000 of an ad of 12,000

TYPED = "first_post"  # in the session: what the form sent
SEND_FOR = "first_post_of"  # in the session: send the job when this address signs in by a code

MAX_PER_DAY = 10
TOO_MANY_TODAY = (
    f"You’ve submitted {MAX_PER_DAY} jobs this way today. What you typed is still here. "
    "Submit it tomorrow."
)
SESSION_ENDED = (
    "Nothing was submitted: this browser’s session has ended, and what you typed ended with it. "
    "Fill in the form again."
)


def verified_address(request: HttpRequest) -> str:
    """The address that a signed-in person has proven already."""
    if request.user.is_authenticated:
        return request.user.email
    return ""


def saved_form(request: HttpRequest) -> FirstPostForm | None:
    if TYPED not in request.session:
        return None
    return first_post.make_form(request.session[TYPED], sender=verified_address(request))


@form_view
@never_cache
def post(request: HttpRequest) -> HttpResponse:
    is_member = request.user.is_authenticated and Company.objects.of_user(request.user).exists()
    # Members come here only for what they typed before they signed in, maybe in another tab.
    if is_member and TYPED not in request.session and request.method != "POST":
        return redirect("recruiting:listing_new")
    sender = verified_address(request)
    if request.method == "POST":
        form = FirstPostForm(request.POST, sender=sender)
        if form.is_valid():
            request.session[TYPED] = first_post.pick_typed(form, request.POST)
            request.session.pop(SEND_FOR, None)
            return redirect("recruiting:post_preview")
    else:
        form = saved_form(request) or FirstPostForm(initial={"submission": uuid4()}, sender=sender)
    context = form_context(form) | {"is_kept": TYPED in request.session}
    return render(request, "recruiting/first_post.html", context)


@require_safe
@never_cache
def preview(request: HttpRequest) -> HttpResponse:
    """The public page of the job, which is not saved yet."""
    form = saved_form(request)
    if form is None:
        if request.user.is_authenticated:
            return redirect("recruiting:dashboard")  # The job was sent when they signed in.
        return redirect("recruiting:post")
    try:
        listing = first_post.build_preview(form)
    except first_post.NotCompleteError:
        return _back_to_form(request)
    context = listing_context(listing, LiveJobs().facts_of_role(listing.public_role))
    context |= {
        "extras": read_extras(listing.description_html),
        "email": form.cleaned_data["email"],
        "shown": first_post.fingerprint(request.session[TYPED]),
        "asks": _who_will_be_asked(listing.company, form),
    }
    return render(request, "recruiting/first_post_preview.html", context)


def _who_will_be_asked(company: Company, form: FirstPostForm) -> str:
    """Say who answers the request to join, if the company exists already."""
    if company.pk is None:
        return ""
    return who_would_be_asked(company, host_of(form.cleaned_data["company_website"]))


def _back_to_form(request: HttpRequest) -> HttpResponse:
    messages.error(request, "Fix the problems below before you submit this job.")
    return redirect("recruiting:post")


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send the job of somebody signed in. For anybody else, email a code; signing in sends it."""
    form = saved_form(request)
    if form is None:
        if not request.user.is_authenticated:
            messages.warning(request, SESSION_ENDED)
        return redirect("recruiting:post_preview")
    if not form.is_valid():
        return _back_to_form(request)
    shown = request.POST.get("shown", "")
    if shown and shown != first_post.fingerprint(request.session[TYPED]):  # by another tab
        messages.warning(
            request,
            "You changed this job in another tab. This is the newer version. "
            "Check it, then submit it.",
        )
        return redirect("recruiting:post_preview")
    email = form.cleaned_data["email"]
    if request.user.is_authenticated:
        _send(request, request.user)
        return redirect("recruiting:post_preview")
    request.session[SEND_FOR] = email
    return mail_code(request, email, then=reverse("recruiting:post_preview"))


def send_after_sign_in(request: HttpRequest, user: User, **kwargs) -> None:
    """Receives the signal of each sign-in, whatever steps it took."""
    if TYPED in request.session and request.session.get(SEND_FOR) == user.email:
        _send(request, user)


def connect() -> None:
    """Once, when the app is ready."""
    user_logged_in.connect(send_after_sign_in)


def _send(request: HttpRequest, user: User) -> None:
    try:
        check_rate_limit(request, "first post", max_count=MAX_PER_DAY, seconds=DAY, who=user.email)
    except RateLimitError:  # They stay signed in.
        messages.error(request, TOO_MANY_TODAY)
        return
    try:
        if first_post.names_a_new_company(request.session[TYPED], user):
            check_new_company(request, user)
        company, listing = first_post.send(data=request.session[TYPED], by=user)
    except first_post.NotCompleteError:
        return  # The next page is the preview. It leads back to the form, which says why.
    except (lifecycle.TooManyCompaniesError, CompanyActionError) as problem:
        messages.error(request, f"{problem} Your job is still here.")
        return
    del request.session[TYPED]
    if listing is None:
        people = who_was_asked(company, user)
        messages.success(
            request, f"{company} is already here, so we’ve asked {people} to approve you."
        )
    elif listing.status == Listing.Status.DRAFT:
        messages.warning(request, f"Your job is saved as a draft. {_why_full(company, user)}")
    else:
        messages.success(request, in_review_words("Your job is", user))


def _why_full(company: Company, user: User) -> str:
    try:
        lifecycle.check_room(company, user)
    except lifecycle.QueueFullError as problem:
        return str(problem)
    return "Submit it from there."  # Another job left the queue meanwhile.


@require_POST
def paste(request: HttpRequest) -> HttpResponse:
    """Turn what the clipboard holds into the text that the form takes."""
    text = as_markdown(request.POST.get("pasted", "")[:MAX_PASTED_LENGTH])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_POST
def advice(request: HttpRequest) -> HttpResponse:
    """The advice beside the form, for what is typed so far. Shows no errors and saves nothing."""
    form = ListingForm(request.POST)
    form.is_valid()
    company = None
    if request.user.is_authenticated:
        company = Company.objects.of_user(request.user).order_by("pk").first()
    context = {"advice": advise(form.cleaned_data, company)}
    return render(request, "recruiting/_advice_parts.html", context)
