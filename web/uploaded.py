"""Reading files that people upload: diagrams, tables, forms and checklists, by their kinds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import orjson
from werkzeug.datastructures import FileStorage

from engine.definitions import Bundle

MOST_FILES: Final = 200
_LONGEST_KEY: Final = 64
#: What a browser puts behind the name of a file it has saved before: "report (2)".
_COPY: Final = re.compile(r"[ _-]?(\(\d{1,3}\)|（\d{1,3}）|copy|副本)$")
_KINDS: Final = {"bpmn": "bpmn", "xml": "bpmn", "dmn": "dmn"}


def bundle_of(files: Sequence[FileStorage]) -> Bundle | None:
    """Give the files by their kinds; None when there is none."""
    contents: dict[str, dict[str, bytes]] = {}
    for file in [file for file in files if file.filename][:MOST_FILES]:
        kind, key, content = _read(file)
        contents.setdefault(kind, {})[key] = content
    return Bundle(contents) if contents else None


def _read(file: FileStorage) -> tuple[str, str, bytes]:
    """Give kind, key and content of a file: a form goes by its own id, others by their name."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    stem, _dot, ending = name.rpartition(".")
    key = _COPY.sub("", stem or name).strip()[:_LONGEST_KEY] or "file"
    content = file.stream.read()
    kind = _KINDS.get(ending.lower())
    if kind is not None:
        return kind, key, content
    if b'"components"' in content:
        return "form", _form_id(content) or key, content
    return "checklist", key, content


def _form_id(content: bytes) -> str:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    found = document.get("id") if isinstance(document, dict) else ""
    return found[:_LONGEST_KEY] if isinstance(found, str) else ""
