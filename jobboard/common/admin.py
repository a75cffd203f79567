from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import QuerySet, URLField
from django.forms import Textarea
from post_office.admin import LogInline
from post_office.models import STATUS, Email

from .models import SecurityEvent
from .words import plural

LONGEST_ID = 19  # digits of what a database holds


class TextArea(Textarea):
    """Browsers end lines with two characters; what is stored, shipped and compared has one."""

    def value_from_datadict(self, data, files, name) -> str | None:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if value else value


class _OnlyIds:
    """Django looks for the objects of what was sent also where that was refused, being no id."""

    def optgroups(self, name, value, attrs=None) -> list:
        ids = [one for one in value if str(one).isdecimal() and len(str(one)) < LONGEST_ID]
        return super().optgroups(name, ids, attrs)  # type: ignore[misc]  # of the widget beside it


class OneById(_OnlyIds, AutocompleteSelect):
    pass


class SomeByIds(_OnlyIds, AutocompleteSelectMultiple):
    pass


class WithAutocomplete(admin.options.BaseModelAdmin):
    """For an admin or its inline with ``autocomplete_fields``."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = OneById(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SomeByIds(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class SeenBySuperusers(admin.options.BaseModelAdmin):
    """No permission shows it to other staff."""

    def has_module_permission(self, request) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser


class ForSuperusers(SeenBySuperusers):
    """What decides who somebody is: no permission opens it to other staff."""

    def has_add_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser


class ReadOnlyAdmin(admin.ModelAdmin):
    """What commands compute or import: to look at, not to type in."""

    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class MailAdmin(SeenBySuperusers, ReadOnlyAdmin):
    """What the queue holds, and why something did not leave. No words of a mail are shown: they may
    be a code or a link that signs in.
    """

    list_display = ["created", "recipients", "subject", "status", "number_of_retries"]
    fields = readonly_fields = ("created", "recipients", "subject", "status", "last_updated")
    list_filter = ["status"]
    search_fields = ["to", "subject"]
    date_hierarchy = "created"
    inlines = [LogInline]
    actions = ["send_again"]
    change_form_template = "admin/change_form.html"  # the library's own has a button that sends

    @admin.display(description="To", ordering="to")
    def recipients(self, mail: Email) -> str:
        return ", ".join(mail.to)

    @admin.action(description="Send again what did not leave")
    def send_again(self, request, queryset: QuerySet[Email]) -> None:
        count = queryset.filter(status=STATUS.failed).update(status=STATUS.queued)
        messages.success(request, f"{plural(count, 'email')} will be sent again.")


@admin.register(SecurityEvent)
class SecurityEventAdmin(SeenBySuperusers, ReadOnlyAdmin):
    """Who did what to accounts, rights, companies and jobs, when and from which network."""

    list_display = ["at", "kind", "actor", "network", "subject", "detail"]
    list_filter = ["kind"]
    list_select_related = ["actor"]
    search_fields = ["actor__email", "subject", "network", "request_id"]
    date_hierarchy = "at"
