"""One's own complaint: how it stands, talking with the union, taking it back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import attachments
from engine.actors import Actor
from engine.complaints import handling, rooms
from engine.complaints import own as mine
from engine.complaints.contact import handlers
from engine.errors import Invalid, Refused
from web import db, files
from web.access import public, to_sign_in
from web.complaint_words import state_of
from web.complaints.room import answer_file, blueprint, private, shown
from web.guests import visitors
from web.language import say
from web.limits import MESSAGES, limiter
from web.status import MessageForm

Page = Any


@blueprint.get("/own/<uuid:complaint_id>")
@public
def own(complaint_id: UUID) -> Page:
    """Show a complaint to the one who made it."""
    if not visitors():
        return to_sign_in()
    row, actor = _own(complaint_id)
    said = mine.said(db.session(), row)
    if any(one.read_at is None and one.from_role != "reporter" for one in said):
        db.execute(mine.mark_read, row.organisation_id, row.id, actor=actor)
    return _page(row, actor, MessageForm(formdata=None))


@blueprint.post("/own/<uuid:complaint_id>/messages")
@public
@limiter.limit(MESSAGES)
def write(complaint_id: UUID) -> Page:
    """Leave the union a message, with photos."""
    if not visitors():
        return to_sign_in()
    row, actor = _own(complaint_id)
    form = MessageForm()
    guest = rooms.guest(row.handler_id)
    try:
        photos = list(form.photos.data)
        for photo in request.files.getlist("photos"):
            if photo.filename:
                photos.append(str(files.keep(photo, guest, as_reporter=True).id))
        form.photos.data = photos
        db.execute(
            mine.say,
            row.organisation_id,
            row.id,
            form.text.data or "",
            photos=photos,
            actor=actor,
        )
    except Invalid as refused:
        field = form.photos if refused.details.get("field") != "text" else form.text
        field.errors = [say(refused.message)]
        return _page(row, actor, form, status=refused.status)
    flash(gettext("留言已发出。"), "success")
    return redirect(url_for("complaints.own", complaint_id=complaint_id), 303)


@blueprint.post("/own/<uuid:complaint_id>/withdraw")
@public
@limiter.limit(MESSAGES)
def withdraw(complaint_id: UUID) -> Page:
    """Take the complaint back."""
    if not visitors():
        return to_sign_in()
    row, actor = _own(complaint_id)
    try:
        db.execute(mine.withdraw, row.organisation_id, row.id, actor=actor)
    except Refused as refusal:
        flash(say(refusal.message), "warning")
    else:
        flash(gettext("投诉已撤回。"), "success")
    return redirect(url_for("complaints.own", complaint_id=complaint_id), 303)


@blueprint.get("/own/<uuid:complaint_id>/files/<uuid:attachment_id>")
@public
def own_file(complaint_id: UUID, attachment_id: UUID) -> Page:
    """Give the complainant a file of the complaint that they sent."""
    if not visitors():
        return to_sign_in()
    row, _actor = _own(complaint_id)
    guest = rooms.guest(row.handler_id)
    file = attachments.get_file(db.session(), attachment_id, actor=guest)
    if str(file.id) not in _sent(row):
        raise NotFound()
    return answer_file(file, small=request.args.get("size") == "small")


def _own(complaint_id: UUID) -> tuple[Any, Actor]:
    """Give a complaint and as whom this browser made it."""
    for actor in visitors():
        row = mine.find_own(db.session(), complaint_id, actor=actor)
        if row is not None:
            return row, actor
    raise NotFound()


def _sent(row: Any) -> set[str]:
    """Give the ids of the files that the complainant sent, and no others."""
    session = db.session()
    kept = {str(one) for one in handling.data(session, row).get("evidence") or ()}
    said = mine.said(session, row)
    return kept | {photo for one in said if one.from_role == "reporter" for photo in one.photos}


def _page(row: Any, actor: Actor, form: MessageForm, *, status: int = 200) -> Response:
    session = db.session()
    form.text.description = gettext("补充情况或提问都可以。工会只看到“投诉人”，不写姓名。")
    sent = _sent(row)
    found = [one for one in handling.files(session, row) if str(one.id) in sent]

    def address(file_id: UUID, **query: Any) -> str:
        return url_for("complaints.own_file", complaint_id=row.id, attachment_id=file_id, **query)

    page = render_template(
        "complaints/own.html",
        row=row,
        state=state_of(row),
        union=handling.room_name(session, row),
        people=[one.name for found in handlers(session, row).values() for one in found],
        happened=handling.data(session, row).get("happened") or "",
        files=shown(found, address),
        plain=[replace(one, photos=()) for one in mine.said(session, row)],
        form=form,
        by_code=actor.receipt_for is not None,
        is_open=row.state not in ("closed", "withdrawn"),
    )
    return private(page, status)
