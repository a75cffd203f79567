"""A logo from the website of a company: which icon is taken, and what is said if there is none."""

from io import BytesIO

import pytest
from PIL import Image

from jobboard.feeds.download import FetchError, Response
from jobboard.listings.models import CompanyLogo
from jobboard.recruiting.logos import website as website_logo
from jobboard.recruiting.logos.website import find_icons
from tests.factories import MembershipFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

SITE = "https://acme.example/"


def picture(side: int, kind="PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (side, side), (20, 90, 60)).save(file, kind)
    return file.getvalue()


@pytest.fixture
def website(monkeypatch):
    """Address → what is there."""
    found: dict[str, bytes] = {}

    def fetch(url, *, max_bytes, seconds):
        if url not in found:
            raise FetchError("acme.example returned 404 Not Found.", status=404)
        return Response(found[url], "", "", "")

    monkeypatch.setattr(website_logo, "fetch", fetch)
    return found


@pytest.fixture
def take(client):
    """Press the button, as the owner of a company that nobody knows yet; the page that follows."""
    member = MembershipFactory(company__name="Acme", company__website=SITE)
    client.force_login(member.user)
    url = f"/recruit/companies/{member.company.pk}/logo/"
    return lambda: text_of(client.post(url, {"do": "website"}, follow=True))


def test_the_largest_icon_becomes_the_logo(take, website):
    website[SITE] = b"""
        <link rel="icon" sizes="32x32" href="/small.png"><link rel=icon href=/drawn.svg>
        <link rel="apple-touch-icon" href="img/phone.png"><link rel="stylesheet" href="/site.css">
    """
    website["https://acme.example/small.png"] = picture(32)
    website["https://acme.example/img/phone.png"] = picture(180)

    page = take()

    assert "Logo saved." in page
    assert "Use the icon of our website" in page
    logo = CompanyLogo.objects.get()
    assert (logo.width, logo.height) == (180, 180)
    assert bytes(logo.webp).startswith(b"RIFF")


def test_an_icon_that_is_not_named_is_found_where_phones_look_for_it(take, website):
    website["https://www.acme.example/"] = b"<title>Acme</title>"
    website["https://www.acme.example/apple-touch-icon.png"] = picture(120)

    assert "Logo saved." in take()


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ({}, "acme.example returned 404 Not Found. Upload an image instead."),
        ({SITE: b""}, "acme.example names no PNG, JPEG or WebP icon of 64 pixels or more."),
        (
            {SITE: b'<link rel=icon href="/a.png">', "https://acme.example/a.png": picture(32)},
            "names no PNG, JPEG or WebP icon of 64 pixels or more.",
        ),
        (
            {SITE: b'<link rel=icon href="/a.png">', "https://acme.example/a.png": b"<svg>"},
            "names no PNG, JPEG or WebP icon of 64 pixels or more.",
        ),
    ],
)
def test_without_a_usable_icon_it_says_so_and_keeps_what_was_there(take, website, there, said):
    website.update(there)

    assert said in take()
    assert not CompanyLogo.objects.exists()


def test_small_icons_do_not_hide_the_one_that_phones_take(take, website):
    website[SITE] = b"".join(
        b'<link rel=icon sizes="%dx%d" href="/%d.png">' % (side, side, side)
        for side in (48, 32, 16)
    )
    website["https://acme.example/apple-touch-icon.png"] = picture(180)

    assert "Logo saved." in take()


@pytest.mark.parametrize("broken", [b"<![foo[bar]]>", b"<a " * 50_000, b"<!--" * 50_000, b"<a='"])
def test_a_broken_page_is_read_as_far_as_it_goes(broken):
    page = b'<link rel=icon href="/a.png">' + broken

    assert find_icons(page, SITE)[-1] == "https://acme.example/a.png"


def test_addresses_of_icons_may_be_anything():
    page = b"""
        <link rel="ICON" sizes="any" href="https://cdn.example/i.png?v=2">
        <link rel="shortcut icon" sizes="16x16 96x96" href="//[broken">
        <link rel="icon" href="data:image/png;base64,AAAA"><link rel=icon><link href="/x.png">
        <link rel="icon" href="/favicon.ico"><link rel=icon type="image/svg+xml" href="/i?as=svg">
    """

    assert find_icons(page, SITE) == [
        "https://acme.example/apple-touch-icon.png",
        "https://cdn.example/i.png?v=2",
    ]
