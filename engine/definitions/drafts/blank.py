"""The smallest flow that runs: what a new drawing begins with."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

import orjson

from engine.definitions.bundle import Bundle

_FOLDER: Final = Path(__file__).with_name("blank_flow")


def blank(title: str, key: str | None = None) -> Bundle:
    """Give a start form, one task and an answer, under a key that nothing else has."""
    key = key or f"flow_{secrets.token_hex(4)}"
    in_xml = quoteattr(title, {'"': "&quot;"})[1:-1]
    in_json = orjson.dumps(title).decode()[1:-1]
    forms = {f"{key}_{name}": _read(f"{name}.json", key, in_json) for name in ("start", "handle")}
    return Bundle({"bpmn": {key: _read("flow.bpmn", key, in_xml)}, "form": forms})


def _read(name: str, key: str, title: str) -> bytes:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return text.replace("@key@", key).replace("@title@", title).encode()
