"""Pages of the accounts package speak as ours do."""

import pytest

from jobboard.common.templatetags.text import sentence_case
from tests.factories import UserFactory
from tests.journeys.page_types import signed_in_just_now

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]


@pytest.mark.parametrize(
    ("path", "title", "button"),
    [
        ("/accounts/password/reset/", "Password reset", "Reset my password"),
        ("/accounts/2fa/", "Two-factor authentication", "Activate"),
        ("/accounts/2fa/totp/activate/", "Activate authenticator app", "Activate"),
    ],
)
def test_titles_headings_and_buttons_have_one_capital(path, title, button):
    client = signed_in_just_now(UserFactory())

    page = " ".join(client.get(path).content.decode().split())

    assert f"<title> {title} –" in page or f"<title>{title} –" in page
    assert f"<h1> {title} </h1>" in page
    assert f"> {button} </" in page


def test_names_keep_their_capitals():
    assert sentence_case("Sign In to Rolebook by WebAuthn") == "Sign in to Rolebook by WebAuthn"
