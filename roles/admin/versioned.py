from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextField, URLField
from django.forms import URLInput
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from jobboard.common.admin import (
    DistinctInline,
    SiteModelAdmin,
    TextArea,
    WithAutocomplete,
)
from roles import versions
from roles.pay import import_survey


class PositionedInline(DistinctInline):
    """Rows in the order of their position."""

    formfield_overrides = {
        TextField: {"widget": TextArea(attrs={"rows": 3, "cols": 50})},
        URLField: {"assume_scheme": "https", "widget": URLInput(attrs={"size": 24})},
    }


class VersionedAdmin(WithAutocomplete, SiteModelAdmin):
    """Keeps a version with each save, and shows and restores them."""

    change_form_template = "admin/roles/versioned_change_form.html"
    formfield_overrides = {TextField: {"widget": TextArea(attrs={"rows": 12, "cols": 100})}}

    def get_urls(self) -> list[URLPattern]:
        name = self.opts.model_name
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/versions/", view(self.versions), name=f"roles_{name}_versions"),
            path(
                "<int:pk>/versions/<int:version>/restore/",
                view(self.restore),
                name=f"roles_{name}_restore",
            ),
            *super().get_urls(),
        ]

    def thing(self, request, pk) -> Any:
        """The object that an editor may change. Raises Http404 and PermissionDenied."""
        thing = get_object_or_404(self.model, pk=pk)
        if not self.has_change_permission(request, thing):
            raise PermissionDenied
        return thing

    def admin_page(self, request, template, thing, **context) -> HttpResponse:
        context |= {"original": thing, "opts": self.opts, "title": f"{context['title']}: {thing}"}
        return render(request, template, self.admin_site.each_context(request) | context)

    @method_decorator(require_safe)
    def versions(self, request, pk) -> HttpResponse:
        thing = self.thing(request, pk)
        kept = list(thing.versions.select_related("by"))
        before = [version.snapshot for version in kept[1:]]
        changes = [
            versions.differences(old, new.snapshot) for old, new in zip(before, kept, strict=False)
        ]
        rows = list(zip_longest(kept, changes))
        return self.admin_page(
            request, "admin/roles/versions.html", thing, title="Versions", rows=rows
        )

    @method_decorator(require_POST)
    def restore(self, request, pk, version) -> HttpResponse:
        thing = self.thing(request, pk)
        version = get_object_or_404(thing.versions, pk=version)
        try:
            gone = versions.restore(version, by=request.user)
        except versions.CannotRestore as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.log_change(
                request, thing, f"Restored the version from {version.at:%Y-%m-%d %H:%M} UTC."
            )
            self.message_user(
                request, f"Restored the version from {version.at:%d %b %Y, %H:%M} UTC."
            )
            if gone:
                self.message_user(
                    request,
                    f"These no longer exist, so they were not restored: {', '.join(gone)}.",
                    messages.WARNING,
                )
            transaction.on_commit(import_survey.follow_names)
        return redirect(f"admin:roles_{self.opts.model_name}_versions", pk)

    def save_model(self, request, obj, form, change) -> None:
        if change:
            versions.keep_before_edit(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.save()  # after its parts: their reader goes by changed_at
        versions.keep(self.model.objects.get(pk=form.instance.pk), request.user)
