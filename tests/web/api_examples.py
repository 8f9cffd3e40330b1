"""The examples of docs/api.md: read from the page, sent as they stand, compared with the answer.

An example is a block `http` (request line, headers, empty line, body) and a block `json STATUS`
(the answer). In both, `{name}` stands for a value that an earlier answer gave; `"…"` is anything,
and as a last item or as a key it says that more may follow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

_BLOCKS = re.compile(
    r"```http\n(?P<asked>.*?)```(?:\s*```json (?P<status>\d+)\n(?P<told>.*?)```)?", re.S
)
_NAME = re.compile(r"\{(\w+)\}")
MORE = "…"


@dataclass
class Example:
    """One request and what the page says is answered; without a status a file is."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int
    told: Any

    def form(self, files: dict[str, bytes], known: dict[str, Any]) -> dict[str, Any]:
        """Give the parts of a multipart body: `name=@file` or `name=text`."""
        parts: dict[str, Any] = {}
        for line in filled(self.body, known).splitlines():
            name, _, value = line.partition("=")
            file = value.removeprefix("@")
            parts[name] = (BytesIO(files[file]), file) if file != value else value
        return parts


def read(page: Path) -> Iterator[Example]:
    """Yield the examples of a page in order."""
    for found in _BLOCKS.finditer(page.read_text("utf-8")):
        head, _, body = found["asked"].partition("\n\n")
        request, *lines = head.strip().splitlines()
        method, path = request.split(" ", 1)
        headers = dict(line.split(": ", 1) for line in lines)
        told = json.loads(found["told"]) if found["told"] else None
        yield Example(method, path, headers, body.strip(), int(found["status"] or 200), told)


def pages(entrance: Path) -> list[Path]:
    """Give the entrance, and the pages it leads to, in the order in which it names them."""
    named = re.findall(r"\]\((api/[a-z-]+\.md)\)", entrance.read_text("utf-8"))
    found = [entrance.parent / name for name in dict.fromkeys(named)]
    assert sorted(found) == sorted((entrance.parent / "api").glob("*.md"))
    return [entrance, *found]


def filled(text: str, known: dict[str, Any]) -> str:
    """Put what is known in place of the names."""
    return _NAME.sub(lambda found: str(known.get(found[1], found[0])), text)


def differences(told: Any, given: Any, known: dict[str, Any], at: str = "") -> Iterator[str]:
    """Yield where the answer is not what the page says; note the values of new names."""
    if told == MORE:
        return
    if isinstance(told, str) and (name := _NAME.fullmatch(told)):
        if known.setdefault(name[1], given) != given:
            yield f"{at}: {given!r} is not {name[1]}"
    elif isinstance(told, dict) and isinstance(given, dict):
        yield from _of_objects(told, given, known, at)
    elif isinstance(told, list) and isinstance(given, list):
        yield from _of_lists(told, given, known, at)
    elif (filled(told, known) if isinstance(told, str) else told) != given:
        yield f"{at}: {given!r}, told {told!r}"


def _of_objects(
    told: dict[str, Any], given: dict[str, Any], known: dict[str, Any], at: str
) -> Iterator[str]:
    open_ended = MORE in told
    for key in told.keys() - {MORE} - given.keys():
        yield f"{at}.{key} is not there"
    for key in given.keys() - told.keys():
        if not open_ended:
            yield f"{at}.{key} is not told: {given[key]!r}"
    for key in [key for key in told if key in given]:
        yield from differences(told[key], given[key], known, f"{at}.{key}")


def _of_lists(told: list[Any], given: list[Any], known: dict[str, Any], at: str) -> Iterator[str]:
    open_ended = bool(told) and told[-1] == MORE
    expected = told[:-1] if open_ended else told
    if len(given) < len(expected) or (len(given) > len(expected) and not open_ended):
        yield f"{at}: {len(given)} items, told {len(expected)}"
    for number, (one, other) in enumerate(zip(expected, given, strict=False)):
        yield from differences(one, other, known, f"{at}[{number}]")
