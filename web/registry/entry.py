"""One enterprise: its entry, entering it, correcting it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.widgets import DateInput

from engine import registry
from engine.errors import Conflict, Refused
from engine.permissions import allows
from engine.registry.cleaning import warnings
from engine.registry.codes import STATUSES
from engine.relations import entered
from web import db
from web.access import current_actor, requires
from web.form_controls import MultiCheckboxField
from web.form_errors import put
from web.labels import name_of
from web.language import say
from web.registry.beside import what
from web.registry.dossier import may_visit, panels
from web.registry.particular_words import standard_state
from web.registry.room import (
    all_nodes,
    blueprint,
    is_keeper,
    is_office,
    label,
    needed,
    node_choices,
    options,
    shown,
    told,
)

Page = str | tuple[str, int] | Response


@blueprint.get("/<uuid:organisation_id>")
@requires("registry:read")
def show(organisation_id: UUID) -> str:
    """Show what the register says of an enterprise, and how it came to be so."""
    session, actor = db.session(), current_actor()
    row = registry.get(session, organisation_id, actor=actor, sight="both")
    changes = registry.changes(session, organisation_id, actor=actor, sight="both")
    is_beside = registry.only_beside(session, organisation_id, actor=actor)
    names = registry.names_in(session, changes)
    organisation = row.Organisation
    may_move = is_office(actor) and organisation.kind == "enterprise"
    return render_template(
        "registry/show.html",
        row=row,
        organisation=organisation,
        status=say(name_of(STATUSES, organisation.status)),
        parts=_parts(row),
        panels=panels(organisation, is_beside=is_beside),
        may_visit=may_visit(organisation),
        odd=[say(message) for message in warnings({"uscc": organisation.uscc})],
        co_supervisors=registry.co_supervisors(session, organisation_id),
        relatives=registry.relatives(session, organisation),
        open_hazards=registry.open_hazards(session, organisation_id),
        changes=[_told(change, names) for change in changes],
        may_move=may_move,
        may_correct=organisation.kind == "enterprise"
        and not is_beside
        and allows(actor, "registry:manage"),
        is_beside=is_beside,
        what=what,
        cases_open=allows(actor, "ledger:read"),
        is_keeper=is_keeper(actor),
        actions=registry.actions_for(organisation) if may_move else [],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("registry:manage")
def enter() -> Page:
    """Enter one enterprise by hand."""
    if not is_keeper(current_actor()):
        # Says it in the engine's words.
        db.execute(registry.enter, {})
    invitation = _invitation()
    known = dict(entered.prefilled(invitation)) if invitation is not None else None
    form = make_form(registry.FIELDS, data=known)
    if form.validate_on_submit():
        values = _values(form, registry.FIELDS)
        try:
            made = db.execute(
                registry.enter, values, invitation_id=invitation.id if invitation else None
            )
        except Refused as error:
            if error.status == 404:
                raise
            put(form, error)
        else:
            flash(gettext("已登记名录。"), "success")
            return redirect(url_for("registry.show", organisation_id=made.id))
    page = render_template(
        "registry/entry.html",
        form=form,
        parts=_in_parts(registry.FIELDS),
        invitation=invitation,
    )
    return page, 422 if form.errors else 200


def _invitation() -> Any:
    """Give the invitation that asks for an enterprise to be entered, or None."""
    text = request.args.get("invitation", "")
    if not text:
        return None
    try:
        relation_id = UUID(text)
    except ValueError as error:
        raise NotFound() from error
    return entered.get_invited(db.session(), relation_id, actor=current_actor())


@blueprint.route("/<uuid:organisation_id>/edit", methods=["GET", "POST"])
@requires("registry:manage")
def edit(organisation_id: UUID) -> Page:
    """Correct what the register says of an enterprise."""
    actor = current_actor()
    row = registry.get(db.session(), organisation_id, actor=actor)
    fields = registry.changeable(actor)
    form = make_form(fields, data=_kept(row.Organisation, fields))
    if form.validate_on_submit():
        try:
            db.execute(registry.correct, organisation_id, _values(form, fields))
        except Conflict as error:
            flash(say(error.message), "info")
            return redirect(url_for("registry.show", organisation_id=organisation_id))
        except Refused as error:
            put(form, error)
        else:
            flash(gettext("已更正，变更记录里可以查到。"), "success")
            return redirect(url_for("registry.show", organisation_id=organisation_id))
    page = render_template(
        "registry/entry.html", form=form, parts=_in_parts(fields), organisation=row.Organisation
    )
    return page, 422 if form.errors else 200


def make_form(fields: Any, data: dict[str, Any] | None = None) -> Any:
    """Give the form that asks for some fields of the register; it keeps what was typed."""
    nodes = all_nodes() if any(each.kind == "node" for each in fields) else []

    class Entry(FlaskForm):  # type: ignore[misc]
        """Made anew for each request: its choices and labels depend on who asks."""

    for each in fields:
        setattr(Entry, each.key, _control(each, nodes))
    return Entry(data=data)


def _control(each: registry.Field, nodes: Any) -> Any:
    name, help_ = say(each.name), say(each.help)
    # What does not exist is refused in the engine's words.
    checks = [needed] if each.is_needed else []
    offered: dict[str, Any] = {
        "description": help_, "validators": checks, "validate_choice": False,
    }  # fmt: skip
    if each.kind == "node":
        kind = registry.NODES[each.key]
        return SelectField(
            name, choices=options(node_choices(nodes, kind, gettext("未定"))), **offered
        )
    choices = [(key, say(words)) for key, words in each.choices.items()]
    if each.kind == "choice":
        return SelectField(name, choices=options([("", gettext("请选择")), *choices]), **offered)
    if each.kind == "tags":
        return MultiCheckboxField(name, choices=options(choices), **offered)
    given: dict[str, Any] = {"autocomplete": "off"}
    if each.kind in ("number", "phone"):
        given["inputmode"] = "numeric" if each.kind == "number" else "tel"
    if each.kind in ("number", "date"):
        given["short"] = True
    widget = DateInput() if each.kind == "date" else None
    return StringField(name, checks, description=help_, render_kw=given, widget=widget)


def _values(form: Any, fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in fields:
        value = form[each.key].data
        found[each.key] = _node(value) if each.kind == "node" else value
    return found


def _node(text: str | None) -> UUID | str | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        # Not one of the district, as the engine will say.
        return text


def _kept(organisation: Any, fields: Any) -> dict[str, Any]:
    profile = organisation.profile or {}
    return {
        each.key: getattr(organisation, each.key) if each.is_column else profile.get(each.key)
        for each in fields
    }


def _in_parts(fields: Any) -> list[tuple[str, list[str]]]:
    found = [
        (say(words), [each.key for each in fields if each.part == part])
        for part, words in registry.PARTS.items()
    ]
    return [(words, keys) for words, keys in found if keys]


def _parts(row: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    names = {
        str(getattr(row.Organisation, key)): getattr(row, key.removesuffix("_id"))
        for key in registry.NODES
    }
    kept = _kept(row.Organisation, registry.FIELDS)
    return [
        (
            words,
            [
                {
                    "label": say(registry.BY_KEY[key].name),
                    "value": _fact(row, key, shown(registry.BY_KEY[key], kept[key], names)),
                    "code": key == "uscc",
                }
                for key in keys
            ],
        )
        for words, keys in _in_parts(registry.readable(current_actor()))
    ]


def _fact(row: Any, key: str, said: str) -> str:
    """Say a fact with what follows from it today."""
    if key == "region_code" and not said and row.region:
        return str(gettext("%(code)s（沿用上级）", code=row.region))
    if key == "standard_until" and said:
        return f"{said}（{standard_state(row.Organisation)}）"
    return said


def _told(change: Any, names: dict[str, str]) -> dict[str, Any]:
    one = change.OrganisationChange
    hidden = {field.key for field in registry.FIELDS} - {
        field.key for field in registry.readable(current_actor())
    }
    keys = [key for key in one.after if one.before.get(key) != one.after[key] and key not in hidden]
    return {
        "change": one,
        "person": change.person or gettext("系统"),
        "lines": [
            (label(key), told(key, one.before.get(key), names), told(key, one.after[key], names))
            for key in keys
            if key != "updated_on"
        ],
    }
