"""Views that our own scripts ask for data and send it to: JSON both ways, with the page's token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import orjson
from flask import Response, current_app, request

from engine.errors import Invalid

F = TypeVar("F", bound=Callable[..., Any])

_SPEAKS: Final = "bihuan_json"


def speaks_json(view: F) -> F:
    """Let this view take JSON, and answer its errors as JSON."""
    setattr(view, _SPEAKS, True)
    return view


def is_spoken() -> bool:
    """Say whether the request goes to a view that speaks JSON."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, _SPEAKS, False))


def sent() -> dict[str, Any]:
    """Give the JSON object of the request.

    Raises:
        Invalid: it is not JSON, or no object.
    """
    try:
        found = orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise Invalid("请求正文应为 JSON。", "The body has to be JSON.") from error
    if not isinstance(found, dict):
        raise Invalid("请求正文应为 JSON 对象。", "The body has to be a JSON object.")
    return found


def given(value: Any, status: int = 200) -> Response:
    """Answer with JSON; moments are written in UTC, ids as text."""
    content = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return Response(content, status, content_type="application/json")
