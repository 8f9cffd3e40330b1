"""Departments that supervise beside the primary one: who does, and what they see (R-08)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import Length

from engine import beside, registry
from engine.errors import NotFound, Refused
from engine.permissions import allows
from engine.registry.codes import AREAS
from engine.registry.entering import require_office
from web import db
from web.access import current_actor, requires
from web.coverage.words import STAGES, TONES
from web.form_errors import put
from web.labels import name_of
from web.language import say
from web.queries import with_query
from web.registry.room import all_nodes, blueprint, needed, node_choices, options

_PAGE: Final = 50


class SupervisorForm(FlaskForm):  # type: ignore[misc]
    """One department that supervises besides, and for what."""

    department = SelectField(lazy_gettext("部门"), [needed], validate_choice=False)
    area = SelectField(lazy_gettext("监管事项"), [needed], validate_choice=False)
    subject = StringField(
        lazy_gettext("具体事项"),
        [Length(max=100)],
        description=lazy_gettext("选“其他”时必填，例如：锅炉、电梯。"),
    )


@blueprint.get("/beside")
@requires("registry:read")
def beside_list() -> str:
    """List the enterprises that the visitor's department supervises besides."""
    actor, text = current_actor(), request.args.get("text", "").strip()[:100]
    if actor.organisation_kind != "department":
        raise NotFound()
    after = request.args.get("after") or None
    page = beside.listed(db.session(), actor=actor, text=text, after=after, limit=_PAGE)
    return render_template(
        "registry/beside.html",
        rows=page.items,
        text=text,
        stages=STAGES,
        tones=TONES,
        what=what,
        may_visit=allows(actor, "guidance:visit"),
        may_open=allows(actor, "major:read"),
        next_url=with_query(url_for("registry.beside_list"), {"text": text, "after": page.next})
        if page.next
        else "",
    )


@blueprint.post("/<uuid:organisation_id>/supervisors")
@requires("registry:manage")
def supervise(organisation_id: UUID) -> Response | tuple[str, int]:
    """Say that a department supervises an enterprise besides, and for what."""
    row = registry.get(db.session(), organisation_id, actor=current_actor())
    require_office(current_actor())
    form = supervisor_form(row)
    if form.validate_on_submit():
        try:
            db.execute(
                registry.add_co_supervisor,
                organisation_id,
                _id(form.department.data),
                area=form.area.data or "",
                subject=form.subject.data or "",
            )
        except Refused as error:
            if error.status in (403, 404):
                raise
            put(form, error)
        else:
            flash(gettext("已办理，变更记录里可以查到。"), "success")
            return redirect(url_for("registry.show", organisation_id=organisation_id), 303)
    return render_template("registry/supervisors.html", form=form, **supervisors(row)), 422


@blueprint.post("/<uuid:organisation_id>/supervisors/<uuid:department_id>/end")
@requires("registry:manage")
def end_supervision(organisation_id: UUID, department_id: UUID) -> Response:
    """Say that a department supervises an enterprise no more; its sight ends with it."""
    registry.get(db.session(), organisation_id, actor=current_actor())
    db.execute(registry.end_co_supervisor, organisation_id, department_id)
    flash(gettext("已办理，变更记录里可以查到。"), "success")
    return redirect(url_for("registry.move", organisation_id=organisation_id), 303)


def supervisor_form(row: Any) -> SupervisorForm:
    """Give the form that adds one, with what can be chosen for an enterprise."""
    form = SupervisorForm()
    choose = gettext("请选择")
    offered = node_choices(all_nodes(), "department", choose)
    own = str(row.Organisation.department_id)
    form.department.choices = options([one for one in offered if one[0] != own])
    form.area.choices = options([("", choose), *((key, say(name)) for key, name in AREAS.items())])
    return form


def supervisors(row: Any) -> dict[str, Any]:
    """Give what a page says of those an enterprise has."""
    found = registry.co_supervisors(db.session(), row.Organisation.id)
    return {"row": row, "co_supervisors": found, "what": what}


def what(row: Any) -> str:
    """Say for what a department supervises besides, "" where nobody said."""
    parts = (area_name(row.area), row.subject or "")
    return str(gettext("：")).join(part for part in parts if part)


def area_name(key: str | None) -> str:
    """Say what an area is called, "" for none."""
    return say(name_of(AREAS, key)) if key else ""


def _id(text: Any) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
