"""Somebody at the pages of their tasks, with a browser without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from uuid import UUID

from lxml import html
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from engine.actors import Actor
from tests.engine.stories import open_task
from tests.pictures import photo
from tests.web.visits import Client


class Doer:
    """One person at their tasks; `page` is what they see."""

    def __init__(self, client: Client, actor: Actor | None = None) -> None:
        self.client = client
        self.page: TestResponse
        if actor is not None:
            client.sign_in(actor)

    def open(self, task_id: UUID) -> Doer:
        """Open a task."""
        self.page = self.client.get(f"/tasks/{task_id}")
        return self

    def send(self, /, **answers: Any) -> TestResponse:
        """Send the form on the page with these answers; `None` leaves a question out.

        A field of photos takes colours.
        """
        form = self._form()
        sent: MultiDict[str, Any] = MultiDict(_as_typed(form.form_values()))
        for key, value in answers.items():
            sent.poplist(key)
            sent.setlist(key, _sent(value))
        self.page = self.client.post(
            form.get("action"), data=sent, content_type="multipart/form-data"
        )
        return self.page

    def press(self, ending: str) -> TestResponse:
        """Press the button of the form whose address ends so."""
        form = next(one for one in self._forms() if str(one.get("action")).endswith(ending))
        self.page = self.client.post(form.get("action"), data=dict(form.form_values()))
        return self.page

    def does(self, session: Session, instance_id: UUID, key: str, /, **answers: Any) -> str:
        """Open the case's task, do it, and give the address that opens by itself."""
        self.open(open_task(session, instance_id, key))
        assert self.page.status_code == 200, self.page.text
        answer = self.send(**answers)
        assert answer.status_code == 302, answer.text
        return str(answer.location)

    def value(self, name: str) -> Any:
        """Give what stands in a field of the form."""
        return _as_typed([(name, self._form().fields[name])])[0][1]

    def texts(self, path: str) -> list[str]:
        """Give the texts of parts of the page."""
        found = html.fromstring(self.page.text).xpath(path)
        return [" ".join(one.text_content().split()) for one in found]

    def _forms(self) -> list[Any]:
        return list(html.fromstring(self.page.text).forms)

    def _form(self) -> Any:
        return next(one for one in self._forms() if str(one.get("action")).endswith("/complete"))


def _as_typed(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Drop the line break that browsers ignore at the beginning of a text area."""
    return [
        (name, value.removeprefix("\n") if isinstance(value, str) else value)
        for name, value in pairs
    ]


def _sent(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, list):
        return [(BytesIO(photo(colour)), f"{colour}.webp") for colour in value]
    return [value]
