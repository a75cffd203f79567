from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jobboard.common.words import COMMON_CURRENCIES
from jobboard.listings import actions
from jobboard.listings.forms import CompanyForm, ListingForm, initial_of
from jobboard.listings.models import Company, Listing
from jobboard.listings.views.public import listing_context

PER_PAGE = 50
form_view = require_http_methods(["GET", "HEAD", "POST"])


def own_listing(request, pk: int) -> Listing:
    """A listing of a company the user acts for; anything else does not exist for them."""
    return get_object_or_404(Listing.objects.editable_by(request.user).select_related("company", "role"), pk=pk)


@require_safe
@login_required
def dashboard(request):
    companies = list(Company.objects.of_user(request.user).order_by("name"))
    listings = (
        Listing.objects.filter(company__in=companies).with_apply_clicks().for_cards().order_by("-changed_at", "-pk")
    )
    page = Paginator(listings, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "recruit/dashboard.html", {"companies": companies, "page": page})


@form_view
@login_required
def company_new(request):
    form = CompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        company = actions.create_company(by=request.user, company=form.save(commit=False))
        messages.success(request, f"{company} is here. Now its first job.")
        return redirect("recruit:listing_new")
    return render(request, "recruit/company_form.html", {"form": form})


@form_view
@login_required
def company_edit(request, pk):
    company = get_object_or_404(Company.objects.of_user(request.user), pk=pk)
    form = CompanyForm(request.POST or None, instance=company)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"{company} is up to date.")
        return redirect("recruit:dashboard")
    return render(request, "recruit/company_form.html", {"form": form, "company": company})


@form_view
@login_required
def listing_new(request):
    if not Company.objects.of_user(request.user).exists():
        messages.info(request, "First tell us which company the job is at.")
        return redirect("recruit:company_new")
    form = ListingForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            listing = actions.create_draft(
                company=data["company"], content=form.content(), submission=data["submission"], by=request.user
            )
        except actions.EditConflict as problem:
            form.add_error(None, str(problem))
        else:
            return _after_save(request, listing)
    return render(request, "recruit/listing_form.html", {"form": form, "currencies": COMMON_CURRENCIES})


@form_view
@login_required
def listing_edit(request, pk):
    listing = own_listing(request, pk)
    if not listing.is_editable and request.method != "POST":
        messages.error(request, f"“{listing}” is {listing.state.lower()} and cannot be changed.")
        return redirect("recruit:listing_preview", pk)
    form = ListingForm(request.POST or None, user=request.user, listing=listing, initial=initial_of(listing))
    if request.method == "POST" and form.is_valid():
        try:
            listing = actions.edit_listing(
                listing=listing, content=form.content(listing), version=form.cleaned_data["version"], by=request.user
            )
        except (actions.EditConflict, actions.WrongState) as problem:
            form.add_error(None, f"{problem} Open it again to see the newest version; what you typed is still here.")
        else:
            return _after_save(request, listing)
    context = {"form": form, "listing": listing, "currencies": COMMON_CURRENCIES}
    return render(request, "recruit/listing_form.html", context)


def _after_save(request, listing: Listing) -> HttpResponseRedirect:
    if request.POST.get("do") == "submit" and listing.status in (Listing.Status.DRAFT, Listing.Status.RETURNED):
        return _submit(request, listing)
    if listing.status == Listing.Status.PUBLISHED:
        messages.success(request, "The changes are public now.")
    elif listing.status == Listing.Status.IN_REVIEW:
        messages.success(request, "Saved. The job is waiting for review.")
    else:
        messages.success(request, "Saved as a draft.")
    return redirect("recruit:listing_preview", listing.pk)


@require_safe
@login_required
def listing_preview(request, pk):
    """The public page itself, before it is public, with what can be done next."""
    listing = get_object_or_404(Listing.objects.editable_by(request.user).for_page(), pk=pk)
    context = listing_context(listing) | {"preview": True, "outcomes": Listing.Outcome.said_by_employers()}
    return render(request, "recruit/preview.html", context)


@require_POST
@login_required
def listing_submit(request, pk):
    return _submit(request, own_listing(request, pk))


def _submit(request, listing: Listing) -> HttpResponseRedirect:
    try:
        actions.submit_listing(listing=listing, by=request.user)
        messages.success(request, f"“{listing}” is in review. We write to {request.user.email} when it is decided.")
    except actions.WrongState as problem:
        messages.error(request, str(problem))
    return redirect("recruit:dashboard")


@require_POST
@login_required
def listing_close(request, pk):
    listing = own_listing(request, pk)
    outcome = request.POST.get("outcome", "")
    if outcome not in dict(Listing.Outcome.said_by_employers()):
        messages.error(request, "Say how it ended.")
        return HttpResponseRedirect(reverse("recruit:listing_preview", args=[pk]) + "#close")
    try:
        actions.close_listing(listing=listing, outcome=outcome, by=request.user)
        messages.success(request, f"“{listing}” is closed and off every list.")
    except actions.WrongState as problem:
        messages.error(request, str(problem))
    return redirect("recruit:dashboard")
