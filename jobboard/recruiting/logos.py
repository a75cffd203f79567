"""Pictures that companies upload: decoded within limits, and encoded anew, so that nothing of the
file itself stays.
"""

import hashlib
import warnings
from io import BytesIO

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from PIL import Image, ImageOps, UnidentifiedImageError

from jobboard.common.web.turns import PICTURES
from jobboard.listings.models import Company, CompanyLogo

MOST_BYTES = 2**20
MOST_PIXELS = 4_000_000
SIDE = 256  # px, the longer one
MOST_WEBP = 30_000  # bytes
# A JPEG that gets sharper as it loads has ten or so; the library decodes all pixels for each.
MOST_SCANS = 50
_JPEG, _SCAN = b"\xff\xd8", b"\xff\xda"
FORMATS = ("PNG", "JPEG", "WEBP")


@PICTURES.one_at_a_time  # also because what is caught of warnings is the same for all threads
def encode(file) -> tuple[bytes, tuple[int, int]]:
    """WebP of at most MOST_WEBP bytes, its width and height in px. Raises ValidationError."""
    if file.size > MOST_BYTES:
        raise ValidationError(
            f"The file is {filesizeformat(file.size)}. The maximum is {filesizeformat(MOST_BYTES)}."
        )
    return _small_enough(_decoded(file))


def _has_too_many_scans(file) -> bool:
    file.seek(0)
    content = file.read()
    file.seek(0)
    return content.startswith(_JPEG) and content.count(_SCAN) > MOST_SCANS


def _decoded(file) -> Image.Image:
    if _has_too_many_scans(file):
        raise ValidationError("This JPEG is unusual. Save it as a PNG and upload that instead.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)  # reads its head alone
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(
                    f"The image is {picture.width} × {picture.height} pixels. "
                    "The maximum is 2,000 × 2,000."
                )
            return ImageOps.exif_transpose(picture).convert("RGBA")
    except UnidentifiedImageError:
        raise ValidationError("Upload a PNG, JPEG or WebP image.") from None
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise ValidationError("The image is damaged. Save it as a PNG and try again.") from None


def _small_enough(picture: Image.Image) -> tuple[bytes, tuple[int, int]]:
    for side in (SIDE, SIDE // 2, SIDE // 4):
        picture.thumbnail((side, side))
        for quality in (90, 70, 40):
            webp = BytesIO()
            picture.save(webp, "WEBP", quality=quality, method=4)
            if webp.tell() <= MOST_WEBP:
                return webp.getvalue(), picture.size
    raise ValidationError("We couldn’t make the image small enough. Try a simpler one.")


def store(company: Company, file) -> CompanyLogo:
    webp, (width, height) = encode(file)
    values = {
        "webp": webp,
        "hash": hashlib.sha256(webp).hexdigest()[:16],
        "width": width,
        "height": height,
    }
    return CompanyLogo.objects.update_or_create(company=company, defaults=values)[0]
