"""What is done to a case as a whole: write to its reporter, suspend, resume, cancel, and look into
the vault. Each has a page of its own that works without scripts and says what will happen."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from engine import instances, messages, reporters
from engine.errors import Conflict, Invalid
from engine.permissions import require
from web import db
from web.access import current_actor, requires
from web.case_file import CaseFile
from web.form_errors import put
from web.language import say

blueprint = Blueprint("case_actions", __name__, url_prefix="/cases")

Page = str | tuple[str, int] | AnyResponse
_LONGEST_REASON: Final = 500
_WORDS: Final = {
    "suspend": {
        "permission": "case:suspend",
        "title": lazy_gettext("暂停办理"),
        "lead": lazy_gettext("暂停后谁都不能办理，期限也停下；恢复后接着办，到期的会立即提醒。"),
        "done": lazy_gettext("已暂停办理。"),
        "run": instances.suspend,
    },
    "resume": {
        "permission": "case:suspend",
        "title": lazy_gettext("恢复办理"),
        "lead": lazy_gettext("恢复后可以接着办理；暂停期间到期的会立即提醒。"),
        "done": lazy_gettext("已恢复办理。"),
        "run": instances.resume,
    },
    "cancel": {
        "permission": "case:cancel",
        "title": lazy_gettext("撤销事项"),
        "lead": lazy_gettext("撤销后流程立即终止，不能恢复；记录不会删除，台账写明“已取消”。"),
        "done": lazy_gettext("事项已撤销。"),
        "run": instances.cancel,
    },
}


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why it is done; it goes into the history."""

    reason = TextAreaField(
        lazy_gettext("理由"),
        [DataRequired(lazy_gettext("请写明理由。")), Length(max=_LONGEST_REASON)],
        description=lazy_gettext("会写入办理记录，监管部门和审计人员都能看到。不要写报告人是谁。"),
        render_kw={"rows": 4},
    )


class MessageForm(FlaskForm):  # type: ignore[misc]
    """A message to the reporter."""

    text = TextAreaField(
        lazy_gettext("给报告人留言"),
        [
            DataRequired(lazy_gettext("请写内容。")),
            Length(max=messages.LONGEST, message=lazy_gettext("最多 %(max)s 个字，请删减。")),
        ],
        description=lazy_gettext("报告人只看到您的岗位，看不到姓名。"),
        render_kw={"rows": 4},
    )


@blueprint.get("/<uuid:instance_id>/messages")
@requires("case:read", "message:write")
def conversation(instance_id: UUID) -> Page:
    """Show what was said with the reporter, and note that it was read."""
    return _conversation(CaseFile.open(instance_id), MessageForm(formdata=None))


@blueprint.post("/<uuid:instance_id>/messages")
@requires("case:read", "message:write")
def write(instance_id: UUID) -> Page:
    """Leave the reporter a message."""
    file, form = CaseFile.open(instance_id), MessageForm()
    if form.validate_on_submit():
        try:
            db.execute(messages.say, instance_id, form.text.data)
        except Invalid as error:
            form.text.errors = [say(error.message)]
        else:
            flash(gettext("留言已发出，报告人下次查看时能看到。"), "success")
            return redirect(url_for("case_actions.conversation", instance_id=instance_id), 303)
    return _conversation(file, form), 422


@blueprint.route("/<uuid:instance_id>/<any(suspend,resume,cancel):action>", methods=["GET", "POST"])
@requires("case:read")
def change(instance_id: UUID, action: str) -> Page:
    """Suspend, resume or cancel a case, for a stated reason."""
    words: dict[str, Any] = _WORDS[action]
    require(current_actor(), words["permission"])
    file, form = CaseFile.open(instance_id), ReasonForm()
    if form.validate_on_submit():
        try:
            db.execute(words["run"], instance_id, reason=form.reason.data)
        except (Invalid, Conflict) as error:
            put(form, error)
        else:
            flash(str(words["done"]), "success")
            return redirect(url_for("cases.show", instance_id=instance_id), 303)
    context = {"file": file, "form": form, "action": action, "words": words}
    page = render_template("cases/change.html", **context)
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.route("/<uuid:instance_id>/identity", methods=["GET", "POST"])
@requires("case:read", "identity:reveal")
def identity(instance_id: UUID) -> Page:
    """Say who reported, to those who may know, for a reason that goes into the history.

    What the vault gives is on this one answer and nowhere else: no address leads back to it.
    """
    file, form = CaseFile.open(instance_id), ReasonForm()
    mode = reporters.mode_of(db.session(), file.row.organisation_id, file.row.id)
    if mode is None:
        raise NotFound()
    known = None
    if mode[0] != "anonymous" and form.validate_on_submit():
        try:
            known = db.execute(reporters.reveal, instance_id, reason=form.reason.data)
        except Invalid as error:
            form.reason.errors = [say(error.message)]
    context = {"file": file, "form": form, "mode": mode[0], "known": known}
    page = render_template("cases/identity.html", **context, types=reporters.TYPES)
    response = Response(page, 422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _conversation(file: CaseFile, form: MessageForm) -> str:
    said = messages.read(db.session(), file.row.id, actor=file.actor)
    if any(one.from_role == "reporter" and one.read_at is None for one in said):
        db.execute(messages.mark_read, file.row.id)
    return render_template("cases/messages.html", file=file, said=said, form=form)
