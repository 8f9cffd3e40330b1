"""The editors of the studio, opened by themselves on a page of an administrator."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

import web
from tests.web.screens import Screens

_BUILT = Path(web.__file__).parent / "static" / "dist"
_OPEN = """async ([name, script, style, options]) => {
  if (!window[name]) {
    const link = document.createElement("link");
    document.head.append(Object.assign(link, { rel: "stylesheet", href: style }));
    await new Promise((loaded, failed) => {
      const element = document.createElement("script");
      Object.assign(element, { src: script, onload: loaded, onerror: failed });
      document.head.append(element);
    });
  }
  window.opened?.destroy();
  const place = Object.assign(document.createElement("div"), { id: "place" });
  document.querySelector("#content").replaceChildren(document.querySelector("h1"), place);
  window.told = [];
  window.opened = await window[name].open(place, {...options, onChange: (text) => told.push(text)});
}"""


class Editor:
    """An open editor: its page, and what it told of changes."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def told(self) -> list[str]:
        """The texts it gave, one a change."""
        return list(self.page.evaluate("told"))

    @property
    def text(self) -> str:
        """The last of them."""
        return self.told[-1]


def desk(screens: Screens, **options: Any) -> Page:
    """Open the studio as an administrator, at a desk."""
    page = screens.desk(**options)
    page.set_viewport_size({"width": 1440, "height": 900})
    screens.sign_in(page, "administrator")
    return page


def open_editor(
    page: Page, kind: str, key: str, text: str, fields: Sequence[dict[str, Any]] = (), **more: Any
) -> Editor:
    """Open a text in the editor of "forms" or "tables", in place of what is open."""
    if not page.url.endswith("/studio"):
        page.goto("/studio")
    options = {"key": key, "text": text, "fields": list(fields), "preview": "/studio/preview"}
    name = {"forms": "bihuanForms", "tables": "bihuanTables"}[kind]
    built = json.loads((_BUILT / "manifest.json").read_bytes())
    files = [f"/static/dist/{built[f'studio-{kind}.{ending}']}" for ending in ("js", "css")]
    page.evaluate(_OPEN, [name, *files, options | more])
    return Editor(page)
