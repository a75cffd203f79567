from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.csrf import csrf_exempt

from jobboard.common.web.http import form_view, is_from_this_site
from roles.models import Role, Skill

from .forms import YouForm, get_initial
from .models import KeptYou
from .said import NOBODY, You
from .visitor import Visitor, keep_in_browser, visitor_for, visitor_of

NOT_FROM_HERE = "Send this form from its own page."


@csrf_exempt  # nobody gets a cookie for opening the form; other sites are told by Origin
@form_view
def you(request: HttpRequest) -> HttpResponse:
    """Say something about yourself, add the skills of a profile, or have all of it forgotten. An
    address only fills the form in.
    """
    if request.method == "POST" and request.POST.get("do") == "forget":
        return _forget(request)
    roles = list(Role.objects.published())
    if request.method == "POST":
        form = _build_sent_form(request, roles)
        if not is_from_this_site(request):
            form.add_error(None, NOT_FROM_HERE)
        if form.is_valid():
            return _keep(request, form)
    else:
        form = _build_filled_form(request, roles)
    context = {
        "form": form,
        "visitor": visitor_of(request),
        "known_skills": Skill.objects.current().order_by("name").values_list("name", flat=True),
        "back": _get_back(request),
        "is_saved": "saved" in request.GET,
        "is_forgotten": "forgotten" in request.GET,
    }
    return render(request, "you/you.html", context)


def _build_sent_form(request: HttpRequest, roles: list[Role]) -> YouForm:
    """The form with what was typed; with “profile” what was said before, and the skills of a role
    added.
    """
    if request.POST.get("do") != "profile":
        return YouForm(request.POST, roles=roles, ticked=request.POST.getlist("skill"))
    visitor = visitor_of(request)
    role = _find_role(request.POST)
    data = _build_initial(request, visitor)
    if role and not visitor.role:
        data["role"] = role.slug
    return YouForm(data, roles=roles, ticked=_with_profile(visitor, role))


def _build_filled_form(request: HttpRequest, roles: list[Role]) -> YouForm:
    """The form with what was said and what the address says; its “profile” ticks the skills of its
    role.
    """
    visitor = visitor_of(request)
    from_query = You.from_values({name: request.GET.getlist(name) for name in request.GET})
    changes = {name: value for name, value in vars(from_query).items() if value}
    role = None
    if "profile" in request.GET:
        role = _find_role(request.GET) or visitor.role
        if visitor.role:
            changes.pop("role", None)
    if changes:
        visitor = visitor_for(replace(visitor.you, **changes))
    initial = _build_initial(request, visitor)
    return YouForm(initial=initial, roles=roles, ticked=_with_profile(visitor, role))


def _find_role(values: QueryDict) -> Role | None:
    return visitor_for(You.from_values({"role": values.getlist("role")})).role


def _with_profile(visitor: Visitor, role: Role | None) -> list[str]:
    """Slugs of the skills they named and of those in the profile of ``role``."""
    slugs = [skill.slug for skill in visitor.skills]
    if role:
        profile = role.profile
        slugs += [item.skill.slug for item in (*profile.skills, *profile.tools)]
    return list(dict.fromkeys(slugs))


def _build_initial(request: HttpRequest, visitor: Visitor) -> dict:
    initial = get_initial(visitor)
    if request.user.is_authenticated:
        initial["keep"] = KeptYou.objects.filter(user=request.user).exists()
    return initial


def _keep(request: HttpRequest, form: YouForm) -> HttpResponse:
    """Save it in the account or in the browser, never in both: what is forgotten in the account
    would still be in the cookies of other devices.
    """
    in_browser = form.you
    if request.user.is_authenticated and form.you and form.cleaned_data["keep"]:
        values = {"said": form.you.as_cookie(), "kept_at": timezone.now()}
        KeptYou.objects.update_or_create(user=request.user, defaults=values)
        in_browser = NOBODY
    elif request.user.is_authenticated:
        KeptYou.objects.filter(user=request.user).delete()
    response = redirect(_get_back(request) or f"{reverse('you:you')}?{urlencode({'saved': 1})}")
    keep_in_browser(response, in_browser, is_secure=settings.SITE_IS_HTTPS)
    return response


def _forget(request: HttpRequest) -> HttpResponse:
    """Delete it in the browser and in the account."""
    own_url = f"{reverse('you:you')}?{urlencode({'forgotten': 1})}"
    response = redirect(_get_back(request) or own_url)
    if is_from_this_site(request):
        if request.user.is_authenticated:
            KeptYou.objects.filter(user=request.user).delete()
        keep_in_browser(response, NOBODY, is_secure=settings.SITE_IS_HTTPS)
    return response


def _get_back(request: HttpRequest) -> str:
    """The page of ours that somebody came from, as the link to the form says; '' for none."""
    query: QueryDict = request.GET
    if request.method == "POST":
        query = request.POST
    address = query.get("back", "")
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts=None
    )
    if is_ours:
        return address
    return ""
