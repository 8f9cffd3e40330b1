"""The doers' pages: the inbox, a task with its form, claiming and releasing it, doing it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wrappers import Response

from engine import clock, organisations, permissions, task_forms, tasks
from engine import inbox as waiting
from engine.actors import Actor
from engine.errors import AlreadyDone, Conflict, InvalidAnswers, Refused
from engine.task_forms import TaskForm
from web import db, files, form_fields, pages
from web.access import current_actor, own_organisation, public, requires, to_sign_in
from web.guests import visitors
from web.language import drawn
from web.limits import UPLOADS, limiter
from web.task_page import Desk, days_left, find

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")

Page = str | tuple[str, int] | Response

_PAGE: Final = 20
_SCOPES: Final = ("mine", "group", "done")
#: Bytes of a draft: much text, no files.
_LONGEST_DRAFT: Final = 200_000


@blueprint.get("")
@requires("task:work")
def inbox() -> Page:
    """List what waits for the visitor, and what they have done."""
    actor = current_actor()
    counts = pages.waiting() or waiting.Counts(0, 0)
    scope = request.args.get("scope") or ("group" if counts.group and not counts.mine else "mine")
    if scope not in _SCOPES:
        raise BadRequest()
    rows = waiting.list_tasks(
        db.session(),
        actor=actor,
        scope="all" if scope == "done" else scope,
        state="completed" if scope == "done" else "open",
        after=_after(),
        limit=_PAGE + 1,
    )
    more = len(rows) > _PAGE
    return render_template(
        "tasks/inbox.html",
        cards=_cards(rows[:_PAGE]),
        scope=scope,
        counts=counts,
        has_group=bool(actor.roles - {"reporter"}),
        may_enter=permissions.allows(actor, "report:enter"),
        is_first=_after() is None,
        next_url=url_for("tasks.inbox", scope=scope, after=rows[_PAGE - 1].task_id) if more else "",
    )


@blueprint.get("/<uuid:task_id>")
@public
def show(task_id: UUID) -> Page:
    """Show a task to be done, or why it is not the visitor's to do."""
    if not visitors():
        return to_sign_in()
    row, actor = find(task_id)
    desk = Desk(row, actor)
    try:
        return desk.sheet(task_forms.open_form(db.session(), task_id, actor=actor))
    except Conflict as refusal:
        return desk.told(refusal)
    except Refused as refusal:
        return desk.told(refusal), refusal.status


@blueprint.post("/<uuid:task_id>/claim")
@requires("task:work")
def claim(task_id: UUID) -> Page:
    """Take a group task for oneself."""
    row, actor = find(task_id)
    try:
        db.execute(tasks.claim, task_id, actor=actor)
    except Refused as refusal:
        return Desk(row, actor).told(refusal), refusal.status
    flash(gettext("已领取，由您办理。"), "success")
    return redirect(url_for("tasks.show", task_id=task_id))


@blueprint.post("/<uuid:task_id>/release")
@requires("task:work")
def release(task_id: UUID) -> Page:
    """Give a claimed task back to its group."""
    row, actor = find(task_id)
    try:
        db.execute(tasks.release, task_id, actor=actor)
    except Refused as refusal:
        return Desk(row, actor).told(refusal), refusal.status
    flash(gettext("已退回，本岗位的人都可以办理。"), "success")
    return redirect(url_for("tasks.inbox"))


@blueprint.post("/<uuid:task_id>/draft")
@requires("task:work")
def draft(task_id: UUID) -> Page:
    """Keep a half-filled form; asked for by the page itself."""
    if (request.content_length or 0) > _LONGEST_DRAFT:
        raise RequestEntityTooLarge()
    row, actor = find(task_id)
    asked = task_forms.read_form(db.session(), row)
    answers = _answers(asked, request.form)
    db.execute(task_forms.save_draft, task_id, answers, actor=actor)
    return Response(status=204)


@blueprint.post("/<uuid:task_id>/complete")
@public
@limiter.limit(UPLOADS, exempt_when=lambda: not _has_files())
def complete(task_id: UUID) -> Page:
    """Do a task, and go on to the next one."""
    if not visitors():
        return to_sign_in()
    row, actor = find(task_id)
    desk = Desk(row, actor)
    asked = task_forms.read_form(db.session(), row)
    posted, refused = _receive(asked, actor)
    key = request.form.get("idempotency_key") or None
    try:
        if refused:
            raise InvalidAnswers(refused)
        outcome = db.execute(
            tasks.complete, task_id, _answers(asked, posted), actor=actor, idempotency_key=key
        )
    except InvalidAnswers as wrong:
        return desk.sheet(asked, posted=posted, wrong=wrong), wrong.status
    except Conflict as conflict:
        if _was_sent_before(task_id, actor, conflict):
            return _go_on(row, actor)
        return desk.told(conflict, asked, posted), conflict.status
    except Refused as refusal:
        return desk.told(refusal, asked, posted), refusal.status
    _say_done(row, is_over=outcome.state == "completed")
    return _go_on(row, actor)


def _has_files() -> bool:
    """Say whether files come with the form itself, as they do without JavaScript."""
    return any(sent.filename for sent in request.files.values())


def _receive(asked: TaskForm, actor: Actor) -> tuple[MultiDict[str, str], Any]:
    if asked.form is None:
        return MultiDict(), {}
    return form_fields.receive(
        asked.form,
        request.form,
        request.files,
        lambda sent: str(files.keep(sent, actor).id),
        rights=asked.rights,
    )


def _answers(asked: TaskForm, posted: MultiDict[str, str]) -> dict[str, Any]:
    if asked.form is None:
        return {}
    return form_fields.answers(asked.form, posted, rights=asked.rights)


def _was_sent_before(task_id: UUID, actor: Actor, conflict: Conflict) -> bool:
    """Say whether this very form has done the task already: a second tap, with photos that got
    other ids. Whoever did it meanwhile from another page is told so instead."""
    if isinstance(conflict, AlreadyDone) or actor.user_id is None:
        return False
    row = tasks.get_task(db.session(), task_id, actor=actor)
    return bool(row.task_state == "completed" and row.completed_by == actor.user_id)


def _say_done(row: Any, *, is_over: bool) -> None:
    facts = {"step": drawn(row.task_name), "number": row.number}
    if is_over:
        flash(gettext("“%(step)s”已办完。%(number)s 全部办结。", **facts), "success")
    else:
        flash(gettext("“%(step)s”已办完（%(number)s）。", **facts), "success")


def _go_on(row: Any, actor: Actor) -> Response:
    """Open what to do next; a reporter goes back to their report."""
    if actor.receipt_for is not None:
        return redirect(url_for("reports.status"))
    following = waiting.next_task(db.session(), actor=actor, instance_id=row.id)
    if following is None:
        return redirect(url_for("tasks.inbox"))
    return redirect(url_for("tasks.show", task_id=following))


def _cards(rows: Any) -> list[dict[str, Any]]:
    """Give the rows as the inbox shows them, with working days by the enterprise's calendar."""
    if not rows:
        return []
    owner = organisations.get(db.session(), own_organisation(), actor=current_actor())
    return [
        {
            "row": row,
            "url": url_for("tasks.show", task_id=row.task_id),
            "title": row.title or row.number,
            "days": days_left(row.task_due_at, owner.settings),
            "is_late": row.task_state == "open"
            and row.task_due_at is not None
            and row.task_due_at < clock.now(),
        }
        for row in rows
    ]


def _after() -> UUID | None:
    text = request.args.get("after")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise BadRequest() from error
