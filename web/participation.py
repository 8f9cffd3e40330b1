"""Who takes part: by team for an enterprise, by axis for those above; files, and a page to hang."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import clock
from engine.actors import Actor
from engine.clock import LOCAL_ZONE
from engine.errors import Message
from engine.participation import axes, keeping, trend
from engine.participation.figures import Figures
from engine.participation.teams import Row, by_team
from engine.permissions import allows
from engine.statistics import NOWHERE, Page
from engine.statistics.periods import period_words, periods, span_of
from web import db, downloads, exports
from web.access import current_actor, requires
from web.counting import counting_words
from web.coverage.words import AXIS_HEADINGS as AXES
from web.labels import NOWHERE as NOT_ASSIGNED
from web.labels import sector_name
from web.language import say
from web.ledgers import issuer
from web.pdf import render
from web.queries import with_query

blueprint = Blueprint("participation", __name__, url_prefix="/participation")

_PAGE: Final = 50
_IN_FILE: Final = 500
_NOT_APART: Final = Message("不单列", "Not told apart")
_INDENT: Final = "\u3000"


@blueprint.get("")
@requires("participation:read")
def show() -> str:
    """Show who takes part in a period."""
    actor = current_actor()
    return _own(actor) if actor.organisation_kind == "enterprise" else _above(actor)


@blueprint.get("/figures.<kind>")
@requires("participation:read")
def file(kind: str) -> Response:
    """Give what the page shows as a file."""
    actor, period = current_actor(), _period()
    if actor.organisation_kind == "enterprise":
        return exports.answer(_teams_sheet(actor, period), kind)
    return exports.answer(_axis_sheet(actor, period, _by(), kind), kind)


@blueprint.get("/notice.pdf")
@requires("participation:read")
def notice() -> Response:
    """Give the teams of a period on A4, to hang up."""
    actor, period = current_actor(), _period()
    found = by_team(db.session(), period, actor=actor)
    whole = trend.whole_enterprise(db.session(), period, actor=actor)
    today, own = clock.local_date(), issuer()
    content = render(
        "print/participation/template.html",
        {
            "issuer": own,
            "period": period_words(period).zh,
            "whole": whole,
            "until": found.span.last if found.span else "",
            "rows": [
                {
                    "name": _INDENT * row.node.depth + row.node.row.name,
                    "figures": row.figures,
                    "why": why(row).zh,
                }
                for row in found.rows
            ],
            "made": today.isoformat(),
        },
        styles=("print/base.css", "print/participation/style.css"),
        created=datetime(today.year, today.month, today.day, tzinfo=LOCAL_ZONE),
        identifier=hashlib.sha256(f"participation {own} {period}".encode()).digest(),
    )
    return downloads.pdf(content, f"participation-{period}.pdf")


def _own(actor: Actor) -> str:
    session, period = db.session(), _period()
    found = by_team(session, period, actor=actor)
    points = trend.trend(session, period, actor=actor)
    return render_template(
        "participation/teams.html",
        period=period,
        periods=_choices(),
        whole=trend.whole_enterprise(session, period, actor=actor),
        found=found,
        until=found.span.last if found.span else "",
        is_whole=found.span == span_of(period),
        points=points,
        may_manage=allows(actor, "team:manage"),
        indent=_INDENT,
        files=_files({"period": period}),
    )


def _above(actor: Actor) -> str:
    period, by = _period(), _by()
    after = request.args.get("after") or None
    shown = keeping.read(db.session(), period, by, actor=actor, after=after, limit=_PAGE)
    counting = db.execute(keeping.ask, period, by) if shown.is_stale else None
    found = shown.table
    query = {"period": period, "by": by}
    more = {**query, "after": (found.next if found else "") or ""}
    return render_template(
        "participation/axes.html",
        period=period,
        periods=_choices(),
        found=found,
        at=shown.at,
        counting=counting_words(counting),
        is_failed=counting is not None and counting.state == "failed",
        by=by,
        axes=AXES,
        rows=[(_named(by, line), line.figures) for line in found.lines] if found else [],
        next_url=with_query(url_for("participation.show"), more) if more["after"] else "",
        files=_files(query),
    )


def _named(by: str, line: axes.Line) -> str:
    if line.key == NOWHERE:
        return say(NOT_ASSIGNED)
    return say(sector_name(line.key)) if by == "sector" else line.name


def _teams_sheet(actor: Actor, period: str) -> exports.Sheet:
    found = by_team(db.session(), period, actor=actor)
    whole = trend.whole_enterprise(db.session(), period, actor=actor)
    columns = [exports.Column(gettext("车间、班组"), width=28), *_columns(verified=True)]
    columns.append(exports.Column(gettext("说明"), width=30))
    rows = [[*_cells(row.node.path, row.figures), state_words(row)] for row in found.rows]
    everybody = [*_cells(gettext("本单位（含保密、匿名）"), whole), ""]
    until = found.span.last if found.span else gettext("还没有")
    return exports.Sheet(
        title=gettext("参与情况"),
        name=f"participation-{period}",
        columns=columns,
        rows=[*rows, everybody],
        notes=[
            say(period_words(period)),
            gettext("班组只计实名报告，统计到 %(month)s；少于 5 人的班组不单列。", month=until),
        ],
        issuer=issuer(),
    )


def _axis_sheet(actor: Actor, period: str, by: str, kind: str) -> exports.Sheet:
    first = axes.table(db.session(), period, by, actor=actor, limit=_IN_FILE)

    def page_after(after: str | None) -> Page[Any]:
        found = first
        if after is not None:
            found = axes.table(
                db.session(), period, by, actor=actor, after=after, limit=_IN_FILE, summed=False
            )
        return Page(found.lines, found.next)

    lines = exports.Rows(page_after, kind)
    return exports.Sheet(
        title=gettext("参与情况"),
        name=f"participation-{period}-{by}",
        columns=[exports.Column(str(AXES[by]), width=28), *_columns(verified=False)],
        rows=_lines(by, lines),
        foot=_cells(gettext("合计"), first.total)[:7],
        notes=[say(period_words(period)), str(AXES[by])],
        issuer=issuer(),
        warning=lines.warning,
    )


def _lines(by: str, lines: Iterable[axes.Line]) -> Iterator[list[Any]]:
    for line in lines:
        yield _cells(_named(by, line), line.figures)[:7]


def _columns(*, verified: bool) -> list[exports.Column]:
    found = [
        exports.Column(gettext("人数"), "number", 10),
        exports.Column(gettext("报告人数"), "number", 10),
        exports.Column(gettext("参与率（%）"), "decimal", 12),
        exports.Column(gettext("首次报告人数"), "number", 12),
        exports.Column(gettext("报告隐患（件）"), "number", 12),
        exports.Column(gettext("每百人报告（件）"), "decimal", 14),
    ]
    if verified:
        found.append(exports.Column(gettext("查实率（%）"), "decimal", 12))
    return found


def _cells(name: str, figures: Figures | None) -> list[Any]:
    """Give name and figures as a file has them; nothing of a team that is not told apart."""
    if figures is None:
        return [name, *[None] * 7]
    return [
        name, figures.staff, figures.reporters, figures.share, figures.firsts, figures.reported,
        figures.per_hundred, figures.verified_share,
    ]  # fmt: skip


def why(row: Row) -> Message:
    """Say why a team has no figures of its own; nothing of one that has."""
    if row.state == "empty":
        return Message("没有成员", "No members")
    if row.state == "shown":
        return Message("", "")
    few = Message("少于 5 人", "Fewer than 5") if row.is_small else _NOT_APART
    if not row.counted_in:
        return Message(f"{few.zh}，只计入本单位", f"{few.en}; counts in the enterprise alone")
    return Message(f"{few.zh}，计入{row.counted_in}", f"{few.en}; counts in {row.counted_in}")


def state_words(row: Row) -> str:
    """Say the same in the language of the page."""
    return say(why(row))


blueprint.add_app_template_global(state_words, "participation_state")


def _period() -> str:
    """Give the period asked for, the present month when none is; Invalid when it is none."""
    wanted = request.args.get("period", "") or periods()[0]
    span_of(wanted)
    return wanted


def _by() -> str:
    usual = {"department": "town", "group": "group"}.get(current_actor().organisation_kind)
    by = request.args.get("by") or usual or "department"
    if by not in AXES:
        raise NotFound()
    return by


def _choices() -> list[tuple[str, str]]:
    return [(one, say(period_words(one))) for one in periods()]


def _files(query: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (with_query(url_for("participation.file", kind=kind), query), kind.upper())
        for kind in exports.KINDS
    ]
