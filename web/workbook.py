"""A list as a workbook (XLSX), written row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any, Final

from engine.clock import LOCAL_ZONE
from engine.values.signs import writable

if TYPE_CHECKING:
    from web.exports import Sheet

#: No sheet of a workbook may be named with these.
_NOT_IN_TABS: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_FORMATS: Final = {
    "number": "0",
    "decimal": "0.0#",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}


def write(sheet: Sheet, to: IO[bytes]) -> None:
    """Write a workbook row by row; no row is held, and its parts lie on disk until they are put
    together.
    """
    # A sixth of the time the server needs to start, for what few ask for.
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(to, options) as book:
        _Workbook(book, sheet).write()


def tab_name(title: str) -> str:
    """Give `title` as the name of a sheet, which may not hold these signs and has 31 at most."""
    plain = writable(title).translate(_NOT_IN_TABS)[:31].strip("' ")
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
        for row in self.sheet.all_rows():
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
