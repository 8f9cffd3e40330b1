"""Who knocks at a furnished house, at which addresses, and what they find."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.cast import Cast
from tests.web.visits import Client
from web import db

NOBODY = "nobody"
_ARGUMENT = re.compile(r"<(?:[^<>:]+:)?(?P<name>\w+)>")


class House:
    """The application, everybody who may knock, and the addresses of what is inside."""

    def __init__(self, app: Flask, cast: Cast, keys: dict[str, str], things: dict[str, Any]):
        self.app = app
        self.actors = cast.everybody()
        self.parts = (*self.actors, NOBODY)
        self.keys = keys
        self._things = things
        self._database = Path(str(app.extensions["config"].data_dir)) / "bihuan.sqlite"
        self._kept = self._database.with_suffix(".kept")
        self.keep()

    def keep(self) -> None:
        """Let the house be as it is now, whenever somebody has knocked."""
        shutil.copyfile(self._database, self._kept)

    def routes(self) -> list[str]:
        """Give every "METHOD rule" of the application but HEAD and OPTIONS."""
        return [
            f"{method} {rule.rule}"
            for rule in self.app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        ]

    def ask(self, part: str, route: str) -> str:
        """Try a route as one of the parts, with nothing filled in, in the house as it was.

        Gives "opens", "forbidden", "not found", "signs in" or "states a ground"; an answer about
        what was sent counts as open.
        """
        answer = self._send(part, route)
        if answer.status_code < 400 and not route.startswith("GET "):
            self._put_back()
        if answer.status_code == 401 or "/sign-in" in answer.headers.get("Location", ""):
            return "signs in"
        if "/audit/grounds/new" in answer.headers.get("Location", ""):
            return "states a ground"
        assert answer.status_code < 500, answer.get_data(as_text=True)
        return {403: "forbidden", 404: "not found"}.get(answer.status_code, "opens")

    def _send(self, part: str, route: str) -> TestResponse:
        method = route.split(" ", 1)[0]
        path = self.address(route)
        client = Client(self.app)
        if path.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.keys[part]}"} if part != NOBODY else {}
            body = None if method == "GET" else self._things.get(f"{route} body", {})
            return client.open(path, method=method, json=body, headers=headers, buffered=True)
        if part != NOBODY:
            client.sign_in(self.actors[part])
        if method == "GET":
            return client.get(path, buffered=True)
        if method != "POST":
            token = {"X-CSRFToken": client.csrf_token()}
            return client.open(path, method=method, json={}, headers=token, buffered=True)
        return client.submit(path, buffered=True)

    def address(self, route: str) -> str:
        """Give the address of a route with what stands in it."""
        rule = route.split(" ", 1)[1]
        path = _ARGUMENT.sub(lambda found: str(self.thing(route, found["name"])), rule)
        return path + str(self._things.get(f"{route} query", ""))

    def thing(self, route: str, name: str) -> Any:
        """Give what stands for `name` in this route, or in all of them."""
        return self._things.get(f"{route} {name}", self._things.get(name))

    def _put_back(self) -> None:
        """What one person did is not there for the next."""
        with self.app.app_context():
            db.db.engine.dispose()
        for ending in ("-wal", "-shm"):
            Path(f"{self._database}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self._kept, self._database)
