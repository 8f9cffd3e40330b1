"""The board 区域看板: one page a director reads in a minute, on a desk, a wall or one sheet."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine import board, statistics
from engine.board import Board, Counting, Target
from engine.permissions import allows
from web import db
from web.access import current_actor, requires
from web.counting import counting_words
from web.labels import sector_name
from web.language import drawn, say
from web.queries import chosen, with_query

blueprint = Blueprint("board", __name__)

_MINUTES_A_DAY: Final = 24 * 60


@blueprint.get("/board")
@requires("board:read")
def show() -> str:
    """Show the board; with view=wall without anything round it, for a screen on a wall."""
    shown = board.read(db.session(), actor=current_actor())
    return render_template(
        "board/show.html",
        board=shown.board,
        at=shown.at,
        words=_words(shown.counting),
        is_wall=request.args.get("view") == "wall",
        bars=_bars(shown.board) if shown.board else None,
        taken=taken,
        leads=_leads,
        cases_open=allows(current_actor(), "ledger:read"),
    )


@blueprint.post("/board/refresh")
@requires("board:read")
def refresh() -> Response:
    """Count the board anew."""
    if counting := db.execute(board.recount):
        flash(counting_words(counting) + str(gettext("算好后自动显示。")), "info")
    return redirect(url_for("board.show", **chosen(("view",))))  # type: ignore[arg-type]


@blueprint.get("/board/silent")
@requires("board:read")
def silent() -> str:
    """Show the enterprises from which nobody has reported for ninety days."""
    page = board.silent(
        db.session(), actor=current_actor(), after=request.args.get("after") or None
    )
    return render_template(
        "board/silent.html",
        rows=[(one, say(sector_name(one.sector))) for one in page.items],
        days=board.SILENT_DAYS,
        cases_open=allows(current_actor(), "ledger:read"),
        next_url=_next("board.silent", page),
    )


@blueprint.get("/board/steps/<key>")
@requires("board:read", "case:list")
def steps(key: str) -> str:
    """Show the cases that wait at a step, or those where it took longest."""
    which = request.args.get("which") or "waiting"
    page = board.steps_at(
        db.session(),
        key,
        which,
        actor=current_actor(),
        after=request.args.get("after") or None,
    )
    return render_template(
        "board/steps.html",
        key=key,
        which=which,
        name=drawn(page.items[0].name) if page.items else key,
        rows=page.items,
        taken=taken,
        next_url=_next("board.steps", page, key=key, which=which),
    )


def taken(minutes: int) -> str:
    """Say how long something took, in as few digits as tell it apart."""
    if minutes < 60:
        return str(gettext("%(count)s 分钟", count=minutes))
    unit, words = (60, "hours") if minutes < 2 * _MINUTES_A_DAY else (_MINUTES_A_DAY, "days")
    value = minutes / unit
    count = f"{value:.1f}".removesuffix(".0") if value < 10 else str(round(value))
    if words == "hours":
        return str(gettext("%(count)s 小时", count=count))
    return str(gettext("%(count)s 天", count=count))


def _words(counting: Counting | None) -> str:
    """Say how far the first count is."""
    if counting is None:
        return str(gettext("还没有排队：后台每十分钟看一次。按“重新计算”马上排队。"))
    return counting_words(counting)


def _bars(shown: Board) -> dict[str, int]:
    """Give the largest value of each drawing, by which its bars are measured."""
    return {
        "ages": max(shown.ages.values(), default=0),
        "steps": max((step.p90 for step in shown.steps), default=0),
        **{
            name: max(getattr(sums, name) for sums in shown.sums)
            for name in ("established", "reported", "paid_fen")
        },
    }


def _leads(target: Target) -> dict[str, str]:
    """Give where the numbers of a target lead: who owes it, and how far they have come."""
    counts = {"owed": "due", "established": "established", "implemented": "implemented"}
    return {
        name: url_for("coverage.list_units", target=target.id, count=count)
        for name, count in counts.items()
    }


def _next(endpoint: str, page: statistics.Page[Any], **query: str) -> str:
    if page.next is None:
        return ""
    here = {"key": query.pop("key")} if "key" in query else {}
    return with_query(url_for(endpoint, **here), {**query, "after": page.next})  # type: ignore[arg-type]
