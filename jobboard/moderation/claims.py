"""Deciding who a company is: what its members want to change, and who else says it is theirs."""

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
from .evidence import shortened

PAST_SHOWN = 20


class ClaimForm(forms.Form):
    """``do`` names the decision; refusing takes a reason, two companies take another name."""

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
        is_known = do == "undo" or (do in self.FOR_DISPUTES) == (self.claim.field == Field.DOMAIN)
        if do and not is_known:
            self.add_error("do", "Choose one of the buttons.")
        if do in ("refuse", "turn_down") and not data.get("reason"):
            self.add_error("reason", "Enter a reason.")
        if do == "another" and not data.get("name"):
            self.add_error("name", "Enter a name that differs from the other company’s.")
        return data

    def carry_out(self, by: User) -> str:
        """Returns what to say. Raises DecidedError and NameTakenError."""
        data, claim = self.cleaned_data, self.claim
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
    """``can_undo``, or why not, where an editor decided it."""

    claim: CompanyClaim
    can_undo: bool = False
    why_not: str = ""

    @property
    def words(self) -> str:
        """“name “Acme Labs” declined by ed@example.com. Reason: Not you. Undone on 3 May 2026.”"""
        claim = self.claim
        said = [f"{self._what} {claim.get_outcome_display().lower()}{self._by}."]
        if claim.reason:
            said.append(f"Reason: {claim.reason}")
        if claim.undone_at:
            undone_by = f" by {claim.undone_by}" if claim.undone_by else ""
            said.append(f"Undone on {claim.undone_at:%-d %b %Y}{undone_by}.")
        return " ".join(said)

    @property
    def _what(self) -> str:
        name = self.claim.get_field_display().lower()
        if self.claim.field == Field.LOGO:
            return name
        return f"{name} “{shortened(self.claim.value) or 'none'}”"

    @property
    def _by(self) -> str:
        if self.claim.decided_by:
            return f" by {self.claim.decided_by}"
        return ""


def undoable_claim(user: User) -> CompanyClaim | None:
    """What ``user`` decided last of a company, a moment ago, if that can be taken back."""
    if not user.has_perm(CHANGE_COMPANIES):
        return None
    decided = CompanyClaim.objects.decided().select_related("company")
    last = decided.filter(decided_by=user, decided_at__gt=timezone.now() - UNDO_OFFERED).first()
    if last is None or not undo_claims.is_decided(last):
        return None
    if undo_claims.why_not(last, last.company):
        return None
    return last


def _past(claim: CompanyClaim, company: Company) -> PastClaim:
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
    """All that waits about one company, with what speaks for and against it."""
    _check_may_decide(request.user)
    company = get_object_or_404(Company.objects.with_logo(), pk=pk)
    refused = None
    if request.method == "POST":
        pk_of_claim = request.POST.get("claim", "")
        claim = company.claims.filter(pk=pk_of_claim if pk_of_claim.isdecimal() else 0).first()
        if claim is None:
            messages.error(request, "This change has been withdrawn meanwhile.")
            return redirect("moderation_claims", company.pk)
        refused = ClaimForm(request.POST, claim=claim)
        if refused.is_valid() and _decide(request, refused):
            if identity.waiting().filter(company=company).exists():
                return redirect("moderation_claims", company.pk)
            return redirect(f"{reverse('moderation_inbox')}?kind=claims")
    return render(request, "moderation/claims.html", _context(company, refused))


def _decide(request, form: ClaimForm) -> bool:
    try:
        with with_right(request.user, CHANGE_COMPANIES, company=form.claim.company):
            done = form.carry_out(request.user)
        messages.success(request, done)
    except (DecidedError, CompanyActionError, TooManyCompaniesError, InvalidStatusError) as problem:
        messages.error(request, str(problem))
    except NameTakenError as problem:
        form.add_error("name", str(problem))
        return False
    return True


def _context(company: Company, refused: ClaimForm | None) -> dict:
    known = Lookalikes()

    def form_of(claim: CompanyClaim) -> ClaimForm:
        if refused and refused.claim == claim:
            return refused
        return ClaimForm(claim=claim)

    changes = company.claims.open().exclude(field=Field.DOMAIN)
    sides = disputes.sides_of(company)
    return {
        "company": company,
        "standing": company.standing,
        "changes": [
            (claim, identity.risks_of_claim(claim, known), form_of(claim)) for claim in changes
        ],
        "sides": [side | {"form": form_of(side["claim"])} for side in sides],
        "members": company.memberships.select_related("user").order_by("part", "user__email"),
        "past": [_past(claim, company) for claim in company.claims.decided()[:PAST_SHOWN]],
    }


@may_moderate
@require_safe
def claim_logo(request, pk: int) -> HttpResponse:
    """A picture that waits, for whoever decides."""
    _check_may_decide(request.user)
    waiting_ones = CompanyClaim.objects.filter(field=Field.LOGO, picture__isnull=False)
    claim = get_object_or_404(waiting_ones, pk=pk)
    return HttpResponse(bytes(claim.picture or b""), content_type="image/webp")
