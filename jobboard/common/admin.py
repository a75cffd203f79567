from collections.abc import Iterable
from itertools import product
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import connection
from django.db.models import F, Model, QuerySet, UniqueConstraint, URLField
from django.forms import Textarea
from django.http import HttpRequest
from django.utils import timezone

from . import mail
from .mailing import suppression
from .models import Capability, Email, SecurityEvent, SuppressedAddress
from .text.words import plural

MAX_ID_LENGTH = 19  # digits of what a database holds
LAST_YEAR = 9998  # the year after it is still a date
# What the filters of a list ask of the field they are for.
FILTER_LOOKUPS = ("", "__exact", "__isnull", "__isempty", "__id__exact")
DATE_LOOKUPS = ("__year", "__month", "__day")


class TextArea(Textarea):
    """Browsers end lines with two characters; what is stored, shipped and compared has one."""

    def value_from_datadict(self, data, files, name) -> str | None:
        value = super().value_from_datadict(data, files, name)
        if value:
            return value.replace("\r\n", "\n")
        return value


class _OnlyIds:
    """Django looks objects up by what was sent, even if it was rejected for not being an id."""

    def optgroups(self, name, value, attrs=None) -> list:
        ids = [pk for pk in value if str(pk).isdecimal() and len(str(pk)) < MAX_ID_LENGTH]
        return super().optgroups(name, ids, attrs)  # type: ignore[misc]  # of the widget beside it


class OneById(_OnlyIds, AutocompleteSelect):
    pass


class SomeByIds(_OnlyIds, AutocompleteSelectMultiple):
    pass


class SiteModelAdmin(admin.ModelAdmin):
    """The base of every admin here; a test checks that."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow only what the filters of the list ask. Django lets any column of the model through,
        also those that no page shows, by any comparison: such as secrets, sign by sign.
        """
        if "\0" in value or _is_too_large(value):
            return False
        if lookup in _with_lookups([self.date_hierarchy], DATE_LOOKUPS):
            return value.isdecimal() and int(value) <= LAST_YEAR
        names = [_get_parameter(list_filter) for list_filter in self.get_list_filter(request)]
        if lookup not in _with_lookups(names, FILTER_LOOKUPS):
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request, queryset, search_term):
        # Autocompletion hands on what PostgreSQL cannot compare.
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def get_deleted_objects(self, objs, request):
        """Allow what is deleted along to whoever has every right: that nobody deletes jobs or log
        entries by hand is no reason to tell a superuser of a missing permission.
        """
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        if request.user.is_superuser:
            perms_needed &= {self.opts.verbose_name}
        return deleted, counts, perms_needed, protected

    def get_object(self, request, object_id, from_field=None) -> Model | None:
        """The row; locked and read again if it is about to be changed, because the whole of it is
        saved.
        """
        if "\0" in object_id:
            return None
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not connection.in_atomic_block:
            return row
        list(self.model._base_manager.select_for_update().filter(pk=row.pk))
        return super().get_object(request, object_id, from_field)


def _is_too_large(value: str) -> bool:
    number = value.strip().lstrip("+-")
    return number.isdecimal() and len(number) >= MAX_ID_LENGTH


def _get_parameter(list_filter: Any) -> str:
    if isinstance(list_filter, type) and issubclass(list_filter, admin.SimpleListFilter):
        return list_filter.parameter_name or ""
    if isinstance(list_filter, tuple):
        return list_filter[0]
    return list_filter


def _with_lookups(names: Iterable[str | None], lookups: Iterable[str]) -> set[str]:
    return {f"{name}{lookup}" for name, lookup in product(filter(None, names), lookups)}


class WithAutocomplete(admin.options.BaseModelAdmin):
    """Mixin for an admin or its inline with ``autocomplete_fields``."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = OneById(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SomeByIds(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class DistinctRows(forms.BaseInlineFormSet):
    """Finds rows that are equal by a rule of the database before it does.

    Django compares new rows with those that are stored, and with each other, only by what was typed
    and by rules that name plain fields.
    """

    def clean(self) -> None:
        super().clean()
        for names in get_unique_rules(self.model):  # type: ignore[arg-type]  # it has one
            self._check_equal_rows(names)

    def _check_equal_rows(self, names: tuple[str, ...]) -> None:
        seen = set()
        for form in self.forms:
            is_left_out = form.errors or (not form.has_changed() and not form.instance.pk)
            if is_left_out or form in self.deleted_forms:
                continue
            values = tuple(getattr(form.instance, name) for name in names)
            if None in values:
                continue
            if values in seen:
                form.add_error(None, "This row is the same as another one. Remove one of them.")
            elif not form.instance.pk and self._was_added_meanwhile(names, values):
                form.add_error(None, "This row is already saved. Remove it here.")
            seen.add(values)

    def _was_added_meanwhile(self, names: tuple[str, ...], values: tuple) -> bool:
        shown = [form.instance.pk for form in self.initial_forms]
        rows = self.model._default_manager  # type: ignore[union-attr]  # it has one
        equal = rows.filter(**dict(zip(names, values, strict=True)))
        return equal.exclude(pk__in=shown).exists()


def get_unique_rules(model: type[Model]) -> list[tuple[str, ...]]:
    """Return, for each rule that no two rows are equal, the attributes that it compares."""
    fields = [field for field in model._meta.fields if not field.primary_key]
    rules = [[field.name] for field in fields if field.unique]
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None:
            # None of a model with rows in a form compares anything but fields.
            plain = [item for item in constraint.expressions if isinstance(item, F)]
            names = [item.name for item in plain]  # type: ignore[attr-defined]  # F has it
            rules.append([*constraint.fields, *names])
    attributes = {field.name: field.attname for field in fields}
    return [tuple(map(attributes.__getitem__, names)) for names in rules]


class DistinctInline(WithAutocomplete, admin.TabularInline):
    """Rows that an editor adds, of which no two may be equal."""

    formset = DistinctRows
    extra = 0


class SeenBySuperusers(admin.options.BaseModelAdmin):
    """No permission shows it to other staff."""

    def has_module_permission(self, request) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser


class ForSuperusers(SeenBySuperusers):
    """Mixin for rows that decide who somebody is: no permission opens it to other staff."""

    def has_add_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser


class ReadOnlyAdmin(SiteModelAdmin):
    """Admin of rows that commands compute or import: to look at, not to type in."""

    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Email)
class EmailAdmin(SeenBySuperusers, ReadOnlyAdmin):
    """Emails, also those that could not be sent. The text is not shown: it may hold a code."""

    list_display = ["to", "subject", "state", "created_at", "next_try_at", "problem"]
    list_filter = ["state", "purpose"]
    search_fields = ["to", "subject"]
    date_hierarchy = "created_at"
    exclude = ["text", "headers"]
    actions = ["send_again", "cancel"]

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("common.change_email")

    @admin.action(permissions=["steer"], description="Send again now (waiting and failed emails)")
    def send_again(self, request: HttpRequest, queryset: QuerySet[Email]) -> None:
        # Without a text it was sent, or held a code that is too old.
        emails = queryset.exclude(state=Email.State.SENT).exclude(text="")
        for email in emails:
            mail.send_again(email)
            self.log_change(request, email, "Sent again.")
        messages.success(request, f"{plural(len(emails), 'email')} will be sent now.")

    @admin.action(permissions=["steer"], description="Cancel (waiting emails)")
    def cancel(self, request: HttpRequest, queryset: QuerySet[Email]) -> None:
        emails = queryset.filter(state=Email.State.WAITING)
        for email in emails:
            email.give_up(f"Cancelled by {request.user}.")
            self.log_change(request, email, "Cancelled.")
        messages.success(request, f"{plural(len(emails), 'email')} cancelled.")


class SuppressForm(forms.ModelForm):
    address = forms.EmailField(
        label="Email address",
        help_text=(
            "Stored as a hash. “No such mailbox” stops what nobody is waiting for, “Stopped by its "
            "owner” what other people can cause."
        ),
    )

    class Meta:
        model = SuppressedAddress
        fields = ["kind", "reason"]

    def save(self, commit: bool = True) -> SuppressedAddress:
        address = self.cleaned_data["address"]
        kind = self.cleaned_data["kind"]
        self.instance.address_hash = suppression.key_of(kind, address)
        return super().save(commit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "address" in data and "kind" in data:
            key = suppression.key_of(data["kind"], data["address"])
            if SuppressedAddress.objects.filter(kind=data["kind"], address_hash=key).exists():
                self.add_error("address", "This address is already suppressed.")
        return data


@admin.register(SuppressedAddress)
class SuppressedAddressAdmin(SiteModelAdmin):
    """Addresses that mail servers turned down, bounces that admins enter, and those whose owners
    stopped what others cause. To take one off the list, delete it. Search by address.
    """

    list_display = ["__str__", "kind", "reason", "at"]
    list_filter = ["kind"]
    form = SuppressForm
    search_fields = ["reason"]
    search_help_text = "Enter an email address to see whether it is suppressed."

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def get_search_results(self, request, queryset, search_term):
        if "@" in search_term:
            keys = [suppression.key_of(kind, search_term) for kind in suppression.Kind]
            return queryset.filter(address_hash__in=keys), False
        return super().get_search_results(request, queryset, search_term)


@admin.register(SecurityEvent)
class SecurityEventAdmin(SeenBySuperusers, ReadOnlyAdmin):
    """Changes of accounts, rights, companies and jobs: by whom, when and from which network."""

    list_display = ["at", "kind", "actor", "network", "subject", "detail"]
    list_filter = ["kind"]
    list_select_related = ["actor"]
    search_fields = ["actor__email", "subject", "network", "request_id"]
    date_hierarchy = "at"


@admin.register(Capability)
class CapabilityAdmin(SeenBySuperusers, ReadOnlyAdmin):
    """Mailed links: for whom they act, and until when."""

    list_display = [
        "purpose",
        "subject",
        "user",
        "created_at",
        "expires_at",
        "used_at",
        "revoked_at",
    ]
    list_filter = ["purpose"]
    list_select_related = ["user"]
    search_fields = ["subject", "user__email"]
    exclude = ["token_hash", "content_hash"]
    actions = ["revoke"]

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(permissions=["steer"], description="Revoke")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Capability]) -> None:
        for capability in queryset.filter(revoked_at=None):
            capability.revoked_at = timezone.now()
            capability.save(update_fields=["revoked_at"])
            self.log_change(request, capability, "Revoked.")
