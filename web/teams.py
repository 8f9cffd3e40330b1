"""Workshops and teams: a register of them, who is in which, and what each looks after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp

from engine import people, teams
from engine.errors import Conflict, InvalidAnswers, Message, Refused
from web import db
from web.access import current_actor, requires
from web.form_errors import put
from web.language import say
from web.queries import with_query

blueprint = Blueprint("teams", __name__, url_prefix="/teams")

Page = str | tuple[str, int] | Response

#: Kind of change → its words.
CHANGES: Final = {
    "opened": Message("设立", "Opened"),
    "changed": Message("更改", "Changed"),
    "closed": Message("停用", "Closed"),
    "reopened": Message("恢复", "Opened again"),
    "joined": Message("调入", "Joined"),
    "left": Message("调出", "Left"),
    "area_added": Message("增加责任区", "Area added"),
    "area_removed": Message("移出责任区", "Area removed"),
}


class TeamForm(FlaskForm):  # type: ignore[misc]
    """A team as it is changed."""

    name = StringField(
        lazy_gettext("名称"),
        [DataRequired(lazy_gettext("请填写名称。")), Length(max=teams.LONGEST_NAME)],
        description=lazy_gettext("例如：一车间、早班"),
    )
    head_count = StringField(
        lazy_gettext("人数"),
        [Regexp(r"\s*[0-9]{0,7}\s*", message=lazy_gettext("请填写整数。"))],
        description=lazy_gettext("含下面的班组和没有账号的人；不填按账号数。"),
        render_kw={"inputmode": "numeric"},
    )
    leader = StringField(
        lazy_gettext("组长的登录名"),
        [Length(max=64)],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )

    def given(self) -> dict[str, Any]:
        """Give what the operations take.

        Raises:
            InvalidAnswers: nobody here has that login.
        """
        login, count = (self.leader.data or "").strip(), (self.head_count.data or "").strip()
        leader = (
            teams.member_by_login(db.session(), login, actor=current_actor()) if login else None
        )
        if login and leader is None:
            raise InvalidAnswers.at(
                "leader", "本单位没有这个登录名。", "Nobody here has this login."
            )
        return {
            "name": self.name.data or "",
            "head_count": int(count) if count else None,
            "leader_id": leader,
        }


class NewTeamForm(TeamForm):
    """A new team, and what it stands in."""

    parent_id = SelectField(lazy_gettext("属于"), validate_choice=False)
    field_order = ("parent_id", "name", "head_count", "leader")


class AreaForm(FlaskForm):  # type: ignore[misc]
    """A place a team looks after."""

    place = StringField(
        lazy_gettext("地点"),
        [DataRequired(lazy_gettext("请填写地点。")), Length(max=100)],
        description=lazy_gettext("和报告里的地点写得一样。"),
    )


@blueprint.get("")
@requires("team:manage")
def index() -> Page:
    """Show the tree of teams, and ask for a new one."""
    return _index(NewTeamForm(formdata=None, data={"parent_id": request.args.get("in", "")}))


@blueprint.post("")
@requires("team:manage")
def add() -> Page:
    """Enter a team."""
    form = NewTeamForm()
    if not form.validate_on_submit():
        return _index(form)
    try:
        parent = _id(form.parent_id.data)
        db.execute(teams.open_team, parent_id=parent, **form.given())
    except Refused as error:
        if error.status in (403, 404):
            raise
        put(form, error)
        return _index(form)
    flash(gettext("已设立。"), "success")
    return redirect(url_for("teams.index"))


@blueprint.get("/<uuid:team_id>")
@requires("team:manage")
def show(team_id: UUID) -> Page:
    """Show a team: what it is, who is in it, what it looks after, what was changed."""
    return _show(team_id)


@blueprint.post("/<uuid:team_id>")
@requires("team:manage")
def change(team_id: UUID) -> Page:
    """Change a team."""
    form = TeamForm()
    if not form.validate_on_submit():
        return _show(team_id, form=form)
    try:
        db.execute(teams.change, team_id, **form.given())
    except Refused as error:
        if error.status in (403, 404):
            raise
        put(form, error)
        return _show(team_id, form=form)
    flash(gettext("已保存。"), "success")
    return redirect(url_for("teams.show", team_id=team_id))


@blueprint.post("/<uuid:team_id>/<any(close,reopen):what>")
@requires("team:manage")
def close(team_id: UUID, what: str) -> Page:
    """Close a team, or open it again."""
    done = gettext("班组已停用。") if what == "close" else gettext("班组已恢复。")
    try:
        db.execute(teams.close if what == "close" else teams.reopen, team_id)
        flash(done, "success")
    except Conflict as error:
        flash(say(error.message), "warning")
    return redirect(url_for("teams.show", team_id=team_id))


@blueprint.post("/<uuid:team_id>/members/<uuid:user_id>/<any(join,leave):what>")
@requires("team:manage")
def move(team_id: UUID, user_id: UUID, what: str) -> Page:
    """Put somebody into a team from today on, or out of it."""
    actor = current_actor()
    teams.get(db.session(), team_id, actor=actor)
    stays = teams.history_of(db.session(), user_id, actor=actor)
    here = bool(stays) and stays[0].until_on is None and stays[0].team_id == team_id
    if what == "join" or here:
        try:
            db.execute(teams.put, {user_id: team_id if what == "join" else None})
            flash(gettext("已调整，从今天起算。"), "success")
        except Conflict as error:
            flash(say(error.message), "warning")
    return redirect(url_for("teams.show", team_id=team_id))


@blueprint.post("/<uuid:team_id>/areas")
@requires("team:manage")
def add_area(team_id: UUID) -> Page:
    """Let a team look after a place."""
    form = AreaForm()
    if not form.validate_on_submit():
        return _show(team_id, area=form)
    try:
        db.execute(teams.add_area, team_id, form.place.data)
    except Refused as error:
        if error.status in (403, 404):
            raise
        put(form, _at_place(error))
        return _show(team_id, area=form)
    flash(gettext("已增加责任区。"), "success")
    return redirect(url_for("teams.show", team_id=team_id))


@blueprint.post("/<uuid:team_id>/areas/remove")
@requires("team:manage")
def remove_area(team_id: UUID) -> Page:
    """Let a team no longer look after a place."""
    db.execute(teams.remove_area, team_id, request.form.get("place", "")[:100])
    flash(gettext("已移出责任区。"), "success")
    return redirect(url_for("teams.show", team_id=team_id))


def choices(found: Sequence[teams.Node], none: str) -> list[SelectChoice]:
    """Give the open teams for a select, each with those above it."""
    is_open = [node for node in found if node.row.closed_on is None]
    return [SelectChoice("", none), *(SelectChoice(str(one.id), one.path) for one in is_open)]


def _at_place(error: Refused) -> Refused:
    """Give the engine's sentence about a name at the field that asked for it."""
    if isinstance(error, InvalidAnswers) and "name" in error.errors:
        return InvalidAnswers({"place": error.errors["name"]})
    return error


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise InvalidAnswers({"parent_id": [Message("请选择一项。", "Choose one.")]}) from error


def _index(form: NewTeamForm) -> tuple[str, int]:
    found = teams.listed(db.session(), actor=current_actor())
    upper = [node for node in found if node.depth + 1 < teams.DEEPEST]
    form.parent_id.choices = choices(upper, str(gettext("本单位（车间、部门）")))
    page = render_template("teams/index.html", nodes=found, form=form)
    return page, 422 if form.errors or form.form_errors else 200


def _show(
    team_id: UUID, *, form: TeamForm | None = None, area: AreaForm | None = None
) -> tuple[str, int]:
    session, actor = db.session(), current_actor()
    node = teams.get(session, team_id, actor=actor)
    members = teams.members(
        session, [team_id], actor=actor, after=request.args.get("after") or None
    )
    who = request.args.get("who", "")
    trail = teams.changes(session, team_id, actor=actor)
    row = node.row
    moved = (UUID(said) for one in trail if (said := one.TeamChange.after.get("user_id")))
    names = people.names(session, [*moved, *([row.leader_id] if row.leader_id else [])])
    leader = (
        people.get_member(session, row.leader_id, row.organisation_id) if row.leader_id else None
    )
    kept = {
        "name": row.name,
        "head_count": "" if row.head_count is None else str(row.head_count),
        "leader": leader.login if leader is not None else "",
    }
    forms = (form or TeamForm(formdata=None, data=kept), area or AreaForm(formdata=None))
    paths = {one.id: one.path for one in teams.listed(session, actor=actor)}
    here = url_for("teams.show", team_id=team_id)
    page = render_template(
        "teams/show.html",
        node=node,
        form=forms[0],
        area=forms[1],
        areas=teams.areas_of(session, team_id, actor=actor),
        free_places=teams.places_without_team(session, actor=actor),
        members=members.items,
        next_url=with_query(here, {"after": members.next}) if members.next else "",
        who=who,
        found=teams.find_people(session, who, actor=actor),
        paths=paths,
        trail=[(one, say(CHANGES[one.TeamChange.kind]), _told(one, names)) for one in trail],
        leader=leader,
    )
    return page, 422 if any(one.errors or one.form_errors for one in forms) else 200


def _told(one: Any, names: dict[UUID, str]) -> str:
    """Say what a change was about."""
    said = {**one.TeamChange.before, **one.TeamChange.after}
    if "user_id" in said:
        return names.get(UUID(said["user_id"]), "")
    return str(said.get("place") or said.get("name") or "")
