"""The list of visits, one visit, its letter; and calling a visit off."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from engine import clock, people
from engine.errors import Refused
from engine.guidance import finding, planning
from engine.permissions import allows
from web import db, downloads, files, papers
from web.access import current_actor, requires
from web.guidance.room import FOLLOW_UP_STATES, FOUND, TONES, VISIT_STATES, blueprint
from web.language import say
from web.queries import with_query

_PAGE: Final = 30


@blueprint.get("")
@requires("guidance:read")
def index() -> str:
    """List the visits by or to the organisations the visitor sees."""
    actor = current_actor()
    state = request.args.get("state", "")
    filters = finding.Filters(
        state=state if state in finding.STATES else "",
        own=request.args.get("own") == "1",
        late=request.args.get("late") == "1",
        enterprise_id=_enterprise(),
    )
    after = request.args.get("after") or None
    page = finding.visits(db.session(), actor=actor, filters=filters, after=after, limit=_PAGE)
    shown = {
        "state": filters.state,
        "own": "1" if filters.own else "",
        "late": "1" if filters.late else "",
        "enterprise": str(filters.enterprise_id or ""),
    }
    is_enterprise = actor.organisation_kind == "enterprise"
    return render_template(
        "guidance/index.html",
        rows=page.items,
        filters=filters,
        states=[(key, say(words)) for key, words in VISIT_STATES.items()],
        state_of=_state_of,
        is_enterprise=is_enterprise,
        may_plan=allows(actor, "guidance:visit"),
        waiting=finding.open_follow_ups(db.session(), actor=actor) if is_enterprise else 0,
        next_url=with_query(url_for("guidance.index"), {**shown, "after": page.next})
        if page.next
        else "",
    )


def _enterprise() -> UUID | None:
    """Read which enterprise's visits are asked for."""
    text = request.args.get("enterprise", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound() from error


@blueprint.get("/<uuid:visit_id>")
@requires("guidance:read")
def show(visit_id: UUID) -> str:
    """Show a visit: what was found, the letter, what is still to be done."""
    return _page(visit_id)


@blueprint.get("/<uuid:visit_id>/letter.pdf")
@requires("guidance:read")
def letter(visit_id: UUID) -> Response:
    """Give the opinion letter to those who visit and to those visited."""
    return letter_of(visit_id)


def letter_of(visit_id: UUID) -> Response:
    """Answer with a visit's letter; 404 while there is none."""
    session, row = db.session(), finding.get_visit(db.session(), visit_id, actor=current_actor())
    found = finding.letter(session, row)
    content = papers.paper(session, found) if found else None
    if found is None or content is None:
        raise NotFound()
    return downloads.pdf(content, f"{found.number}.pdf", download="download" in request.args)


@blueprint.post("/<uuid:visit_id>/cancel")
@requires("guidance:visit")
def cancel(visit_id: UUID) -> AnyResponse | tuple[str, int]:
    """Call a visit off, with a reason."""
    reason = request.form.get("reason", "")
    try:
        db.execute(planning.cancel, visit_id, reason=reason)
    except Refused as refusal:
        return _page(visit_id, wrong=say(refusal.message), reason=reason), refusal.status
    flash(gettext("已撤销这次指导。"), "success")
    return redirect(url_for("guidance.show", visit_id=visit_id))


def _page(visit_id: UUID, *, wrong: str = "", reason: str = "") -> str:
    session, actor = db.session(), current_actor()
    row = finding.get_visit(session, visit_id, actor=actor)
    is_ours = row.organisation_id == actor.organisation_id
    certificate = finding.letter(session, row)
    asked = finding.follow_ups(session, row)
    names = people.names(session, [one.answered_by for one in asked if one.answered_by])
    may_answer = actor.organisation_id == row.enterprise_id and allows(actor, "guidance:answer")
    return render_template(
        "guidance/show.html",
        row=row,
        state_of=_state_of,
        found_of=lambda key: _word(FOUND, key),
        items=finding.items(session, row) if may_read_findings(row, is_ours) else [],
        certificate=certificate,
        letter_ready=certificate is not None and certificate.pdf_digest is not None,
        follow_ups=[_follow_up(one, names, may_answer) for one in asked],
        is_ours=is_ours,
        may_cancel=is_ours
        and allows(actor, "guidance:visit")
        and row.state in ("planned", "visited"),
        case_url=url_for("cases.show", instance_id=row.id) if is_ours else "",
        wrong=wrong,
        reason=reason,
    )


def may_read_findings(row: Any, is_ours: bool) -> bool:
    """Say whether a visit's findings are told: to those visited once the letter is out."""
    return bool(is_ours or row.state in finding.LETTER_OUT)


def _follow_up(one: Any, names: Any, may_answer: bool) -> dict[str, Any]:
    late = one.state == "open" and one.due_on < clock.local_date()
    answer = url_for("guidance.answer", follow_up_id=one.id)
    return {
        "row": one,
        "late": late,
        "state": _word(FOLLOW_UP_STATES, one.state),
        "by": names.get(one.answered_by, ""),
        "files": files.shown(one.files),
        "answer_url": answer if may_answer and one.state in ("open", "answered") else "",
    }


def _state_of(key: str) -> dict[str, str]:
    return _word(VISIT_STATES, key)


def _word(words: Any, key: str) -> dict[str, str]:
    return {"words": say(words[key]) if key in words else key, "tone": TONES.get(key, "calm")}
