"""Choosing whom to propose, from what was counted or by name, and saying what for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine.errors import Refused
from engine.honours import candidates as counting
from engine.honours import proposing, rules
from web import db
from web.access import current_actor, requires
from web.form_errors import put
from web.honours.room import HonourForm, Page, basis_of, blueprint, period_choices
from web.language import say


@blueprint.get("/candidates")
@requires("honour:propose")
def candidates() -> str:
    """Show who might be honoured for a period, counted; others are found by name."""
    session, actor = db.session(), current_actor()
    period = _period()
    found = counting.candidates(session, period, actor=actor)
    words = request.args.get("who", "")
    return render_template(
        "honours/candidates.html",
        period=period,
        periods=period_choices(rules.periods()),
        people=found.people,
        teams=found.teams,
        is_held_back=found.is_held_back,
        are_registered=found.are_registered,
        who=words,
        others=counting.find_people(session, words, actor=actor),
        most=counting.MOST,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("honour:propose")
def propose() -> Page:
    """Propose a person or a team."""
    session, actor = db.session(), current_actor()
    period, person = _period(), _person()
    member = proposing.get_member(session, person, actor=actor) if person else None
    form = HonourForm()
    if member is not None:
        del form.team
    elif request.method == "GET":
        form.team.data = request.args.get("team", "")[: rules.LONGEST["team"]]
    if form.is_submitted() and form.validate():
        try:
            row = db.execute(
                proposing.propose,
                period=period,
                given=form.words(),
                user_id=person,
                team="" if member is not None else form.team.data or "",
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            put(form, refusal)
        else:
            flash(gettext("已推荐，等主要负责人决定。"), "success")
            return redirect(url_for("honours.show", honour_id=row.id))
    team = "" if member is not None else form.team.data or ""
    page = render_template(
        "honours/new.html",
        form=form,
        period=period,
        period_words=say(rules.period_words(period)),
        person=person,
        name=member.name if member is not None else "",
        basis=_basis(period, person, team),
        titles=rules.TITLES["team" if member is None else "person"],
    )
    return page, 422 if form.errors or form.form_errors else 200


def _basis(period: str, person: UUID | None, team: str) -> list[tuple[str, int]]:
    if person is None and not team.isprintable():
        return []
    found = counting.basis_of(
        db.session(), period, user_id=person, team=team, actor=current_actor()
    )
    return basis_of(found)


def _period() -> str:
    """Give the period asked for; the latest month when none is. Invalid when it is none."""
    wanted = request.values.get("period", "") or rules.periods()[0]
    rules.span_of(wanted)
    return wanted


def _person() -> UUID | None:
    text: Any = request.values.get("person", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound() from error
