"""A company as its members see it. What only owners may do is a 404 for everybody else."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jobboard.accounts.signing_in.mailed_code import mail_code
from jobboard.common import capabilities
from jobboard.common.capabilities import AlreadyUsedError, Purpose
from jobboard.common.models import Capability
from jobboard.common.web.http import form_view, found_or_404
from jobboard.listings import lifecycle
from jobboard.listings.employers import identity
from jobboard.listings.employers.companies import (
    find_company,
    lock_company,
    record_company,
    recording_identity,
)
from jobboard.listings.models import (
    Company,
    CompanyClaim,
    CompanyLogo,
    Invitation,
    Membership,
)
from jobboard.recruiting import company_actions, proofs
from jobboard.recruiting.careers import get_boards
from jobboard.recruiting.company_actions import CompanyActionError
from jobboard.recruiting.forms.company import (
    CLAIMED,
    CompanyForm,
    InvitationForm,
    LogoForm,
    OtherWebsiteForm,
)
from jobboard.recruiting.logos.website import NoLogoError, logo_from
from jobboard.recruiting.new_companies import check_new_company
from jobboard.recruiting.posting import first_post

OTHERS_DECIDE = (
    "Other members have proven that they act for {company}, so they decide about its details. "
    "Verify your own part in it to change them."
)
INVITE_AGAIN = "Ask the company to invite you again."


def own_company(request, pk: int) -> Company:
    """Return a company the user acts for; any other does not exist for them."""
    return get_object_or_404(Company.objects.of_user(request.user).with_logo(), pk=pk)


def locked_company(request, pk: int) -> Company:
    """Lock a company the user acts for, so that they still do when the transaction ends."""
    found_or_404(lock_company, pk)
    return own_company(request, pk)


def owned_company(request, pk: int) -> Company:
    """Return a company the user decides about."""
    company = own_company(request, pk)
    if not company_actions.is_owner(request.user, company):
        raise Http404
    return company


@require_safe
@login_required
def company(request, pk) -> HttpResponse:
    return _page(request, own_company(request, pk))


def _page(request, company: Company, **forms) -> HttpResponse:
    """The page with its forms, one of which may have come back."""
    context = {
        "company": company,
        "members": company.memberships.select_related("user").order_by("part", "user__email"),
        "own": company.memberships.filter(user=request.user).first(),
        "is_owner": company_actions.is_owner(request.user, company),
        "may_edit": company_actions.may_edit(request.user, company),
        "requests": company_actions.requests_for_owners(company).select_related("user", "draft"),
        "claims": company.claims.open().exclude(field="domain"),
        "standing": company.standing,
        "has_page": company.has_page,
        "boards": get_boards(company),
        "feed_requests": company.feed_requests.all(),
        "job_emails": Membership.JobEmails.choices,
        "invitation_form": InvitationForm(),
        "logo_form": LogoForm(),
    }
    return render(request, "recruiting/company.html", context | forms)


@form_view
@login_required
def company_new(request) -> HttpResponse:
    form = CompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        company = Company()
        form.write_to(company)
        try:
            check_new_company(request, request.user)
            lifecycle.create_company(by=request.user, company=company)
        except lifecycle.TooManyCompaniesError as problem:
            form.add_error(None, str(problem))
        else:
            proofs.may_join(company=company, user=request.user)
            messages.success(request, f"{company} has been added. Now post your first job.")
            return redirect("recruiting:listing_new")
    context = {"form": form}
    if form.is_bound:
        context |= _existing_company_context(form)
    return render(request, "recruiting/company_form.html", context)


def _existing_company_context(form: CompanyForm) -> dict:
    """The company that has the typed name already, who would answer a request to join it, and the
    typed website in case it is at another domain.
    """
    company = find_company(form.typed_name)
    if company is None or company.suspended_at:
        return {}
    return {
        "known": company,
        "asks": company_actions.who_would_be_asked(company),
        "other": OtherWebsiteForm({"website": form["website"].value()}, company=company),
    }


@require_POST
@login_required
def company_join(request, pk) -> HttpResponse:
    """Ask the members of a company to join them, or tell us that it is at another domain."""
    company = get_object_or_404(Company.objects.public(), pk=pk)
    if proofs.may_join(company=company, user=request.user):
        messages.success(request, f"You’re a member of {company}.")
        return redirect("recruiting:company", company.pk)
    domain = OtherWebsiteForm(request.POST, company=company).domain
    company_actions.ask_to_join(company=company, user=request.user, domain=domain)
    if not domain:  # For a domain, the page itself says what happens next.
        messages.success(request, company_actions.describe_request(company, request.user))
    return redirect("recruiting:verify", company.pk)


@form_view
@login_required
def company_edit(request, pk) -> HttpResponse:
    company = own_company(request, pk)
    if not company_actions.may_edit(request.user, company):
        messages.error(request, OTHERS_DECIDE.format(company=company))
        return redirect("recruiting:company", company.pk)
    own_claims = company.claims.open().filter(by=request.user, field__in=CLAIMED)
    claimed = dict(own_claims.values_list("field", "value"))
    form = CompanyForm(request.POST or None, instance=company, initial=claimed)
    if request.method == "POST" and form.is_valid():
        with recording_identity(company, request.user) as locked:
            member = _editing_member(request, locked)
            claims = form.change(locked, member)
            locked.save()
        messages.success(request, _describe_save(locked, claims))
        return redirect("recruiting:company", company.pk)
    return render(request, "recruiting/company_form.html", {"form": form, "company": company})


def _editing_member(request, company: Company) -> Membership:
    """The user's membership, read again once the company is locked: it may have ended meanwhile."""
    member = get_object_or_404(company.memberships, user=request.user)
    if not company_actions.may_edit(request.user, company):
        raise Http404
    return member


def _describe_save(company: Company, claims: list[CompanyClaim]) -> str:
    if not claims:
        return f"Your changes to {company} have been saved."
    names = " and ".join(claim.get_field_display().lower() for claim in claims)
    return (
        f"Saved. The new {names} will show once we’ve reviewed it. Until then, the old one stays."
    )


def owner_action(view) -> Callable[..., HttpResponse]:
    """An action of owners on the company's page. ``view`` returns what it did, in a sentence, or a
    response. The company is locked, so that the user stays its owner meanwhile.
    """

    @require_POST
    @login_required
    @wraps(view)
    def act(request, pk, **kwargs) -> HttpResponse:
        try:
            with transaction.atomic():
                found_or_404(lock_company, pk)
                result = view(request, owned_company(request, pk), **kwargs)
        except CompanyActionError as problem:
            messages.error(request, str(problem))
            return redirect("recruiting:company", pk)
        if isinstance(result, HttpResponse):
            return result
        if result:
            messages.success(request, result)
        return redirect("recruiting:company", pk)

    return act


@owner_action
def invite(request, company) -> HttpResponse | str:
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, company, invitation_form=form)
    invitation = company_actions.invite(company=company, by=request.user, **form.cleaned_data)
    return f"Invitation sent to {invitation.email}. If they don’t get it, invite them again later."


@owner_action
def withdraw_invitation(request, company, invitation) -> str:
    withdrawn = get_object_or_404(Invitation, pk=invitation, company=company)
    company_actions.withdraw_invitation(withdrawn)
    return f"The invitation to {withdrawn.email} has been cancelled."


@owner_action
def answer_join_request(request, company, join_request) -> str:
    answered = get_object_or_404(company_actions.requests_for_owners(company), pk=join_request)
    if request.POST.get("answer") == "yes":
        first_post.accept_join_request(request=answered, by=request.user)
        return f"{answered.user} is now a member of {company}."
    company_actions.decline_join_request(request=answered, by=request.user)
    return f"We’ve told {answered.user} that their request was declined."


@owner_action
def change_member(request, company, member) -> str:
    membership = get_object_or_404(Membership, pk=member, company=company)
    part = request.POST.get("part")
    if part in Membership.Part.values:
        company_actions.change_part(membership=membership, part=part, by=request.user)
        return f"{membership.user} is now an {Membership.Part(part).label.lower()}."
    company_actions.end_membership(membership=membership, by=request.user)
    return f"{membership.user} has been removed from {company}."


@require_POST
@login_required
def leave(request, pk) -> HttpResponse:
    company = own_company(request, pk)
    try:
        company_actions.end_membership(
            membership=company.memberships.get(user=request.user), by=request.user
        )
    except CompanyActionError as problem:
        messages.error(request, str(problem))
        return redirect("recruiting:company", pk)
    messages.success(request, f"You’ve left {company}.")
    return redirect("recruiting:dashboard")


@require_POST
@login_required
def change_logo(request, pk) -> HttpResponse:
    company = owned_company(request, pk)
    if request.POST.get("do") == "remove":
        return remove_logo(request, pk)
    if request.POST.get("do") == "website":
        return logo_of_website(request, company)
    # The form encodes the picture. That takes a while, so the company is not locked yet.
    form = LogoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, company, logo_form=form)
    return store_logo(request, pk, picture=form.cleaned_data["logo"])


def logo_of_website(request, company: Company) -> HttpResponse:
    try:
        picture = logo_from(company.website)
    except NoLogoError as problem:
        messages.error(request, str(problem))
        return redirect("recruiting:company", company.pk)
    return store_logo(request, company.pk, picture=picture)


@owner_action
def remove_logo(request, company) -> str:
    CompanyLogo.objects.filter(company=company).delete()
    identity.withdraw(company, "logo", request.user)
    record_company(company, request.user, "logo removed")
    return "Logo removed."


@owner_action
def store_logo(request, company, picture: identity.Picture) -> str:
    member = company.memberships.get(user=request.user)
    if identity.change_logo(company, member, picture):
        return "Saved. The new logo will show once we’ve reviewed it."
    record_company(company, request.user, "logo changed")
    return "Logo saved."


@form_view
@never_cache
def join(request, token) -> HttpResponse:
    """The link of an invitation. Whoever is signed out signs in with a code sent to its address."""
    capability = capabilities.find(token, Purpose.INVITATION)
    if capability is None:
        raise Http404(f"{capabilities.why_not(token, Purpose.INVITATION)} {INVITE_AGAIN}")
    if capability.used_at:
        return _after_joining(request, capability)
    invitation = company_actions.get_invitation(capability)
    if invitation is None:
        raise Http404(f"This invitation has been changed or cancelled. {INVITE_AGAIN}")
    if request.method == "POST" and not request.user.is_authenticated:
        return mail_code(request, invitation.email, then=request.path)
    if request.method == "POST" and _accept(request, invitation, capability):
        return redirect("recruiting:dashboard")
    return render(request, "recruiting/join.html", {"invitation": invitation})


def _after_joining(request, capability: Capability) -> HttpResponse:
    """The link of an invitation that was accepted, opened again."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    company = company_actions.joined_company(capability, request.user)
    if company is None:
        raise Http404(f"This invitation has been used. {INVITE_AGAIN}")
    messages.info(request, f"You’re already a member of {company}.")
    return redirect("recruiting:company", company.pk)


def _accept(request, invitation: Invitation, capability: Capability) -> bool:
    try:
        company_actions.accept_invitation(
            invitation=invitation, capability=capability, by=request.user
        )
    except CompanyActionError as problem:
        messages.error(request, str(problem))
        return False
    except AlreadyUsedError:  # a double click
        return True
    messages.success(request, f"You’re now a member of {invitation.company}.")
    return True
