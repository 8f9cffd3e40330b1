"""A report filled in as a browser without JavaScript does: what a page holds goes back with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from engine import definitions, organisations
from engine.actors import SYSTEM
from engine.commands import execute
from engine.store import Place
from tests.cast import Cast
from tests.web.visits import Client

ROOT = Path(__file__).parents[2]
#: A code as pages show it.
CODE = re.compile(r"\b\d{4}-\d{4}-\d{4}-\d{4}\b")


class Report:
    """Somebody at the pages of a report, who sees `answer`."""

    def __init__(self, client: Client, path: str) -> None:
        self.client, self.path = client, path
        self.answer: TestResponse = client.get(path)
        self.photos: list[tuple[str, bytes]] = []

    @property
    def fields(self) -> MultiDict[str, str]:
        """Give what the present page's form would send."""
        return form_of(self.answer.text)

    def write(self, **answers: str | Sequence[str]) -> Report:
        """Write or choose answers; `photo` in `take` is for pictures."""
        self._written = {**getattr(self, "_written", {}), **answers}
        return self

    def take(self, content: bytes, key: str = "photos_before") -> Report:
        """Choose a picture."""
        self.photos.append((key, content))
        return self

    def press(self, go: str, **more: str) -> Report:
        """Press a button of the page."""
        data: Any = self.fields
        for name, value in {**getattr(self, "_written", {}), **more, "report-go": go}.items():
            data.setlist(name, [value] if isinstance(value, str) else list(value))
        for key, content in self.photos:
            data.add(key, (BytesIO(content), "照片.jpg"))
        self.photos, self._written = [], {}
        self.answer = self.client.post(self.path.partition("?")[0], data=data)
        return self

    def receipt(self) -> TestResponse:
        """Follow to the page that shows the code."""
        assert self.answer.status_code == 303, self.answer.text
        return self.client.get(self.answer.location)

    def code(self) -> str:
        """Give the code that the page after sending shows."""
        return CODE.findall(self.receipt().text)[0]


def form_of(page: str) -> MultiDict[str, str]:
    """Give what the main form of a page would send."""
    parser = _Form()
    parser.feed(page[page.index("<main") :])
    return MultiDict(parser.found)


def deploy(session: Session, organisation_id: UUID, **changed: bytes) -> None:
    """Let an enterprise run what is shipped, some forms changed."""
    bundle = definitions.read_folder(ROOT)
    contents = {**bundle.contents, "form": {**bundle.of("form"), **changed}}
    if changed:
        # The scenarios that are shipped tell of the forms as they are shipped.
        contents["scenario"] = {}
    execute(
        session,
        definitions.deploy,
        definitions.Bundle(contents),
        organisation_id=organisation_id,
        actor=SYSTEM,
    )


def poster(session: Session, cast: Cast) -> Place:
    """Hang a poster at 甲's switchboard."""
    return execute(
        session,
        organisations.create_place,
        cast.enterprise_id,
        name="二号车间",
        part="东侧配电柜",
        actor=cast.administrator,
    )


class _Form(HTMLParser):
    """Reads the first form: inputs, texts, and what is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.area: str | None = None
        self.select: str | None = None
        self.options: list[tuple[str, bool]] = []
        self.forms = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.forms += tag == "form"
        if self.forms > 1 or "disabled" in given:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "textarea":
            self.area = name
            self.found.append((name, ""))
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option" and self.select:
            self.options.append((given.get("value", ""), "selected" in given))
        elif tag == "input" and name and kind not in ("file", "submit"):
            self._input(name, kind, given)

    def _input(self, name: str, kind: str, given: dict[str, str]) -> None:
        if kind not in ("radio", "checkbox") or "checked" in given:
            self.found.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = None
        if tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected]
            first = [value for value, _ in self.options[:1]]
            self.found += [(self.select, value) for value in chosen or first]
            self.select = None

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            # A browser drops the newline right behind the tag.
            self.found[-1] = (self.area, data.removeprefix("\r\n").removeprefix("\n"))
