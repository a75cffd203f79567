"""A member proves here that they act for a company, in several ways and by a mailed link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from jobboard.common import capabilities
from jobboard.common.capabilities import AlreadyUsedError, Purpose
from jobboard.common.hosts.domains import why_worthless
from jobboard.common.models import Capability
from jobboard.common.web.http import form_view, found_or_404
from jobboard.listings.employers import identity
from jobboard.listings.employers.companies import lock_company
from jobboard.listings.models import Company
from jobboard.recruiting import company_actions, proofs
from jobboard.recruiting.company_actions import CompanyActionError
from jobboard.recruiting.forms.company import OtherWebsiteForm, VerificationForm


@form_view
@login_required
def verify(request, pk) -> HttpResponse:
    """The ways to prove that one acts for the company, and each of them."""
    company = _company_to_prove(request, pk)
    if request.method != "POST":
        return _ways(request, company, VerificationForm())
    way = request.POST.get("way", "mail")
    if way == "website":
        return _say_where_it_is(request, company)
    form = VerificationForm(request.POST)
    is_by_mail = way not in ("account", *proofs.How.values)
    if is_by_mail and not form.is_valid():
        return _ways(request, company, form)
    try:
        with transaction.atomic():
            found_or_404(lock_company, pk)
            done = _prove(request, _company_to_prove(request, pk), way, form)
    except CompanyActionError as problem:
        messages.error(request, str(problem))
        return redirect("recruiting:verify", pk)
    messages.success(request, done)
    return redirect("recruiting:verify", pk)


def _say_where_it_is(request, company: Company) -> HttpResponse:
    """Record that somebody who asked to join says that the company is theirs, and at another
    domain.
    """
    if company.memberships.filter(user=request.user).exists():
        return redirect("recruiting:company_edit", company.pk)
    form = OtherWebsiteForm(request.POST, company=company)
    if not form.is_valid():
        return _ways(request, company, VerificationForm(), form)
    company_actions.ask_to_join(company=company, user=request.user, domain=form.domain)
    return redirect("recruiting:verify", company.pk)


def _company_to_prove(request, pk: int) -> Company:
    company = get_object_or_404(Company.objects.with_logo(), pk=pk)
    if not proofs.may_prove(request.user, company):
        raise Http404
    return company


def _ways(
    request, company: Company, form: VerificationForm, other: OtherWebsiteForm | None = None
) -> HttpResponse:
    claims = company.claims.disputes().filter(by=request.user)
    worthless = ""
    if company.domain:
        worthless = why_worthless(company.domain)
    context = {
        "other_form": other or OtherWebsiteForm(company=company),
        "claimed": claims.values_list("value", flat=True).first(),
        "company": company,
        "own": company.memberships.filter(user=request.user).first(),
        "verification_form": form,
        "standing": company.standing,
        "worthless": worthless,
        "mail_host": proofs.mail_host(company),
        "own_host": proofs.proven_host(request.user, company),
        "domain": identity.provable_domain(company),
        "token": proofs.get_token(company, request.user),
        "record": proofs.RECORD,
        "path": proofs.PATH,
        "meta": proofs.META,
        "checks": {check.how: check for check in company.domain_checks.filter(user=request.user)},
    }
    return render(request, "recruiting/verify.html", context)


def _prove(request, company: Company, way: str, form: VerificationForm) -> str:
    """Try to prove it; returns what to say. Raises CompanyActionError."""
    if way == "account":
        if not proofs.prove_by_account(company=company, user=request.user):
            raise CompanyActionError(
                f"{request.user.email} is not an address of {company}’s domain."
            )
        return f"{company} is verified by your email address."
    if way in proofs.How.values:
        proofs.ask_for_check(company=company, user=request.user, how=way)
        return "We’re looking now. Reload this page in a minute to see what we found."
    name = form.cleaned_data["name"]
    email = proofs.mail_verification(company=company, name=name, by=request.user)
    return (
        f"We’ve sent a link to {email}. Open it in this browser to verify {company}. "
        "If it doesn’t arrive, try again later."
    )


@form_view
@never_cache
def verified(request, token) -> HttpResponse:
    """The mail to the company's domain leads here; the button proves that it was read."""
    capability = capabilities.find(token, Purpose.VERIFICATION)
    if capability is None:
        raise Http404(capabilities.why_not(token, Purpose.VERIFICATION))
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    company = proofs.get_company_from_token(capability)
    if company is None:
        raise Http404(
            "This link no longer works. The company’s name, website or owner has changed. Ask for "
            "a new link on the company’s page."
        )
    if capability.user != request.user:
        raise Http404(
            "This link is for the person who asked for it. Sign in as them, and open it again."
        )
    if capability.used_at and not company.verified_by:
        raise Http404(
            "This link has been used, and the company is no longer verified. Ask for a new link on "
            "the company’s page."
        )
    if request.method == "POST":
        return _verify(request, company, capability)
    return render(request, "recruiting/verified.html", {"company": company, "by": capability.user})


def _verify(request, company: Company, capability: Capability) -> HttpResponse:
    try:
        proofs.verify_by_mail(company=company, capability=capability)
    except CompanyActionError:  # the company was changed meanwhile, and the page says that
        return redirect(request.path)
    except AlreadyUsedError:  # a double click
        pass
    messages.success(request, f"{company} is verified. Its jobs now show a badge.")
    return redirect("recruiting:dashboard")
