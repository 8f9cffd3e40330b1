"""Lists as files: XLSX and CSV for calculating, PDF for signing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import SEEK_END, BytesIO, StringIO
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any, Final

from flask import Response
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import clock
from engine.statistics import Page
from engine.values.signs import writable
from web import workbook
from web.downloads import name_file, pdf, sent_while_read
from web.look import moment, yuan
from web.sheets import printed_list

#: What files a list may be had as.
KINDS: Final = ("xlsx", "csv", "pdf")
#: So many rows a file holds at most; a PDF is paper.
MOST_ROWS: Final = {"xlsx": 100_000, "csv": 200_000, "pdf": 1_000}
#: About so many bytes are sent at a time.
_PIECE: Final = 1 << 16
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A cell that begins so would be run as a formula when the file is opened; some programs make the
#: wide forms narrow first.
_DANGEROUS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
#: What stands at the right of its column.
_RIGHT: Final = ("number", "decimal", "money")


@dataclass(frozen=True)
class Column:
    """One column: its heading, and text, number, decimal, money (fen), date or moment in it."""

    heading: str
    kind: str = "text"
    #: characters
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """A list with everything a file of it says."""

    title: str
    #: The file's name without its ending.
    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    #: What was chosen, and what a figure means.
    notes: Sequence[str] = ()
    #: The sums below the rows, or what gives them once all rows are read.
    foot: Sequence[Any] | Callable[[], Sequence[Any]] | None = None
    #: Who signs a printed list.
    signers: Sequence[str] = field(default_factory=tuple)
    issuer: str = ""
    #: Asked after the last row: a last line to add, or nothing.
    warning: Callable[[], str] = lambda: ""

    def all_rows(self) -> Iterator[Sequence[Any]]:
        """Yield the rows, and the sums below them."""
        yield from self.rows
        if (sums := self.sums()) is not None:
            yield sums

    def sums(self) -> Sequence[Any] | None:
        """Give the sums, to be asked for after the last row."""
        return self.foot() if callable(self.foot) else self.foot


def answer(sheet: Sheet, kind: str) -> Response:
    """Answer with the list as a file of `kind`; 404 when there is no such kind."""
    if kind == "xlsx":
        return _from_disk(sheet)
    if kind == "csv":
        return _streamed(sheet)
    if kind == "pdf":
        return pdf(printed(sheet), f"{sheet.name}.pdf")
    raise NotFound()


def workbook_file(content: bytes, name: str) -> Response:
    """Answer with a workbook that was made elsewhere."""
    return _file(content, name, _XLSX)


class Rows:
    """All rows of a list for a file, read a page at a time, up to what the file may hold."""

    def __init__(self, page_after: Callable[[str | None], Page[Any]], kind: str) -> None:
        if kind not in KINDS:
            raise NotFound()
        self.page_after = page_after
        self.most = MOST_ROWS[kind]
        #: Known once all rows are read: whether the list goes on after the last of them.
        self.is_cut = False

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows."""
        left, after = self.most, None
        while left > 0:
            page = self.page_after(after)
            yield from page.items[:left]
            self.is_cut = page.next is not None or len(page.items) > left
            left, after = left - len(page.items), page.next
            if after is None:
                return

    def warning(self) -> str:
        """Say that the file ends before the list does, if so."""
        if not self.is_cut:
            return ""
        return cut_after(self.most)


def cut_after(most: int) -> str:
    """Say that a file ends after so many rows, before its list does."""
    return str(gettext("只含前 %(count)s 行，请缩小筛选范围。", count=most))


def xlsx(sheet: Sheet) -> bytes:
    """Give the list as a workbook; what people wrote stays text, never a formula or a link."""
    made = BytesIO()
    workbook.write(sheet, made)
    return made.getvalue()


def comma_separated(sheet: Sheet) -> bytes:
    """Give the list as CSV in UTF-8 with a mark, so that spreadsheets read the Chinese."""
    return b"".join(pieces(sheet))


def pieces(sheet: Sheet) -> Iterator[bytes]:
    """Yield the CSV a piece at a time, as its rows are read."""
    made = StringIO("\ufeff")
    made.seek(0, SEEK_END)
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow([harmless(column.heading) for column in sheet.columns])
    for row in sheet.all_rows():
        cells = zip(row, sheet.columns, strict=True)
        writer.writerow([_plain(value, column.kind) for value, column in cells])
        if made.tell() >= _PIECE:
            yield made.getvalue().encode()
            made.seek(0)
            made.truncate()
    if warning := sheet.warning():
        writer.writerow([warning])
    yield made.getvalue().encode()


def printed(sheet: Sheet) -> bytes:
    """Lay out the list as a PDF to print, sign and file."""
    texts = [
        [_shown(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)]
        for row in sheet.rows
    ]
    sums = sheet.sums()
    foot = sums and [
        _shown(value, column.kind) for value, column in zip(sums, sheet.columns, strict=True)
    ]
    return printed_list(
        sheet.title,
        [(column.heading, column.kind in _RIGHT) for column in sheet.columns],
        texts,
        issuer=sheet.issuer,
        created=clock.now(),
        note="　".join(filter(None, [*sheet.notes, sheet.warning()])),
        foot=foot,
        signers=sheet.signers,
    )


def harmless(text: str) -> str:
    """Give `text` so that no spreadsheet takes it for a formula, without what no file can hold."""
    plain = writable(text)
    is_dangerous = plain.startswith(_DANGEROUS) or plain.lstrip().startswith(_DANGEROUS)
    return f"'{plain}" if is_dangerous else plain


def _plain(value: Any, kind: str) -> str:
    if isinstance(value, str):
        return harmless(value)
    return _shown(value, kind).replace(",", "") if kind == "money" else _shown(value, kind)


def _shown(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return moment(value)
    return yuan(value) if kind == "money" and isinstance(value, int) else str(value)


def _streamed(sheet: Sheet) -> Response:
    """Answer with CSV while its rows are read, however many there are.

    The first piece is made before anything is sent: what is refused is refused properly.
    """
    found = pieces(sheet)
    first = next(found)
    content = sent_while_read(chain((first,), found))
    return _file(content, f"{sheet.name}.csv", "text/csv; charset=utf-8")


def _from_disk(sheet: Sheet) -> Response:
    """Answer with a workbook that was written to a temporary file, and is gone once it is sent."""
    made = TemporaryFile()  # noqa: SIM115 - it is closed when the answer is
    try:
        workbook.write(sheet, made)
        size = made.tell()
        made.seek(0)
    except BaseException:
        made.close()
        raise
    response = _file(_read_to_the_end(made), f"{sheet.name}.xlsx", _XLSX)
    response.content_length = size
    response.call_on_close(made.close)
    return response


def _read_to_the_end(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _file(content: bytes | Iterable[bytes], name: str, media_type: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Cache-Control"] = "private, no-store"
    name_file(response, name)
    return response
