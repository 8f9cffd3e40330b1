"""Coverage with mechanisms: the board, the enterprises behind it, reminders, targets, figures."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from engine.actors import Actor
from engine.coverage import board as boards
from engine.coverage import kpis, reminders, targets, units
from engine.coverage.obstacles import OBSTACLES
from engine.permissions import allows
from engine.statistics import NOWHERE
from engine.statistics.tree import WITH_BELOW
from web import db, exports, trees
from web.access import current_actor, requires
from web.coverage import sheets, words
from web.labels import NOWHERE as NOT_ASSIGNED
from web.labels import sector_name
from web.language import say
from web.ledgers import issuer
from web.queries import with_query

blueprint = Blueprint("coverage", __name__, url_prefix="/coverage")

_PAGE: Final = 50
_CHUNK: Final = 500
#: By which axis somebody looks first.
_AXES: Final = {"group": "group", "department": "town"}
#: What names a list of enterprises in an address.
_NAMES: Final = ("target", "count", "by", "key", "name")


@blueprint.get("")
@requires("coverage:read")
def show() -> str | AnyResponse:
    """Show every target, and one of them by an axis."""
    actor = current_actor()
    if actor.organisation_kind == "enterprise":
        return redirect(url_for("mechanism.own"))
    known = targets.listed(db.session(), actor=actor)
    sums = boards.overview(db.session(), known, actor=actor)
    # What is late comes first, where nobody asked for another.
    target = _target(sorted(known, key=lambda one: not sums[one.id].counts["open"]))
    found = boards.board(db.session(), target, _axis(), actor=actor) if target else None
    return render_template(
        "coverage/board.html",
        targets=known,
        sums=sums,
        board=found,
        lines=_named(found) if found else [],
        charted=[(line_name(found, line), line) for line in found.lines[:12]] if found else [],
        axes=words.BOARD_AXES,
        counts=words.COUNTS,
        scope_of=lambda one: say(words.target_scope(one, targets.OWNERSHIPS)),
        may_set=may_set(actor),
        may_remind=allows(actor, "coverage:remind"),
        may_register=allows(actor, "registry:read"),
        files=[
            (url_for("coverage.board_file", kind=kind, target=found.target.id, by=found.by), name)
            for kind, name in (("xlsx", "XLSX"), ("csv", "CSV"))
        ]
        if found
        else [],
        today=sheets.today(),
    )


@blueprint.get("/board.<kind>")
@requires("coverage:read")
def board_file(kind: str) -> Response:
    """Give a target's lines as a file."""
    actor = current_actor()
    found = boards.board(db.session(), chosen_target(), _axis(), actor=actor)
    named = _named(found)
    found = replace(found, lines=[line for _name, line in named])
    return exports.answer(sheets.board(found, [name for name, _line in named], issuer()), kind)


@blueprint.get("/units")
@requires("coverage:read")
def list_units() -> str:
    """List the enterprises behind a number."""
    chosen = _chosen()
    page = units.enterprises(
        db.session(), chosen, actor=current_actor(), after=request.args.get("after", ""),
        limit=_PAGE,
    )  # fmt: skip
    said = _said()
    return render_template(
        "coverage/units.html",
        chosen=chosen,
        rows=[sheets.Unit(row) for row in page.items],
        heading=say(words.COUNTS[chosen.count]),
        place=_place_name(chosen),
        counts=words.COUNTS,
        said=said,
        may_remind=allows(current_actor(), "coverage:remind")
        and current_actor().organisation_kind != "enterprise",
        next_url=with_query(url_for("coverage.list_units"), {**said, "after": page.next})
        if page.next
        else "",
        files=[
            (with_query(url_for("coverage.units_file", kind=kind), said), kind.upper())
            for kind in ("xlsx", "csv")
        ],
        obstacles=OBSTACLES,
    )


@blueprint.get("/units.<kind>")
@requires("coverage:read")
def units_file(kind: str) -> Response:
    """Give the enterprises behind a number as a file."""
    chosen, actor = _chosen(), current_actor()
    rows = exports.Rows(
        lambda after: units.enterprises(
            db.session(), chosen, actor=actor, after=after or "", limit=_CHUNK
        ),
        kind,
    )
    note = f"{chosen.target.title}　{say(words.COUNTS[chosen.count])}"
    return exports.answer(sheets.units(rows, note, issuer()), kind)


@blueprint.post("/reminders")
@requires("coverage:remind")
def remind() -> AnyResponse:
    """Remind those of a list who have not reached the target."""
    done = db.execute(reminders.remind, _chosen())
    if not done.enterprises:
        flash(gettext("没有可以提醒的单位：今天都已提醒过、都已达标，或者没有账号。"), "info")
    else:
        flash(
            ngettext("已提醒 %(num)d 家单位。", "已提醒 %(num)d 家单位。", done.enterprises)
            + gettext("通知了 %(people)d 人；同一单位一天只提醒一次。", people=done.people),
            "success",
        )
    if done.unreached:
        flash(
            gettext(
                "名单里有 %(count)s 家单位没有账号，收不到提醒，请按名单上的电话联系。",
                count=done.unreached,
            ),
            "warning",
        )
    if done.more:
        flash(gettext("名单较长，其余单位请再按一次提醒。"), "info")
    return redirect(with_query(url_for("coverage.list_units"), _said()), 303)


@blueprint.get("/kpis")
@requires("coverage:read")
def figures() -> str:
    """Show the three figures of how people report, by an axis (R-31)."""
    actor = current_actor()
    by = "enterprise" if actor.organisation_kind == "enterprise" else _axis()
    found = kpis.kpis(db.session(), by, actor=actor)
    return render_template(
        "coverage/kpis.html",
        rows=[(_key_name(by, one.key, one.name), one) for one in found],
        by=by,
        axes=words.BOARD_AXES if by != "enterprise" else {},
        axis=words.AXIS_HEADINGS[by],
    )


def _named(found: boards.Board) -> list[tuple[str, boards.Line]]:
    name_of = partial(line_name, found)
    return trees.named(db.session(), found.by, found.lines, name_of, boards.as_tree)


def line_name(board: boards.Board, line: boards.Line) -> str:
    """Give the name of a line as the board shows it."""
    return _key_name(board.by, line.key, line.name)


def may_set(actor: Actor) -> bool:
    """Say whether the visitor may set targets."""
    return targets.may_set(actor) and allows(actor, "coverage:target")


def chosen_target() -> Any:
    """Give the target that the request names; 404 when there is none."""
    found = _target(targets.listed(db.session(), actor=current_actor()))
    if found is None:
        raise NotFound()
    return found


def _target(known: Any) -> Any:
    """Give the target that the request names, else the first; None when there is none at all."""
    text = request.values.get("target")
    if not known:
        return None
    if not text:
        return known[0]
    found = next((one for one in known if str(one.id) == text), None)
    if found is None:
        raise NotFound()
    return found


def _axis() -> str:
    by = request.values.get("by") or _AXES.get(current_actor().organisation_kind, "department")
    if by not in words.BOARD_AXES:
        raise NotFound()
    return by


def _chosen() -> units.Chosen:
    count = request.values.get("count") or "due"
    if count not in words.COUNTS:
        raise NotFound()
    return units.Chosen(
        target=chosen_target(),
        count=count,
        by=_axis(),
        key=request.values.get("key", "")[:64],
        name=request.values.get("name", "").strip()[:100],
    )


def _said() -> dict[str, str]:
    """Give what the request chose, for links and forms that go on with it."""
    return {name: request.values[name] for name in _NAMES if request.values.get(name)}


def _place_name(chosen: units.Chosen) -> str:
    if not chosen.key:
        return ""
    if chosen.key == NOWHERE or chosen.by == "sector":
        return _key_name(chosen.by, chosen.key, chosen.key)
    group = chosen.key.removesuffix(WITH_BELOW)
    return trees.place_of(chosen.key, sheets.names({group}).get(group, ""))


def _key_name(by: str, key: str, name: str) -> str:
    if key == NOWHERE:
        return say(NOT_ASSIGNED)
    return say(sector_name(key)) if by == "sector" else name


def uuid_of(text: str | None) -> UUID | None:
    """Give the id that a text is, or None."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
