"""Reads the first sheet of a workbook (XLSX, ISO/IEC 29500), row by row and within bounds.

A workbook is a ZIP of XML that somebody sent: nothing is resolved or fetched, every part is read
as a stream, and each cell is forgotten as soon as it was read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from math import isfinite
from typing import IO, Any, Final
from zipfile import BadZipFile, ZipFile

from lxml import etree

from engine.errors import Invalid

#: The most rows with something in them, columns, and characters of a cell.
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 2_000
_MOST_PARTS: Final = 1_000
#: Bytes of a part once unpacked, and of one row or text of it; cells read; and characters of the
#: texts that cells share.
_LARGEST_PART: Final = 400 * 1024 * 1024
_LARGEST_PIECE: Final = 8 * 1024 * 1024
_MOST_CELLS: Final = 5_000_000
_MOST_SHARED: Final = 60_000_000
_CHUNK: Final = 1 << 20
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})[0-9]+")

#: The number of the row as the spreadsheet shows it, and column → value.
Row = tuple[int, dict[int, Any]]


def rows(content: bytes) -> Iterator[Row]:
    """Yield the rows that have anything in them.

    Values are text, numbers or truths; a day is the number a spreadsheet has for it.

    Raises:
        Invalid: it is no workbook, or larger than anything honest.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            if len(archive.namelist()) > _MOST_PARTS:
                raise _too_large()
            shared = _shared(archive)
            with archive.open(_first_sheet(archive)) as part:
                yield from _Sheet(shared).read(_Bounded(part))
    except (BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError,
            etree.XMLSyntaxError, TypeError, UnicodeDecodeError, ValueError) as error:  # fmt: skip
        raise Invalid(
            "这个文件不是可读的 XLSX 表格。请用下载的模板填写，另存为 .xlsx 后再上传。",
            "This file is no XLSX workbook that can be read. Fill in the template and save it as "
            ".xlsx.",
        ) from error


@dataclass
class _Bounded:
    """A part that may not be longer than `_LARGEST_PART`, nor hold one piece of `_LARGEST_PIECE`.

    What its ZIP entry says of its size does not count.
    """

    part: IO[bytes]
    seen: int = 0
    #: Since when; whoever reads says so at the end of each piece.
    piece: int = 0

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes."""
        chunk = self.part.read(size if size > 0 else _CHUNK)
        self.seen += len(chunk)
        if self.seen > _LARGEST_PART or self.seen - self.piece > _LARGEST_PIECE:
            raise _too_large()
        return chunk


class _Sheet:
    """Reads one row after the other; keeps nothing but the row it is in."""

    def __init__(self, shared: list[str]) -> None:
        self.shared = shared
        self.cells = 0
        self.number = 0

    def read(self, part: _Bounded) -> Iterator[Row]:
        """Yield the rows with something in them."""
        found = 0
        for _, element in _parse(part, "{*}row"):
            part.piece = part.seen
            self.number = _whole(element.get("r")) or self.number + 1
            row = self._row(element)
            _forget(element)
            found += bool(row)
            if found > MOST_ROWS:
                raise _too_large()
            if row:
                yield self.number, row

    def _row(self, element: Any) -> dict[int, Any]:
        self.cells += len(element)
        if self.cells > _MOST_CELLS:
            raise _too_large()
        row: dict[int, Any] = {}
        at = -1
        for cell in element:
            at = _column(cell.get("r"), at + 1)
            if at < MOST_COLUMNS:
                value = self._value(cell)
                if value is not None and value != "":
                    row[at] = value
        return row

    def _value(self, element: Any) -> Any:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            return _text(element)
        value = next((each.text for each in element if each.tag[-1] == "v"), None)
        if value is None:
            return None
        if kind == "s":
            number = _whole(value)
            return self.shared[number] if number is not None and number < len(self.shared) else None
        if kind == "b":
            return value == "1"
        if kind == "n":
            counted = float(value)
            return counted if isfinite(counted) else value
        return value[: LONGEST_CELL + 1].strip()


def _first_sheet(archive: ZipFile) -> str:
    """Give the name of the part that holds the first sheet."""
    book = _tree(archive, "xl/workbook.xml")
    relation = book.find(".//{*}sheets/{*}sheet")
    ids = [value for name, value in relation.attrib.items() if name.endswith("}id")]
    for each in _tree(archive, "xl/_rels/workbook.xml.rels").iterfind("{*}Relationship"):
        if each.get("Id") in ids:
            target = str(each.get("Target", ""))
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError("sheet")


def _shared(archive: ZipFile) -> list[str]:
    """Give the texts that cells refer to by number."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    found: list[str] = []
    length = 0
    with archive.open("xl/sharedStrings.xml") as part:
        bounded = _Bounded(part)
        for _, element in _parse(bounded, "{*}si"):
            bounded.piece = bounded.seen
            found.append(_text(element))
            length += len(found[-1]) + 1
            if length > _MOST_SHARED:
                raise _too_large()
            _forget(element)
    return found


def _tree(archive: ZipFile, name: str) -> Any:
    with archive.open(name) as part:
        content = part.read(_CHUNK + 1)
    if len(content) > _CHUNK:
        raise _too_large()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)


def _parse(part: _Bounded, tag: str) -> Any:
    return etree.iterparse(
        part,
        events=("end",),
        tag=tag,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )


def _text(element: Any) -> str:
    """Give the text of a cell or shared text without its phonetic guides."""
    if len(element) == 1 and len(element[0]) == 0:
        return (element[0].text or "")[: LONGEST_CELL + 1].strip()
    parts = []
    length = 0
    for each in element.iter("{*}t"):
        if etree.QName(each.getparent()).localname != "rPh" and length <= LONGEST_CELL:
            parts.append(each.text or "")
            length += len(parts[-1])
    return "".join(parts)[: LONGEST_CELL + 1].strip()


def _column(reference: str | None, expected: int) -> int:
    """Give the number of a cell's column, from 0; without a reference the next one."""
    found = _REFERENCE.fullmatch(reference or "")
    return expected if found is None else _column_of(found[1])


@cache
def _column_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 9 else None


def _forget(element: Any) -> None:
    """Free an element that was read, and those before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _too_large() -> Invalid:
    return Invalid(
        f"表格太大：最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列。请拆成几个文件。",
        f"The sheet is too large: at most {MOST_ROWS} rows and {MOST_COLUMNS} columns. Split it.",
    )
