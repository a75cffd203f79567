"""Logos: what is taken, what is refused with a sentence, and that no original is served."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from jobboard.listings.models import CompanyLogo
from jobboard.recruiting.logos import encoding as logos
from tests.factories import ListingFactory, MembershipFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(client):
    """A company whose owner is signed in. Nobody knows it yet, so its first logo is shown as it is
    (a later one waits: tests/recruiting/test_identity.py).
    """
    membership = MembershipFactory(company__name="Acme", company__slug="acme")
    client.force_login(membership.user)
    return membership.company


def picture(kind="PNG", size=(300, 100), **options) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, (20, 90, 60)).save(file, kind, **options)
    return file.getvalue()


def png_that_says_it_is(width: int, height: int) -> bytes:
    """A PNG of a few bytes with a head of these dimensions."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def upload(client, company, content: bytes, name="logo.png"):
    return client.post(
        f"/recruit/companies/{company.pk}/logo/",
        {"logo": SimpleUploadedFile(name, content)},
        follow=True,
    )


def test_a_picture_that_is_decoded_again_and_again_is_refused_first():
    """A JPEG may say any number of times that more of it follows."""
    plain = BytesIO()
    Image.new("RGB", (8, 8)).save(plain, "JPEG")
    content = plain.getvalue() + b"\xff\xda" * (logos.MAX_SCANS + 1)

    with pytest.raises(ValidationError, match="Save it as a PNG"):
        logos.encode(SimpleUploadedFile("logo.jpg", content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_encoded_anew_and_shown_with_its_measures(client, acme, kind):
    upload(client, acme, picture(kind))
    job = ListingFactory(live=True, company=acme)

    logo = CompanyLogo.objects.get()
    assert (logo.width, logo.height, logo.shown) == (256, 85, (128, 42))
    assert len(logo.webp) <= logos.MAX_WEBP_BYTES
    response = client.get(logo.get_absolute_url())
    assert (response["Content-Type"], response.content[:4]) == ("image/webp", b"RIFF")
    assert "immutable" in response["Cache-Control"]
    for page in ("/companies/acme/", job.get_absolute_url()):
        tag = f'<img class="mark" src="{logo.get_absolute_url()}" width="128" height="42" '
        assert tag in " ".join(client.get(page).content.decode().split())


def test_nothing_of_the_file_but_its_picture_is_kept(client, acme):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    upload(client, acme, picture("JPEG", exif=exif.tobytes()) + b"<script>alert(1)</script>")

    webp = bytes(CompanyLogo.objects.get().webp)
    assert b"taken at home" not in webp
    assert b"script" not in webp


def test_a_large_and_busy_picture_gets_small():
    noise = Image.effect_noise((1200, 1200), 80).convert("RGB")
    file = BytesIO()
    noise.save(file, "JPEG", quality=30)

    small = logos.encode(SimpleUploadedFile("noise.jpg", file.getvalue()))

    assert len(small.webp) <= logos.MAX_WEBP_BYTES
    assert max(small.width, small.height) <= logos.SIDE


def jpeg_with_scans(count: int) -> bytes:
    """A progressive JPEG of 2,000 × 2,000 px, with so many more scans of 14 bytes each."""
    content = picture("JPEG", (2000, 2000), progressive=True)
    # Sharpens one coefficient of the brightness, in no block of any: 32,767 blocks at once.
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x01\x01\x00" + b"\xe0\x00" * 2
    return content[:-2] + scan * count + content[-2:]


def test_a_picture_of_thousands_of_layers_is_not_decoded(client, acme, monkeypatch):
    monkeypatch.setattr(logos, "_decoded", lambda file: pytest.fail("It was decoded."))

    answer = upload(client, acme, jpeg_with_scans(20_000))

    assert "This JPEG is stored in too many layers. Save it as a PNG." in text_of(answer)
    assert not CompanyLogo.objects.exists()


def test_as_many_layers_as_programs_write_are_fine(client, acme, monkeypatch):
    decoded = []
    encode = logos._decoded
    monkeypatch.setattr(logos, "_decoded", lambda file: decoded.append(1) or encode(file))

    upload(client, acme, picture("JPEG", (2000, 2000), progressive=True))

    assert CompanyLogo.objects.exists()
    assert len(decoded) == 1  # and it is read once


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Upload a PNG, JPEG or WebP image."),
        (b"<html><script>alert(1)</script>", "Upload a PNG, JPEG or WebP image."),
        (b"GIF89a" + b"\x00" * 40, "Upload a PNG, JPEG or WebP image."),
        (picture("GIF"), "Upload a PNG, JPEG or WebP image."),
        (picture("TIFF"), "Upload a PNG, JPEG or WebP image."),
        (b"%PDF-1.7", "Upload a PNG, JPEG or WebP image."),
        (b"\x89PNG\r\n\x1a\n", "Upload a PNG, JPEG or WebP image."),
        (picture()[:60], "The image is damaged."),
        (picture("JPEG")[:400], "The image is damaged."),
        (png_that_says_it_is(60_000, 60_000), "The image"),
        (png_that_says_it_is(2_001, 2_000), "The image is 2001 × 2000 pixels."),
        (png_that_says_it_is(10, 10), "The image is damaged."),
        (picture() + b"\x00" * 2**20, "The maximum is 1.0 MB."),
    ],
)
def test_what_is_no_small_picture_is_refused_with_a_sentence(client, acme, content, sentence):
    assert sentence in text_of(upload(client, acme, content))
    assert CompanyLogo.objects.count() == 0


def test_a_logo_is_replaced_and_removed(client, acme):
    upload(client, acme, picture())
    old = CompanyLogo.objects.get().get_absolute_url()
    upload(client, acme, picture(size=(80, 80)))

    assert client.get(old).status_code == 404
    client.post(f"/recruit/companies/{acme.pk}/logo/", {"do": "remove"})
    assert CompanyLogo.objects.count() == 0


def test_the_logo_of_a_suspended_company_is_gone(client, acme):
    upload(client, acme, picture())
    address = CompanyLogo.objects.get().get_absolute_url()
    acme.suspended_at = timezone.now()
    acme.save()

    assert client.get(address).status_code == 404
