"""A month as files: the return to sign, its evidence, and exports for other systems."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any, Final

from flask import Response, send_file
from werkzeug.exceptions import NotFound

from engine import returns
from engine.returns import Profile
from web import db
from web.access import current_actor, requires
from web.downloads import kept, pdf
from web.exports import harmless
from web.returns import paper
from web.returns.room import blueprint, shown_month

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MARK: Final = b"\xef\xbb\xbf"


@blueprint.get("/<month>/report.pdf")
@requires("returns:read")
def report(month: str) -> Response:
    """Give the month to print and sign; one that is not locked says so across the page."""
    return printed(shown_month(month))


def printed(shown: returns.View) -> Response:
    """Answer with a month to print and sign."""
    rows = returns.adjustments(db.session(), shown.unit, shown.month)
    year = returns.year_to_date(db.session(), shown)
    return pdf(paper.laid_out(shown, year, rows), f"return-{shown.month}.pdf")


@blueprint.get("/<month>/evidence.zip")
@requires("returns:export")
def evidence(month: str) -> Any:
    """Give the evidence of a locked month."""
    return bundled(shown_month(month))


def bundled(shown: returns.View) -> Any:
    """Answer with the evidence of a locked month."""
    made: IO[bytes] = TemporaryFile()  # noqa: SIM115 - sent, and closed by the answer
    try:
        returns.bundle(db.session(), shown, made, actor=current_actor())
    except BaseException:
        made.close()
        raise
    made.seek(0)
    answer = send_file(
        made,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"evidence-{shown.month}.zip",
        max_age=0,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/<month>/export/<key>.<kind>")
@requires("returns:export")
def export(month: str, key: str, kind: str) -> Response:
    """Give a locked month in another system's shape."""
    return exported(shown_month(month), key, kind)


def exported(shown: returns.View, key: str, kind: str) -> Response:
    """Answer with a locked month in another system's shape, as CSV or XLSX."""
    profile = returns.get_profile(db.session(), shown.unit, key)
    rows = returns.export(db.session(), shown, profile)
    name = f"{profile.key}-{shown.month}.{kind}"
    if kind == "csv":
        return kept(comma_separated(profile, rows), "text/csv; charset=utf-8", name)
    if kind == "xlsx":
        return kept(_workbook(profile, rows), XLSX, name)
    raise NotFound()


def comma_separated(profile: Profile, rows: Iterable[list[returns.Cell]]) -> bytes:
    """Give rows as CSV in UTF-8 with a mark; what people wrote is never a formula."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(column.heading) for column in profile.columns])
    writer.writerows(_texts(profile, rows))
    return _MARK + text.getvalue().encode()


def _texts(profile: Profile, rows: Iterable[list[returns.Cell]]) -> Iterator[list[str]]:
    for row in rows:
        yield [
            _text(value, column.decimals)
            for value, column in zip(row, profile.columns, strict=True)
        ]


def _text(value: returns.Cell, decimals: int) -> str:
    """Give a cell as CSV has it; a number below nothing stays a number."""
    if isinstance(value, str):
        return harmless(value)
    return f"{value:.{decimals}f}" if isinstance(value, Decimal) else str(value)


def _workbook(profile: Profile, rows: Iterable[list[returns.Cell]]) -> bytes:
    # A sixth of the time the server needs to start, for what few ask for.
    from io import BytesIO

    import xlsxwriter

    made = BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True, "in_memory": False}) as book:
        page = book.add_worksheet(f"{profile.key}"[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        shapes = [
            book.add_format({"num_format": f"0.{'0' * column.decimals}".rstrip(".")})
            for column in profile.columns
        ]
        for at, column in enumerate(profile.columns):
            page.set_column(at, at, max(10, min(40, 2 * len(column.heading))))
            page.write_string(0, at, column.heading, bold)
        for number, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(number, at, value)
                elif isinstance(value, Decimal):
                    page.write_number(number, at, float(value), shapes[at])
                else:
                    page.write_number(number, at, value)
    return made.getvalue()
