"""What each call of the API takes and gives, said once: it checks requests and makes the document.

A route is decorated with `operation`; its request is checked against the very schema that the
OpenAPI document shows.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, TypeVar
from uuid import UUID

import orjson
from flask import Response, request
from jsonschema import Draft202012Validator
from werkzeug.exceptions import BadRequest

from engine.errors import Invalid, InvalidAnswers, Message
from engine.statistics import Page

F = TypeVar("F", bound=Callable[..., Any])

_OPERATION: Final = "bihuan_operation"
DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 200
_FLAGS: Final = {"true": True, "false": False}


@dataclass(frozen=True)
class Parameter:
    """One parameter of the query string."""

    name: str
    description: str
    schema: Mapping[str, Any]
    required: bool = False


LIMIT: Final = Parameter(
    "limit", "Items a page.", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}
)
PAGING: Final = (
    LIMIT,
    Parameter("cursor", "`next` of the page before.", {"type": "string", "maxLength": 60}),
)


#: For lists whose cursor holds a name, or two ids.
WIDE_PAGING: Final = (
    LIMIT,
    Parameter("cursor", "`next` of the page before.", {"type": "string", "maxLength": 2000}),
)


@dataclass(frozen=True)
class Operation:
    """What one call takes and gives."""

    summary: str
    #: Schema of the JSON body, or None.
    body: Mapping[str, Any] | None = None
    #: Schemas of the parts of a multipart body, or None.
    parts: Mapping[str, Mapping[str, Any]] | None = None
    query: Sequence[Parameter] = ()
    #: Status → (description, schema of the JSON or tuple of the media types of a file).
    answers: Mapping[int, tuple[str, Any]] = field(default_factory=dict)
    #: Whether an Idempotency-Key header is understood.
    creates: bool = False
    #: Whether no key is needed.
    is_open: bool = False


def operation(described: Operation) -> Callable[[F], F]:
    """Attach `described` to a view, and check requests against it before the view runs."""

    # Made once: a request only asks it.
    validator = None if described.body is None else _validator(described.body)

    def decorate(view: F) -> F:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            for parameter in described.query:
                _check_parameter(parameter)
            if validator is not None:
                check_body(validator)
            return view(*args, **kwargs)

        setattr(checked, _OPERATION, described)
        return checked  # type: ignore[return-value]

    return decorate


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """Give what was attached to a view."""
    return getattr(view, _OPERATION, None)


def check_body(validator: Draft202012Validator) -> None:
    """Raise InvalidAnswers unless the request's JSON body fits the schema."""
    errors: dict[str, list[Message]] = {}
    for error in validator.iter_errors(body()):
        path = ".".join(str(part) for part in error.absolute_path) or "body"
        errors.setdefault(path, []).append(
            Message(f"不符合接口约定：{error.message[:200]}", error.message[:200])
        )
    if errors:
        raise InvalidAnswers(errors)


def body() -> Any:
    """Give the request's JSON body, whatever its type is said to be; Invalid when it is none."""
    content = request.get_data(cache=True)
    if b"\\u0000" in content:
        # As for requests that say they are JSON: PostgreSQL cannot store it.
        raise BadRequest()
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Invalid("请求正文应为 JSON。", "The body has to be JSON.") from error


def idempotency_key() -> str | None:
    """Give the client's Idempotency-Key, if any."""
    return request.headers.get("Idempotency-Key")


def limit() -> int:
    """Give how many items a page may have."""
    return int(request.args.get("limit", DEFAULT_LIMIT))


def flag(name: str) -> bool:
    """Say whether the query string says that `name` is true."""
    return _FLAGS.get(request.args.get(name, "false"), False)


def cursor() -> UUID | None:
    """Give the id after which the page begins; Invalid when it was not one of ours."""
    text = request.args.get("cursor")
    return _read_cursor(text) if text else None


def after() -> str | None:
    """Give the cursor as the engine wrote it; None on the first page."""
    return request.args.get("cursor") or None


def asked_id(name: str) -> UUID | None:
    """Give the id that a parameter of the query string says, if it is there."""
    text = request.args.get(name)
    return UUID(text) if text else None


def paged(found: Page[Any], show: Callable[[Any], Any], **beside: Any) -> Response:
    """Answer with a page that the engine cut.

    Args:
        show: gives an item JSON-plain. beside: what the answer says beside its items.
    """
    items = [show(one) for one in found.items]
    return answer({**beside, "items": items, "next": found.next})


def page(rows: Sequence[Any], show: Callable[[Any], Any], id_of: Callable[[Any], UUID]) -> Response:
    """Answer with one page.

    Args:
        rows: what was found, one more than `limit()` when the list goes on.
        show: gives a row JSON-plain. id_of: gives the id by which the next page begins.
    """
    shown = rows[: limit()]
    more = write_cursor(id_of(shown[-1])) if len(rows) > len(shown) else None
    return answer({"items": [show(row) for row in shown], "next": more})


def write_cursor(value: UUID) -> str:
    """Give the cursor that stands for an id."""
    return base64.urlsafe_b64encode(value.bytes).rstrip(b"=").decode()


def plain(value: Any) -> Any:
    """Give `value` as `answer` writes it, so that it can be kept and answered again."""
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_UTC_Z))


def answer(value: Any, status: int = 200) -> Response:
    """Answer with JSON; moments are written in UTC, ids as text."""
    content = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return Response(content, status, content_type="application/json")


def _read_cursor(text: str) -> UUID:
    try:
        return UUID(bytes=base64.b64decode(text + "==", altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        raise Invalid(
            "cursor 无效，请使用上一页给出的 next。",
            "The cursor is invalid; use the `next` of the page before.",
            field="cursor",
        ) from None


def _check_parameter(parameter: Parameter) -> None:
    text = request.args.get(parameter.name)
    if text is None:
        if parameter.required:
            raise InvalidAnswers({parameter.name: [Message("缺少此参数。", "It is missing.")]})
        return
    for error in _validator(parameter.schema).iter_errors(_typed(text, parameter.schema)):
        raise InvalidAnswers(
            {parameter.name: [Message(f"参数不对：{error.message[:200]}", error.message[:200])]}
        )


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    """Give a parameter as its schema understands it; what cannot be read stays text."""
    match schema.get("type"):
        case "integer":
            return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
        case "boolean":
            return _FLAGS.get(text, text)
    return text


def _validator(schema: Mapping[str, Any]) -> Any:
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
