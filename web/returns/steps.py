"""Signing, locking, handing in, ticking off: each a button, each decided once."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine import returns
from engine.errors import Refused
from web import db
from web.access import requires
from web.returns.room import back_with, blueprint, month_url


@blueprint.post("/<month>/sign")
@requires("returns:sign")
def sign(month: str) -> Response:
    """Sign the figures of a month."""
    try:
        db.execute(returns.sign, month, note=request.form.get("note", ""))
    except Refused as error:
        return back_with(error, month_url(month))
    flash(gettext("已签字。核对无误后请锁定，锁定后数字不再变动。"), "success")
    return redirect(month_url(month))


@blueprint.post("/<month>/withdraw")
@requires("returns:sign")
def withdraw(month: str) -> Response:
    """Take a signature back."""
    try:
        db.execute(returns.withdraw, month)
    except Refused as error:
        return back_with(error, month_url(month))
    flash(gettext("签字已撤回，可以更正后重新签字。"), "success")
    return redirect(month_url(month))


@blueprint.post("/<month>/lock")
@requires("returns:lock")
def lock(month: str) -> Response:
    """Lock a month, or let a job do it when there are many enterprises."""
    try:
        done = db.execute(returns.lock_by_size, month)
    except Refused as error:
        return back_with(error, month_url(month))
    if done:
        flash(gettext("已锁定。请报送上级。"), "success")
    else:
        flash(gettext("正在锁定，单位较多，需要一两分钟。完成后会在这里显示。"), "info")
    return redirect(month_url(month))


@blueprint.post("/<month>/submit")
@requires("returns:lock")
def submit(month: str) -> Response:
    """Hand a month in."""
    try:
        db.execute(returns.submit, month)
    except Refused as error:
        return back_with(error, month_url(month))
    flash(gettext("已报送。"), "success")
    return redirect(month_url(month))


@blueprint.post("/<month>/entered")
@requires("returns:lock")
def entered(month: str) -> Response:
    """Note that a month is entered in another system."""
    form = request.form
    try:
        db.execute(
            returns.tick, month, form.get("profile", ""), reference=form.get("reference", "")
        )
    except Refused as error:
        return back_with(error, month_url(month))
    flash(gettext("已登记录入。"), "success")
    return redirect(f"{month_url(month)}#exports")


@blueprint.post("/<month>/remind")
@requires("returns:lock")
def remind(month: str) -> Response:
    """Tell those below that have not handed in."""
    back = url_for("returns.index", month=month)
    try:
        count = db.execute(returns.remind, month)
    except Refused as error:
        return back_with(error, back)
    flash(gettext("已提醒 %(count)s 人。", count=count), "success")
    return redirect(back)
