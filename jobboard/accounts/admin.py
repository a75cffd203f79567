"""Accounts and their rights, for superusers alone: whoever could change these could sign in as
anybody.
"""

from http import HTTPStatus

from allauth.account.adapter import get_adapter
from allauth.account.admin import EmailAddressAdmin as BaseEmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpResponse

from jobboard.common.admin import ForSuperusers, SiteModelAdmin
from jobboard.common.mail import address_changed
from jobboard.common.retiring import RetiringAdmin
from jobboard.common.security_events import Kind, record
from jobboard.common.text.words import plural

from .models import User

MAIL_WITHOUT = {
    Authenticator.Type.TOTP: "mfa/email/totp_deactivated",
    Authenticator.Type.WEBAUTHN: "mfa/email/webauthn_removed",
}
RIGHTS = {"is_active", "is_staff", "is_superuser", "groups", "user_permissions"}


class AuthenticatorAdmin(ForSuperusers, SiteModelAdmin):
    """Replaces allauth's admin: staff can take away what somebody lost. Secrets are not shown."""

    list_display = fields = readonly_fields = ("user", "type", "created_at", "last_used_at")
    list_select_related = ["user"]
    search_fields = ["user__email"]

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def delete_model(self, request, authenticator: Authenticator) -> None:
        detail = f"removed {authenticator.type}"
        user = authenticator.user
        record_about(user, Kind.FACTOR_CHANGED, request.user, detail)
        super().delete_model(request, authenticator)
        if mail := MAIL_WITHOUT.get(authenticator.type):
            get_adapter(request).send_notification_mail(mail, user, email=user.email)

    def delete_queryset(self, request, queryset: QuerySet[Authenticator]) -> None:
        for authenticator in queryset:
            self.delete_model(request, authenticator)


class SessionAdmin(ForSuperusers, SiteModelAdmin):
    """Sessions that are signed in, and from where; deleting a row ends one."""

    list_display = fields = readonly_fields = ("user", "created_at", "ip", "user_agent")
    list_select_related = ["user"]
    search_fields = ["user__email", "ip"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def delete_model(self, request, session: UserSession) -> None:
        record_about(session.user, Kind.SESSIONS_ENDED, request.user)
        session.end()

    def delete_queryset(self, request, queryset: QuerySet[UserSession]) -> None:
        for session in queryset:
            self.delete_model(request, session)


class EmailAddressAdmin(ForSuperusers, SiteModelAdmin, BaseEmailAddressAdmin):
    def save_model(self, request, address: EmailAddress, form, change) -> None:
        super().save_model(request, address, form, change)
        record_about(address.user, Kind.EMAIL_CHANGED, request.user)

    def delete_model(self, request, address: EmailAddress) -> None:
        record_about(address.user, Kind.EMAIL_CHANGED, request.user)
        super().delete_model(request, address)

    def delete_queryset(self, request, queryset: QuerySet[EmailAddress]) -> None:
        for address in queryset:
            self.delete_model(request, address)


class GroupAdmin(ForSuperusers, SiteModelAdmin, BaseGroupAdmin):
    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        codes = form.instance.permissions.values_list("codename", flat=True)
        self._record(request, form.instance, f"may {', '.join(sorted(codes)) or 'nothing'}")

    def delete_model(self, request, group: Group) -> None:
        self._record(request, group, "deleted")
        super().delete_model(request, group)

    def delete_queryset(self, request, queryset: QuerySet[Group]) -> None:
        for group in queryset:
            self.delete_model(request, group)

    def _record(self, request, group: Group, detail: str) -> None:
        subject = f"group {group.name}"
        record(Kind.RIGHTS_CHANGED, actor=request.user, subject=subject, detail=detail)


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email"]


@admin.register(User)
class UserAdmin(ForSuperusers, RetiringAdmin, BaseUserAdmin):
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
            record_about(session.user, Kind.SESSIONS_ENDED, request.user)
            session.end()
        messages.success(request, f"{plural(count, 'session')} ended.")

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        user = form.instance
        changed = set(form.changed_data)
        if changed & RIGHTS:
            record_about(user, Kind.RIGHTS_CHANGED, request.user, describe_rights(user))
        if change and "email" in changed:
            record_about(user, Kind.EMAIL_CHANGED, request.user)
            self._follow_address(request, user, before=form.initial["email"])

    def _follow_address(self, request, user: User, *, before: str) -> None:
        """The former mailbox no longer opens the account: no code goes there, no session stays."""
        EmailAddress.objects.filter(user=user).delete()  # the new one is proven by a code
        for session in UserSession.objects.filter(user=user):
            session.end()
        address_changed(before, user.email)
        get_adapter(request).send_notification_mail(
            "account/email/email_changed",
            user,
            context={"from_email": before, "to_email": user.email},
            email=before,
        )

    def user_change_password(self, request, id, form_url="") -> HttpResponse:
        response = super().user_change_password(request, id, form_url)
        is_changed = request.method == "POST" and response.status_code == HTTPStatus.FOUND
        if is_changed:
            record(Kind.PASSWORD_CHANGED, actor=request.user, subject=f"user {id}")
            user = User.objects.get(pk=id)
            get_adapter(request).send_notification_mail(
                "account/email/password_changed", user, email=user.email
            )
        return response

    def delete_model(self, request, user: User) -> None:
        record_about(user, Kind.ACCOUNT_DELETED, request.user)
        super().delete_model(request, user)

    def delete_queryset(self, request, queryset: QuerySet[User]) -> None:
        for user in queryset:
            self.delete_model(request, user)


def record_about(user: User, kind: Kind, by: User, detail: str = "") -> None:
    record(kind, actor=by, subject=f"user {user.pk}", detail=detail)


def describe_rights(user: User) -> str:
    rights = [name for name in ("is_active", "is_staff", "is_superuser") if getattr(user, name)]
    rights += [f"group {group.name}" for group in user.groups.all()]
    rights += [permission.codename for permission in user.user_permissions.all()]
    return ", ".join(rights) or "none"
