"""The union's desk: its complaints, and one of them with what is to be done."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from engine import attachments
from engine.complaints import access, figures, handling
from engine.complaints.rooms import is_district_union
from engine.errors import Conflict, InvalidAnswers, Refused
from engine.forms import Form
from web import db, downloads, files, form_fields, papers
from web.access import current_actor, requires
from web.complaint_words import state_of
from web.complaints.room import answer_file, blueprint, private, shown
from web.language import say
from web.limits import MESSAGES, UPLOADS, limiter
from web.queries import with_query

Page = Any
_PAGE: Final = 30
#: The forms of the process, in the order in which they are filled in.
_FORMS: Final = (
    "complaint", "complaint_take_up", "complaint_findings", "complaint_opinion",
    "complaint_judgement", "complaint_pass_on", "complaint_follow_up",
)  # fmt: skip


@blueprint.get("")
@requires("complaint:handle")
def index() -> Page:
    """List the complaints the visitor handles, and the figures."""
    session, actor = db.session(), current_actor()
    rows, more = access.listed(
        session, actor=actor, after=request.args.get("after") or None, limit=_PAGE
    )
    page = render_template(
        "complaints/index.html",
        rows=[(row, state_of(row)) for row in rows],
        figures=figures.of_own(session, actor=actor),
        is_district=is_district_union(session, actor),
        next_url=with_query(url_for("complaints.index"), {"after": more}) if more else "",
    )
    return private(page)


@blueprint.get("/<uuid:complaint_id>")
@requires("complaint:handle")
def show(complaint_id: UUID) -> Page:
    """Show a complaint to one who may handle it."""
    return _page(complaint_id)


@blueprint.post("/<uuid:complaint_id>/tasks/<uuid:task_id>")
@requires("complaint:handle")
@limiter.limit(UPLOADS, exempt_when=lambda: not _has_files())
def complete(complaint_id: UUID, task_id: UUID) -> Page:
    """Do what is to be done."""
    session, actor = db.session(), current_actor()
    try:
        asked = handling.open_form(session, complaint_id, task_id, actor=actor)
    except Conflict as done:
        flash(say(done.message), "warning")
        return redirect(url_for("complaints.show", complaint_id=complaint_id), 303)
    inside = handling.actor_inside(session, complaint_id, actor=actor)
    form = asked.form
    posted: MultiDict[str, str] = MultiDict(request.form)
    refused: Any = {}
    if form is not None:
        posted, refused = form_fields.receive(
            form, request.form, request.files, lambda sent: str(files.keep(sent, inside).id)
        )
    try:
        if refused:
            raise InvalidAnswers(refused)
        db.execute(
            handling.complete,
            complaint_id,
            task_id,
            form_fields.answers(form, posted) if form else {},
            idempotency_key=request.form.get("idempotency_key") or None,
        )
    except InvalidAnswers as wrong:
        return _page(complaint_id, task_id=task_id, posted=posted, wrong=wrong)
    except Refused as refusal:
        flash(say(refusal.message), "warning")
    else:
        flash(gettext("已提交。"), "success")
    return redirect(url_for("complaints.show", complaint_id=complaint_id), 303)


@blueprint.post("/<uuid:complaint_id>/messages")
@requires("complaint:handle")
@limiter.limit(MESSAGES)
def say_to(complaint_id: UUID) -> Page:
    """Leave the complainant a message."""
    text = request.form.get("text", "")
    try:
        db.execute(handling.say, complaint_id, text)
    except Refused as refusal:
        access.get(db.session(), complaint_id, actor=current_actor())
        return _page(complaint_id, said_wrong=say(refusal.message), text=text)
    flash(gettext("留言已发出。"), "success")
    return redirect(url_for("complaints.show", complaint_id=complaint_id), 303)


@blueprint.post("/<uuid:complaint_id>/identity")
@requires("complaint:handle")
@limiter.limit(MESSAGES)
def identity(complaint_id: UUID) -> Page:
    """Show who complains, this once; the look is in the history."""
    reason = request.form.get("reason", "")
    try:
        known = db.execute(handling.reveal, complaint_id, reason=reason)
    except Refused as refusal:
        access.get(db.session(), complaint_id, actor=current_actor())
        return _page(complaint_id, reason_wrong=say(refusal.message), reason=reason)
    return _page(complaint_id, known=known)


@blueprint.post("/<uuid:complaint_id>/attachments")
@requires("complaint:handle")
@limiter.limit(UPLOADS)
def upload(complaint_id: UUID) -> Page:
    """Take one file (multipart field ``file``) into the union's room."""
    inside = handling.actor_inside(db.session(), complaint_id, actor=current_actor())
    row = files.keep(files.sent_file(), inside)
    address = url_for("complaints.file", complaint_id=complaint_id, attachment_id=row.id)
    return jsonify(id=str(row.id), sha256=row.sha256.hex(), url=address), 201


@blueprint.get("/<uuid:complaint_id>/files/<uuid:attachment_id>")
@requires("complaint:handle")
def file(complaint_id: UUID, attachment_id: UUID) -> Response:
    """Give a file of a complaint to one who may handle it."""
    inside = handling.actor_inside(db.session(), complaint_id, actor=current_actor())
    row = attachments.get_file(db.session(), attachment_id, actor=inside)
    if row.instance_id not in (None, complaint_id):
        raise NotFound()
    return answer_file(row, small=request.args.get("size") == "small")


@blueprint.get("/<uuid:complaint_id>/replies/<uuid:attachment_id>")
@requires("complaint:handle")
def reply_file(complaint_id: UUID, attachment_id: UUID) -> Response:
    """Give a file of the enterprise's reply."""
    session = db.session()
    row = access.get(session, complaint_id, actor=current_actor())
    for letter in handling.letters(session, row):
        for found in handling.reply_files(session, letter):
            if found.id == attachment_id:
                return answer_file(found, small=request.args.get("size") == "small")
    raise NotFound()


@blueprint.get("/<uuid:complaint_id>/papers/<number>.pdf")
@requires("complaint:handle")
def paper(complaint_id: UUID, number: str) -> Response:
    """Give a letter of a complaint as it was printed."""
    session = db.session()
    row = access.get(session, complaint_id, actor=current_actor())
    for found in handling.papers(session, row):
        content = papers.paper(session, found) if found.number == number else None
        if content is not None:
            download = "download" in request.args
            return downloads.pdf(content, f"{found.number}.pdf", download=download)
    raise NotFound()


def _has_files() -> bool:
    return any(sent.filename for sent in request.files.values())


def _page(
    complaint_id: UUID,
    *,
    task_id: UUID | None = None,
    posted: MultiDict[str, str] | None = None,
    wrong: InvalidAnswers | None = None,
    known: Mapping[str, str] | None = None,
    said_wrong: str = "",
    text: str = "",
    reason_wrong: str = "",
    reason: str = "",
) -> Response:
    session, actor = db.session(), current_actor()
    row = access.get(session, complaint_id, actor=actor)
    data = handling.data(session, row)
    loaded = handling.loaded(session, row)

    def address(file_id: UUID, **query: Any) -> str:
        return url_for("complaints.file", complaint_id=row.id, attachment_id=file_id, **query)

    page = render_template(
        "complaints/show.html",
        row=row,
        state=state_of(row),
        enterprise=data.get("enterprise_name") or "",
        report_number=handling.report_number(session, row),
        by_code_only=handling.is_anonymous(session, row),
        parts=list(_parts(loaded.forms, data)),
        files=shown(handling.files(session, row), address),
        letters=[(one, _reply_files(row, one)) for one in handling.letters(session, row)],
        papers=handling.papers(session, row),
        tasks=[
            _task(row, one, posted if one.task_id == task_id else None, wrong, address)
            for one in handling.open_tasks(session, complaint_id, actor=actor)
        ],
        said=handling.said(session, complaint_id, actor=actor),
        known=known,
        said_wrong=said_wrong,
        text=text,
        reason_wrong=reason_wrong,
        reason=reason,
    )
    failed = wrong is not None or said_wrong or reason_wrong
    return private(page, 422 if failed else 200)


def _task(
    row: Any, task: Any, posted: MultiDict[str, str] | None, wrong: Any, address: Any
) -> dict[str, Any]:
    session, actor = db.session(), current_actor()
    asked = handling.open_form(session, row.id, task.task_id, actor=actor)
    inside = handling.actor_inside(session, row.id, actor=actor)

    def uploaded(ids: Any) -> list[dict[str, Any]]:
        kept = [attachments.get_file(session, UUID(one), actor=inside) for one in ids]
        return shown(kept, address)

    form = None
    if asked.form is not None:
        form = form_fields.build(
            asked.form,
            values=asked.values,
            choices=asked.choices,
            formdata=posted,
            upload_url=url_for("complaints.upload", complaint_id=row.id),
            files=uploaded,
            known=asked.data,
        )
        if posted is not None and wrong is not None:
            form_fields.put_errors(form, wrong)
    key = (posted.get("idempotency_key") if posted else "") or secrets.token_urlsafe(16)
    return {"row": task, "form": form, "key": key}


def _parts(
    known: Mapping[str, Form], data: Mapping[str, Any]
) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Give what was answered so far, form by form: its title, and the answers as facts."""
    for key in _FORMS:
        form = known.get(key)
        if form is None:
            continue
        said = [
            {"label": say(one.label), "value": words}
            for one in form.fields
            if one.type != "filepicker" and (words := _words(one, data.get(one.key)))
        ]
        if said:
            yield say(form.title), said


def _words(field: Any, value: Any) -> str:
    labels = {choice.value: say(choice.label) for choice in field.choices}
    if isinstance(value, list):
        return str(gettext("、")).join(labels.get(one, str(one)) for one in value)
    return labels.get(value, str(value)) if value not in (None, "") else ""


def _reply_files(row: Any, letter: Any) -> list[dict[str, Any]]:
    def address(file_id: UUID, **query: Any) -> str:
        return url_for("complaints.reply_file", complaint_id=row.id, attachment_id=file_id, **query)

    return shown(handling.reply_files(db.session(), letter), address)
