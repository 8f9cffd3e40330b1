"""Pieces of which the schemas of rooms are made, beside those in `web.api.schemas`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from web.api.schemas import ID, TEXT, listed, maybe, shape


def page_with(schema: dict[str, Any], **beside: Any) -> dict[str, Any]:
    """Give one page of `schema`, and what the answer says beside it."""
    return shape({**beside, "items": listed(schema), "next": maybe(TEXT)})


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give an object with these properties and no others: what a request may say."""
    return {**shape(required, optional), "additionalProperties": False}


def text(most: int, least: int = 0) -> dict[str, Any]:
    """Give a text of so many characters."""
    return {"type": "string", "minLength": least, "maxLength": most}


def number(least: int, most: int) -> dict[str, Any]:
    """Give a whole number between two."""
    return {"type": "integer", "minimum": least, "maximum": most}


def ids(most: int, least: int = 0) -> dict[str, Any]:
    """Give so many ids, such as those of files that were sent before."""
    return {"type": "array", "items": ID, "minItems": least, "maxItems": most}


def chosen(keys: Iterable[str]) -> dict[str, Any]:
    """Give some of these keys, each once."""
    return {"type": "array", "items": {"enum": list(keys)}, "uniqueItems": True}
