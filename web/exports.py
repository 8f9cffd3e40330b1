"""Lists as files: XLSX and CSV for calculating, PDF for signing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any, Final

from flask import Response
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import clock
from engine.clock import LOCAL_ZONE
from engine.statistics import Page
from engine.values.signs import writable
from web.downloads import name_file, pdf
from web.look import moment, yuan
from web.sheets import printed_list

#: What files a list may be had as.
KINDS: Final = ("xlsx", "csv", "pdf")
#: So many rows a file holds at most; a PDF is paper.
MOST_ROWS: Final = {"xlsx": 50_000, "csv": 50_000, "pdf": 1_000}
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A cell that begins so would be run as a formula when the file is opened; some programs make the
#: wide forms narrow first.
_DANGEROUS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
#: No sheet of a workbook may be named with these.
_NOT_IN_TABS: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
#: What stands at the right of its column.
_RIGHT: Final = ("number", "decimal", "money")
_FORMATS: Final = {
    "number": "0",
    "decimal": "0.0#",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}


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
    foot: Sequence[Any] | None = None
    #: Who signs a printed list.
    signers: Sequence[str] = field(default_factory=tuple)
    issuer: str = ""
    #: Asked after the last row: a last line to add, or nothing.
    warning: Callable[[], str] = lambda: ""


def answer(sheet: Sheet, kind: str) -> Response:
    """Answer with the list as a file of `kind`; 404 when there is no such kind."""
    if kind == "xlsx":
        return _file(xlsx(sheet), f"{sheet.name}.xlsx", _XLSX)
    if kind == "csv":
        return _file(comma_separated(sheet), f"{sheet.name}.csv", "text/csv; charset=utf-8")
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
        return str(gettext("只含前 %(count)s 行，请缩小筛选范围。", count=self.most))


def xlsx(sheet: Sheet) -> bytes:
    """Write the list as a workbook; what people wrote stays text, never a formula or a link."""
    # A sixth of the time the server needs to start, for what few ask for.
    import xlsxwriter

    made = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(made, options) as book:
        _Workbook(book, sheet).write()
    return made.getvalue()


def comma_separated(sheet: Sheet) -> bytes:
    """Write the list as CSV in UTF-8 with a mark, so that spreadsheets read the Chinese."""
    made = StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow([harmless(column.heading) for column in sheet.columns])
    for row in _all_rows(sheet):
        cells = zip(row, sheet.columns, strict=True)
        writer.writerow([_plain(value, column.kind) for value, column in cells])
    if warning := sheet.warning():
        writer.writerow([warning])
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def printed(sheet: Sheet) -> bytes:
    """Lay out the list as a PDF to print, sign and file."""
    texts = [
        [_shown(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)]
        for row in sheet.rows
    ]
    foot = sheet.foot and [
        _shown(value, column.kind) for value, column in zip(sheet.foot, sheet.columns, strict=True)
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


def tab_name(title: str) -> str:
    """Give `title` as the name of a sheet, which may not hold these signs and has 31 at most."""
    plain = title.translate(_NOT_IN_TABS)[:31].strip("' ")
    return plain or "Sheet1"


class _Workbook:
    """Writes one sheet row by row; the library keeps no row in memory."""

    def __init__(self, book: Any, sheet: Sheet) -> None:
        self.sheet = sheet
        self.page = book.add_worksheet(tab_name(sheet.title))
        self.formats = {
            kind: book.add_format({"num_format": shape}) for kind, shape in _FORMATS.items()
        }
        self.formats["text"] = book.add_format({"text_wrap": True, "valign": "top"})
        self.heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.at = 0

    def write(self) -> None:
        """Write title, notes, headings, rows and sums."""
        for number, column in enumerate(self.sheet.columns):
            self.page.set_column(number, number, column.width)
        self._line([self.sheet.title], self.title)
        for note in self.sheet.notes:
            self._line([note])
        self._line([column.heading for column in self.sheet.columns], self.heading)
        self.page.freeze_panes(self.at, 1)
        for row in _all_rows(self.sheet):
            self._row(row)
        if warning := self.sheet.warning():
            self._line([warning])

    def _line(self, texts: Sequence[str], style: Any = None) -> None:
        for number, text in enumerate(texts):
            self.page.write_string(self.at, number, writable(text), style)
        self.at += 1

    def _row(self, row: Sequence[Any]) -> None:
        for number, (value, column) in enumerate(zip(row, self.sheet.columns, strict=True)):
            self._cell(number, value, column.kind)
        self.at += 1

    def _cell(self, number: int, value: Any, kind: str) -> None:
        style = self.formats[kind]
        if value is None or value == "":
            return
        if isinstance(value, str):
            self.page.write_string(self.at, number, writable(value), style)
        elif isinstance(value, datetime):
            self.page.write_datetime(self.at, number, value.astimezone(LOCAL_ZONE), style)
        elif isinstance(value, date):
            self.page.write_datetime(self.at, number, value, style)
        else:
            self.page.write_number(
                self.at, number, value / 100 if kind == "money" else value, style
            )


def _all_rows(sheet: Sheet) -> Iterable[Sequence[Any]]:
    yield from sheet.rows
    if sheet.foot is not None:
        yield sheet.foot


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


def _file(content: bytes, name: str, media_type: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Cache-Control"] = "private, no-store"
    name_file(response, name)
    return response
