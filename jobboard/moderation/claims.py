"""Decisions on who a company is: changes by its members, and disputes with somebody else."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jobboard.accounts.models import User
from jobboard.listings.employers import identity, undo_claims
from jobboard.listings.employers.claim_risks import risks_of_claim
from jobboard.listings.employers.identity import DecidedError, Field
from jobboard.listings.employers.lookalikes import Lookalikes
from jobboard.listings.lifecycle import InvalidStatusError, TooManyCompaniesError
from jobboard.listings.models import Company, CompanyClaim
from jobboard.listings.rights import CHANGE_COMPANIES, with_right
from jobboard.recruiting import disputes
from jobboard.recruiting.company_actions import CompanyActionError
from jobboard.recruiting.disputes import NameTakenError

from .access import may_moderate
from .decisions import UNDO_OFFERED
from .evidence import shorten_claim

MAX_PAST_SHOWN = 20


class ClaimForm(forms.Form):
    """Checks a decision about a claim, ``do``. Refusing needs a reason, a second company needs a
    name.
    """

    DECISIONS = ["approve", "refuse", "give", "another", "turn_down", "undo"]
    FOR_DISPUTES = {"give", "another", "turn_down"}

    do = forms.ChoiceField(choices=[(name, name) for name in DECISIONS])
    reason = forms.CharField(max_length=300, required=False)
    name = forms.CharField(max_length=120, required=False)

    def __init__(self, *args, claim: CompanyClaim, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.claim = claim
        self.auto_id = f"id_%s_{claim.pk}"

    def clean(self) -> dict:
        data = self.cleaned_data
        do = data.get("do")
        is_dispute = self.claim.field == Field.DOMAIN
        if do and do != "undo" and (do in self.FOR_DISPUTES) != is_dispute:
            self.add_error("do", "Choose one of the buttons.")
        if do in ("refuse", "turn_down") and not data.get("reason"):
            self.add_error("reason", "Enter a reason.")
        if do == "another" and not data.get("name"):
            self.add_error("name", "Enter a name that differs from the other company’s.")
        return data

    def carry_out(self, by: User) -> str:
        """Returns the message for the editor. Raises DecidedError and NameTakenError."""
        data = self.cleaned_data
        claim = self.claim
        match data["do"]:
            case "approve":
                identity.approve(claim=claim, by=by)
                return "The change is live."
            case "refuse":
                identity.refuse(claim=claim, reason=data["reason"], by=by)
                return "The change was declined."
            case "undo":
                undo_claims.undo(claim=claim, by=by)
                return "The decision was undone. The change is in review again."
            case "give":
                disputes.give_to(claim=claim, by=by)
                return f"{claim.by} decides about {claim.company} now."
            case "another":
                new = disputes.make_another(claim=claim, name=data["name"], by=by)
                return f"{new} is a company of its own now."
            case _:
                disputes.turn_down(claim=claim, reason=data["reason"], by=by)
                return "The request was declined."


@dataclass(frozen=True)
class PastClaim:
    """A closed claim. ``why_not`` says why a decision of an editor cannot be undone."""

    claim: CompanyClaim
    can_undo: bool = False
    why_not: str = ""

    @property
    def description(self) -> str:
        """“name “Acme Labs” declined by ed@example.com. Reason: Not you. Undone on 3 May 2026.”"""
        claim = self.claim
        outcome = claim.get_outcome_display().lower()
        sentences = [f"{self._subject} {outcome}{_by(claim.decided_by)}."]
        if claim.reason:
            sentences.append(f"Reason: {claim.reason}")
        if claim.undone_at:
            sentences.append(f"Undone on {claim.undone_at:%-d %b %Y}{_by(claim.undone_by)}.")
        return " ".join(sentences)

    @property
    def _subject(self) -> str:
        name = self.claim.get_field_display().lower()
        if self.claim.field == Field.LOGO:
            return name
        return f"{name} “{shorten_claim(self.claim.value) or 'none'}”"


def _by(user: User | None) -> str:
    if user:
        return f" by {user}"
    return ""


def undoable_claim(user: User) -> CompanyClaim | None:
    """The last decision of ``user`` on a company, if it is recent and can be undone."""
    if not user.has_perm(CHANGE_COMPANIES):
        return None
    decided = CompanyClaim.objects.decided().select_related("company")
    last = decided.filter(decided_by=user, decided_at__gt=timezone.now() - UNDO_OFFERED).first()
    if last is None or not undo_claims.is_decided(last):
        return None
    if undo_claims.why_not(last, last.company):
        return None
    return last


def _get_past_claim(claim: CompanyClaim, company: Company) -> PastClaim:
    if not undo_claims.is_decided(claim):
        return PastClaim(claim)
    reason = undo_claims.why_not(claim, company)
    return PastClaim(claim, can_undo=not reason, why_not=reason)


def _check_may_decide(user) -> None:
    if not user.has_perm(CHANGE_COMPANIES):
        raise PermissionDenied


@may_moderate
@require_http_methods(["GET", "HEAD", "POST"])
def claims(request, pk: int) -> HttpResponse:
    """Show all open claims of one company, with the evidence for and against each."""
    _check_may_decide(request.user)
    company = get_object_or_404(Company.objects.with_logo(), pk=pk)
    form = None
    if request.method == "POST":
        claim = _get_claim(company, request.POST.get("claim", ""))
        if claim is None:
            messages.error(request, "This change has been withdrawn meanwhile.")
            return redirect("moderation_claims", company.pk)
        form = ClaimForm(request.POST, claim=claim)
        if form.is_valid() and _decide(request, form):
            if identity.waiting().filter(company=company).exists():
                return redirect("moderation_claims", company.pk)
            return redirect(f"{reverse('moderation_inbox')}?kind=claims")
    return render(request, "moderation/claims.html", _context(company, form))


def _get_claim(company: Company, pk: str) -> CompanyClaim | None:
    if pk.isdecimal():
        return company.claims.filter(pk=pk).first()
    return None


def _decide(request, form: ClaimForm) -> bool:
    try:
        with with_right(request.user, CHANGE_COMPANIES, company=form.claim.company):
            message = form.carry_out(request.user)
        messages.success(request, message)
    except (DecidedError, CompanyActionError, TooManyCompaniesError, InvalidStatusError) as problem:
        messages.error(request, str(problem))
    except NameTakenError as problem:
        form.add_error("name", str(problem))
        return False
    return True


def _context(company: Company, invalid_form: ClaimForm | None) -> dict:
    """Build the context of the page: each claim with its form; with the invalid one if that is
    about it.
    """
    lookalikes = Lookalikes()

    def get_form(claim: CompanyClaim) -> ClaimForm:
        if invalid_form and invalid_form.claim == claim:
            return invalid_form
        return ClaimForm(claim=claim)

    changes = []
    for claim in company.claims.open().exclude(field=Field.DOMAIN):
        changes.append((claim, risks_of_claim(claim, lookalikes), get_form(claim)))
    sides = disputes.get_sides(company)
    for side in sides:
        side["form"] = get_form(side["claim"])
    past_claims = company.claims.decided()[:MAX_PAST_SHOWN]
    return {
        "company": company,
        "standing": company.standing,
        "changes": changes,
        "sides": sides,
        "members": company.memberships.select_related("user").order_by("part", "user__email"),
        "past": [_get_past_claim(claim, company) for claim in past_claims],
    }


@may_moderate
@require_safe
def claim_logo(request, pk: int) -> HttpResponse:
    """A proposed logo, for those who decide about it."""
    _check_may_decide(request.user)
    claims_of_logos = CompanyClaim.objects.filter(field=Field.LOGO, picture__isnull=False)
    claim = get_object_or_404(claims_of_logos, pk=pk)
    return HttpResponse(bytes(claim.picture or b""), content_type="image/webp")
