"""Errors as answers: a page for people, problem+json (RFC 9457) for programs.

What the engine refuses on purpose is told in its own words. Anything unexpected is logged under
an incident number, and the number is all that is shown.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from http import HTTPStatus
from typing import Any, Final

import orjson
from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import NoMoreData, ParseException
from jinja2 import Template
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    UnsupportedMediaType,
)

from engine.errors import (
    DefinitionRefused,
    EngineError,
    IntegrityError,
    InvalidAnswers,
    Message,
)
from web.access import is_api
from web.json_views import is_spoken
from web.language import say
from web.logs import LOGGER

_PROBLEM: Final = "application/problem+json"
_SENTENCES: Final = {
    400: Message("请求的内容有误，请返回后重试。", "The request is malformed; go back and retry."),
    401: Message("请先登录。", "Sign in first."),
    403: Message("您没有这项权限。", "You are not permitted to do this."),
    404: Message(
        "没有找到，或您无权查看。请检查链接。", "Not found, or not yours to see. Check the link."
    ),
    405: Message("这个地址不支持这种操作。", "This address does not take this kind of request."),
    408: Message("等待太久，请重试。", "It took too long; try again."),
    413: Message("内容太大。请压缩照片或减少文件。", "Too large. Send smaller or fewer files."),
    415: Message("不支持这种内容类型。", "This type of content is not supported."),
    422: Message("内容有误，请更正。", "The content is wrong; correct it."),
    429: Message("尝试太多次了，请稍等几分钟再试。", "Too many tries; wait a few minutes."),
    500: Message(
        "系统出错了。您的操作没有保存，请重试；如仍出错，请把编号告诉管理员。",
        "Something went wrong and nothing was saved. Try again; if it happens again, give the "
        "number to your administrator.",
    ),
    503: Message("系统正忙，请稍后再试。", "The system is busy; try again in a moment."),
}
_STALE_PAGE: Final = Message(
    "页面停留太久，已过期。请返回、刷新后重新提交；填写的内容还在页面上。",
    "The page was open too long. Go back, reload and send again; what you typed is still there.",
)


def set_up(app: Flask) -> None:
    """Answer every error of `app`."""
    app.register_error_handler(EngineError, engine_error)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(ParseException, _malformed)
    app.register_error_handler(NoMoreData, _malformed)
    app.register_error_handler(Exception, _unexpected)
    app.before_request(_refuse_nonsense)


def engine_error(error: EngineError) -> Response:
    """Tell what the engine refused in its own words."""
    if isinstance(error, IntegrityError) or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(error)
    members: dict[str, Any] = {"type": f"urn:bihuan:{_kebab(type(error).__name__)}"}
    members |= {name: value for name, value in error.details.items() if value is not None}
    if isinstance(error, InvalidAnswers):
        members["errors"] = {
            field: [say(message) for message in messages]
            for field, messages in error.errors.items()
        }
    if isinstance(error, DefinitionRefused):
        members["problems"] = [_plain(problem) for problem in error.problems]
    return _answer(error.status, say(error.message), members)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.get_response()  # type: ignore[return-value]
    if isinstance(error, InternalServerError):
        found = error.original_exception
        if isinstance(found, OperationalError):
            return _busy(found)
        return _unexpected(found if isinstance(found, Exception) else error)
    status = error.code or HTTPStatus.BAD_REQUEST
    sentence = _STALE_PAGE if isinstance(error, CSRFError) else _SENTENCES.get(status)
    answer = _answer(status, say(sentence or _SENTENCES[400]), {})
    kept = ("Allow", "Retry-After", "WWW-Authenticate")
    for name, value in error.get_headers(request.environ):
        if name in kept:
            answer.headers[name] = value
    if status == HTTPStatus.UNAUTHORIZED and is_api():
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _unstorable(error: DataError) -> Response:
    """A value the database cannot hold, such as a number of a hundred digits."""
    LOGGER.warning("unstorable value", exc_info=error)
    return _http(BadRequest())


def _malformed(_error: Exception) -> Response:
    """A body that the server could not read to its end, for it contradicts itself."""
    return _http(BadRequest())


def _busy(error: OperationalError) -> Response:
    """The database is away, or somebody has held it for longer than we wait."""
    answer = _unexpected(error, HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = "10"
    return answer


def _unexpected(error: Exception, status: int = HTTPStatus.INTERNAL_SERVER_ERROR) -> Response:
    g.broken = True
    incident = secrets.token_hex(4).upper()
    LOGGER.error(
        "unexpected error",
        exc_info=error,
        extra={"incident": incident, "endpoint": request.endpoint, "method": request.method},
    )
    return _answer(status, say(_SENTENCES[status]), {"incident": incident})


def _answer(status: int, sentence: str, members: dict[str, Any]) -> Response:
    if is_api() or wants_json():
        body = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": sentence,
            **members,
        }
        if is_spoken():
            # Our own scripts read it under the name that needs no standard.
            body["error"] = sentence
        return Response(orjson.dumps(body, default=str), status, content_type=_PROBLEM)
    return Response(_page(status, sentence, members), status, mimetype="text/html")


def _page(status: int, sentence: str, members: dict[str, Any]) -> str:
    # What broke may be what the other pages stand on.
    own = "500" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else str(status)
    names: list[str | Template] = [f"errors/{own}.html", "errors/error.html"]
    try:
        return render_template(names, status=status, sentence=sentence, **members)
    except Exception as error:
        # A template may be the very thing that failed.
        LOGGER.error("the error page failed", exc_info=error)
        return f"<!doctype html><title>{status}</title><p>{sentence}"


def wants_json() -> bool:
    """Say whether a program or a script asks, not somebody who reads a page."""
    if is_spoken():
        return True
    accepted = request.accept_mimetypes
    best = accepted.best_match(["text/html", "application/json", _PROBLEM], "text/html")
    return best != "text/html"


def _refuse_nonsense() -> None:
    """Refuse what no page or program of ours sends, before anything stumbles over it."""
    if request.is_json:
        if not (is_api() or is_spoken()):
            # Pages send forms; a form made from JSON would not be one of text.
            raise UnsupportedMediaType()
    elif None in request.form or None in request.files:
        raise BadRequest()
    if _has_nul():
        raise BadRequest()


def _has_nul() -> bool:
    """Say whether there is a NUL character: PostgreSQL cannot store it, and nobody means it."""
    if request.is_json and b"\\u0000" in request.get_data():
        return True
    fields = (*_texts(request.args), *(() if request.is_json else _texts(request.form)))
    return any("\0" in text for text in (request.path, *fields))


def _texts(fields: MultiDict[str, str]) -> Iterator[str]:
    for pair in fields.items(multi=True):
        yield from pair


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _plain(problem: Any) -> Any:
    return asdict(problem) if is_dataclass(problem) and not isinstance(problem, type) else problem
