"""A month as files: the return to sign, its evidence, and exports for other systems."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from io import TextIOWrapper
from typing import IO, Any, Final

from flask import Response, redirect
from werkzeug.exceptions import NotFound

from engine import returns
from engine.errors import Conflict
from engine.returns import Profile
from web import db
from web.access import current_actor, requires
from web.downloads import ZIP, file_of, pdf, sent
from web.exports import harmless
from web.returns import paper
from web.returns.room import back_with, blueprint, month_url, shown_month, unit_asked

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
    """Give the evidence of a locked month: written now, or as a job has made it."""
    shown = shown_month(month)
    try:
        return bundled(shown)
    except Conflict as error:
        return back_with(error, month_url(shown.month, shown.unit.id))


def bundled(shown: returns.View) -> Any:
    """Answer with the evidence of a locked month.

    Raises:
        NotAllowed: the role may not take whole months out. Conflict: it is not locked, or it is so
        long that it has to be asked for, and is not ready. IntegrityError: the file was touched.
    """
    session, actor, name = db.session(), current_actor(), f"evidence-{shown.month}.zip"
    found = returns.evidence_of(session, shown, actor=actor)
    if found.state == "at_once":
        return sent(lambda to: returns.bundle(session, shown, to, actor=actor), ZIP, name)
    return file_of(returns.fetch(session, found), ZIP, name)


@blueprint.post("/<month>/evidence")
@requires("returns:export")
def ask(month: str) -> Any:
    """Let the evidence of a long month be made; its page says when it is there."""
    unit_id = unit_asked()
    back = month_url(month, unit_id)
    try:
        db.execute(returns.ask, month, unit_id=unit_id)
    except Conflict as error:
        return back_with(error, back)
    return redirect(back)


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
    if kind not in _KINDS:
        raise NotFound()
    write, media_type = _KINDS[kind]
    return sent(lambda to: write(profile, rows, to), media_type, name)


def write_csv(profile: Profile, rows: Iterable[list[returns.Cell]], to: IO[bytes]) -> None:
    """Write rows as CSV in UTF-8 with a mark; what people wrote is never a formula."""
    to.write(_MARK)
    text = TextIOWrapper(to, "utf-8", newline="", write_through=False)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([harmless(column.heading) for column in profile.columns])
        writer.writerows(_texts(profile, rows))
        text.flush()
    finally:
        text.detach()


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


def write_xlsx(profile: Profile, rows: Iterable[list[returns.Cell]], to: IO[bytes]) -> None:
    """Write rows as a workbook; no row is kept in memory, and texts stay texts."""
    # A sixth of the time the server needs to start, for what few ask for.
    import xlsxwriter

    with xlsxwriter.Workbook(to, {"constant_memory": True}) as book:
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


_KINDS: Final[Mapping[str, tuple[Any, str]]] = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, XLSX),
}
