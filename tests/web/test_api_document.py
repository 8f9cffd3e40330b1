"""docs/api.md and its pages tell the truth: each example is sent and answered as it says."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine import jobs
from engine.commands import execute
from engine.filestore import FileStore
from engine.tokens import create_token
from tests import papers
from tests.cast import Cast
from tests.engine.accounts.photos import photo
from tests.engine.registry.sheets import code, workbook
from tests.flows import ASK, LINE
from tests.loop import ROOT, Loop
from tests.web.api_examples import Example, differences, filled, pages, read
from tests.web.api_rooms import ROOMS
from tests.web.test_api import API
from web import db
from web.config import Config

PAGE = Path(ROOT) / "docs" / "api.md"
SHEET = workbook([["江湾铸造公司", code(1), "工贸", "区应急管理局"], ["坏公司", "1", "工贸"]])
FILES = {"photo.jpg": photo(), "line.bpmn": LINE, "ask.json": ASK, "enterprises.xlsx": SHEET}
EXAMPLES = [example for page in pages(PAGE) for example in read(page)]
_ABOVE = ("department", "town", "group", "office")


class Story:
    """The enterprise in which the page's examples happen, and what they have named so far."""

    def __init__(self, client: FlaskClient, session: Session, cast: Cast) -> None:
        self.client, self.session, self.cast = client, session, cast
        Loop(session, cast)
        paper = papers.issue(session, papers.case(session, cast.enterprise_id), "reward")
        self.known: dict[str, Any] = {
            "certificate": paper.number,
            "code": paper.code,
            **{
                f"{part}_key": execute(session, create_token, name="docs", actor=actor)
                for part, actor in cast.everybody().items()
            },
            **{f"{part}_id": str(actor.user_id) for part, actor in cast.everybody().items()},
            # Of those above the enterprise it is their organisation that calls name.
            **{f"{kind}_id": str(getattr(cast, f"{kind}_id")) for kind in _ABOVE},
        }
        self.unseen = dict(ROOMS)
        self._work()

    def send(self, example: Example) -> TestResponse:
        """Send a request of the page."""
        self._enter(example.path)
        headers = {name: filled(value, self.known) for name, value in example.headers.items()}
        path = API + filled(example.path, self.known)
        if headers.get("Content-Type") == "multipart/form-data":
            data: Any = example.form(FILES, self.known)
        else:
            data = filled(example.body, self.known)
        # A file that is streamed is read to its end.
        return self.client.open(
            path, method=example.method, headers=headers, data=data, buffered=True
        )

    def _work(self) -> None:
        """Do what is due, such as printing."""
        with self.client.application.app_context():
            while jobs.run_due(db.session()):
                pass

    def _enter(self, path: str) -> None:
        """Have in a room what its examples speak of."""
        for room in [room for room in self.unseen if path.startswith(room)]:
            self.known |= self.unseen.pop(room)(self.session, self.cast)
            self.session.rollback()
            self._work()


def test_every_example_is_answered_as_told(
    client: FlaskClient,
    session: Session,
    cast: Cast,
    config: Config,
    clock: time_machine.Traveller,
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    story = Story(client, session, cast)
    # Lists are in order of time: the examples happen after what was there before.
    clock.shift(timedelta(minutes=1))
    wrong: list[str] = []
    for example in EXAMPLES:
        answer = story.send(example)
        said = f"{example.method} {example.path}"
        if answer.status_code != example.status:
            wrong.append(f"{said}: {answer.text}")
        elif example.told is not None:
            found = differences(example.told, answer.get_json(), story.known)
            wrong += [f"{said}: {one}" for one in found]
    assert not wrong, "\n".join(wrong)


def test_every_call_has_an_example(app: Flask) -> None:
    routes = app.url_map.bind("localhost")
    ids = defaultdict(lambda: str(UUID(int=0)))

    def endpoint(example: Example) -> str:
        path = example.path.partition("?")[0].format_map(ids)
        found: str = routes.match(API + path, example.method)[0]
        return found

    calls = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith(API)}
    assert calls - {endpoint(example) for example in EXAMPLES} == set()
