from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import include, path
from django_tasks_db.models import DBTaskResult

from .accounts.admin import AuthenticatorAdmin, EmailAddressAdmin, GroupAdmin, SessionAdmin
from .accounts.views import admin_login, change_password
from .site.admin import TaskAdmin

IN_PLACE_OF_THEIRS: dict[type[Model], type[admin.ModelAdmin[Any]]] = {
    Authenticator: AuthenticatorAdmin,
    DBTaskResult: TaskAdmin,
    EmailAddress: EmailAddressAdmin,
    Group: GroupAdmin,
    UserSession: SessionAdmin,
}
admin.site.unregister(IN_PLACE_OF_THEIRS)
for model, model_admin in IN_PLACE_OF_THEIRS.items():
    admin.site.register(model, model_admin)
admin.site.login = admin_login  # type: ignore[method-assign]  # allauth's way
admin.site.password_change = change_password  # type: ignore[assignment, method-assign]
admin.site.site_header = admin.site.site_title = "Administration"

urlpatterns = [
    path("", include("jobboard.site.urls")),  # /about/ …, /sitemap.xml, /healthz/
    path("", include("jobboard.insights.urls")),  # /, /roles/, /compare/, /salaries/
    path("", include("jobboard.browse.urls")),  # /jobs/, /companies/
    path("", include("jobboard.you.urls")),  # /you/
    path("", include("roles.urls")),  # /articles/
    path("", include("jobboard.recruiting.urls")),  # /post/, /recruit/
    path("", include("jobboard.seekers.urls")),  # /saved/, /alerts/, /report/
    path("api/v1/", include("jobboard.api.urls")),
    path("accounts/", include("jobboard.accounts.urls")),
    path("me/", include("jobboard.accounts.me_urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", include("jobboard.moderation.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "jobboard.site.errors.bad_request"
handler403 = "jobboard.site.errors.permission_denied"
handler404 = "jobboard.site.errors.page_not_found"
handler429 = "jobboard.site.errors.too_many_requests"  # allauth asks for it
handler500 = "jobboard.site.errors.server_error"
