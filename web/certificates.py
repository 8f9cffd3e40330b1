"""Certificates on the site: their page and PDF for those of the case, their check for everybody."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound, Unauthorized
from werkzeug.wrappers import Response as AnyResponse
from wtforms import FileField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from engine import certificates, instances, permissions, reporters
from engine.actors import Actor
from engine.errors import NotFound as NotTheirs
from engine.store import Certificate
from web import db, doors, downloads, papers
from web.access import current_actor, public, requires
from web.guests import visitors
from web.honours import checking
from web.limits import limiter

blueprint = Blueprint("certificates", __name__)

#: Checking a file lays it out again: as much work as a sign-in.
_CHECKS: Final = "20 per minute"
#: A PDF of ours carries its verification code as the file's identifier.
_IDENTIFIER: Final = re.compile(rb"/ID ?\[ ?\(([0-9A-HJKMNP-TV-Z]{16})\)")
#: Rewards name who is paid: not for everybody who handles the case (domain.md B7).
_PERMISSIONS: Final = {"reward": "reward:read", "claim": "reward:read"}
NAMES: Final = {
    "reward": lazy_gettext("奖励证书"),
    "closure": lazy_gettext("事故隐患闭环销号证明"),
    "receipt": lazy_gettext("受理回执"),
    "claim": lazy_gettext("匿名奖励领取凭证"),
    "guidance": lazy_gettext("合规指导意见书"),
    "union_letter": lazy_gettext("工会意见书"),
    "union_referral": lazy_gettext("移送函"),
    "major_authority": lazy_gettext("重大事故隐患报告单（监管部门）"),
    "major_congress": lazy_gettext("重大事故隐患报告单（职代会、工会）"),
    "major_acceptance": lazy_gettext("重大事故隐患治理验收单"),
}


class RevokeForm(FlaskForm):  # type: ignore[misc]
    """Why a certificate is declared void."""

    reason = TextAreaField(
        lazy_gettext("作废原因"),
        [InputRequired(lazy_gettext("请写明作废原因。")), Length(max=200)],
        description=lazy_gettext("会记入流程历史。作废后不能恢复，编号不再使用。"),
    )


class LookForm(FlaskForm):  # type: ignore[misc]
    """A certificate to check: its code, or its number with the digest, or the file itself."""

    code = StringField(
        lazy_gettext("核验码"),
        [Length(max=40)],
        description=lazy_gettext("核验网址最后的 16 位字母和数字。"),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    number = StringField(
        lazy_gettext("证书编号"), [Length(max=60)], render_kw={"autocomplete": "off"}
    )
    digest = StringField(
        lazy_gettext("数字摘要"),
        [Length(max=100)],
        description=lazy_gettext("印在证书底部，填开头至少 8 位。"),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    file = FileField(lazy_gettext("PDF 文件"), render_kw={"accept": "application/pdf"})


class FileForm(FlaskForm):  # type: ignore[misc]
    """The file that somebody holds of a certificate."""

    file = FileField(
        lazy_gettext("手里的 PDF 文件"),
        description=lazy_gettext("文件只用来比对，不会保存。"),
        render_kw={"accept": "application/pdf"},
    )


@blueprint.get("/certificates/<number>")
@public
def show(number: str) -> str:
    """Show a certificate to somebody of its case: its state, its file, what can be done."""
    row, actor = _theirs(number)
    return _page(row, actor, RevokeForm())


@blueprint.get("/certificates/<number>.pdf")
@public
def file(number: str) -> Response:
    """Give the PDF; `?copy=1` without the sum, `?download=1` to keep."""
    row, _ = _theirs(number)
    hide = row.kind == "reward" and "copy" in request.args
    content = papers.paper(db.session(), row, hide_amount=hide)
    if content is None:
        raise NotFound()
    return downloads.pdf(content, f"{row.number}.pdf", download="download" in request.args)


@blueprint.post("/certificates/<number>/revoke")
@requires("certificate:revoke")
def revoke(number: str) -> AnyResponse | tuple[str, int]:
    """Declare a certificate void."""
    form = RevokeForm()
    if not form.validate_on_submit():
        return _page(*_theirs(number), form), 422
    db.execute(certificates.revoke, number, reason=form.reason.data, actor=current_actor())
    flash(gettext("证书已作废。"), "success")
    return redirect(url_for("certificates.show", number=number))


@blueprint.route("/verify", methods=["GET", "POST"])
@public
@limiter.limit(_CHECKS, methods=["POST"])
def look() -> AnyResponse | str | tuple[str, int]:
    """Ask which certificate to check."""
    form = LookForm()
    if not form.validate_on_submit():
        return render_template("certificates/look.html", form=form), 422 if form.errors else 200
    content = _upload(form.file)
    row = _find(form, content)
    if row is None and (other := _honour(form, content)):
        if content:
            return checking.page(other, FileForm(formdata=None), content) or ""
        return redirect(url_for("certificates.verify", code=other))
    if row is None:
        form.form_errors.append(gettext("没有找到这份证书。请核对后再试，或扫描证书上的二维码。"))
        return render_template("certificates/look.html", form=form), 422
    if content:
        return _findings(row, content)
    return redirect(url_for("certificates.verify", code=row.code))


@blueprint.route("/verify/<code>", methods=["GET", "POST"])
@public
@limiter.limit(_CHECKS, methods=["POST"])
def verify(code: str) -> AnyResponse | str | tuple[str, int]:
    """Say what a certificate is and whether it is intact, and nothing of what it says."""
    row = certificates.find_by_code(db.session(), code)
    form = FileForm()
    content = _upload(form.file) if form.validate_on_submit() else b""
    if row is None:
        page = checking.page(code, FileForm(formdata=None), content)
        return page or (render_template("certificates/unknown.html"), 404)
    return _findings(row, content)


def permission_for(kind: str) -> str:
    """Give the permission that opens a certificate of this kind on a case one may read."""
    return _PERMISSIONS.get(kind, "certificate:read")


def may_see(row: Certificate, actor: Actor) -> bool:
    """Say whether `actor` may read a certificate: by permission on its case, or as its reporter."""
    session = db.session()
    instance = instances.get_instance(session, row.instance_id, actor=actor, sight="both")
    if actor.receipt_for == instance.id:
        return True
    return permissions.allows(actor, permission_for(row.kind)) or (
        actor.user_id is not None
        and reporters.is_reporter(session, row.organisation_id, row.instance_id, actor.user_id)
    )


def _theirs(number: str) -> tuple[Certificate, Actor]:
    """Give the certificate, and as whom this browser may see it."""
    for actor in visitors():
        try:
            row = certificates.get_by_number(db.session(), number, actor=actor, sight="both")
            if may_see(row, actor):
                doors.leave_trace(row.organisation_id, row.instance_id, actor=actor)
                return row, actor
        except NotTheirs:
            continue
    raise NotFound() if visitors() else Unauthorized()


def _page(row: Certificate, actor: Actor, form: RevokeForm) -> str:
    session = db.session()
    progress = "revoked" if row.state == "revoked" else certificates.progress(session, row)
    return render_template(
        "certificates/show.html",
        row=row,
        name=NAMES[row.kind],
        progress=progress,
        has_file=row.pdf_digest is not None,
        case_url=_case_url(row, actor),
        may_revoke=row.state != "revoked" and permissions.allows(actor, "certificate:revoke"),
        form=form,
    )


def _case_url(row: Certificate, actor: Actor) -> str:
    """Give where the case is told: to those who handle it, or to its reporter."""
    if permissions.allows(actor, "case:read") and not actor.receipt_for:
        return f"/cases/{row.instance_id}"
    mode = reporters.mode_of(db.session(), row.organisation_id, row.instance_id)
    if actor.receipt_for or (mode and mode[0] == "anonymous"):
        return url_for("reports.status")
    return url_for("reports.show", instance_id=row.instance_id)


def _findings(row: Certificate, content: bytes) -> str:
    session = db.session()
    found = certificates.check(session, row, papers.stored(session, row))
    issuer = certificates.issuer(session, row)
    matches = papers.is_ours(session, row, content) if content and found.statement else None
    return render_template(
        "certificates/verify.html",
        row=row,
        name=NAMES[row.kind],
        issuer=issuer,
        found=found,
        matches=matches,
        form=FileForm(formdata=None),
    )


def _upload(field: FileField) -> bytes:
    # A text under the file's name is not a file.
    return field.data.read() if isinstance(field.data, FileStorage) else b""


def _find(form: LookForm, content: bytes) -> Certificate | None:
    session = db.session()
    if code := _code(form, content):
        return certificates.find_by_code(session, code)
    return certificates.find_by_digest(session, form.number.data or "", form.digest.data or "")


def _honour(form: LookForm, content: bytes) -> str:
    """Give the code of an honour's certificate; "" when it is none."""
    code = _code(form, content)
    return checking.code_of(code, form.number.data or "", form.digest.data or "")


def _code(form: LookForm, content: bytes) -> str:
    inside = _IDENTIFIER.search(content)
    return inside[1].decode() if inside else form.code.data or ""
