"""Signing in and out; whom a cookie or an API key stands for."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Flask, Request, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import gettext, lazy_gettext
from flask_login import LoginManager, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from engine import accounts, clock
from engine.membership import Account
from web import db
from web.access import (
    API_PREFIX,
    Visitor,
    current_account,
    current_actor,
    forget_account,
    public,
    requires,
    safe_next,
)
from web.limits import WRONG_PASSWORDS, WRONG_SIGN_INS, address_and_login, failed, limiter

__all__ = ["blueprint", "current_actor", "public", "requires", "set_up", "sign_in_as"]

blueprint = Blueprint("auth", __name__)

#: A session ends so long after signing in, whatever happens in it.
LIFETIME_SECONDS: Final = 12 * 3600
#: Time between the password and choosing one of several organisations.
_CHOICE_SECONDS: Final = 600
_SIGNED_IN: Final = "at"
_CHOOSING: Final = "choosing"


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Login and password."""

    login = StringField(
        lazy_gettext("登录名"),
        [InputRequired(lazy_gettext("请填写登录名。")), Length(max=64)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("密码"),
        [InputRequired(lazy_gettext("请填写密码。")), Length(max=128)],
        render_kw={"autocomplete": "current-password"},
    )


class SeatForm(FlaskForm):  # type: ignore[misc]
    """Which organisation to act for."""

    organisation = RadioField(
        lazy_gettext("选择单位"), [InputRequired(lazy_gettext("请选择一个单位。"))]
    )


class Sessions(SecureCookieSessionInterface):
    """Cookies keep the sessions of pages; a program's request has neither."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the session's cookie, unless the request is one of a program."""
        if request.path.startswith(API_PREFIX):
            return self.session_class()
        return super().open_session(app, request)


def set_up(app: Flask) -> None:
    """Teach `app` to recognise people by their cookie, and programs by their key."""
    app.session_interface = Sessions()
    manager = LoginManager(app, add_context_processor=False)
    # Phones change their network address on the way from the gate to the workshop.
    manager.session_protection = None
    manager.user_loader(_by_cookie)
    app.extensions["account_by_key"] = _by_key


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(WRONG_PASSWORDS, key_func=address_and_login, methods=["POST"], deduct_when=failed)
@limiter.limit(WRONG_SIGN_INS, methods=["POST"], deduct_when=failed)
def sign_in() -> Response | str | tuple[str, int]:
    """Ask for login and password."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form), 422 if form.errors else 200
    user = accounts.authenticate(db.session(), form.login.data, form.password.data)
    seats = accounts.memberships(db.session(), user.id) if user else []
    if user is None or not seats:
        form.password.errors = [gettext("登录名或密码不对，或账号已停用。")]
        return render_template("auth/sign_in.html", form=form), 422
    target = safe_next(request.args.get("next"))
    if len(seats) == 1:
        return sign_in_as(user.id, seats[0].organisation_id, target)
    session.clear()
    session[_CHOOSING] = [user.id.hex, _seconds(), target]
    return redirect(url_for("auth.choose_organisation"))


@blueprint.route("/sign-in/organisation", methods=["GET", "POST"])
@public
def choose_organisation() -> Response | str | tuple[str, int]:
    """Ask a person of several organisations for which one they act now."""
    choice = _choice()
    if choice is None:
        return redirect(url_for("auth.sign_in"))
    user_id, target = choice
    form = SeatForm()
    seats = accounts.memberships(db.session(), user_id)
    form.organisation.choices = [
        (seat.organisation_id.hex, seat.organisation_name) for seat in seats
    ]
    if form.validate_on_submit():
        return sign_in_as(user_id, UUID(form.organisation.data), target)
    return render_template("auth/choose_organisation.html", form=form), 422 if form.errors else 200


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session, and let the browser forget what it kept."""
    logout_user()
    session.clear()
    forget_account()
    response = redirect(url_for("auth.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def sign_in_as(user_id: UUID, organisation_id: UUID, target: str | None = None) -> Response:
    """Begin a new session for a person whose password was right, and send them on."""
    account = accounts.find_account(db.session(), user_id, organisation_id)
    if account is None:
        return redirect(url_for("auth.sign_in"))
    # Nothing from before signing in may live on: neither a planted value nor the CSRF token.
    session.clear()
    session.permanent = True
    session[_SIGNED_IN] = _seconds()
    login_user(Visitor(account))
    forget_account()
    return redirect(target or url_for("home.index"))


def _by_cookie(text: str) -> Visitor | None:
    """Give the visitor of a session."""
    if _seconds() - session.get(_SIGNED_IN, 0) > LIFETIME_SECONDS:
        return None
    try:
        user, organisation, epoch = text.split(".")
        account = accounts.find_account(db.session(), UUID(user), UUID(organisation))
    except ValueError:
        return None
    if account is None or str(account.session_epoch) != epoch:
        return None
    return Visitor(account)


def _by_key(incoming: Request) -> Account | None:
    """Give the account of a program; the API takes no cookies, so that CSRF cannot reach it."""
    kind, _, key = incoming.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    return accounts.account_by_token(db.session(), key.strip())


def _choice() -> tuple[UUID, str | None] | None:
    """Give who is choosing: after the password, or a signed-in person changing over."""
    account = current_account()
    if account is not None:
        return account.actor.user_id, None  # type: ignore[return-value]
    kept: list[Any] | None = session.get(_CHOOSING)
    if kept is None or _seconds() - kept[1] > _CHOICE_SECONDS:
        return None
    return UUID(kept[0]), kept[2]


def _seconds() -> int:
    return int(clock.now().timestamp())
