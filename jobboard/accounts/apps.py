from allauth.account.signals import email_changed, email_confirmed
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_delete
from django.urls import reverse


class AccountsConfig(AppConfig):
    name = "jobboard.accounts"
    verbose_name = "Users"

    def ready(self) -> None:
        from . import events, middleware, models, people

        events.connect()
        user_logged_in.connect(middleware.begin_session)
        pre_delete.connect(people.keep_what_staff_did, sender=models.User)
        email_changed.connect(people.take_mail_along)
        email_confirmed.connect(clear_unverified_password)  # allauth offers no other place


def clear_unverified_password(request, email_address, **kwargs) -> None:
    """Prevent account pre-hijacking: if somebody else signed up with this address and set a
    password, that password stops working once the owner signs in with an emailed code. A code that
    confirms the address is typed by whoever knows the password.
    """
    if request.path == reverse("account_confirm_login_code"):
        email_address.user.set_unusable_password()
        email_address.user.save(update_fields=["password"])
