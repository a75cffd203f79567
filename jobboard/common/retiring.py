"""Deleting a thing that much depends on: the page says in numbers what that would delete, and
offers another one to take its place. Each app says what of its own depends on a thing.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from .admin import SiteModelAdmin


@dataclass(frozen=True)
class Use:
    """Something that depends on a thing, and what happens to it ``if_deleted``, ``if_replaced``."""

    what: str
    count: int
    if_deleted: str
    if_replaced: str = ""


# By model: each app adds a function that gives what of its own depends on an object.
USES: dict[type[Model], list[Callable[[Any], list[Use]]]] = defaultdict(list)


def get_uses(thing: Model) -> list[Use]:
    """The uses that count anything."""
    uses = []
    for find_uses in USES[type(thing)]:
        uses += [use for use in find_uses(thing) if use.count]
    return uses


class CannotRetireError(Exception):
    """Says in a sentence why it cannot be deleted or replaced."""


class SuccessorForm(forms.Form):
    """The button that was pressed, and the successor that was chosen."""

    do = forms.ChoiceField(choices=[("delete", "delete"), ("replace", "replace")])
    into: forms.ModelChoiceField = forms.ModelChoiceField(
        None, required=False, label="Replace it with"
    )

    def __init__(self, *args: Any, successors: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = successors  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        is_one_missing = data.get("do") == "replace" and not data.get("into")
        if is_one_missing and "into" not in self.errors:
            self.add_error("into", "Choose what replaces it.")
        return data


class RetiringAdmin(SiteModelAdmin):
    """Admin that deletes one thing at a time, on a page of its own."""

    def successors(self, thing: Any) -> QuerySet:
        """The objects that may take its place; none where nothing can."""
        return self.model._default_manager.none()

    def why_not_deleted(self, thing: Any) -> str:
        """A sentence that says what to do instead; '' where it can be deleted."""
        return ""

    def instead(self, thing: Any) -> list[tuple[str, str]]:
        """Other things to do: words and addresses."""
        return []

    def delete_or_replace(self, request: HttpRequest, thing: Any, into: Any) -> None:
        """Delete the thing, and put ``into`` in its place unless that is None. Raises
        CannotRetireError.
        """
        self.delete_model(request, thing)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        # A number that cannot be an id is rejected before the database sees it.
        thing = get_object_or_404(self.model, pk=_id_or_none(object_id))
        if not self.has_delete_permission(request, thing):
            raise PermissionDenied
        why_not = self.why_not_deleted(thing)
        form = SuccessorForm(_get_sent_data(request), successors=self.successors(thing))
        if request.method == "POST" and form.is_valid():
            into = form.cleaned_data["into"] if form.cleaned_data["do"] == "replace" else None
            try:
                return self._retire(request, thing, into, why_not)
            except CannotRetireError as problem:
                form.add_error(None, str(problem))
        context = self.admin_site.each_context(request) | {
            "title": f"Delete {thing}",
            "opts": self.opts,
            "original": thing,
            "uses": get_uses(thing),
            "form": form,
            "has_successors": self.successors(thing).exists(),
            "why_not": why_not,
            "instead": self.instead(thing),
        }
        return render(request, "admin/retire/delete.html", context)

    def _retire(self, request: HttpRequest, thing: Any, into: Any, why_not: str) -> HttpResponse:
        if why_not and into is None:
            raise CannotRetireError(why_not)
        name = str(thing)  # in quotes, as the admin begins messages with a capital
        self.log_deletions(request, self.model._default_manager.filter(pk=thing.pk))
        self.delete_or_replace(request, thing, into)
        if into:
            messages.success(request, f"“{name}” was replaced by “{into}”.")
        else:
            messages.success(request, f"“{name}” was deleted.")
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


def _get_sent_data(request: HttpRequest) -> QueryDict | None:
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if data.get("post") and "do" not in data:  # what Django's own page sends
        data["do"] = "delete"
    return data


def _id_or_none(text: str) -> int | None:
    is_an_id = text.isascii() and text.isdigit() and len(text) < 19
    if is_an_id:
        return int(text)
    return None
