"""The accounts of a new copy of the site: its admin, and a recruiter of the first sample company to
try things with.
"""

import secrets

from allauth.account.models import EmailAddress
from django.db import transaction

from jobboard.accounts.models import User
from jobboard.listings.models import Company, Membership

ADMIN = "admin@example.com"
RECRUITER = "recruiter@example.com"


@transaction.atomic
def make_first_accounts() -> dict[str, str]:
    """Passwords of the accounts made, by e-mail address. None is made if there is staff."""
    if User.objects.filter(is_staff=True).exists():
        return {}
    passwords = {ADMIN: new_password()}
    confirm_address(User.objects.create_superuser(ADMIN, passwords[ADMIN]))
    company = Company.objects.filter(is_demo=True).order_by("name").first()
    if company and not User.objects.filter(email=RECRUITER).exists():
        passwords[RECRUITER] = new_password()
        recruiter = User.objects.create_user(RECRUITER, passwords[RECRUITER])
        confirm_address(recruiter)
        Membership.objects.create(user=recruiter, company=company, part=Membership.Part.OWNER)
    return passwords


def new_password() -> str:
    """90 random bits, to be typed once and changed."""
    return secrets.token_urlsafe(15)[:15]


def confirm_address(user: User) -> None:
    """Nobody reads the mail of example.com, so the address needs no confirmation by mail."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
