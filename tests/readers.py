"""What people and programs read from a PDF: text, a picture, QR codes, fonts."""

from __future__ import annotations

import subprocess
from io import BytesIO

import zxingcpp
from PIL import Image
from pypdf import PdfReader


def text(pdf: bytes) -> str:
    """Give what can be copied from the PDF, without blanks and line ends."""
    return "".join(_run("pdftotext", "-raw", "-", "-", given=pdf).decode().split())


def image(pdf: bytes, dpi: int = 110) -> Image.Image:
    """Give the first page as a picture."""
    drawn = _run("pdftoppm", "-r", str(dpi), "-png", "-singlefile", "-", given=pdf)
    return Image.open(BytesIO(drawn)).convert("RGB")


def codes(pdf: bytes) -> list[str]:
    """Give what a phone reads from the QR codes of the first page."""
    return [found.text for found in zxingcpp.read_barcodes(image(pdf))]


def open_pdf(pdf: bytes) -> PdfReader:
    """Give the file's structure."""
    return PdfReader(BytesIO(pdf))


def pages(pdf: bytes) -> int:
    """Give the number of pages."""
    return len(open_pdf(pdf).pages)


def _run(*command: str, given: bytes) -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout
