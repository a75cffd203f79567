from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.urls import include, path
from post_office.models import EmailTemplate

from jobboard.accounts.admin import AuthenticatorAdmin
from jobboard.accounts.views import admin_login

admin.site.unregister(EmailTemplate)  # mails are written in our templates, not in the queue's own
admin.site.unregister(UserSession)  # people see and end their own
admin.site.unregister(Authenticator)
admin.site.register(Authenticator, AuthenticatorAdmin)
admin.site.login = admin_login
admin.site.site_header = admin.site.site_title = "Administration"

urlpatterns = [
    path("", include("jobboard.pages.urls")),
    path("", include("jobboard.listings.urls")),
    path("", include("roles.urls")),
    path("", include("jobboard.seekers.urls")),
    path("api/v1/", include("jobboard.api.urls")),
    path("recruit/", include("jobboard.listings.recruit_urls")),
    path("accounts/", include("jobboard.accounts.urls")),
    path("me/", include("jobboard.accounts.me_urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", include("jobboard.pages.admin_urls")),
    path("admin/", admin.site.urls),
]

handler400 = "jobboard.pages.errors.bad_request"
handler403 = "jobboard.pages.errors.permission_denied"
handler404 = "jobboard.pages.errors.page_not_found"
handler429 = "jobboard.pages.errors.too_many_requests"  # allauth asks for it
handler500 = "jobboard.pages.errors.server_error"
