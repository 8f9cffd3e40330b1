"""Pictures that papers show: QR codes and photos shrunk for print."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import segno
from PIL import Image, ImageOps

from web.pdf import Picture

#: Longest side of a printed photo, in pixels: 300 dots an inch at 6 cm.
_PHOTO_PIXELS: Final = 720
_PHOTO_QUALITY: Final = 78


def qr(text: str, error: str = "m") -> Picture:
    """Give the QR code of `text` as SVG.

    Args:
        error: correction; "m" bears a thumb print, "h" a third of the code torn off.
    """
    drawn = BytesIO()
    segno.make(text, error=error, micro=False, boost_error=False).save(
        drawn, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, dark="#111"
    )
    return Picture(drawn.getvalue(), "image/svg+xml")


def photo(content: bytes) -> Picture:
    """Shrink a photo for print and drop what the camera wrote into it (place, device)."""
    with Image.open(BytesIO(content)) as opened:
        opened.draft("RGB", (_PHOTO_PIXELS * 2, _PHOTO_PIXELS * 2))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((_PHOTO_PIXELS, _PHOTO_PIXELS), reducing_gap=1)
    shrunk = BytesIO()
    upright.save(shrunk, "JPEG", quality=_PHOTO_QUALITY, optimize=True)
    return Picture(shrunk.getvalue(), "image/jpeg")
