from django.urls import path

from . import views

urlpatterns = [
    path("mail-here/", views.mail_here, name="mail_here"),
    # The view of allauth, with its picture allowed.
    path("2fa/totp/activate/", views.activate_totp, name="mfa_activate_totp"),
]
