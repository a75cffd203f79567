"""Keeps what somebody typed into a job's form after their session ended, until they sign in."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict

from jobboard.common.web.limits import DAY, HOUR, check_rate_limit
from jobboard.listings.models import Company
from jobboard.recruiting.forms.job import ListingForm
from jobboard.recruiting.posting import first_post

TYPED = "typed"  # in the session: by its path, what a form sent while nobody was signed in
MAX_TYPED_FORMS = 3  # forms, of up to 50 kB each


def login_required_keeping_input(view) -> Callable[..., HttpResponse]:
    """Like ``login_required``, but if the session has expired, the submitted form data is restored
    after the user signs in again.
    """

    @wraps(view)
    def checked(request, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            check_rate_limit(request, "typed signed out", max_count=30, seconds=HOUR)
            form = ListingForm(request.POST, companies=Company.objects.none())
            # ``form.data``, not ``request.POST``: the form may have added or removed a row.
            data = first_post.pick_typed(form, cast(MultiValueDict, form.data))
            save_typed(request, data)
        return redirect_to_login(request.path)

    return checked


def save_typed(request, data: dict[str, list[str]]) -> None:
    """Save ``data`` in the session for a day, beside that of other forms. If there are too many
    forms, the oldest is dropped.
    """
    forms = _saved_forms(request)
    forms.pop(request.path, None)
    forms[request.path] = data
    request.session[TYPED] = dict(list(forms.items())[-MAX_TYPED_FORMS:])
    request.session.set_expiry(DAY)


def delete_typed(request) -> None:
    forms = _saved_forms(request)
    if forms.pop(request.path, None):
        request.session[TYPED] = forms


def _saved_forms(request) -> dict[str, dict[str, list[str]]]:
    """The saved data by the path of its form."""
    forms = request.session.get(TYPED, {})
    if "path" in forms:  # Sessions of the release before hold a single form.
        return {forms["path"]: forms["data"]}
    return forms


def submitted_data(request) -> MultiValueDict | None:
    """Return what the form sent now, or before the user had to sign in again; None for a new
    form.
    """
    if request.method == "POST":
        return request.POST
    data = _saved_forms(request).get(request.path)
    if data is None:
        return None
    messages.info(
        request, "You’re signed in again and we’ve kept what you typed. Check it, then save."
    )
    return MultiValueDict(data)
