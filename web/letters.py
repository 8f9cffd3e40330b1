"""Letters of a union to the principal: reading them, and the reply."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from engine import clock, people
from engine.complaints import letters
from engine.complaints.letter_facts import DEMAND_WORDS
from engine.errors import Refused
from web import db, downloads, files, papers
from web.access import current_actor, requires
from web.form_controls import FilesField
from web.form_errors import put
from web.language import say
from web.limits import UPLOADS, limiter
from web.queries import with_query

blueprint = Blueprint("letters", __name__, url_prefix="/letters")

_PAGE = 30


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """What the enterprise does about it."""

    text = TextAreaField(
        lazy_gettext("怎样处理"),
        [InputRequired(), Length(max=letters.LONGEST)],
        description=lazy_gettext("逐项写明做了什么、什么时候做好。不要追查是谁反映的。"),
        render_kw={"rows": 5, "maxlength": letters.LONGEST},
    )
    files = FilesField(
        lazy_gettext("照片或文件"), render_kw={"kind": "files", "accept": "image/*,.pdf"}
    )


@blueprint.get("")
@requires("letter:read")
def index() -> str:
    """List the letters to the enterprise."""
    rows, more = letters.listed(
        db.session(), actor=current_actor(), after=request.args.get("after"), limit=_PAGE
    )
    return render_template(
        "letters/index.html",
        rows=rows,
        today=clock.local_date(),
        next_url=with_query(url_for("letters.index"), {"after": more}) if more else "",
    )


@blueprint.get("/<uuid:letter_id>")
@requires("letter:read")
def show(letter_id: UUID) -> str:
    """Show a letter, and the reply."""
    row = letters.get(db.session(), letter_id, actor=current_actor())
    form = ReplyForm(formdata=None, text=row.reply or "", files=row.files)
    return _page(row, form)


@blueprint.get("/<uuid:letter_id>/letter.pdf")
@requires("letter:read")
def paper(letter_id: UUID) -> Response:
    """Give the letter as a paper."""
    session = db.session()
    row = letters.get(session, letter_id, actor=current_actor())
    found = letters.paper(session, row)
    content = papers.paper(session, found) if found else None
    if content is None:
        raise NotFound()
    return downloads.pdf(content, f"{row.number}.pdf", download="download" in request.args)


@blueprint.post("/<uuid:letter_id>")
@requires("letter:reply")
@limiter.limit(UPLOADS, exempt_when=lambda: not _sent())
def reply(letter_id: UUID) -> Any:
    """Reply to a letter."""
    row = letters.get(db.session(), letter_id, actor=current_actor())
    form = ReplyForm()
    try:
        form.files.data = [*form.files.data, *_kept()]
        db.execute(letters.reply, letter_id, text=form.text.data or "", files=form.files.data)
    except Refused as refusal:
        put(form, refusal)
        return _page(row, form), refusal.status
    flash(gettext("已答复工会。"), "success")
    return redirect(url_for("letters.show", letter_id=letter_id), 303)


def _sent() -> list[Any]:
    return [sent for sent in request.files.getlist("files") if sent.filename]


def _kept() -> list[str]:
    return [str(files.keep(sent, current_actor()).id) for sent in _sent()]


def _page(row: Any, form: ReplyForm) -> str:
    session = db.session()
    form.files.render_kw = {
        **form.files.render_kw,
        "files": files.shown(form.files.data),
        "upload_url": url_for("files.upload"),
        "max": letters.MOST_FILES,
    }
    certificate = letters.paper(session, row)
    replied_by = people.names(session, [row.replied_by]) if row.replied_by else {}
    return render_template(
        "letters/show.html",
        row=row,
        demands=[*(say(DEMAND_WORDS[key]) for key in row.demands), row.demand_other or ""],
        form=form,
        files=files.shown(row.files),
        replied_by=replied_by.get(row.replied_by, ""),
        has_paper=certificate is not None and certificate.pdf_digest is not None,
        is_late=row.state == "open" and row.reply_by < clock.local_date(),
    )
