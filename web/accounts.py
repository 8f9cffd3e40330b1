"""My account: password, language, keys for the API, ending sessions."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Optional

from engine import accounts
from engine.actors import ROLES
from engine.errors import InvalidAnswers
from web import db
from web.access import current_actor, own_organisation, requires
from web.auth import sign_in_as
from web.form_errors import put
from web.language import say

blueprint = Blueprint("accounts", __name__, url_prefix="/account")

Page = str | tuple[str, int] | Response
_NEW = {"autocomplete": "new-password"}


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The present password, and the new one twice."""

    old_password = PasswordField(
        lazy_gettext("现在的密码"),
        [InputRequired(lazy_gettext("请填写现在的密码。"))],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = PasswordField(
        lazy_gettext("新密码"),
        [InputRequired(lazy_gettext("请填写新密码。"))],
        render_kw=_NEW,
        description=lazy_gettext("至少 10 个字符，可以用一句话。"),
    )
    repeated = PasswordField(
        lazy_gettext("再输入一次新密码"),
        [EqualTo("new_password", lazy_gettext("两次输入的新密码不一样。"))],
        render_kw=_NEW,
    )


class TokenForm(FlaskForm):  # type: ignore[misc]
    """What a key is for, and until when."""

    name = StringField(
        lazy_gettext("用途"),
        [DataRequired(lazy_gettext("请写明用途。")), Length(max=100)],
        description=lazy_gettext("例如：值班大屏、数据对接"),
    )
    expires_on = DateField(
        lazy_gettext("有效期至"),
        [Optional()],
        description=lazy_gettext("不填为一年。"),
    )


class EmptyForm(FlaskForm):  # type: ignore[misc]
    """A button."""


@blueprint.get("")
@requires()
def account() -> Page:
    """Show the account."""
    return _page()


@blueprint.post("/password")
@requires()
def change_password() -> Page:
    """Change the password; every other session ends, this one begins anew."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(password_form=form)
    try:
        db.execute(accounts.change_password, form.old_password.data, form.new_password.data)
    except InvalidAnswers as error:
        put(form, error)
        return _page(password_form=form)
    return _again(gettext("密码已更改，其他设备上的登录已退出。"))


@blueprint.post("/sessions/end")
@requires()
def sign_out_everywhere() -> Page:
    """End all other sessions."""
    db.execute(accounts.sign_out_everywhere)
    return _again(gettext("其他设备上的登录已全部退出。"))


@blueprint.post("/tokens")
@requires("token:own")
def create_token() -> Page:
    """Make a key and show it, this once."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _page(token_form=form)
    last_day: date | None = form.expires_on.data
    try:
        text = db.execute(accounts.create_token, name=form.name.data, expires_on=last_day)
    except InvalidAnswers as error:
        put(form, error)
        return _page(token_form=form)
    return render_template("accounts/token.html", text=text, name=form.name.data)


@blueprint.post("/tokens/<uuid:token_id>/revoke")
@requires("token:own")
def revoke_token(token_id: UUID) -> Page:
    """End a key."""
    db.execute(accounts.revoke_token, token_id)
    flash(gettext("密钥已作废。"), "success")
    return redirect(url_for("accounts.account"))


def _page(**forms: Any) -> tuple[str, int]:
    actor = current_actor()
    shown = {"password_form": PasswordForm(formdata=None), "token_form": TokenForm(formdata=None)}
    shown |= forms
    # The form that is in error speaks in the summary on top.
    wrong = next((form for form in forms.values() if form.errors), None)
    page = render_template(
        "accounts/account.html",
        **shown,
        wrong=wrong,
        has_errors=wrong is not None,
        roles=[say(ROLES[role]) for role in sorted(actor.roles)],
        tokens=accounts.tokens(db.session(), actor=actor),
        seats=accounts.memberships(db.session(), accounts.own(db.session(), actor).id),
    )
    return page, 422 if wrong else 200


def _again(message: str) -> Response:
    """Begin this session anew, after all of the person's sessions were ended."""
    user = accounts.own(db.session(), current_actor())
    response = sign_in_as(user.id, own_organisation(), url_for("accounts.account"))
    flash(message, "success")
    return response
