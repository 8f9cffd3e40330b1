"""Uploading diagrams, tables and forms: checked first, deployed when nothing is wrong."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from engine import definitions
from engine.definitions import Bundle
from engine.definitions.findings import about
from engine.errors import Conflict, DefinitionRefused, Invalid, Message
from web import db, uploaded
from web.access import own_organisation, requires
from web.definitions import organisation
from web.language import say

blueprint = Blueprint("deployment", __name__, url_prefix="/definitions/upload")

Page = str | tuple[str, int] | Response
Findings = list[tuple[str, Any]]
#: What kind of reason a problem has; see engine.spiff.Problem.
_FAMILIES: Final = {
    "file": lazy_gettext("文件读不了"),
    "bpmn": lazy_gettext("不合 BPMN 规范"),
    "engine": lazy_gettext("本系统不支持"),
    "law": lazy_gettext("法律不允许"),
    "practice": lazy_gettext("用起来会有麻烦"),
    "deployment": lazy_gettext("文件之间对不上"),
}


class UploadForm(FlaskForm):  # type: ignore[misc]
    """Why a new version is deployed, and what happens to what is not sent."""

    reason = StringField(
        lazy_gettext("改动说明"),
        [Length(max=500)],
        description=lazy_gettext("例如：按新制度增加复核。会和版本一起留存。"),
    )
    borrow = BooleanField(lazy_gettext("没上传的表单、决策表和子流程，沿用现行版本"), default=True)


@blueprint.get("")
@requires("definition:deploy")
def ask() -> Page:
    """Ask for the files."""
    return _page(UploadForm(formdata=None))


@blueprint.post("")
@requires("definition:deploy")
def take() -> Page:
    """Check what was sent and, unless only a check was asked for, deploy it."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(form), 422
    found = _read(form)
    if form.form_errors:
        return _page(form), 422
    if found is None:
        form.form_errors.append(
            gettext("请选择文件：流程图（.bpmn）、决策表（.dmn）或表单（.json）。")
        )
        return _page(form), 422
    bundle = sent = found.bundle
    if form.borrow.data:
        bundle = definitions.filled_up(db.session(), organisation(), sent)
    findings = about(sent, bundle, definitions.review(bundle))
    wrong = any(problem.severity == "error" for _key, problem in findings)
    if wrong or "check" in request.form:
        shown = {"findings": _told(findings), "wrong": wrong, "checked": _names(sent)}
        return _page(form, **shown), 422 if wrong else 200
    return _deploy(form, definitions.only_used(bundle, sent))


def _read(form: UploadForm) -> uploaded.Uploaded | None:
    """Give what was uploaded; a ZIP that is refused is told on the form."""
    try:
        return uploaded.read(request.files.getlist("files"))
    except Invalid as refusal:
        form.form_errors.append(say(refusal.message))
        return None


def _deploy(form: UploadForm, bundle: Bundle) -> Page:
    try:
        made = db.execute(
            definitions.deploy,
            bundle,
            organisation_id=own_organisation(),
            reason=(form.reason.data or "").strip() or None,
        )
    except DefinitionRefused as refusal:
        findings = _told([("", problem) for problem in refusal.problems])
        return _page(form, findings=findings, wrong=True, checked=[]), 422
    except Conflict as refusal:
        form.form_errors.append(say(refusal.message))
        return _page(form), refusal.status
    if not made:
        flash(gettext("内容与现行版本相同，没有产生新版本。"), "info")
        return redirect(url_for("definitions.index"), 303)
    for row in made:
        words = gettext(
            "已发布：%(name)s 第 %(version)s 版。新报告从现在起按它办理。",
            name=row.name,
            version=row.version,
        )
        flash(words, "success")
    return redirect(url_for("definitions.show", key=made[0].key), 303)


def _page(form: UploadForm, **shown: Any) -> str:
    return render_template("definitions/upload.html", form=form, **shown)


def _told(findings: Findings) -> list[dict[str, Any]]:
    """Give what is wrong, errors first, in the language of the page."""
    rows = [
        {
            "file": key,
            "rule": problem.rule,
            "family": _FAMILIES.get(problem.family, problem.family),
            "is_law": problem.family == "law",
            "element": problem.element,
            "line": problem.line,
            "is_error": problem.severity == "error",
            "words": say(Message(problem.zh, problem.en)),
        }
        for key, problem in findings
    ]
    return sorted(rows, key=lambda row: not row["is_error"])


def _names(sent: Bundle) -> list[str]:
    return [key for keys in sent.contents.values() for key in keys]
