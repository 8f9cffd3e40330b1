"""Who may open which address: every route says it, and one guard enforces it.

A route without `requires` or `public` cannot be opened at all; a test looks for such routes too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import UserMixin, current_user
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from engine.actors import Actor
from engine.membership import Account
from engine.permissions import require

F = TypeVar("F", bound=Callable[..., Any])

_ACCESS: Final = "bihuan_access"
PUBLIC: Final = "public"
API_PREFIX: Final = "/api/"


class Visitor(UserMixin):  # type: ignore[misc]
    """Flask-Login's idea of a user: an account, with what must stay true for the session."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """Give what the cookie says: who, for which organisation, and the session epoch."""
        actor = self.account.actor
        return f"{actor.user_id}.{actor.organisation_id}.{self.account.session_epoch}"


def public(view: F) -> F:
    """Let anybody open this route."""
    setattr(view, _ACCESS, PUBLIC)
    return view


def requires(*permissions: str) -> Callable[[F], F]:
    """Let only signed-in people with all `permissions` open this route; none means anyone."""

    def mark(view: F) -> F:
        setattr(view, _ACCESS, permissions)
        return view

    return mark


def access_of(view: Any) -> str | tuple[str, ...] | None:
    """Give what a view function was marked with: "public", permissions, or None."""
    return cast("str | tuple[str, ...] | None", getattr(view, _ACCESS, None))


def current_account() -> Account | None:
    """Give the account of the request, or None when nobody is signed in."""
    # While an unexpected error is answered the database may be the very thing that failed.
    if g.get("broken"):
        return None
    if "account" not in g:
        g.account = _program() if is_api() else _person()
    account: Account | None = g.account
    return account


def forget_account() -> None:
    """Look anew who it is: somebody has just signed in or out."""
    g.pop("account", None)


def _person() -> Account | None:
    return current_user.account if current_user.is_authenticated else None


def _program() -> Account | None:
    """Give the account that the request's key stands for."""
    account: Account | None = current_app.extensions["account_by_key"](request)
    return account


def current_actor() -> Actor:
    """Give who acts in this request.

    Raises:
        Unauthorized: nobody is signed in.
    """
    account = current_account()
    if account is None:
        raise Unauthorized()
    return account.actor


def own_organisation() -> UUID:
    """Give the organisation in whose name the request acts.

    Raises:
        Unauthorized: nobody is signed in.
    """
    organisation_id = current_actor().organisation_id
    if organisation_id is None:
        raise Unauthorized()
    return organisation_id


def is_api() -> bool:
    """Say whether the request is one of a program, to the API."""
    return request.path.startswith(API_PREFIX)


def safe_next(target: str | None) -> str | None:
    """Give `target` if it is a path on this site, else None: nobody is sent elsewhere."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    if not target.isprintable() or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def set_up(app: Flask) -> None:
    """Guard every route of `app`."""
    app.view_functions["static"] = public(app.view_functions["static"])
    app.before_request(_guard)


def _guard() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None
    match access_of(view):
        case None:
            raise Unauthorized()
        case "public":
            return None
        case permissions:
            return _check(tuple(permissions))


def _check(permissions: tuple[str, ...]) -> Response | None:
    account = current_account()
    if account is None:
        return to_sign_in()
    for permission in permissions:
        require(account.actor, permission)
    return None


def to_sign_in() -> Response:
    """Send a stranger to the sign-in, and afterwards to where they wanted to go."""
    if is_api():
        raise Unauthorized()
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    address = url_for("auth.sign_in", next=safe_next(target))
    if request.headers.get("HX-Request"):
        # htmx would put the sign-in page into a corner of the present one.
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address)
