"""Following a report: by receipt code or as the one who sent it, on the same page."""

from __future__ import annotations

import unicodedata
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from engine import actors, certificates, messages, naming, progress, reporters
from engine.actors import Actor
from engine.complaints import check_ins, own
from engine.errors import Invalid, NotFound
from web import db, files, guests
from web.access import current_actor, public, requires
from web.certificates import NAMES
from web.complaint_words import state_of
from web.form_controls import FilesField
from web.language import say
from web.limits import MESSAGES, WRONG_CODES, failed, limiter

Page = str | tuple[str, int] | Response
#: What is made out to the reporter; a closure names those who worked on the case.
_FOR_REPORTERS: Final = ("receipt", "reward", "claim")


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The receipt code."""

    code = StringField(
        lazy_gettext("凭证码"),
        [DataRequired(lazy_gettext("请输入凭证码。")), Length(max=60)],
        description=lazy_gettext("提交报告时给您的 16 位数字，空格和横线可有可无。"),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"},
    )


class _Expected:
    """Marks the text as what is expected; a photo without words does, too."""

    field_flags = {"required": True}  # noqa: RUF012 - the name and type WTForms reads

    def __call__(self, form: object, field: object) -> None:
        """Accept anything: the engine is the judge."""


class MessageForm(FlaskForm):  # type: ignore[misc]
    """A message to those who handle the case, and photos."""

    text = TextAreaField(
        lazy_gettext("给办理人员留言"),
        [_Expected()],
        description=lazy_gettext("补充情况或提问都可以。对方只看到“报告人”，看不到您的姓名。"),
        render_kw={"rows": 3, "maxlength": messages.LONGEST},
    )
    photos = FilesField(
        lazy_gettext("补充照片"), render_kw={"kind": "photos", "max": messages.MOST_PHOTOS}
    )


def add_to(blueprint: Blueprint) -> None:
    """Give the pages below their addresses, in the room of the reports."""
    for rule, name, view, methods in (
        ("/reports", "mine", mine, ["GET"]),
        ("/reports/<uuid:instance_id>", "show", show, ["GET"]),
        ("/reports/<uuid:instance_id>/messages", "write", write, ["POST"]),
        ("/status", "status", status, ["GET", "POST"]),
        ("/status/messages", "write_by_code", write_by_code, ["POST"]),
        ("/reports/<uuid:instance_id>/naming", "choose_name", choose_name, ["POST"]),
        ("/status/naming", "choose_name_by_code", choose_name_by_code, ["POST"]),
        ("/status/forget", "forget", forget, ["POST"]),
    ):
        blueprint.add_url_rule(rule, name, view, methods=methods)


@requires("report:create")
def mine() -> Page:
    """List what one reported by name or in confidence, with what came of it."""
    database, actor = db.session(), current_actor()
    rows = reporters.own_instances(database, actor=actor)
    news = messages.unread(database, [row.id for row in rows], actor=actor)
    return render_template(
        "reports/mine.html",
        rows=rows,
        news=news,
        asked=set(check_ins.waiting(database, actor=actor)),
        complaints=[(row, state_of(row)) for row in _complaints(actor)],
    )


def _complaints(actor: Actor) -> Any:
    """Give one's own complaints; only an enterprise's people have any."""
    return own.own(db.session(), actor=actor) if actor.organisation_kind == "enterprise" else ()


@requires("report:create")
def show(instance_id: UUID) -> Page:
    """Show a report to the one who sent it."""
    return _case(instance_id, current_actor())


@requires("report:create")
@limiter.limit(MESSAGES)
def write(instance_id: UUID) -> Page:
    """Leave those who handle one's report a message."""
    return _write(instance_id, current_actor())


@public
@limiter.limit(WRONG_CODES, methods=["POST"], deduct_when=failed)
def status() -> Page:
    """Ask for the receipt code, then show the report it opens."""
    actor = guests.by_receipt()
    if request.method == "GET" and actor is not None and actor.receipt_for is not None:
        if _is_complaint(actor):
            return redirect(url_for("complaints.own", complaint_id=actor.receipt_for))
        try:
            return _case(actor.receipt_for, actor)
        except NotFound:
            guests.close_case()
    form = CodeForm()
    if form.validate_on_submit():
        found = reporters.find_by_receipt(db.session(), _plain(form.code.data))
        if found is not None:
            guests.open_case(*found)
            return redirect(_address_of(*found), 303)
        form.code.errors = [gettext("凭证码不对。请核对 16 位数字后再试。")]
    page = render_template("reports/ask_code.html", form=form)
    return _private(page, 422 if form.errors else 200)


@public
@limiter.limit(MESSAGES)
def write_by_code() -> Page:
    """Leave those who handle the opened report a message."""
    actor = guests.by_receipt()
    if actor is None or actor.receipt_for is None or _is_complaint(actor):
        return redirect(url_for("reports.status"), 303)
    return _write(actor.receipt_for, actor)


@requires("naming:own")
@limiter.limit(MESSAGES)
def choose_name(instance_id: UUID) -> Page:
    """Agree to be named for one's report, or not."""
    return _choose_name(instance_id, current_actor())


@public
@limiter.limit(MESSAGES)
def choose_name_by_code() -> Page:
    """Agree to be named for the opened report, or not."""
    actor = guests.by_receipt()
    if actor is None or actor.receipt_for is None:
        return redirect(url_for("reports.status"), 303)
    return _choose_name(actor.receipt_for, actor)


@public
def forget() -> Page:
    """Let this browser forget the report it opened, as on a shared phone."""
    guests.close_case()
    flash(gettext("已从这部手机上清除。再次查看要重新输入凭证码。"), "success")
    response = redirect(url_for("reports.status"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _case(instance_id: UUID, actor: Actor, form: MessageForm | None = None) -> Page:
    database = db.session()
    found = progress.of_report(database, instance_id, actor=actor)
    said = messages.read(database, instance_id, actor=actor)
    if any(one.read_at is None and one.from_role != "reporter" for one in said):
        db.execute(messages.mark_read, instance_id, actor=actor)
    organisation_id = found.instance.organisation_id
    page = render_template(
        "reports/case.html",
        found=found,
        said=said,
        papers=[
            (NAMES[row.kind], row.number)
            for row in certificates.of_instance(database, organisation_id, instance_id)
            if row.kind in _FOR_REPORTERS
        ],
        by_code=actor.receipt_for is not None,
        naming=naming.choice(database, found.instance, actor=actor),
        form=form or MessageForm(formdata=None),
        question=check_ins.question(database, instance_id, actor=actor),
    )
    return _private(page, 422 if form and form.errors else 200)


def _write(instance_id: UUID, actor: Actor) -> Page:
    progress.get_own(db.session(), instance_id, actor=actor)
    form = MessageForm()
    form.photos.data, refused = _received(form.photos.data, actor)
    if refused is None:
        try:
            db.execute(
                messages.say,
                instance_id,
                form.text.data or "",
                photos=form.photos.data,
                actor=actor,
            )
        except Invalid as error:
            refused = error
        else:
            flash(gettext("留言已发出。"), "success")
            return redirect(_address(instance_id, actor), 303)
    field = form.text if refused.details.get("field") == "text" else form.photos
    field.errors = [say(refused.message)]
    return _case(instance_id, actor, form)


def _choose_name(instance_id: UUID, actor: Actor) -> Page:
    agreed = request.form.get("agreed") == "yes"
    db.execute(naming.choose, instance_id, agreed, actor=actor)
    words = gettext("已记录：这一件可以署名。") if agreed else gettext("已记录：这一件不署名。")
    flash(words, "success")
    return redirect(_address(instance_id, actor), 303)


def _received(ids: list[str], actor: Actor) -> tuple[list[str], Invalid | None]:
    """Upload the photos that came with the form; gives all ids, and what was refused."""
    found = list(ids)
    for photo in request.files.getlist("photos"):
        if not photo.filename:
            continue
        try:
            found.append(str(files.keep(photo, actor, as_reporter=True).id))
        except Invalid as refused:
            return found, refused
    return found, None


def _address_of(organisation_id: UUID, instance_id: UUID) -> str:
    """Give the page that a code opens: of a report, or of a complaint."""
    if _is_complaint(actors.by_receipt(organisation_id, instance_id)):
        return url_for("complaints.own", complaint_id=instance_id)
    return url_for("reports.status")


def _is_complaint(actor: Actor) -> bool:
    """Say whether the code that was entered is that of a complaint."""
    return actor.receipt_for is not None and (
        own.find_own(db.session(), actor.receipt_for, actor=actor) is not None
    )


def _address(instance_id: UUID, actor: Actor) -> str:
    if actor.receipt_for is not None:
        return url_for("reports.status")
    return url_for("reports.show", instance_id=instance_id)


def _plain(code: str) -> str:
    """Give a code as it was meant, when it was typed in full-width digits."""
    return unicodedata.normalize("NFKC", code)


def _private(page: str, status_code: int) -> Response:
    response = Response(page, status_code, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response
