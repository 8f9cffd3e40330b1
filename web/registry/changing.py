"""Where an enterprise stands and whether it runs: moved, suspended, closed, merged, reopened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from engine import clock, registry
from engine.actors import Actor
from engine.errors import Refused
from engine.registry.entering import require_office
from engine.registry.running import ACTIONS
from web import db
from web.access import current_actor, requires
from web.form_errors import put
from web.registry.beside import supervisor_form, supervisors
from web.registry.room import all_nodes, blueprint, needed, node_choices, options

Page = str | tuple[str, int] | Response
#: So many enterprises are offered as the heir of a merged one.
_OFFERED = 30


class ChangeForm(FlaskForm):  # type: ignore[misc]
    """From which day, and why."""

    effective_on = DateField(
        lazy_gettext("生效日期"),
        [InputRequired(lazy_gettext("请填写生效日期，例如 2026-12-01。"))],
        description=lazy_gettext("从这一天起算；在这以前结束的月份不变。"),
    )
    reason = TextAreaField(
        lazy_gettext("原因"),
        [InputRequired(lazy_gettext("请写明原因，例如行业主管调整的文号。")), Length(max=500)],
        render_kw={"rows": 3},
    )


class MoveForm(ChangeForm):
    """Where to."""

    department_id = SelectField(lazy_gettext("主行业主管部门"), validate_choice=False)
    town_id = SelectField(lazy_gettext("街镇"), validate_choice=False)
    group_id = SelectField(lazy_gettext("所属集团"), validate_choice=False)


class MergeForm(ChangeForm):
    """Into which one."""

    find = StringField(
        lazy_gettext("并入的单位"),
        description=lazy_gettext("输入名称的一部分或信用代码，再从下面选择。"),
    )
    into_id = SelectField(lazy_gettext("选择单位"), [needed], validate_choice=False)


@blueprint.route("/<uuid:organisation_id>/move", methods=["GET", "POST"])
@requires("registry:manage")
def move(organisation_id: UUID) -> Page:
    """Move an enterprise to another department, town or group."""
    row = _enterprise(organisation_id)
    present = [getattr(row.Organisation, key) for key in registry.NODES]
    form = MoveForm(data=_now(row.Organisation))
    nodes = all_nodes(*present)
    for key, kind in registry.NODES.items():
        form[key].choices = options(node_choices(nodes, kind, gettext("未定")))
    if form.validate_on_submit():
        places = {key: _id(form[key].data) for key in registry.NODES}
        wanted = {"effective_on": form.effective_on.data, "reason": form.reason.data}
        answer = _try(form, organisation_id, registry.move, organisation_id, places, **wanted)
        if answer is not None:
            return answer
    page = render_template(
        "registry/move.html", form=form, supervisor=supervisor_form(row), **supervisors(row),
        open_hazards=registry.open_hazards(db.session(), organisation_id),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.route(
    "/<uuid:organisation_id>/<any(suspend,close,merge,reopen):action>", methods=["GET", "POST"]
)
@requires("registry:manage")
def act(organisation_id: UUID, action: str) -> Page:
    """Suspend, close, merge or reopen an enterprise."""
    row = _enterprise(organisation_id)
    is_merger = action == "merge"
    kind = MergeForm if is_merger else ChangeForm
    form = kind(data={"effective_on": clock.local_date(), "find": request.args.get("find", "")})
    offered = _offered(form, organisation_id) if is_merger else []
    is_search = is_merger and request.form.get("search") == "1"
    if is_search:
        form.process(request.form)
        form.into_id.choices = options([(str(id_), name) for id_, name in offered])
    elif form.validate_on_submit():
        wanted: dict[str, Any] = {
            "effective_on": form.effective_on.data,
            "reason": form.reason.data,
            "into_id": _id(form.into_id.data) if is_merger else None,
        }
        answer = _try(form, organisation_id, registry.act, organisation_id, action, **wanted)
        if answer is not None:
            return answer
    page = render_template(
        "registry/act.html",
        form=form,
        row=row,
        action=action,
        is_possible=row.Organisation.status in ACTIONS[action][0],
        offered=offered,
        open_hazards=registry.open_hazards(db.session(), organisation_id),
    )
    return page, 422 if form.errors else 200


def _offered(form: Any, organisation_id: UUID) -> list[tuple[UUID, str]]:
    """Give the enterprises whose name or code fits what was typed, and put them into the form."""
    filters = registry.Filters(text=(form.find.data or "").strip()[:100], status="active")
    page = registry.listed(db.session(), actor=current_actor(), filters=filters, limit=_OFFERED)
    found = [
        (row.Organisation.id, f"{row.Organisation.name} {row.Organisation.uscc or ''}".strip())
        for row in page.items
        if row.Organisation.id != organisation_id
    ]
    pairs = [(str(id_), name) for id_, name in found]
    form.into_id.choices = options([("", gettext("请选择")), *pairs])
    return found


def _try(
    form: Any, organisation_id: UUID, operation: Any, *args: Any, **kwargs: Any
) -> Response | None:
    """Do it and go back to the entry; a refusal is put into the form."""
    try:
        db.execute(operation, *args, **kwargs)
    except Refused as error:
        if error.status in (403, 404):
            raise
        put(form, error)
        return None
    flash(gettext("已办理，变更记录里可以查到。"), "success")
    return redirect(url_for("registry.show", organisation_id=organisation_id))


def _enterprise(organisation_id: UUID) -> Any:
    actor: Actor = current_actor()
    row = registry.get(db.session(), organisation_id, actor=actor)
    require_office(actor)
    return row


def _now(organisation: Any) -> dict[str, Any]:
    places = {key: str(getattr(organisation, key) or "") for key in registry.NODES}
    return {**places, "effective_on": clock.local_date()}


def _id(text: Any) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None


def words_of(action: str) -> str:
    """Say what is done to an enterprise."""
    return {
        "suspend": str(gettext("停业")),
        "close": str(gettext("注销")),
        "merge": str(gettext("并入其他单位")),
        "reopen": str(gettext("恢复正常")),
    }[action]


blueprint.add_app_template_global(words_of, "registry_action")
