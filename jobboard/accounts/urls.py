from django.urls import path

from . import views

urlpatterns = [
    # Views of allauth, before its own.
    path("login/code/", views.RequestCodeView.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", views.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("mail-here/", views.local_emails, name="mail_here"),
    # The view of allauth, with its picture allowed.
    path("2fa/totp/activate/", views.activate_totp, name="mfa_activate_totp"),
]
