from django.contrib import admin
from django.forms import Textarea


class TextArea(Textarea):
    """Browsers end lines with two characters; what is stored, shipped and compared has one."""

    def value_from_datadict(self, data, files, name) -> str | None:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if value else value


class ReadOnlyAdmin(admin.ModelAdmin):
    """What commands compute or import: to look at, not to type in."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
