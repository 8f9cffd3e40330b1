"""Reading files that people upload: diagrams, tables, forms and checklists, alone or in a ZIP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from werkzeug.datastructures import FileStorage

from engine.definitions import Bundle
from engine.definitions.packing import Pack, unpack
from engine.definitions.packing.zipped import is_zip
from engine.errors import Invalid

MOST_FILES: Final = 200
_LONGEST_KEY: Final = 64
#: What a browser puts behind the name of a file it has saved before: "report (2)".
_COPY: Final = re.compile(r"[ _-]?(\(\d{1,3}\)|（\d{1,3}）|copy|副本)$")
_KINDS: Final = {"bpmn": "bpmn", "xml": "bpmn", "dmn": "dmn"}


@dataclass(frozen=True)
class Uploaded:
    """What was uploaded; of a pack also the process it starts and its name."""

    bundle: Bundle
    key: str | None = None
    name: str | None = None


def read(files: Sequence[FileStorage]) -> Uploaded | None:
    """Read the files of a request by their kinds; None when there is none.

    Raises:
        Invalid: there are too many, or a ZIP cannot be read safely.
    """
    contents: dict[str, dict[str, bytes]] = {}
    key = name = None
    sent = [file for file in files if file.filename]
    if len(sent) > MOST_FILES:
        raise Invalid(f"一次最多 {MOST_FILES} 个文件。", f"At most {MOST_FILES} files at once.")
    for file in sent:
        content = file.stream.read()
        found = _unpacked(file.filename or "", content)
        if isinstance(found, Pack):
            key, name = key or found.key, name or found.name
            for kind, keys in found.bundle.contents.items():
                contents.setdefault(kind, {}).update(keys)
            continue
        for kind, part, inside in found:
            contents.setdefault(kind, {})[part] = inside
    return Uploaded(Bundle(contents), key, name) if contents else None


def _unpacked(filename: str, content: bytes) -> Pack | Iterator[tuple[str, str, bytes]]:
    if not is_zip(content):
        return iter([_named(filename, content)])
    found = unpack(content)
    if isinstance(found, Pack):
        return found
    return (_named(path, inside) for path, inside in found.items())


def _named(path: str, content: bytes) -> tuple[str, str, bytes]:
    """Give kind, key and content of a file: a form goes by its own id, others by their name."""
    name = path.replace("\\", "/").rpartition("/")[2]
    stem, _dot, ending = name.rpartition(".")
    key = _COPY.sub("", stem or name).strip()[:_LONGEST_KEY] or "file"
    kind = _KINDS.get(ending.lower())
    if kind is not None:
        return kind, key, content
    document = _document(content)
    if "components" in document:
        return "form", _id(document) or key, content
    if "steps" in document and "expect" in document:
        return "scenario", _id(document) or key, content
    return "checklist", key, content


def _document(content: bytes) -> dict[str, object]:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        # A form that is not well made is still told as a form.
        return {"components": []} if b'"components"' in content else {}
    return found if isinstance(found, dict) else {}


def _id(document: dict[str, object]) -> str:
    found = document.get("id")
    return found[:_LONGEST_KEY] if isinstance(found, str) else ""
