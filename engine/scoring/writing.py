"""A scheme as text, in the form in which it is shipped and can be changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_ORDER: Final = ("key", "value", "weight", "rule", "full", "steps", "each")


def to_text(content: Mapping[str, Any]) -> str:
    """Give the content of a scheme as TOML."""
    return "\n".join(_lines(content)) + "\n"


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    yield f"key = {_text(content['key'])}"
    yield f"name = {_name(content['name'])}"
    yield f"kinds = [{', '.join(_text(kind) for kind in content['kinds'])}]"
    if "bonus" in content:
        yield ""
        yield "[bonus]"
        yield f"most = {content['bonus']['most']}"
        yield f"name = {_name(content['bonus']['name'])}"
    for one in content["indicators"]:
        yield ""
        yield "[[indicators]]"
        for key in _ORDER:
            if key in one:
                yield f"{key} = {_value(one[key])}"
        yield f"name = {_name(one['name'])}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    return str(value)


def _name(said: Mapping[str, str]) -> str:
    return f"{{ zh = {_text(said['zh'])}, en = {_text(said.get('en') or said['zh'])} }}"


def _text(value: str) -> str:
    plain = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign.isprintable() else " " for sign in plain) + '"'
