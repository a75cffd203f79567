"""What somebody typed into a job's form whose session had ended: it is there after signing in."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict

from jobboard.common.web.limits import DAY, HOUR, limit
from jobboard.listings.models import Company
from jobboard.recruiting.forms.job import ListingForm
from jobboard.recruiting.posting import first_post

TYPED = "typed"  # in the session: by its path, what a form sent while nobody was signed in
MAX_TYPED_FORMS = 3  # forms, of up to 50 kB each


def signed_in(view) -> Callable[..., HttpResponse]:
    """Like login_required, but a form sent after the session ended is there after signing in."""

    @wraps(view)
    def checked(request, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            limit(request, "typed signed out", most=30, seconds=HOUR)
            form = ListingForm(request.POST, companies=Company.objects.none())
            # Without the row that was removed, if that was asked for.
            data = first_post.typed(form, cast(MultiValueDict, form.data))
            keep_typed(request, data)
        return redirect_to_login(request.path)

    return checked


def keep_typed(request, data: dict[str, list[str]]) -> None:
    """Beside what other forms sent, of which the oldest goes when there are too many. For a day,
    unless somebody signs in.
    """
    kept = _typed(request)
    kept.pop(request.path, None)
    kept[request.path] = data
    request.session[TYPED] = dict(list(kept.items())[-MAX_TYPED_FORMS:])
    request.session.set_expiry(DAY)


def forget_typed(request) -> None:
    kept = _typed(request)
    if kept.pop(request.path, None):
        request.session[TYPED] = kept


def _typed(request) -> dict[str, dict[str, list[str]]]:
    kept = request.session.get(TYPED, {})
    if "path" in kept:  # of one form alone, as sessions of the release before have it
        return {kept["path"]: kept["data"]}
    return kept


def sent(request) -> MultiValueDict | None:
    """What the form sent, now or before its sender had to sign in again; None when it is opened."""
    if request.method == "POST":
        return request.POST
    data = _typed(request).get(request.path)
    if data is None:
        return None
    messages.info(
        request, "You’re signed in again and we’ve kept what you typed. Check it, then save."
    )
    return MultiValueDict(data)
