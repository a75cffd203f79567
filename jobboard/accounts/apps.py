from typing import TYPE_CHECKING, Any

from allauth.account.signals import email_changed, email_confirmed
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_delete
from django.http import HttpRequest
from django.urls import reverse

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress  # only once the apps are loaded


class AccountsConfig(AppConfig):
    name = "jobboard.accounts"
    verbose_name = "Users"

    def ready(self) -> None:
        from . import events, middleware, models, people

        events.connect()
        user_logged_in.connect(middleware.begin_session)
        pre_delete.connect(people.keep_what_staff_did, sender=models.User)
        email_changed.connect(people.take_mail_along)
        email_confirmed.connect(forget_the_password_of_a_stranger)  # allauth offers no other place


def forget_the_password_of_a_stranger(
    request: HttpRequest, email_address: "EmailAddress", **kwargs: Any
) -> None:
    """A code to sign in proves an address whose account another person may have opened with a
    password. A code to confirm the address is typed where the password was.
    """
    if request.path == reverse("account_confirm_login_code"):
        email_address.user.set_unusable_password()
        email_address.user.save(update_fields=["password"])
