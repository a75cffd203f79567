"""Who people are and what they may do: for superusers alone. Whoever could change these could sign
in as anybody.
"""

from allauth.account.admin import EmailAddressAdmin as BaseEmailAddressAdmin
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet

from jobboard.common.admin import ForSuperusers
from jobboard.common.words import plural

from .models import User


class AuthenticatorAdmin(ForSuperusers, admin.ModelAdmin):
    """In place of allauth's: to take away what somebody lost. Its secrets are not shown."""

    list_display = fields = readonly_fields = ("user", "type", "created_at", "last_used_at")
    list_select_related = ["user"]
    search_fields = ["user__email"]

    def has_add_permission(self, request) -> bool:
        return False


class SessionAdmin(ForSuperusers, admin.ModelAdmin):
    """Who is signed in, from where; deleting a row ends its session."""

    list_display = fields = readonly_fields = ("user", "created_at", "ip", "user_agent")
    list_select_related = ["user"]
    search_fields = ["user__email", "ip"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request) -> bool:
        return False

    def delete_model(self, request, session: UserSession) -> None:
        session.end()

    def delete_queryset(self, request, queryset: QuerySet[UserSession]) -> None:
        for session in queryset:
            session.end()


class EmailAddressAdmin(ForSuperusers, BaseEmailAddressAdmin):
    pass


class GroupAdmin(ForSuperusers, BaseGroupAdmin):
    pass


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email"]


@admin.register(User)
class UserAdmin(ForSuperusers, BaseUserAdmin):
    add_form = NewUserForm
    ordering = ["email"]
    list_display = ["email", "is_staff", "is_active", "date_joined", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    search_fields = ["email"]
    date_hierarchy = "date_joined"
    readonly_fields = ["date_joined", "last_login"]
    actions = ["end_sessions"]
    fieldsets = [
        (None, {"fields": ["email", "password", "date_joined", "last_login"]}),
        (
            "Permissions",
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
    ]
    add_fieldsets = [(None, {"fields": ["email", "usable_password", "password1", "password2"]})]

    @admin.action(description="Sign out of all devices")
    def end_sessions(self, request, queryset: QuerySet[User]) -> None:
        sessions = UserSession.objects.filter(user__in=queryset)
        count = len(sessions)
        for session in sessions:
            session.end()
        messages.success(request, f"{plural(count, 'session')} ended.")
