"""Training sessions 培训: held by those above; enterprises see who of their people was there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from engine import clock, filestore, training
from engine.errors import Conflict, Invalid, InvalidAnswers
from engine.hazards.codes import SECTORS
from engine.training.coverage import KEY_SECTORS
from web import db
from web.access import current_actor, requires
from web.files import as_file
from web.files import shown as files_shown
from web.form_errors import put
from web.language import say
from web.training.forms import SessionForm

blueprint = Blueprint("training", __name__)

Page = str | tuple[str, int] | AnyResponse
#: Positions whose coverage is counted; an enterprise has one of each.
COVERED = ("principal", "fire_safety", "safety_officer")
_YEARS = 3


@blueprint.get("/training")
@requires("training:read")
def index() -> str:
    """Show the sessions and the coverage; to an enterprise, who of its people was where."""
    actor, year = current_actor(), chosen_year()
    if actor.organisation_kind == "enterprise":
        rows = training.attended(db.session(), actor=actor, year=year)
        return render_template("training/own.html", rows=rows, **_common(year))
    page = training.held(db.session(), actor=actor, year=year, after=request.args.get("after"))
    return render_template(
        "training/index.html",
        page=page,
        next_url=url_for("training.index", year=year, after=page.next) if page.next else "",
        counts=training.counts(db.session(), actor=actor, year=year),
        coverage=_coverage(year),
        covered=COVERED,
        key_sectors=KEY_SECTORS,
        **_common(year),
    )


@blueprint.route("/training/new", methods=["GET", "POST"])
@requires("training:hold")
def add() -> Page:
    """Plan a session."""
    form = SessionForm(data={"held_on": clock.local_date().isoformat(), "hours": "2"})
    return _keep(form, None)


@blueprint.route("/training/<uuid:session_id>/edit", methods=["GET", "POST"])
@requires("training:hold")
def edit(session_id: UUID) -> Page:
    """Change what a session is."""
    row = own_session(session_id)
    return _keep(SessionForm(data=SessionForm.known(row)), session_id)


@blueprint.get("/training/<uuid:session_id>")
@requires("training:hold")
def show(session_id: UUID) -> str:
    """Show a session: its facts, its sign-in sheet, who was there."""
    actor = current_actor()
    row = training.get_session(db.session(), session_id, actor=actor)
    people = training.attendees(db.session(), session_id, actor=actor)
    return render_template(
        "training/show.html",
        row=row,
        people=people,
        waiting=sum(one.origin == "signed" for one in people),
        is_own=row.organisation_id == actor.organisation_id,
        materials=files_shown([str(one) for one in row.materials]),
        **_common(row.held_on.year),
    )


@blueprint.post("/training/<uuid:session_id>/confirm")
@requires("training:hold")
def confirm(session_id: UUID) -> Page:
    """Say that all who signed were there."""
    count = db.execute(training.confirm, session_id)
    flash(gettext("已确认 %(count)s 人到场。", count=count), "success")
    return _back(session_id)


@blueprint.post("/training/<uuid:session_id>/attendees/<uuid:attendee_id>/remove")
@requires("training:hold")
def remove(session_id: UUID, attendee_id: UUID) -> Page:
    """Take somebody off the list."""
    db.execute(training.remove, session_id, attendee_id)
    flash(gettext("已从名单中移除。"), "success")
    return _back(session_id)


@blueprint.post("/training/<uuid:session_id>/withdraw")
@requires("training:hold")
def withdraw(session_id: UUID) -> Page:
    """Remove a session that nobody attended."""
    try:
        db.execute(training.withdraw, session_id)
    except Conflict as error:
        flash(say(error.message), "error")
        return _back(session_id)
    flash(gettext("培训已删除。"), "success")
    return redirect(url_for("training.index"), 303)


@blueprint.get("/training/<uuid:session_id>/materials/<uuid:file_id>")
@requires("training:read")
def material(session_id: UUID, file_id: UUID) -> Response:
    """Give a file of a session to those who were there or above."""
    row = training.material(db.session(), session_id, file_id, actor=current_actor())
    return as_file(row, filestore.of(db.session()).get(row.sha256))


def own_session(session_id: UUID) -> Any:
    """Give a session that the visitor's own unit holds; of others there is nothing to change."""
    actor = current_actor()
    row = training.get_session(db.session(), session_id, actor=actor)
    if row.organisation_id != actor.organisation_id:
        raise NotFound()
    return row


def chosen_year() -> int:
    """Give the year that the address asks for, by default the present one."""
    text, now = request.args.get("year", ""), clock.local_date().year
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) == 4 and text > "1999" else now
    )


def _keep(form: SessionForm, session_id: UUID | None) -> Page:
    sent = form.is_submitted()
    form.receive()
    if sent and form.validate() and not any(field.errors for field in form):
        try:
            if session_id is None:
                row = db.execute(training.plan, form.facts)
            else:
                row = db.execute(training.change, session_id, form.facts)
        except Invalid as error:
            put(form, _renamed(error))
        else:
            flash(gettext("已保存。"), "success")
            return redirect(url_for("training.show", session_id=row.id), 303)
    page = render_template("training/edit.html", form=form, session_id=session_id)
    return page, 422 if sent else 200


def _renamed(error: Invalid) -> Invalid:
    """The form asks hours where the engine counts minutes."""
    if isinstance(error, InvalidAnswers) and "minutes" in error.errors:
        return InvalidAnswers(
            {("hours" if key == "minutes" else key): said for key, said in error.errors.items()}
        )
    return error


def _coverage(year: int) -> list[dict[str, Any]]:
    """Give a line a sector: how many enterprises, and for each position how many are covered."""
    found: dict[str, dict[str, Any]] = {}
    for position in COVERED:
        lines = training.coverage(db.session(), actor=current_actor(), year=year, position=position)
        for line in lines:
            known = found.setdefault(
                line.sector,
                {
                    "sector": line.sector,
                    "name": say(SECTORS[line.sector]) if line.sector in SECTORS else line.sector,
                    "enterprises": line.enterprises,
                },
            )
            known[position] = line
    return list(found.values())


def _common(year: int) -> dict[str, Any]:
    now = clock.local_date().year
    return {
        "year": year,
        "years": [(str(one), str(one)) for one in range(now, now - _YEARS, -1)],
        "positions": training.POSITIONS,
        "sector_name": lambda key: say(SECTORS[key]) if key in SECTORS else key,
        "hours": hours,
        "sectors_said": sectors_said,
    }


def hours(minutes: int) -> str:
    """Say minutes as hours: 90 → 1.5."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


def sectors_said(keys: Sequence[str]) -> str:
    """Say sectors, or that it is for all."""
    return "、".join(say(SECTORS[key]) for key in keys if key in SECTORS) or gettext("不限行业")


def _back(session_id: UUID) -> AnyResponse:
    return redirect(url_for("training.show", session_id=session_id), 303)
