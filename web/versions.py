"""What is done with versions: compare them, halt them, let them go on, go back to one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine import definitions
from engine.definitions import Bundle, heirs
from engine.definitions.differences import differences
from engine.definitions.publishing import standing
from engine.errors import Conflict, DefinitionRefused, Invalid
from web import db
from web.access import current_actor, requires
from web.comparing import Side, compared
from web.definitions import get_shown, organisation, own_version, versions_of
from web.version_forms import PublishForm, ReasonForm, refuse, say_published

blueprint = Blueprint("versions", __name__, url_prefix="/definitions")

Page = str | tuple[str, int] | Response
_WORDS: Final = {
    "suspend": {
        "title": lazy_gettext("停用这一版"),
        "lead": lazy_gettext("停用后，新报告不再按它开始；正在办理的事项照常办完。可以再恢复。"),
    },
    "resume": {
        "title": lazy_gettext("恢复使用这一版"),
        "lead": lazy_gettext("恢复后，它重新参与选择：同一单位里起用时间最晚的一版为现行版本。"),
    },
    "restore": {
        "title": lazy_gettext("改回这一版"),
        "lead": lazy_gettext(
            "按这一版的内容发布一个新的版本，编号接着往下排；原来的版本和正在办理的事项不变。"
        ),
    },
}


@blueprint.get("/<key>/<int:version>/compare")
@requires("definition:read")
def compare(key: str, version: int) -> Page:
    """Show what differs between a version and another, by default the one it was drawn from."""
    session, row = db.session(), get_shown(key, version)
    rows, in_force = versions_of(row)
    other = _other(row, rows)
    before = Side.of_version(session, other) if other is not None else Side(Bundle(), {})
    after = Side.of_version(session, row)
    return render_template(
        "definitions/compare.html",
        row=row,
        other=other,
        rows=rows,
        in_force=in_force,
        this=next(one for one in rows if one.id == row.id),
        **compared(differences(before.bundle, after.bundle), before, after),
    )


@blueprint.route(
    "/<key>/<int:version>/<any(suspend,resume,restore):action>", methods=["GET", "POST"]
)
@requires("definition:deploy")
def turn(key: str, version: int, action: str) -> Page:
    """Halt a version of one's own, let it go on, or go back to it, for a stated reason."""
    row = own_version(key, version)
    form: ReasonForm = PublishForm() if action == "restore" else ReasonForm()
    if form.validate_on_submit():
        try:
            _act(action, row, form)
        except (Invalid, Conflict, DefinitionRefused) as error:
            refuse(form, error)
        else:
            return redirect(_address(row), 303)
    page = render_template(
        "definitions/turn.html",
        form=form,
        title=_WORDS[action]["title"],
        lead=_WORDS[action]["lead"],
        then=_then(action, row),
        row=row,
        back=_address(row),
        is_danger=action == "suspend",
    )
    return page, _status(form)


@blueprint.route("/<key>/inherit", methods=["GET", "POST"])
@requires("definition:deploy")
def inherit(key: str) -> Page:
    """Use the version of those above again: suspend all of one's own."""
    session, own = db.session(), organisation()
    inherited = definitions.find_inherited(session, own, key)
    row = definitions.find_latest(session, own, key)
    if inherited is None or row is None or row.organisation_id != own.id:
        raise NotFound()
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            db.execute(standing.use_inherited, key, reason=form.reason.data)
        except (Invalid, Conflict) as error:
            refuse(form, error)
        else:
            flash(gettext("已改用上级单位的版本。本单位的版本已停用，可以再恢复。"), "success")
            return redirect(url_for("definitions.show", key=key), 303)
    page = render_template(
        "definitions/turn.html",
        form=form,
        title=gettext("改用上级单位的版本"),
        lead=gettext("本单位这个流程的各版都停用，新报告按上级单位的版本办理；以后上级更新，会自动跟着更新。"),
        then=_runs_then(inherited),
        row=row,
        back=url_for("definitions.show", key=key),
        is_danger=True,
    )  # fmt: skip
    return page, _status(form)


@blueprint.post("/<key>/keep")
@requires("definition:deploy")
def keep(key: str) -> Page:
    """Note that one's own version stays, whatever is newer above."""
    found = heirs.find_newer(db.session(), organisation(), key)
    if found is None:
        raise NotFound()
    if str(found.newer.id) != request.form.get("newer"):
        raise Conflict(
            "上级单位又有了更新的版本。请刷新页面，看过以后再决定。",
            "There is a still newer version above. Reload the page, look at it, then decide.",
        )
    db.execute(standing.keep_own, key, newer_id=found.newer.id)
    flash(gettext("已记下：继续用本单位的版本。上级单位再更新时，会再告诉您。"), "success")
    return redirect(url_for("definitions.show", key=key), 303)


def _act(action: str, row: Any, form: Any) -> None:
    """Do it and say what came of it."""
    reason = form.reason.data
    if action == "restore":
        outcome = db.execute(standing.go_back, row.id, reason=reason, starts_at=form.starts_at())
        say_published(outcome)
        return
    run = standing.suspend if action == "suspend" else standing.resume
    then = db.execute(run, row.id, reason=reason)
    done = gettext("已停用。") if action == "suspend" else gettext("已恢复。")
    flash(f"{done}{_runs_then(then)}", "success")


def _other(row: Any, rows: Any) -> Any:
    """Give the version to compare with: the one asked for, the base, or the one before."""
    asked = request.args.get("with", "")
    if asked:
        version, _at, owner = asked.partition("@")
        owner_id = _uuid(owner) if owner else row.organisation_id
        if not version.isdecimal() or len(version) > 9:
            raise NotFound()
        return definitions.get_version(
            db.session(), row.key, int(version), owner_id=owner_id, actor=current_actor()
        )
    older = [
        one
        for one in rows
        if one.organisation_id == row.organisation_id and one.version < row.version
    ]
    base = next((one for one in rows if one.id == row.base_id), None)
    found = base or next(iter(older), None)
    if found is None:
        return None
    return definitions.get_version(
        db.session(), found.key, found.version, owner_id=found.organisation_id,
        actor=current_actor(),
    )  # fmt: skip


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound() from error


def _then(action: str, row: Any) -> str:
    return _runs_then(standing.after_suspending(db.session(), row)) if action == "suspend" else ""


def _runs_then(row: Any) -> str:
    if row is None:
        return str(gettext("之后没有版本可以用，新报告不能再按这个流程提交。"))
    owner = definitions.owner(db.session(), row).name
    return str(
        gettext("之后新报告按%(owner)s第 %(version)s 版办理。", owner=owner, version=row.version)
    )


def _status(form: Any) -> int:
    return 422 if form.errors or form.form_errors else 200


def _address(row: Any) -> str:
    return url_for(
        "definitions.version", key=row.key, version=row.version, owner=row.organisation_id
    )
