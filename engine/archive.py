"""A ZIP written piece by piece, with an index that says what each file came to.

The same content at the same moment gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from engine import clock

_MARK: Final = "\ufeff"
_DANGEROUS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
Row = Sequence[Any]


class Archive:
    """Writes the files one after the other, and remembers what each came to."""

    def __init__(self, archive: zipfile.ZipFile, moment: datetime) -> None:
        self.archive = archive
        self.when = moment.astimezone(clock.LOCAL_ZONE).timetuple()[:6]
        #: (name, bytes, SHA-256)
        self.written: list[tuple[str, int, str]] = []

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file piece by piece."""
        info = zipfile.ZipInfo(name, self.when)
        info.compress_type, info.external_attr, info.create_system = 8, 0o644 << 16, 3
        digest, size = hashlib.sha256(), 0
        with self.archive.open(info, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        self.written.append((name, size, digest.hexdigest()))

    def json(self, name: str, value: Any) -> None:
        """Write JSON, keys in order."""
        self.put(name, [orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)])

    def table(self, name: str, heading: Row, rows: Iterable[Row]) -> None:
        """Write CSV that spreadsheets read as UTF-8 and never as formulas."""
        self.put(name, _comma_separated(heading, rows))

    def digests(self, name: str) -> None:
        """Write which files there are so far, as CSV."""
        self.table(name, ("文件", "字节数", "SHA-256"), list(self.written))


def _comma_separated(heading: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    text.write(_MARK)
    writer.writerow(heading)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
        if text.tell() > 1 << 16:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _harmless(cell: Any) -> Any:
    """Give what people wrote so that no spreadsheet takes it for a formula."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_DANGEROUS):
        return f"'{cell}"
    return cell
