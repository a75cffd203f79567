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
from jobboard.listings.employers.identity import Picture

MAX_BYTES = 2**20
MAX_PIXELS = 4_000_000
SIDE = 256  # px, the longer one
MAX_WEBP_BYTES = 30_000  # bytes
FORMATS = ("PNG", "JPEG", "WEBP")
JPEG_START = b"\xff\xd8"
SCAN_START = b"\xff\xda"
MAX_SCANS = 30  # programs write ten or so; a thumbnail within the file has some of its own


@PICTURES.one_at_a_time  # also because what is caught of warnings is the same for all threads
def encode(file) -> Picture:
    """WebP of at most MAX_WEBP_BYTES bytes. Raises ValidationError."""
    if file.size > MAX_BYTES:
        raise ValidationError(
            f"The file is {filesizeformat(file.size)}. The maximum is {filesizeformat(MAX_BYTES)}."
        )
    _refuse_many_scans(file)
    return _small_enough(_decoded(file))


def _refuse_many_scans(file) -> None:
    """Reject a progressive JPEG of many scans: each may take 14 bytes, and goes over all its
    pixels.
    """
    content = file.read()
    file.seek(0)
    if content.startswith(JPEG_START) and content.count(SCAN_START) > MAX_SCANS:
        raise ValidationError("This JPEG is stored in too many layers. Save it as a PNG.")


def _decoded(file) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)  # reads its head alone
            if picture.width * picture.height > MAX_PIXELS:
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


def _small_enough(picture: Image.Image) -> Picture:
    for side in (SIDE, SIDE // 2, SIDE // 4):
        picture.thumbnail((side, side))
        for quality in (90, 70, 40):
            webp = BytesIO()
            picture.save(webp, "WEBP", quality=quality, method=4)
            if webp.tell() <= MAX_WEBP_BYTES:
                content = webp.getvalue()
                digest = hashlib.sha256(content).hexdigest()[:16]
                return Picture(content, digest, *picture.size)
    raise ValidationError("We couldn’t make the image small enough. Try a simpler one.")
