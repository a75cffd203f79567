from allauth.account.forms import SignupForm as BaseSignupForm
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction


class SignupForm(BaseSignupForm):
    """Answers the same, and takes as long, whether or not the address has an account."""

    account_already_exists: bool  # as cleaning the address found

    def try_save(self, request) -> tuple:
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # what a new account costs
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # sent twice at once, and the other was faster
            self.account_already_exists = True
            return super().try_save(request)
