"""A test client that signs in and submits forms as a person's browser would."""

from __future__ import annotations

from typing import Any

from flask import session
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from engine.actors import Actor
from web import auth


class Client(FlaskClient):
    """A browser without JavaScript, behind a server that passes only ASCII on in headers."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Ask for a page."""
        answer = super().open(*args, **kwargs)
        strange = [name for name, value in answer.headers if not value.isascii()]
        assert not strange, f"no server passes this on: {strange}"
        return answer

    def sign_in(self, actor: Actor) -> None:
        """Become `actor`, as if they had just given their password."""
        assert actor.user_id is not None
        assert actor.organisation_id is not None
        app = self.application
        with app.test_request_context():
            response = auth.sign_in_as(actor.user_id, actor.organisation_id)
            app.session_interface.save_session(app, session, response)  # type: ignore[arg-type]
        cookie = response.headers["Set-Cookie"].partition(";")[0]
        self.set_cookie(*cookie.split("=", 1))

    def submit(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Post a form with the token that its page carries."""
        return self.post(path, data={"csrf_token": self.csrf_token(), **(fields or {})}, **more)

    def csrf_token(self) -> str:
        """Give the token of this browser's session, as pages of the session carry it."""
        with self.session_transaction() as kept:
            secret = kept.setdefault("csrf_token", "0" * 40)
        key = self.application.secret_key
        assert key
        return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(secret))
