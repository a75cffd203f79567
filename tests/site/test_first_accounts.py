import pytest
from allauth.account.models import EmailAddress

from jobboard.accounts.models import User
from jobboard.listings.models import Company, Membership
from jobboard.site.first_accounts import ADMIN, RECRUITER, make_first_accounts

pytestmark = pytest.mark.django_db


def test_a_new_site_gets_an_admin_and_an_owner_of_the_first_sample_company():
    Company.objects.create(name="Beta", is_demo=True)
    Company.objects.create(name="Alpha", is_demo=True)
    Company.objects.create(name="Aardvark")

    passwords = make_first_accounts()

    assert list(passwords) == [ADMIN, RECRUITER]
    assert User.objects.get(email=ADMIN, is_superuser=True).check_password(passwords[ADMIN])
    assert User.objects.get(email=RECRUITER, is_staff=False).check_password(passwords[RECRUITER])
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 2
    membership = Membership.objects.get()
    assert (membership.user.email, membership.company.name, membership.part) == (
        RECRUITER,
        "Alpha",
        "owner",
    )


def test_a_new_site_without_samples_gets_an_admin_only():
    Company.objects.create(name="Aardvark")

    assert list(make_first_accounts()) == [ADMIN]


def test_no_account_is_made_once_somebody_is_staff():
    User.objects.create_superuser("boss@example.com")

    assert make_first_accounts() == {}
    assert not User.objects.filter(email=ADMIN).exists()


def test_the_first_passwords_are_long_and_never_the_same():
    passwords = set()
    for _ in range(5):
        passwords.add(make_first_accounts()[ADMIN])
        User.objects.all().delete()

    assert len(passwords) == 5
    assert min(map(len, passwords)) >= 15
