"""Export formats: those there are, and uploading a mapping file as the next version."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import permissions, returns
from engine.errors import AlreadyDone, InvalidAnswers
from web import db
from web.access import current_actor, requires
from web.downloads import kept
from web.language import say
from web.returns.room import Page, blueprint


@blueprint.get("/formats")
@requires("returns:export")
def formats() -> str:
    """Show the export formats and the settings of the months."""
    return _shown()


@blueprint.get("/formats/<key>.toml")
@requires("returns:export")
def mapping(key: str) -> Response:
    """Give a mapping file, to be changed and uploaded again."""
    session = db.session()
    unit = returns.own_unit(session, current_actor())
    found = returns.get_profile(session, unit, key)
    return kept(found.content.encode(), "application/toml; charset=utf-8", f"{found.key}.toml")


@blueprint.post("/formats")
@requires("returns:manage")
def upload() -> Page:
    """Keep a mapping file as the next version of its format."""
    file = request.files.get("file")
    content = file.stream.read(returns.LARGEST_FILE + 1) if file else b""
    if not content:
        return _shown(wrong=[gettext("请选择一个 TOML 文件。")]), 422
    try:
        made = db.execute(returns.upload, content)
    except InvalidAnswers as error:
        wrong = [say(message) for messages in error.errors.values() for message in messages]
        return _shown(wrong=wrong), 422
    except AlreadyDone as error:
        flash(say(error.message), "info")
        return redirect(url_for("returns.formats"))
    flash(
        gettext("“%(name)s”第 %(version)s 版已起用。", name=made.name, version=made.version),
        "success",
    )
    return redirect(url_for("returns.formats"))


@blueprint.post("/settings")
@requires("returns:manage")
def settings() -> Page:
    """Keep by which day those below hand in, and whether closing takes two people."""
    text = request.form.get("due_day", "")
    changes = {
        "returns_due_day": int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0,
        "returns_by_two": request.form.get("by_two") == "1",
    }
    try:
        db.execute(returns.set_up, changes)
    except InvalidAnswers as error:
        wrong = [say(message) for messages in error.errors.values() for message in messages]
        return _shown(wrong_setting=wrong[0], due_day=text), 422
    flash(gettext("设置已保存。"), "success")
    return redirect(url_for("returns.formats"))


def _shown(wrong: list[str] | None = None, wrong_setting: str = "", due_day: str = "") -> str:
    session, actor = db.session(), current_actor()
    unit = returns.own_unit(session, actor)
    return render_template(
        "returns/formats.html",
        profiles=returns.profiles(session, unit),
        unit=unit,
        wrong=wrong or [],
        wrong_setting=wrong_setting,
        due_day=due_day or unit.due_day,
        may_manage=permissions.allows(actor, "returns:manage"),
    )
