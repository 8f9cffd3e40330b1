"""The two Chinese faces of printed papers, cut down to the characters one paper uses.

Noto Serif SC and Noto Sans SC (SIL Open Font License 1.1) come with the package
pylopdf-fonts-zh-cn. A whole face is 8 to 12 MB; cut to one certificate it is about 20 kB, and the
page is laid out faster.
The faces on the machine are never used: a paper rendered again must be the same to the byte.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

#: Family name in the stylesheets → file name in the font package.
FACES: Final = {
    "Bihuan Serif": "NotoSerifSC-Regular.otf",
    "Bihuan Sans": "NotoSansSC-Regular.otf",
}
#: Printed for a character that neither face has: the printer's sign for a missing type.
MISSING: Final = "〓"
#: Breaks of lines; they have no glyph and need none.
_BLANK: Final = frozenset("\n\r\t")
#: Unicode categories that are dropped: control, format (also turns the writing direction), private.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co"})


@cache
def _face(family: str):  # type: ignore[no-untyped-def]  # the type is uharfbuzz's, loaded late
    """Open a face once a process; the file is mapped, not read."""
    import pylopdf_fonts_zh_cn
    import uharfbuzz

    path = Path(pylopdf_fonts_zh_cn.__file__).with_name(FACES[family])
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))


@cache
def _covered(family: str) -> frozenset[int]:
    """Give the code points a face can print."""
    return frozenset(_face(family).unicodes)


def printable(text: str) -> str:
    """Give `text` with 〓 for each character no face can print, and without control characters."""
    known = _covered("Bihuan Serif") | _covered("Bihuan Sans")
    return "".join(
        char if ord(char) in known or char in _BLANK else MISSING
        for char in text
        if char in _BLANK or unicodedata.category(char) not in _INVISIBLE
    )


def missing_characters(text: str) -> list[str]:
    """List the characters of `text`, each once, that would be printed as 〓."""
    known = _covered("Bihuan Serif") | _covered("Bihuan Sans")
    shown = {char for char in text if unicodedata.category(char) not in _INVISIBLE}
    return sorted(char for char in shown if ord(char) not in known)


def subset(family: str, text: str) -> bytes:
    """Cut a face to the characters of `text`; the same text gives the same bytes.

    Args:
        family: a key of FACES.
        text: everything the paper prints.
    """
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update({ord(char) for char in text} & _covered(family))
    return bytes(uharfbuzz.subset(_face(family), wanted).blob.data)


def font_faces(families: tuple[str, ...] = tuple(FACES)) -> str:
    """Give the CSS that names the cut faces; `web/pdf.py` serves them under these addresses."""
    return "".join(
        f'@font-face {{ font-family: "{family}"; src: url("{address(family)}") }}\n'
        for family in families
    )


def address(family: str) -> str:
    """Give the address under which a cut face is fetched while a paper is laid out."""
    return f"bihuan:/font/{family.replace(' ', '-')}"
