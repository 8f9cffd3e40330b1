"""Departments, towns and groups: who they are, whom to call, how many stand under each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from engine import registry
from engine.errors import Conflict, Refused
from engine.registry.entering import require_office
from web import db
from web.access import current_actor, requires
from web.form_errors import put
from web.language import say
from web.registry.room import all_nodes, blueprint, is_office, needed, node_choices, options

Page = str | tuple[str, int] | Response


class NodeForm(FlaskForm):  # type: ignore[misc]
    """A new department, town or group."""

    kind = SelectField(lazy_gettext("类型"), [needed], validate_choice=False)
    name = StringField(lazy_gettext("名称"), [needed], render_kw={"autocomplete": "off"})
    code = StringField(
        lazy_gettext("代码"),
        [needed],
        description=lazy_gettext("2 至 16 个大写字母或数字，不能与别的单位重复。"),
        render_kw={"autocomplete": "off", "short": True},
    )
    above_id = SelectField(
        lazy_gettext("上级集团"),
        description=lazy_gettext(
            "集团的二级、三级公司才选；国资委登记为集团，区属集团的上级选国资委。"
        ),
        validate_choice=False,
    )


class ContactForm(FlaskForm):  # type: ignore[misc]
    """Whom to call, and where."""

    contact_name = StringField(lazy_gettext("联系人"), render_kw={"autocomplete": "off"})
    contact_phone = StringField(
        lazy_gettext("联系电话"), render_kw={"autocomplete": "off", "inputmode": "tel"}
    )
    region_code = StringField(
        lazy_gettext("行政区划代码"),
        description=lazy_gettext(
            "区为 6 位，街镇为 9 或 12 位。下属单位没有另填的，沿用这个代码。"
        ),
        render_kw={"autocomplete": "off", "inputmode": "numeric", "short": True},
    )


@blueprint.get("/nodes")
@requires("registry:manage")
def nodes() -> str:
    """Show the nodes of the district with their contacts."""
    actor = current_actor()
    found = registry.branches(db.session(), actor=actor)
    words = {"office": gettext("本区"), **_kinds()}
    return render_template(
        "registry/nodes.html",
        parts=[
            (kind, words[kind], [one for one in found if one.node.kind == kind])
            for kind in ("office", *registry.NODES.values())
        ],
        axes={kind: key for key, kind in registry.NODES.items()},
        is_office=is_office(actor),
        own=actor.organisation_id,
    )


@blueprint.route("/nodes/new", methods=["GET", "POST"])
@requires("registry:manage")
def add_node() -> Page:
    """Enter a department, town or group."""
    require_office(current_actor())
    form = NodeForm()
    form.kind.choices = options(list(_kinds().items()))
    form.above_id.choices = options(node_choices(all_nodes(), "group", gettext("没有")))
    if form.validate_on_submit():
        try:
            db.execute(
                registry.add_node,
                kind=form.kind.data,
                name=form.name.data or "",
                code=form.code.data or "",
                above_id=_id(form.above_id.data),
            )
        except Refused as error:
            put(form, error)
        else:
            flash(gettext("已登记。请为它添加能登录的人。"), "success")
            return redirect(url_for("registry.nodes"))
    page = render_template("registry/node.html", form=form, heading=gettext("添加部门、街镇或集团"))
    return page, 422 if form.errors else 200


@blueprint.route("/nodes/<uuid:organisation_id>", methods=["GET", "POST"])
@requires("registry:manage")
def contact(organisation_id: UUID) -> Page:
    """Say whom to call at a node, and which region it is."""
    found = {one.node.id: one for one in registry.branches(db.session(), actor=current_actor())}
    branch = found.get(organisation_id)
    actor = current_actor()
    if branch is None or not (is_office(actor) or organisation_id == actor.organisation_id):
        raise NotFound()
    form = ContactForm(data={**branch.contact, "region_code": branch.region_code})
    if form.validate_on_submit():
        try:
            db.execute(registry.set_node, organisation_id, form.data)
        except Conflict as error:
            flash(say(error.message), "info")
            return redirect(url_for("registry.nodes"))
        except Refused as error:
            put(form, error)
        else:
            flash(gettext("已保存。"), "success")
            return redirect(url_for("registry.nodes"))
    page = render_template("registry/node.html", form=form, heading=branch.node.name)
    return page, 422 if form.errors else 200


def _kinds() -> dict[str, str]:
    return {
        "department": str(gettext("部门")),
        "town": str(gettext("街镇")),
        "group": str(gettext("集团")),
    }


def _id(text: Any) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
