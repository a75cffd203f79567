from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.csrf import csrf_exempt

from jobboard.common.web.http import form_view, is_from_this_site
from roles.models import Role, Skill

from .forms import YouForm, initial_of
from .models import KeptYou
from .said import NOBODY, You
from .visitor import Visitor, keep_in_browser, visitor_for, visitor_of

NOT_FROM_HERE = "Send this form from its own page."


@csrf_exempt  # nobody gets a cookie for opening the form; other sites are told by Origin
@form_view
def you(request: HttpRequest) -> HttpResponse:
    """Say something about yourself, or have it forgotten. An address only fills the form in."""
    if request.method == "POST" and request.POST.get("do") == "forget":
        return _forget(request)
    roles = list(Role.objects.published())
    if request.method == "POST":
        form = YouForm(request.POST, roles=roles, ticked=request.POST.getlist("skill"))
        if not is_from_this_site(request):
            form.add_error(None, NOT_FROM_HERE)
        if form.is_valid():
            return _keep(request, form)
    else:
        shown = _shown(request)
        form = YouForm(
            initial=_initial(request, shown),
            roles=roles,
            ticked=[skill.slug for skill in shown.skills],
        )
    context = {
        "form": form,
        "visitor": visitor_of(request),
        "known_skills": Skill.objects.current().order_by("name").values_list("name", flat=True),
        "back": _back(request),
        "is_saved": "saved" in request.GET,
        "is_forgotten": "forgotten" in request.GET,
    }
    return render(request, "you/you.html", context)


def _shown(request: HttpRequest) -> Visitor:
    """What was said, or in its place what the address says."""
    said = visitor_of(request)
    asked = You.from_values({name: request.GET.getlist(name) for name in request.GET})
    if not asked:
        return said
    named = {name: value for name, value in vars(asked).items() if value}
    return visitor_for(replace(said.you, **named))


def _initial(request: HttpRequest, shown: Visitor) -> dict:
    initial = initial_of(shown) | {"profile": "profile" in request.GET}
    if request.user.is_authenticated:
        initial["keep"] = KeptYou.objects.filter(user=request.user).exists()
    return initial


def _keep(request: HttpRequest, form: YouForm) -> HttpResponse:
    said = form.you
    if request.user.is_authenticated and said and form.cleaned_data["keep"]:
        KeptYou.objects.update_or_create(user=request.user, defaults={"said": said.as_cookie()})
    elif request.user.is_authenticated:
        KeptYou.objects.filter(user=request.user).delete()
    response = redirect(_back(request) or f"{reverse('you:you')}?{urlencode({'saved': 1})}")
    keep_in_browser(response, said, is_secure=settings.SITE_IS_HTTPS)
    return response


def _forget(request: HttpRequest) -> HttpResponse:
    """In the browser and in the account."""
    response = redirect(_back(request) or f"{reverse('you:you')}?{urlencode({'forgotten': 1})}")
    if is_from_this_site(request):
        if request.user.is_authenticated:
            KeptYou.objects.filter(user=request.user).delete()
        keep_in_browser(response, NOBODY, is_secure=settings.SITE_IS_HTTPS)
    return response


def _back(request: HttpRequest) -> str:
    """The page of ours that somebody came from, as the link to the form says; '' for none."""
    query: QueryDict = request.POST if request.method == "POST" else request.GET
    address = query.get("back", "")
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts=None
    )
    return address if is_ours else ""
