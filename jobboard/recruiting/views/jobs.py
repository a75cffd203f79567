"""The recruiter's area: jobs of the companies somebody acts for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jobboard.accounts.models import User
from jobboard.common.text.words import COMMON_CURRENCIES
from jobboard.common.web.files import csv_answer
from jobboard.common.web.http import form_view
from jobboard.feeds.parsing.texts.extras import read_extras
from jobboard.listings import lifecycle
from jobboard.listings.content import content_preview, get_content, prepared
from jobboard.listings.detail import listing_context
from jobboard.listings.employers.companies import company_is_proven
from jobboard.listings.lifecycle.differences import Difference, differences
from jobboard.listings.models import Company, Listing, Origin
from jobboard.listings.readers import asked, stats
from jobboard.listings.review_time import review_days
from jobboard.recruiting.forms.job import ListingForm
from jobboard.recruiting.forms.job_actions import AnswerForm, ExtendForm
from jobboard.recruiting.forms.meanwhile import saved_meanwhile, show_saved
from jobboard.recruiting.posting.advice import advise
from jobboard.search.live.jobs import LiveJobs

from .company import locked_company
from .typed import delete_typed, login_required_keeping_input, submitted_data

PER_PAGE = 50


def form_context(form: ListingForm, company: Company | None = None) -> dict:
    """The context for the page of a job's form. ``company`` is the job's, or one it may be for."""
    values = dict(form.initial)
    if form.is_bound:
        form.is_valid()  # so that there is cleaned data
        values = dict(form.cleaned_data)
    return {
        "form": form,
        "advice": advise(values, values.get("company") or company),
        "currencies": COMMON_CURRENCIES,
        "live_days": lifecycle.LIVE_DAYS,
    }


def own_listing(request, pk: int) -> Listing:
    """A listing of a company the user acts for; anything else does not exist for them."""
    return get_object_or_404(
        Listing.objects.editable_by(request.user).select_related("company", "role"), pk=pk
    )


def locked_listing(request, pk: int) -> Listing:
    """Lock a job of a company that the user acts for until the transaction ends."""
    locked_company(request, own_listing(request, pk).company_id)
    return own_listing(request, pk)


@require_safe
@login_required
def dashboard(request) -> HttpResponse:
    companies = list(Company.objects.of_user(request.user).order_by("name"))
    board = stats.Board(
        Listing.objects.editable_by(request.user), state=request.GET.get("state", "")
    )
    page = Paginator(board.ids, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = board.cards(page.object_list)
    stats.add_recent_days(page.object_list)
    asked.add_asked(page.object_list)
    context = {
        "companies": companies,
        "suspended": [company for company in companies if company.suspended_at],
        "may_post": any(not company.suspended_at for company in companies) or not companies,
        "board": board,
        "page": page,
        "requests": request.user.join_requests.select_related("company"),
        "recent_days": stats.RECENT_DAYS,
    }
    return render(request, "recruiting/dashboard.html", context)


@form_view
@login_required_keeping_input
def listing_new(request) -> HttpResponse:
    of_user = Company.objects.of_user(request.user)
    companies = of_user.public()
    if not of_user.exists():
        return redirect("recruiting:post")
    if not companies.exists():
        messages.error(request, "Your company is suspended, so you can’t post jobs for it.")
        return redirect("recruiting:dashboard")
    form = ListingForm(submitted_data(request), companies=companies)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        content = prepared(form.content())
        try:
            with transaction.atomic():
                listing = lifecycle.create_draft(
                    company=locked_company(request, data["company"].pk),
                    content=content,
                    submission=data["submission"],
                    by=request.user,
                )
        except lifecycle.EditConflictError as problem:
            form.add_error(None, str(problem))
        else:
            return _after_save(request, listing)
    return render(request, "recruiting/listing_form.html", form_context(form, companies.first()))


@form_view
@login_required_keeping_input
def listing_edit(request, pk) -> HttpResponse:
    listing = own_listing(request, pk)
    if not listing.is_editable and request.method != "POST":
        messages.error(request, f"“{listing}” is {listing.state.lower()} and cannot be edited.")
        return redirect("recruiting:listing_preview", pk)
    form = ListingForm(submitted_data(request), listing=listing)
    if request.method == "POST" and form.is_valid():
        content = prepared(form.content())
        try:
            with transaction.atomic():
                listing = lifecycle.submit_change(
                    listing=locked_listing(request, pk),
                    content=content,
                    version=form.cleaned_data["version"],
                    by=request.user,
                    origin=Origin.FORM,
                )
        except lifecycle.EditConflictError:
            newer = own_listing(request, pk)
            show_saved(form, newer.version, saved_meanwhile(newer, request.user))
        except lifecycle.InvalidStatusError as problem:
            form.add_error(None, f"{problem} What you typed is still here.")
        else:
            return _after_save(request, listing)
    context = form_context(form, listing.company) | {"listing": listing} | part_of(listing)
    context["change"] = lifecycle.open_change(listing)
    context["is_proven"] = company_is_proven(listing.company)
    context["asked"] = asked.describe_questions(listing)
    return render(request, "recruiting/listing_form.html", context)


def _after_save(request, listing: Listing) -> HttpResponseRedirect:
    delete_typed(request)
    may_submit = listing.status in (Listing.Status.DRAFT, Listing.Status.RETURNED)
    if may_submit and request.POST.get("do") == "submit":
        return _submit(request, listing)
    if job := part_of(listing).get("part_of"):
        messages.success(request, f"Saved. Job seekers see this job as part of “{job}”.")
    elif lifecycle.open_change(listing):
        messages.success(
            request, "Your change is in review. The approved text stays live until then."
        )
    elif listing.status == Listing.Status.PUBLISHED:
        messages.success(request, "Your changes are live.")
    elif listing.status == Listing.Status.IN_REVIEW:
        messages.success(request, "Saved. Your job is in review.")
    else:
        messages.success(request, "Draft saved.")
    return redirect("recruiting:listing_preview", listing.pk)


def part_of(listing: Listing) -> dict[str, Any]:
    """The job that an open copy is part of, and which of its locations are shown there."""
    job = listing.folded_into
    if job is None or not listing.is_open:
        return {}
    shown = job.places.filter(from_copy=listing).values_list("text", flat=True)
    return {"part_of": job, "shown_there": list(shown)}


@require_safe
@login_required
def listing_preview(request, pk) -> HttpResponse:
    """The public page itself, before it is public, with what can be done next."""
    listing = get_object_or_404(Listing.objects.editable_by(request.user).for_page(), pk=pk)
    if request.GET.get("show") == "change" and lifecycle.open_change(listing):
        return _change_preview(request, listing)
    return render(
        request, "recruiting/preview.html", _preview_context(listing, ExtendForm(listing=listing))
    )


def _change_preview(request, listing: Listing) -> HttpResponse:
    """The page as the change that waits would make it."""
    changed = content_preview(listing.company, lifecycle.latest_content(listing))
    extras = read_extras(changed.description_html)
    context = listing_context(changed, LiveJobs().facts_of_role(changed.public_role)) | {
        "preview": True,
        "stored": listing,
        "extras": extras,
    }
    return render(request, "recruiting/change_preview.html", context)


def _change_context(listing: Listing) -> dict[str, Any]:
    change = lifecycle.open_change(listing)
    differing: list[Difference] = []
    if change:
        now = get_content(listing)
        differing = differences(now, lifecycle.proposed(change, now).content)
    return {
        "change": change,
        "differences": differing,
        "refused": lifecycle.refused_change(listing),
    }


def _preview_context(listing: Listing, extend_form: ExtendForm) -> dict:
    context = listing_context(listing, LiveJobs().facts_of_role(listing.public_role))
    context |= part_of(listing)
    context |= _change_context(listing)
    return context | {
        "preview": True,
        "edited_by_editors": lifecycle.last_edit_by_editors(listing),
        "extras": read_extras(listing.description_html),
        "outcomes": Listing.Outcome.employer_choices(),
        "extend_form": extend_form,
        "answer_form": AnswerForm(),
        "chart": stats.of_listing(listing),
        "live_days": lifecycle.LIVE_DAYS,
    }


@require_safe
@login_required
def numbers_csv(request) -> HttpResponse:
    """Views and apply clicks of each job and day."""
    listings = Listing.objects.editable_by(request.user)
    return csv_answer("numbers", stats.COLUMNS, stats.rows(listings))


def _submit(request, listing: Listing, answer: str = "") -> HttpResponseRedirect:
    try:
        lifecycle.submit_listing(listing=listing, by=request.user, answer=answer)
        messages.success(request, in_review_words(f"“{listing}” is", request.user))
    except lifecycle.InvalidStatusError as problem:
        messages.error(request, str(problem))
    return redirect("recruiting:dashboard")


def in_review_words(what: str, user: User) -> str:
    """Say that a job was sent, and how long a review usually takes if we know."""
    text = f"{what} in review. We’ll email {user.email} with the result."
    days = review_days()
    if days:
        text += f" Reviews usually take about {days}."
    return text


def listing_action(view) -> Callable[..., HttpResponse]:
    """A button beside the user's own job. ``view`` does the action and redirects; if the job's
    status no longer allows it, the user is told so.
    """

    @require_POST
    @login_required
    @wraps(view)
    def act(request, pk) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, locked_listing(request, pk))
        except lifecycle.InvalidStatusError as problem:
            messages.error(request, str(problem))
            return redirect("recruiting:dashboard")

    return act


@listing_action
def listing_submit(request, listing) -> HttpResponse:
    form = AnswerForm(request.POST)
    if form.is_valid():
        return _submit(request, listing, form.cleaned_data["answer"])
    context = _preview_context(own_listing(request, listing.pk), ExtendForm(listing=listing))
    return render(request, "recruiting/preview.html", context | {"answer_form": form})


@listing_action
def listing_close(request, listing) -> HttpResponse:
    outcome = request.POST.get("outcome", "")
    if outcome not in dict(Listing.Outcome.employer_choices()):
        messages.error(request, "Choose how it ended.")
        return HttpResponseRedirect(
            reverse("recruiting:listing_preview", args=[listing.pk]) + "#close"
        )
    part_of_before = listing.folded_into
    lifecycle.close_listing(listing=listing, outcome=outcome, by=request.user)
    part_of_now = Listing.objects.get(pk=listing.pk).folded_into
    consequence = _describe_closing(part_of_before, part_of_now)
    messages.success(request, f"“{listing}” is closed{consequence}")
    return redirect("recruiting:dashboard")


def _describe_closing(part_of_before: Listing | None, part_of_now: Listing | None) -> str:
    """The end of the sentence. A closed job may have been part of another one that is still open,
    or have become part of a copy that is.
    """
    if part_of_before:
        return f", and “{part_of_before}” no longer shows its locations."
    if part_of_now:
        where = part_of_now.place_line or "another location"
        return f". The same job is still open in {where}, and its page stays."
    return " and no longer listed."


@listing_action
def listing_confirm(request, listing) -> HttpResponse:
    listing = lifecycle.confirm_listing(listing=listing, by=request.user)
    messages.success(
        request,
        f"“{listing}” is confirmed as open and will stay live until {listing.last_day:%-d %b %Y}.",
    )
    return redirect("recruiting:dashboard")


@listing_action
def listing_extend(request, listing) -> HttpResponse:
    form = ExtendForm(request.POST, listing=listing)
    if not form.is_valid():
        return render(
            request,
            "recruiting/preview.html",
            _preview_context(own_listing(request, listing.pk), form),
        )
    closes_on = form.cleaned_data["closes_on"]
    listing = lifecycle.confirm_listing(listing=listing, by=request.user, closes_on=closes_on)
    messages.success(request, f"“{listing}” is live until {listing.last_day:%-d %b %Y}.")
    return redirect("recruiting:dashboard")


@listing_action
def listing_copy(request, listing) -> HttpResponse:
    copy = lifecycle.copy_listing(listing=listing, by=request.user)
    messages.success(request, "This is a draft copy. Edit it, then submit it for review.")
    return redirect("recruiting:listing_edit", copy.pk)


@listing_action
def listing_repost(request, listing) -> HttpResponse:
    copy = lifecycle.repost_listing(listing=listing, by=request.user)
    messages.success(
        request,
        "This is a new job with new dates. Its history will show that it was posted before.",
    )
    return redirect("recruiting:listing_edit", copy.pk)


@listing_action
def listing_withdraw(request, listing) -> HttpResponse:
    lifecycle.withdraw_change(listing=listing, by=request.user)
    messages.success(request, f"Your change of “{listing}” was withdrawn. The job stays as it is.")
    return redirect("recruiting:listing_preview", listing.pk)


@listing_action
def listing_discard(request, listing) -> HttpResponse:
    lifecycle.discard_listing(listing=listing, by=request.user)
    messages.success(request, f"“{listing}” has been deleted.")
    return redirect("recruiting:dashboard")
