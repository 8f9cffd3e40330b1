"""Taking a sheet of enterprises in: the template, the preview, once."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import Conflict, Invalid
from engine.registry import importing, receiving
from engine.registry.entering import require_keeper
from web import bad_rows as bad_rows_of
from web import db, exports
from web.access import current_actor, requires
from web.language import say
from web.queries import with_query
from web.registry import template
from web.registry.room import all_nodes, blueprint, label, told

_SHOWN: Final = 100
_KINDS: Final = ("bad", "changed", "new", "same")


@blueprint.get("/imports")
@requires("registry:manage")
def imports() -> str:
    """Ask for a sheet, and show those that were read before."""
    return _ask()


@blueprint.post("/imports")
@requires("registry:manage")
def upload() -> Any:
    """Read a sheet and lead to its preview."""
    require_keeper(current_actor())
    file = request.files.get("sheet")
    content = file.stream.read() if file else b""
    if not content:
        return _ask(gettext("请选择一个 .xlsx 文件。")), 422
    try:
        # Read first: whoever writes does not wait for it. A job reads what is long.
        rows = receiving.judge_short(db.session(), content, actor=current_actor())
        name = (file and file.filename) or ""
        if rows is None:
            batch = db.execute(receiving.receive, content, name)
        else:
            batch = db.execute(importing.keep, rows, content, name)
    except Invalid as error:
        return _ask(say(error.message)), 422
    return redirect(url_for("registry.look", batch_id=batch.id))


@blueprint.get("/imports/<uuid:batch_id>")
@requires("registry:manage")
def look(batch_id: UUID) -> str:
    """Show what a sheet says and what would become of each row."""
    found = importing.get(db.session(), batch_id, actor=current_actor())
    counts = found.counts
    present = [kind for kind in _KINDS if counts[kind]]
    kind = request.args.get("show", "")
    kind = kind if kind in present else next(iter(present), "")
    at = min(max(0, request.args.get("from", 0, type=int)), counts[kind])
    rows = found.of(kind, at, _SHOWN) if kind else []
    names = {str(node.id): node.path or node.name for node in all_nodes()}

    def address(start: int) -> str:
        query = {"show": kind, "from": str(start)}
        return with_query(url_for("registry.look", batch_id=batch_id), query)

    return render_template(
        "registry/import.html",
        found=found,
        batch=found.batch,
        counts=counts,
        kinds=present,
        kind=kind,
        rows=[_row(row, names) for row in rows],
        total=counts[kind],
        next_url=address(at + _SHOWN) if counts[kind] > at + _SHOWN else "",
        previous_url=address(max(0, at - _SHOWN)) if at else "",
    )


@blueprint.post("/imports/<uuid:batch_id>/<any(take,discard):what>")
@requires("registry:manage")
def settle(batch_id: UUID, what: str) -> Any:
    """Take a sheet in, or put it aside."""
    if what == "discard":
        db.execute(importing.discard, batch_id)
        flash(gettext("这份表格已放弃，名录没有改动。"), "success")
        return redirect(url_for("registry.imports"))
    try:
        db.execute(importing.take_in, batch_id)
    except Conflict as error:
        flash(say(error.message), "warning")
    return redirect(url_for("registry.look", batch_id=batch_id))


@blueprint.get("/imports/<uuid:batch_id>/bad.<kind>")
@requires("registry:manage")
def bad_rows(batch_id: UUID, kind: str) -> Response:
    """Give the bad rows as a file: to be mended and sent again."""
    found = importing.get(db.session(), batch_id, actor=current_actor())
    return bad_rows_of.answer(found, kind, label, exports.Column(gettext("单位名称"), width=30))


@blueprint.get("/template.xlsx")
@requires("registry:manage")
def sheet_template() -> Response:
    """Give an empty sheet to fill in, with the names that this district knows."""
    require_keeper(current_actor())
    content = template.workbook(all_nodes())
    name = gettext("单位名录模板")
    return exports.workbook_file(content, f"{name}.xlsx")


def _ask(problem: str = "") -> str:
    actor = current_actor()
    return render_template(
        "registry/imports.html",
        batches=importing.latest(db.session(), actor=actor),
        problem=problem,
        most=importing.AT_ONCE,
    )


def _row(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    faults = [
        (label(key), bad_rows_of.words(zh, en), value)
        for key, zh, en, value in row.get("faults", ())
    ]
    changes = [
        (label(key), told(key, row["before"].get(key), names), told(key, value, names))
        for key, value in row.get("after", {}).items()
    ]
    values = {
        key: told(key, row["values"].get(key), names) if row["values"].get(key) else ""
        for key in ("uscc", "sector", "department_id", "town_id", "group_id")
    }
    url = url_for("registry.show", organisation_id=row["id"]) if "id" in row else ""
    return {**row, "faults": faults, "changes": changes, "shown": values, "url": url}
