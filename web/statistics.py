"""The monthly statistics 月报: three indicators, their parts, and the cases behind each figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from engine import board, statistics
from engine.board import Counting
from engine.statistics import FIGURES, Figure, Line, Page, Point, Table
from engine.statistics.scope import names_of
from engine.statistics.tree import WITH_BELOW
from web import db, exports, ledger_rows, monthly_sheet, trees
from web.access import current_actor, requires
from web.counting import counting_words
from web.labels import AXES, NOWHERE, sector_name
from web.language import say
from web.ledgers import is_district, issuer, months
from web.queries import chosen, with_query

blueprint = Blueprint("statistics", __name__)

_PAGE: Final = 50
_CHUNK: Final = 500
#: What names a figure in an address.
_NAMES: Final = ("month", "by", "key", "indicator", "year")
#: So many lines a page of the table shows; a district has thousands of enterprises.
_LINES: Final = 100
#: The most lines a chart can be read with.
_CHARTED: Final = 12


@blueprint.get("/statistics")
@requires("statistics:read")
def monthly() -> str:
    """Show a month: for an enterprise its figures, for those above their table.

    What nobody has counted yet, or not for long, is ordered; it is shown once it is there.
    """
    told = board.months.table(
        db.session(),
        actor=current_actor(),
        month=_month(),
        by=_axis(),
        after=request.args.get("after") or None,
        limit=_LINES,
    )
    counting = db.execute(board.months.ask, _month()) if told.is_stale else None
    table = told.table
    if table is None:
        return _being_counted(counting)
    shown = table.lines if is_district() else []
    return render_template(
        "statistics/district.html" if is_district() else "statistics/enterprise.html",
        table=table,
        at=told.at,
        lines=_named(table.by, shown),
        charted=[(line_name(table.by, line), line) for line in _busiest(table)],
        axes=[(key, say(words)) for key, words in AXES.items()],
        months=months(),
        points=told.points,
        groups=monthly_sheet.groups(),
        figures_by_key=FIGURES,
        link=_Links(table),
        next_url=_following(table),
        # Pages are turned forwards; what comes before is reached from the first one.
        previous_url=_first(table) if request.args.get("after") else "",
        mechanism=_mechanism(table.total),
        files=[
            (url_for("statistics.monthly_file", kind=kind, month=table.month, by=table.by), name)
            for kind, name in (("xlsx", "XLSX"), ("csv", "CSV"), ("pdf", "PDF"))
        ],
    )


@blueprint.post("/statistics/recount")
@requires("statistics:read")
def recount() -> Answer:
    """Have a month that is kept counted anew."""
    month, by = request.form.get("month", ""), request.form.get("by", "")
    counting = db.execute(board.months.ask, month)
    words = counting_words(counting) + str(gettext("算好后刷新这一页就能看到。"))
    flash(words if counting else gettext("数字已是最新的。"), "info")
    return redirect(url_for("statistics.monthly", month=month, by=by or None))


def _being_counted(counting: Counting | None) -> str:
    return render_template(
        "statistics/counting.html",
        month=_month(),
        by=_axis(),
        axes=[(key, say(words)) for key, words in AXES.items()],
        months=months(),
        words=counting_words(counting),
        is_failed=counting is not None and counting.state == "failed",
    )


@blueprint.get("/statistics.<kind>")
@requires("statistics:read")
def monthly_file(kind: str) -> Response:
    """Give the monthly table as a file; of paper only so much as somebody would print."""
    if kind not in exports.KINDS:
        raise NotFound()
    by = _axis()
    if by == "enterprise" and kind != "pdf":
        whole = statistics.Whole(db.session(), actor=current_actor(), month=_month())
        return _table_file(whole.month, by, whole, lambda: whole.total, kind)
    most = exports.MOST_ROWS[kind]
    table = statistics.monthly(
        db.session(), actor=current_actor(), month=_month(), by=by, limit=most
    )
    warning = exports.cut_after(most) if table.next else ""
    return _table_file(table.month, by, table.lines, lambda: table.total, kind, warning)


def _table_file(
    month: str,
    by: str,
    lines: Iterable[Line],
    total: Callable[[], Line],
    kind: str,
    warning: str = "",
) -> Response:
    named = ((one.name, one) for one in lines) if by == "enterprise" else _named(by, [*lines])
    sheet = monthly_sheet.sheet(month, by, named, total, kind, issuer=issuer(), warning=warning)
    return exports.answer(sheet, kind)


@blueprint.get("/statistics/cases")
@requires("statistics:read")
def cases() -> str:
    """Show exactly the cases that a figure counts."""
    figure, line = _figure(), _line()
    page = _page(request.args.get("after") or None, _PAGE)
    of_year = _is_cumulative() and figure.key in line.year
    return render_template(
        "statistics/cases.html",
        figure=figure,
        name=say(figure.name),
        line=_where(line) if line.key else "",
        month=_month(),
        by=_axis(),
        of_year=of_year,
        value=(line.year if of_year else line.figures)[figure.key],
        rows=ledger_rows.dressed(figure.opens, page.items, _gone(figure, page)),
        is_district=is_district(),
        next_url=_next(page),
        files=[
            (with_query(url_for("statistics.cases_file", kind=kind), chosen(_NAMES)), kind.upper())
            for kind in ("xlsx", "csv")
            if figure.opens != "enterprise"
        ],
    )


@blueprint.get("/statistics/cases.<kind>")
@requires("statistics:read")
def cases_file(kind: str) -> Response:
    """Give the cases behind a figure as a file."""
    figure = _figure()
    make: Any = {
        "hazard": ledger_rows.hazard_sheet,
        "reward": ledger_rows.reward_sheet,
    }.get(figure.opens)
    if make is None:
        raise NotFound()
    notes = [say(figure.name), request.args.get("month", "")]
    rows = exports.Rows(lambda after: _page(after, _CHUNK), kind)
    sheet = make(rows, kind, notes=notes, is_district=is_district(), issuer=issuer())
    return exports.answer(sheet, kind)


def _named(by: str, lines: Sequence[Line]) -> list[tuple[str, Line]]:
    return trees.named(db.session(), by, lines, partial(line_name, by), statistics.as_tree)


def _where(line: Line) -> str:
    group = line.key.removesuffix(WITH_BELOW)
    named = replace(line, name=line.name or names_of(db.session(), {group}).get(group, ""))
    return trees.place_of(line.key, line_name(_axis(), named))


def line_name(by: str, line: Line) -> str:
    """Give the name of a line as a table by this axis shows it."""
    if line.key == statistics.NOWHERE:
        return say(NOWHERE)
    return say(sector_name(line.key)) if by == "sector" else line.name


class _Links:
    """Where each figure of a table leads."""

    def __init__(self, table: Table) -> None:
        self.table = table
        actor = current_actor()
        self._open = {key for key, f in FIGURES.items() if statistics.may_open(actor, f)}

    def __call__(self, key: str, line: Line, *, year: bool = False) -> str:
        """Give the address of a figure's cases, nothing for one that has or shows none."""
        value = (line.year if year else line.figures).get(key)
        more = {"key": line.key} if line.key else {}
        more |= {"year": "1"} if year else {}
        return self._address(key, value, self.table.month, more)

    def of_point(self, key: str, point: Point) -> str:
        """Give the address of the cases behind a figure of another month, over everything."""
        return self._address(key, point.figures[key], point.month, {})

    def _address(self, key: str, value: int | None, month: str, more: dict[str, str]) -> str:
        if key not in self._open or not value:
            return ""
        chosen = {"month": month, "by": self.table.by, "indicator": key, **more}
        return url_for("statistics.cases", **chosen)  # type: ignore[arg-type]


def _month() -> str:
    return request.args.get("month") or statistics.present_month()


def _axis() -> str:
    return request.args.get("by") or ("sector" if is_district() else "enterprise")


def _line() -> Line:
    """Give the line of the figure, counted now; NotFound if the table has none of that key."""
    key = request.args.get("key") or None
    found = statistics.line(
        db.session(), actor=current_actor(), month=_month(), by=_axis(), key=key
    )
    if found is None:
        raise NotFound()
    return found if key else replace(found, key="")


def _busiest(table: Table) -> list[Line]:
    """Give the lines worth drawing: those with most on the ledger, in the order of the table."""
    weight = {line.key: line.figures["verified"] + line.figures["closing"] for line in table.lines}
    heaviest = sorted(weight, key=lambda key: -weight[key])[:_CHARTED]
    return [line for line in table.lines if line.key in heaviest and weight[line.key]]


def _mechanism(total: Line) -> str:
    """Say how far a single enterprise has come with its mechanism (domain.md C3)."""
    if total.figures["implemented"]:
        return str(gettext("已实施"))
    return str(gettext("已建立") if total.figures["established"] else gettext("未建立"))


def _figure() -> Figure:
    return statistics.get_figure(request.args.get("indicator", ""))


def _is_cumulative() -> bool:
    return request.args.get("year") == "1"


def _page(after: str | None, limit: int) -> Page[Any]:
    return statistics.cases(
        db.session(),
        actor=current_actor(),
        month=_month(),
        indicator=request.args.get("indicator", ""),
        by=_axis(),
        key=request.args.get("key") or None,
        cumulative=_is_cumulative(),
        after=after,
        limit=limit,
    )


def _gone(figure: Figure, page: Page[Any]) -> frozenset[Any]:
    """Give the enterprises of a page whose cases the visitor may not open any more."""
    if figure.opens not in ("hazard", "reward"):
        return frozenset()
    owners = {row.organisation_id for row in page.items}
    return statistics.out_of_sight(db.session(), current_actor(), owners)


def _next(page: Page[Any]) -> str:
    if page.next is None:
        return ""
    return with_query(url_for("statistics.cases"), {**chosen(_NAMES), "after": page.next})


def _first(table: Table) -> str:
    return url_for("statistics.monthly", month=table.month, by=table.by)


def _following(table: Table) -> str:
    if table.next is None:
        return ""
    return url_for("statistics.monthly", month=table.month, by=table.by, after=table.next)
