from itertools import pairwise, zip_longest
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
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
from roles.models.completeness import placeholder_in
from roles.pay import import_survey

from .conflicts import OPENED, SEEN, Conflict, Merge, Merged, Shown, shown_by


class PositionedInline(DistinctInline):
    """Rows in the order of their position."""

    formfield_overrides = {
        TextField: {"widget": TextArea(attrs={"rows": 3, "cols": 50})},
        URLField: {"assume_scheme": "https", "widget": URLInput(attrs={"size": 24})},
    }


class VersionedForm(forms.ModelForm):
    """A form that is not saved while somebody else's change of the same text waits for the editor's
    choice.
    """

    conflicts: list[Conflict] = []

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.conflicts:
            self.add_error(
                None, "Somebody saved a change while you were editing. Choose which text to keep."
            )
        if self._is_to_be_public():
            for name in self._meta.model.TEXTS:
                if not self.cleaned_data.get(name) and name not in self.errors:
                    label = str(self.fields[name].label).lower()
                    self.add_error(name, f"Enter the {label} before you publish.")
                placeholder = placeholder_in(self.cleaned_data.get(name) or "")
                if placeholder:
                    self.add_error(name, f"Write the text for “{placeholder}” before you publish.")
        return data

    def _is_to_be_public(self) -> bool:
        data = self.cleaned_data
        return bool(data.get("published_on")) or data.get("status") == "published"


class VersionedAdmin(WithAutocomplete, SiteModelAdmin):
    """Keeps a version with each save, and shows and restores them. A form that was opened on an
    older version is merged with the newer one.
    """

    form = VersionedForm
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

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with transaction.atomic():
            if object_id:
                thing = self.get_object(request, unquote(object_id))  # locked where it is posted
                if thing:
                    context = self._versions_context(request, thing)
                    extra_context = context | (extra_context or {})
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _versions_context(self, request, thing) -> dict[str, Any]:
        """Build the context of versions; also merges what was sent with what was saved since its
        form was opened.
        """
        if not self.has_change_permission(request, thing):
            return {}
        form, formsets = self._build_unsent_forms(request, thing)
        now = shown_by(form, formsets)
        context: dict[str, Any] = {
            "opened": (OPENED, now.as_text()),
            "seen": (SEEN, now.fingerprint),
            "conflicts": [],
            "newest_version": thing.versions.select_related("by").first(),
        }
        request.merged = None
        original = Shown.from_text(request.POST.get(OPENED, ""))
        if original:
            merge = Merge(request.POST, original=original, now=now, form=form, formsets=formsets)
            merged = merge.run()
            request.merged = merged
            request.POST = merged.data
            context["opened"] = (OPENED, merged.opened.as_text())
            context["conflicts"] = merged.conflicts
        return context

    def _build_unsent_forms(
        self, request, thing
    ) -> tuple[forms.BaseForm, list[forms.BaseInlineFormSet]]:
        """The forms as they are before anybody types."""
        fields = flatten_fieldsets(self.get_fieldsets(request, thing))
        form = self.get_form(request, thing, change=True, fields=fields)(instance=thing)
        formsets = []
        for formset, inline in self.get_formsets_with_inlines(request, thing):
            rows = inline.get_queryset(request)
            prefix = formset.get_default_prefix()
            formsets.append(formset(instance=thing, prefix=prefix, queryset=rows))
        return form, formsets

    def get_form(self, request, obj=None, change=False, **kwargs) -> type[VersionedForm]:
        form = cast(type[VersionedForm], super().get_form(request, obj, change, **kwargs))
        merged: Merged | None = getattr(request, "merged", None)
        form.conflicts = []
        if merged:
            form.conflicts = merged.conflicts
        return form

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
        newest_first = list(thing.versions.select_related("by"))
        changes = []
        for new, old in pairwise(newest_first):
            changes.append(versions.differences(old.snapshot, new.snapshot))
        rows = list(zip_longest(newest_first, changes))
        return self.admin_page(
            request, "admin/roles/versions.html", thing, title="Versions", rows=rows
        )

    @method_decorator(require_POST)
    def restore(self, request, pk, version) -> HttpResponse:
        thing = self.thing(request, pk)
        version = get_object_or_404(thing.versions, pk=version)
        try:
            missing = versions.restore(version, by=request.user)
        except versions.RestoreError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.log_change(
                request, thing, f"Restored the version from {version.at:%Y-%m-%d %H:%M} UTC."
            )
            self.message_user(
                request, f"Restored the version from {version.at:%d %b %Y, %H:%M} UTC."
            )
            if missing:
                self.message_user(
                    request,
                    f"These no longer exist, so they were not restored: {', '.join(missing)}.",
                    messages.WARNING,
                )
            transaction.on_commit(import_survey.remap_titles)
        return redirect(f"admin:roles_{self.opts.model_name}_versions", pk)

    def save_model(self, request, obj, form, change) -> None:
        if change:
            versions.save_version_before_edit(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        merged: Merged | None = getattr(request, "merged", None)
        if merged and merged.is_changed:
            self.message_user(request, "Saved together with what others changed meanwhile.")
        form.instance.save()  # after its parts: their reader goes by changed_at
        versions.save_version(self.model.objects.get(pk=form.instance.pk), request.user)
