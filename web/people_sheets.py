"""People and their teams by sheet: the template, the preview, once; and first passwords."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine import passwords, people, teams
from engine.actors import ENTERPRISE_ROLES
from engine.errors import Conflict, Invalid
from engine.teams import sheet as sheets
from engine.teams import taking
from web import bad_rows as bad_rows_of
from web import db, exports
from web.access import current_actor, own_organisation, requires
from web.language import say
from web.ledgers import issuer
from web.queries import with_query

blueprint = Blueprint("people_sheets", __name__, url_prefix="/people")

_SHOWN: Final = 100
_KINDS: Final = ("bad", "changed", "new", "same")
#: Digesting a password is slow on purpose: so many at a time.
_PASSWORDS: Final = 100


@blueprint.get("/imports")
@requires("people:manage", "team:manage")
def imports() -> str:
    """Ask for a sheet, and show those that were read before."""
    return _ask()


@blueprint.post("/imports")
@requires("people:manage", "team:manage")
def upload() -> Any:
    """Read a sheet and lead to its preview."""
    file = request.files.get("sheet")
    content = file.stream.read() if file else b""
    if not content:
        return _ask(gettext("请选择一个 .xlsx 或 .csv 文件。")), 422
    try:
        batch = db.execute(taking.preview, content, (file and file.filename) or "")
    except Invalid as error:
        return _ask(say(error.message)), 422
    return redirect(url_for("people_sheets.look", batch_id=batch.id))


@blueprint.get("/imports/<uuid:batch_id>")
@requires("people:manage", "team:manage")
def look(batch_id: UUID) -> str:
    """Show what a sheet says and what would become of each row."""
    found = taking.get(db.session(), batch_id, actor=current_actor())
    counts = found.counts
    present = [kind for kind in _KINDS if counts[kind]]
    kind = request.args.get("show", "")
    kind = kind if kind in present else next(iter(present), "")
    at = min(max(0, request.args.get("from", 0, type=int)), counts[kind])

    def address(start: int) -> str:
        query = {"show": kind, "from": str(start)}
        return with_query(url_for("people_sheets.look", batch_id=batch_id), query)

    return render_template(
        "people/import.html",
        found=found,
        batch=found.batch,
        counts=counts,
        kinds=present,
        kind=kind,
        rows=[_row(row) for row in (found.of(kind, at, _SHOWN) if kind else [])],
        total=counts[kind],
        next_url=address(at + _SHOWN) if counts[kind] > at + _SHOWN else "",
        previous_url=address(max(0, at - _SHOWN)) if at else "",
        waiting=_waiting(),
    )


@blueprint.post("/imports/<uuid:batch_id>/<any(take,discard):what>")
@requires("people:manage", "team:manage")
def settle(batch_id: UUID, what: str) -> AnyResponse:
    """Take a sheet in, or put it aside."""
    if what == "discard":
        db.execute(taking.discard, batch_id)
        flash(gettext("这份表格已放弃，人员没有改动。"), "success")
        return redirect(url_for("people_sheets.imports"))
    try:
        db.execute(taking.take_in, batch_id)
    except Conflict as error:
        flash(say(error.message), "warning")
    return redirect(url_for("people_sheets.look", batch_id=batch_id))


@blueprint.get("/imports/<uuid:batch_id>/bad.<kind>")
@requires("people:manage", "team:manage")
def bad_rows(batch_id: UUID, kind: str) -> Response:
    """Give the bad rows as a file: to be mended and sent again."""
    found = taking.get(db.session(), batch_id, actor=current_actor())
    return bad_rows_of.answer(found, kind, _label, exports.Column(gettext("姓名"), width=16))


@blueprint.get("/template.xlsx")
@requires("people:manage", "team:manage")
def sheet_template() -> Response:
    """Give an empty sheet to fill in, with the roles and teams there are."""
    name = gettext("人员模板")
    return exports.workbook_file(_template(), f"{name}.xlsx")


@blueprint.post("/passwords")
@requires("people:manage", "team:manage")
def first_passwords() -> AnyResponse:
    """Give those who cannot sign in yet a first password each, and a list of them this once."""
    actor, own = current_actor(), own_organisation()
    waiting = people.without_password(db.session(), own, actor=actor, limit=_PASSWORDS)
    made = {user.id: passwords.make() for user in waiting}
    digests = {user_id: passwords.digest(said) for user_id, said in made.items()}
    # Nobody else waits while they are digested.
    db.session().rollback()
    given = db.execute(people.give_first_passwords, own, digests) if digests else set()
    if not given:
        flash(gettext("没有还没发过密码的人。"), "info")
        return redirect(url_for("people.index"))
    paths = {node.id: node.path for node in teams.listed(db.session(), actor=actor)}
    where = teams.teams_of(db.session(), own, given)
    return exports.answer(
        exports.Sheet(
            title=gettext("初始密码"),
            name=gettext("初始密码"),
            columns=[
                exports.Column(gettext("姓名"), width=16),
                exports.Column(gettext("登录名"), width=20),
                exports.Column(gettext("车间、班组"), width=26),
                exports.Column(gettext("初始密码"), width=26),
            ],
            rows=[
                [user.name, user.login, paths.get(where.get(user.id, user.id), ""), made[user.id]]
                for user in waiting
                if user.id in given
            ],
            notes=[gettext("请当面交给本人，登录后马上更改；发完后删去这份文件。")],
            issuer=issuer(),
        ),
        "xlsx",
    )


def _waiting() -> int:
    return len(
        people.without_password(
            db.session(), own_organisation(), actor=current_actor(), limit=sheets.MOST_ROWS
        )
    )


def _ask(problem: str = "") -> str:
    return render_template(
        "people/imports.html",
        batches=taking.latest(db.session(), actor=current_actor()),
        problem=problem,
        most=sheets.MOST_ROWS,
        waiting=_waiting(),
        at_once=_PASSWORDS,
    )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    values = row["values"]
    shown = {"login": values["login"], "roles": _roles(values["roles"]), "team": values["team"]}
    return {
        **row,
        "shown": {**shown, "team": "/".join(values["team"])},
        "faults": [(_label(key), bad_rows_of.words(zh, en), value) for key, zh, en, value in
                   row.get("faults", ())],
        "changes": [
            (_label(key), _told(key, row["before"][key]), _told(key, value))
            for key, value in row.get("after", {}).items()
        ],
        "url": url_for("people.person", user_id=row["id"]) if "id" in row else "",
    }  # fmt: skip


def _label(key: str) -> str:
    return say(sheets.COLUMNS[key])


def _told(key: str, value: Any) -> str:
    return (_roles(value) if key == "roles" else str(value)) or "—"


def _roles(keys: list[str]) -> str:
    return str(gettext("、")).join(say(ENTERPRISE_ROLES[key]) for key in keys)


def _template() -> bytes:
    import xlsxwriter

    nodes = teams.listed(db.session(), actor=current_actor())
    paths = [exports.harmless(node.path) for node in nodes if node.row.closed_on is None]
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page, lists = book.add_worksheet(gettext("人员")), book.add_worksheet(gettext("可选内容"))
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        page.freeze_panes(1, 1)
        for column, (key, name) in enumerate(sheets.COLUMNS.items()):
            # A number that is a login has to stay as it is typed.
            page.set_column(column, column, 22, text)
            mark = "" if key in ("roles", "team") else "*"
            page.write_string(0, column, say(name) + mark, bold)
        lists.set_column(0, 1, 30)
        roles = [say(words) for words in ENTERPRISE_ROLES.values()]
        headed = ((gettext("岗位，几个用顿号隔开"), roles), (gettext("车间、班组"), paths))
        for column, (heading, values) in enumerate(headed):
            lists.write_string(0, column, heading, bold)
            for at, value in enumerate(values, start=1):
                lists.write_string(at, column, value)
    return made.getvalue()
