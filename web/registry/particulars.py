"""Standardisation that expires, and risks that are monitored: figures, and who is behind them."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from engine.hazards.codes import STANDARD_SECTORS
from engine.particulars import figures as counted
from engine.particulars.figures import Chosen, Line
from engine.particulars.views import STANDARDS, VIEWS, View
from engine.permissions import allows
from engine.registry import codes
from engine.statistics import NOWHERE, Page
from engine.statistics.scope import names_of
from engine.statistics.tree import WITH_BELOW
from web import db, exports, trees
from web.access import current_actor, requires
from web.labels import NOWHERE as NOT_ASSIGNED
from web.labels import name_of
from web.language import say
from web.ledgers import issuer
from web.queries import with_query
from web.registry import particular_words as told
from web.registry.room import blueprint, is_keeper

_WHAT: Final = "<any(standards,monitoring):what>"
_PAGE: Final = 50
_CHUNK: Final = 500
#: The most lines a page shows; the file has all.
_LINES: Final = 200
#: By which axis somebody looks first.
_AXES: Final = {"group": "group", "department": "town"}
_NAMES: Final = ("count", "by", "key", "name", "sector", "grade")
_KINDS: Final = ("xlsx", "csv")


@blueprint.get(f"/{_WHAT}")
@requires("registry:read")
def particulars(what: str) -> str | Answer:
    """Show the figures of a view by an axis; an enterprise is led to its own line."""
    if not is_keeper(current_actor()):
        return redirect(url_for("registry.particular_units", what=what))
    view, by = VIEWS[what], _axis(VIEWS[what])
    lines, total = counted.lines(db.session(), view, by, actor=current_actor())
    return render_template(
        "registry/particulars.html",
        what=what,
        words=told.WORDS[what],
        by=by,
        axes={key: told.AXES[key] for key in view.axes},
        lines=_named(view, by, lines),
        most=_LINES,
        total=total,
        files=[
            (url_for("registry.particulars_file", what=what, kind=kind, by=by), kind.upper())
            for kind in _KINDS
        ],
    )


@blueprint.get(f"/{_WHAT}.<kind>")
@requires("registry:read")
def particulars_file(what: str, kind: str) -> Response:
    """Give the figures as a file."""
    view, by = VIEWS[what], _axis(VIEWS[what])
    lines, total = counted.lines(db.session(), view, by, actor=current_actor())
    return exports.answer(told.lines_sheet(view, _named(view, by, lines), total, issuer()), kind)


@blueprint.get(f"/{_WHAT}/units")
@requires("registry:read")
def particular_units(what: str) -> str:
    """List the enterprises behind a number."""
    chosen, actor = _chosen(VIEWS[what]), current_actor()
    page = _page(chosen, request.args.get("after") or None, _PAGE)
    said = _said()
    return render_template(
        "registry/particular_units.html",
        what=what,
        words=told.WORDS[what],
        chosen=chosen,
        place=_place_name(chosen),
        rows=page.items,
        with_contact=allows(actor, "registry:manage"),
        is_keeper=is_keeper(actor),
        sectors=_offered(STANDARD_SECTORS) if chosen.view is STANDARDS else [],
        grades=_offered(codes.GRADES) if chosen.view is STANDARDS else [],
        said=said,
        next_url=with_query(
            url_for("registry.particular_units", what=what), {**said, "after": page.next}
        )
        if page.next
        else "",
        files=[
            (
                with_query(url_for("registry.particular_units_file", what=what, kind=kind), said),
                kind.upper(),
            )
            for kind in _KINDS
        ],
    )


@blueprint.get(f"/{_WHAT}/units.<kind>")
@requires("registry:read")
def particular_units_file(what: str, kind: str) -> Response:
    """Give the enterprises behind a number as a file."""
    chosen = _chosen(VIEWS[what])
    rows = exports.Rows(lambda after: _page(chosen, after, _CHUNK), kind)
    parts = (_place_name(chosen), say(told.WORDS[what].counts[chosen.count]))
    note = " ".join(filter(None, parts))
    return exports.answer(
        told.units_sheet(chosen.view, rows, rows.warning, note, issuer()), kind
    )  # fmt: skip


def _page(chosen: Chosen, after: str | None, limit: int) -> Page[told.Unit]:
    return told.units(
        counted.enterprises(
            db.session(), chosen, actor=current_actor(), after=after, limit=limit
        )
    )  # fmt: skip


def _axis(view: View) -> str:
    by = request.args.get("by") or _AXES.get(current_actor().organisation_kind, "department")
    if by not in view.axes:
        raise NotFound()
    return by


def _chosen(view: View) -> Chosen:
    count = request.args.get("count") or "all"
    if count not in view.counts():
        raise NotFound()
    names = ("sector", "grade") if view is STANDARDS else ()
    return Chosen(
        view=view,
        count=count,
        by=_axis(view),
        key=request.args.get("key", "")[:64],
        name=request.args.get("name", "").strip()[:100],
        **{name: request.args.get(name, "")[:30] for name in names},
    )


def _said() -> dict[str, str]:
    return {name: request.args[name] for name in _NAMES if request.args.get(name)}


def _named(view: View, by: str, lines: list[Line]) -> list[tuple[str, Line]]:
    def name(line: Line) -> str:
        return _key_name(view, by, line.key, line.name)

    return trees.named(db.session(), by, lines, name, counted.as_tree)


def _key_name(view: View, by: str, key: str, name: str) -> str:
    words = view.axis(by).words
    if words is not None:
        return say(told.NOT_STATED) if key == NOWHERE else say(name_of(words, key))
    return say(NOT_ASSIGNED) if key == NOWHERE else name


def _place_name(chosen: Chosen) -> str:
    if not chosen.key:
        return ""
    if chosen.key == NOWHERE or chosen.view.axis(chosen.by).words is not None:
        return _key_name(chosen.view, chosen.by, chosen.key, chosen.key)
    key = chosen.key.removesuffix(WITH_BELOW)
    return trees.place_of(chosen.key, names_of(db.session(), {key}).get(key, ""))


def _offered(words: Any) -> list[tuple[str, str]]:
    return [(key, say(one)) for key, one in words.items()]
