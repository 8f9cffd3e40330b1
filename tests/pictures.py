"""Photos as phones send them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

#: Colour name → red, green, blue.
COLOURS = {"brown": (150, 75, 0), "green": (0, 128, 0)}


def photo(colour: str, size: tuple[int, int] = (640, 480), kind: str = "WEBP") -> bytes:
    """Give a photo of one colour."""
    content = BytesIO()
    Image.new("RGB", size, COLOURS[colour]).save(content, kind)
    return content.getvalue()
