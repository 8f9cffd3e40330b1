"""Setting coverage targets."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Optional

from engine import organisations
from engine.coverage import targets
from engine.errors import Conflict, Invalid
from engine.hazards.codes import SECTORS
from engine.hazards.waves import BASIS, SOURCE
from web import db
from web.access import current_actor, requires
from web.coverage import may_set, uuid_of, words
from web.form_controls import MultiCheckboxField
from web.form_errors import put
from web.language import say
from web.majors.forms import DayField

blueprint = Blueprint("coverage_targets", __name__, url_prefix="/coverage/targets")

Page = str | tuple[str, int] | Response


class TargetForm(FlaskForm):  # type: ignore[misc]
    """Who is to have the mechanism by when."""

    title = StringField(
        lazy_gettext("名称"),
        [DataRequired(lazy_gettext("请填写名称。"))],
        description=lazy_gettext("例如：区属国有企业和重点行业。"),
        render_kw={"maxlength": 200},
    )
    basis = StringField(
        lazy_gettext("文件依据"),
        [DataRequired(lazy_gettext("请写明文件依据。"))],
        render_kw={"maxlength": 500},
    )
    sectors = MultiCheckboxField(
        lazy_gettext("行业"),
        description=lazy_gettext("属于任何一个所选行业或性质的单位都算；都不选就是全部单位。"),
    )
    ownerships = MultiCheckboxField(lazy_gettext("企业性质"))
    is_for_the_rest = BooleanField(
        lazy_gettext("只算前面目标以外的单位"),
        description=lazy_gettext("截止日期更早的目标已经包括的单位不再计入。"),
    )
    due_on = DayField(lazy_gettext("截止日期"), [DataRequired(lazy_gettext("请填写截止日期。"))])
    percent = IntegerField(
        lazy_gettext("目标"),
        [DataRequired(lazy_gettext("请填写 1 至 100 的整数。"))],
        render_kw={"unit": "%", "short": True},
    )
    stage = RadioField(lazy_gettext("应达到"), [DataRequired(lazy_gettext("请选择一项。"))])
    denominator_source = StringField(
        lazy_gettext("应建数来源"),
        [DataRequired(lazy_gettext("请写明应建数的来源。"))],
        render_kw={"maxlength": 200},
    )
    responsible_id = SelectField(lazy_gettext("责任部门"), [Optional()])


@blueprint.get("")
@requires("coverage:read")
def index() -> str:
    """List the targets."""
    actor = current_actor()
    known = targets.listed(db.session(), actor=actor)
    return render_template(
        "coverage/targets.html",
        targets=known,
        stages=words.STAGES,
        scope_of=lambda one: say(words.target_scope(one, targets.OWNERSHIPS)),
        is_own=lambda one: one.organisation_id == actor.organisation_id,
        may_set=may_set(actor),
        may_adopt=may_set(actor) and actor.organisation_kind == "office" and not known,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("coverage:target")
def create() -> Page:
    """Set a new target."""
    _only_setters()
    given = {
        "basis": BASIS,
        "percent": 100,
        "stage": "implemented",
        "denominator_source": SOURCE,
    }
    return _edit(None, given)


@blueprint.route("/<uuid:target_id>", methods=["GET", "POST"])
@requires("coverage:target")
def change(target_id: UUID) -> Page:
    """Change one of one's own targets."""
    _only_setters()
    row = targets.get_own(db.session(), target_id, actor=current_actor())
    given = {name: getattr(row, name) for name in vars(_BLANK)}
    given |= {"due_on": row.due_on.isoformat(), "responsible_id": str(row.responsible_id or "")}
    return _edit(row, given)


@blueprint.post("/<uuid:target_id>/withdraw")
@requires("coverage:target")
def withdraw(target_id: UUID) -> Response:
    """Take a target off the board."""
    _only_setters()
    db.execute(targets.withdraw, target_id)
    flash(gettext("目标已撤下。"), "success")
    return redirect(url_for("coverage_targets.index"), 303)


@blueprint.post("/adopt")
@requires("coverage:target")
def adopt() -> Response:
    """Take over the two waves of the notice."""
    _only_setters()
    db.execute(targets.adopt)
    flash(gettext("已采用通知的两批目标。"), "success")
    return redirect(url_for("coverage_targets.index"), 303)


def _only_setters() -> None:
    """For those who set no targets there is nothing here."""
    if not may_set(current_actor()):
        raise NotFound()


def _edit(row: Any, given: dict[str, Any]) -> Page:
    form = TargetForm(data=given)
    _offer(form)
    sent = form.is_submitted()
    if sent and form.validate():
        try:
            db.execute(targets.save, _read(form), row.id if row else None)
        except (Invalid, Conflict) as error:
            put(form, error)
        else:
            flash(gettext("目标已保存。"), "success")
            return redirect(url_for("coverage_targets.index"), 303)
    page = render_template("coverage/target.html", form=form, target=row)
    return page, 422 if sent else 200


def _offer(form: TargetForm) -> None:
    form.sectors.choices = [(key, say(name)) for key, name in SECTORS.items()]
    form.ownerships.choices = [(key, say(name)) for key, name in targets.OWNERSHIPS.items()]
    form.stage.choices = [(key, say(words.STAGES[key])) for key in targets.STAGES]
    below = organisations.listed(db.session(), actor=current_actor(), kind="department")
    nobody = gettext("不指定")
    form.responsible_id.choices = [("", nobody), *((str(one.id), one.name) for one in below)]


def _read(form: TargetForm) -> targets.Wanted:
    return targets.Wanted(
        title=form.title.data or "",
        basis=form.basis.data or "",
        sectors=tuple(form.sectors.data or ()),
        ownerships=tuple(form.ownerships.data or ()),
        is_for_the_rest=bool(form.is_for_the_rest.data),
        due_on=form.due_on.day,
        percent=form.percent.data,
        stage=form.stage.data or "",
        denominator_source=form.denominator_source.data or "",
        responsible_id=uuid_of(form.responsible_id.data),
    )


_BLANK = targets.Wanted(title="", basis="", due_on=date.max)
