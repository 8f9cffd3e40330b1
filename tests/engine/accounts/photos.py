"""Pictures as phones and attackers send them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image

GPS_SENTENCE = "31.2304N 121.4737E owner 包晓"


def photo(width: int = 40, height: int = 30, kind: str = "JPEG", orientation: int = 1) -> bytes:
    """Give a photo, red on its left edge, with position and owner in its EXIF."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, max(1, width // 4), height))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = GPS_SENTENCE
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0)}
    target = BytesIO()
    image.save(target, kind, exif=exif)
    return target.getvalue()


def bomb(side: int = 20_000) -> bytes:
    """Give a PNG of a few hundred kilobytes that unfolds into `side`² pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    row = zlib.compressobj(9)
    line = b"\0" + b"\0" * (side // 8)
    body = b"".join(row.compress(line) for _ in range(side)) + row.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"".join(
        (b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), chunk(b"IDAT", body), chunk(b"IEND", b""))
    )


def pdf() -> bytes:
    """Give the smallest thing that calls itself a PDF."""
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


#: What must never be kept as a picture, by name.
ATTACKS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "exe": b"MZ" + b"\0" * 100,
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "text": "隐患".encode(),
    "magic only": b"\xff\xd8\xff\xe0" + b"\0" * 50,
    "cut off": photo()[:200],
    "gif header": b"GIF89a" + b"<script>alert(1)</script>",
    "bomb": bomb(),
    "tiff": b"II*\0" + b"\0" * 100,
    "pdf with a space": b" " + pdf(),
}
