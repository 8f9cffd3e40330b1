"""The enterprise answers a follow-up with words and photos."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from engine.errors import InvalidAnswers, Refused
from engine.guidance import answering, finding
from web import db, files
from web.access import current_actor, requires
from web.form_controls import FilesField
from web.form_errors import put
from web.guidance.room import blueprint
from web.language import say
from web.limits import UPLOADS, limiter


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """What was done."""

    text = TextAreaField(
        lazy_gettext("做了什么"),
        [Length(max=answering.LONGEST)],
        description=lazy_gettext("写清楚做了什么、什么时候做好的。"),
        render_kw={"rows": 4, "maxlength": answering.LONGEST},
    )
    files = FilesField(
        lazy_gettext("照片或文件"), render_kw={"kind": "files", "accept": "image/*,.pdf"}
    )


@blueprint.get("/follow-ups/<uuid:follow_up_id>")
@requires("guidance:answer")
def answer(follow_up_id: UUID) -> str:
    """Show what is asked, and what was answered so far."""
    row = _row(follow_up_id)
    form = AnswerForm(formdata=None, text=row.answer or "", files=row.files)
    return _page(row, form)


@blueprint.post("/follow-ups/<uuid:follow_up_id>")
@requires("guidance:answer")
@limiter.limit(UPLOADS, exempt_when=lambda: not _sent())
def give(follow_up_id: UUID) -> Response | tuple[str, int]:
    """Give the answer."""
    row = _row(follow_up_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _page(row, form), 422
    try:
        form.files.data = [*form.files.data, *_kept()]
        db.execute(answering.answer, follow_up_id, text=form.text.data or "", files=form.files.data)
    except InvalidAnswers as wrong:
        put(form, wrong)
        return _page(row, form), wrong.status
    except Refused as refusal:
        form.form_errors.append(say(refusal.message))
        return _page(row, form), refusal.status
    flash(gettext("已答复。"), "success")
    return redirect(url_for("guidance.show", visit_id=row.visit_id))


def _row(follow_up_id: UUID) -> Any:
    return finding.get_follow_up(db.session(), follow_up_id, actor=current_actor())


def _sent() -> list[Any]:
    """Give the files that come with the form itself, as they do without JavaScript."""
    return [sent for sent in request.files.getlist("files") if sent.filename]


def _kept() -> list[str]:
    return [str(files.keep(sent, current_actor()).id) for sent in _sent()]


def _page(row: Any, form: AnswerForm) -> str:
    form.files.render_kw = {
        **form.files.render_kw,
        "files": files.shown(form.files.data),
        "upload_url": url_for("files.upload"),
        "max": answering.MOST_FILES,
    }
    return render_template("guidance/answer.html", row=row, form=form)
