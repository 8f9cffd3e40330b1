"""Photos made harmless: really decoded, turned upright, stripped and written anew (pure).

What is kept is never a byte of what was sent: no position, no camera number, no hidden second
file behind the picture.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from engine.errors import Invalid

#: Longest side of what is kept, and of the small one for lists (pixels).
LONGEST_SIDE: Final = 1920
SMALL_SIDE: Final = 320
#: Above this many pixels a file is an attack, not a photo: decoding takes four bytes a pixel.
MOST_PIXELS: Final = 50_000_000
MEDIA_TYPE: Final = "image/webp"
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_QUALITY: Final = 80


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept: WebP, with a small one for lists."""

    content: bytes
    small: bytes
    width: int
    height: int


def make_harmless(content: bytes) -> Picture:
    """Decode a photo and write it anew.

    Raises:
        Invalid: it is not a picture, is broken, or unfolds into too many pixels.
    """
    try:
        with warnings.catch_warnings():
            # Pillow only warns of what it holds for a decompression bomb; to us it is one.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = _decode(content)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Invalid(
            "这张图片打不开，可能已损坏。请重新拍照或换一张。",
            "This picture does not open; it may be damaged. Take it again or choose another.",
        ) from error
    return Picture(_encode(image), _encode(_within(image, SMALL_SIDE)), *image.size)


def _decode(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_large()
        # JPEG can be decoded small right away, which saves most of the time and memory.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.seek(0)
        upright = ImageOps.exif_transpose(image)
        return _within(_flat(upright), LONGEST_SIDE)


def _flat(image: Image.Image) -> Image.Image:
    """Give the picture in plain colours; what is transparent becomes white paper."""
    if image.mode in ("RGB", "L"):
        return image.convert("RGB")
    layered = image.convert("RGBA")
    paper = Image.new("RGB", layered.size, "white")
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


def _within(image: Image.Image, side: int) -> Image.Image:
    if max(image.size) <= side:
        return image
    return ImageOps.contain(image, (side, side), Image.Resampling.LANCZOS)


def _encode(image: Image.Image) -> bytes:
    target = BytesIO()
    image.save(target, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return target.getvalue()


def _too_large() -> Invalid:
    return Invalid(
        f"图片像素太多（上限 {MOST_PIXELS // 1_000_000} 百万）。请用手机默认尺寸拍照。",
        f"The picture has too many pixels (over {MOST_PIXELS // 1_000_000} million). Take it at "
        "the phone's usual size.",
    )
