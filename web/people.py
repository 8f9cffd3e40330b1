"""The people of an organisation: add them, give them roles, close their accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from engine import accounts, passwords, people, teams
from engine.actors import ENTERPRISE_ROLES, OVERSIGHT_ROLES, ROLES, Actor
from engine.errors import Conflict, Refused
from engine.permissions import allows
from web import db
from web.access import current_actor, own_organisation, requires
from web.form_errors import put
from web.language import say
from web.queries import with_query

blueprint = Blueprint("people", __name__, url_prefix="/people")

Page = str | tuple[str, int] | Response


class RolesForm(FlaskForm):  # type: ignore[misc]
    """What a person may do."""

    roles = SelectMultipleField(
        lazy_gettext("岗位"),
        [InputRequired(lazy_gettext("请至少选择一个岗位。"))],
        description=lazy_gettext("一个人可以有几个岗位。整改和验收不能由同一人办理。"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class PersonForm(RolesForm):
    """A new person."""

    name = StringField(
        lazy_gettext("姓名"),
        [DataRequired(lazy_gettext("请填写姓名。")), Length(max=100)],
        render_kw={"autocomplete": "off"},
    )
    login = StringField(
        lazy_gettext("登录名"),
        [DataRequired(lazy_gettext("请填写登录名。")), Length(max=64)],
        description=lazy_gettext("小写字母、数字或 . _ @ -，例如工号或手机号。"),
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    field_order = ("name", "login", "roles")


@blueprint.get("")
@requires("people:manage")
def index() -> Page:
    """List the members with their roles and teams."""
    session, actor, own = db.session(), current_actor(), own_organisation()
    words = request.args.get("who", "")[:100]
    found = people.page(
        session, own, actor=actor, words=words, after=request.args.get("after") or None
    )
    paths = {node.id: node.path for node in _teams()}
    held = teams.teams_of(session, own, [user.id for user, _ in found.items]) if paths else {}
    rows = [
        {
            "user": user,
            "url": url_for("people.person", user_id=user.id),
            "roles": [say(ROLES[role]) for role in roles],
            "team": paths.get(held.get(user.id, user.id), ""),
            "state": "disabled" if user.disabled_at else "active",
        }
        for user, roles in found.items
    ]
    query = {**({"who": words} if words else {}), "after": found.next or ""}
    return render_template(
        "people/index.html",
        rows=rows,
        who=words,
        has_teams=actor.organisation_kind == "enterprise",
        next_url=with_query(url_for("people.index"), query) if found.next else "",
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("people:manage")
def add() -> Page:
    """Add a person and show their first password, this once."""
    form = _with_choices(PersonForm())
    if not form.validate_on_submit():
        return render_template("people/add.html", form=form), 422 if form.errors else 200
    password = passwords.make()
    try:
        user = db.execute(
            accounts.add_user,
            login=form.login.data,
            name=form.name.data,
            password=password,
            organisation_id=own_organisation(),
            roles=form.roles.data,
        )
    except Refused as error:
        put(form, error)
        return render_template("people/add.html", form=form), 422
    return render_template("people/password.html", user=user, password=password)


@blueprint.get("/<uuid:user_id>")
@requires("people:manage")
def person(user_id: UUID) -> Page:
    """Show a person, their roles, and what the administrator may do."""
    return _person_page(user_id, None)


@blueprint.post("/<uuid:user_id>/roles")
@requires("people:manage")
def change_roles(user_id: UUID) -> Page:
    """Change what a person may do here."""
    form = _with_choices(RolesForm())
    if not form.validate_on_submit():
        return _person_page(user_id, form)
    try:
        db.execute(people.set_roles, user_id, own_organisation(), form.roles.data)
    except Refused as error:
        put(form, error)
        return _person_page(user_id, form)
    flash(gettext("岗位已调整。"), "success")
    return redirect(url_for("people.person", user_id=user_id))


@blueprint.post("/<uuid:user_id>/team")
@requires("team:manage")
def change_team(user_id: UUID) -> Page:
    """Put a person into a team from today on, or out of any."""
    people.get_member(db.session(), user_id, own_organisation())
    wanted = request.form.get("team", "")
    known = {str(node.id): node.id for node in _teams()}
    if wanted and wanted not in known:
        raise NotFound()
    try:
        db.execute(teams.put, {user_id: known.get(wanted)})
        flash(gettext("已调整，从今天起算。"), "success")
    except Conflict as error:
        flash(say(error.message), "warning")
    return redirect(url_for("people.person", user_id=user_id))


@blueprint.post("/<uuid:user_id>/disable")
@requires("people:manage")
def disable(user_id: UUID) -> Page:
    """Close a person's account."""
    db.execute(people.disable, user_id, own_organisation())
    flash(gettext("账号已停用，此人已退出登录。"), "success")
    return redirect(url_for("people.person", user_id=user_id))


@blueprint.post("/<uuid:user_id>/enable")
@requires("people:manage")
def enable(user_id: UUID) -> Page:
    """Open a closed account again."""
    db.execute(people.enable, user_id, own_organisation())
    flash(gettext("账号已恢复。"), "success")
    return redirect(url_for("people.person", user_id=user_id))


@blueprint.post("/<uuid:user_id>/password")
@requires("people:manage")
def reset_password(user_id: UUID) -> Page:
    """Give a person who forgot it a new password, and show it this once."""
    password = passwords.make()
    db.execute(people.reset_password, user_id, own_organisation(), password)
    user = people.get_member(db.session(), user_id, own_organisation())
    return render_template("people/password.html", user=user, password=password)


def _person_page(user_id: UUID, form: RolesForm | None) -> tuple[str, int]:
    organisation_id = own_organisation()
    user = people.get_member(db.session(), user_id, organisation_id)
    seats = accounts.memberships(db.session(), user_id)
    held = next(seat.roles for seat in seats if seat.organisation_id == organisation_id)
    shown = form or _with_choices(RolesForm(formdata=None, data={"roles": sorted(held)}))
    page = render_template(
        "people/person.html",
        user=user,
        form=shown,
        is_shared=len(seats) > 1,
        state="disabled" if user.disabled_at else "active",
        **_team_of(user_id),
    )
    return page, 422 if shown.errors else 200


def _team_of(user_id: UUID) -> dict[str, Any]:
    """Give the team a person is in, those they were in, and those they may be put into."""
    found = _teams()
    if not found:
        return {"teams": [], "stays": [], "team": ""}
    paths = {node.id: node.path for node in found}
    stays = teams.history_of(db.session(), user_id, actor=current_actor())
    now = next((stay.team_id for stay in stays if stay.until_on is None), None)
    return {
        "teams": [(str(one.id), one.path) for one in found if one.row.closed_on is None],
        "stays": [(paths[stay.team_id], stay) for stay in stays],
        "team": str(now) if now else "",
    }


def _teams() -> list[teams.Node]:
    """Give the teams of the visitor's enterprise; none above enterprises."""
    actor = current_actor()
    return teams.listed(db.session(), actor=actor) if _keeps_teams(actor) else []


def _keeps_teams(actor: Actor) -> bool:
    return actor.organisation_kind == "enterprise" and allows(actor, "team:manage")


def _with_choices(form: Any) -> Any:
    form.roles.choices = [(key, say(name)) for key, name in _roles(current_actor()).items()]
    return form


def _roles(actor: Actor) -> dict[str, Any]:
    return ENTERPRISE_ROLES if actor.organisation_kind == "enterprise" else OVERSIGHT_ROLES
