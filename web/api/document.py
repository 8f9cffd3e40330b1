"""The OpenAPI 3.1 document, made from what the routes say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from flask import current_app
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, UUIDConverter

from web.api.contract import Operation, Parameter, operation_of
from web.api.schemas import COMPONENTS, ref

PREFIX: Final = "/api/v1"
_BINARY: Final = {"type": "string", "format": "binary"}
_REFUSALS: Final = {
    "400": "The request is malformed.",
    "401": "A key is missing or no longer valid.",
    "403": "The role does not permit it.",
    "404": "Not found, or not yours to see.",
    "409": "Somebody was first, or the state forbids it; with who and when.",
    "413": "Too large.",
    "415": "This type of content is not taken.",
    "422": "The content is wrong; field by field where it has fields.",
    "429": "Too many tries.",
}


def document() -> dict[str, Any]:
    """Give the whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for path, method, endpoint, described, names in _operations():
        paths.setdefault(path, {})[method] = _describe(endpoint, described, names)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bihuan 闭环",
            "version": "1",
            "description": "The hazard loop: report, verify, rectify, accept, reward, close.",
            "license": {"name": "LGPL-3.0-or-later", "identifier": "LGPL-3.0-or-later"},
        },
        "servers": [{"url": PREFIX}],
        "security": [{"key": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": COMPONENTS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operations() -> Iterator[tuple[str, str, str, Operation, dict[str, BaseConverter]]]:
    """Yield (path, method, endpoint, what it says, path parameters) of every API route."""
    for rule in current_app.url_map.iter_rules():
        described = operation_of(current_app.view_functions[rule.endpoint])
        if described is None or not rule.rule.startswith(PREFIX):
            continue
        path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule[len(PREFIX) :])
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield path, method.lower(), rule.endpoint, described, rule._converters


def _describe(
    endpoint: str, described: Operation, names: dict[str, BaseConverter]
) -> dict[str, Any]:
    parameters = [_path_parameter(name, converter) for name, converter in names.items()]
    parameters += [_query_parameter(parameter) for parameter in described.query]
    if described.creates:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The same key with the same request is done once.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
    found: dict[str, Any] = {
        "operationId": endpoint.replace(".", "_"),
        # The room: the blueprint within that of the API.
        "tags": [endpoint.split(".")[1]],
        "summary": described.summary,
        "responses": _responses(described),
    }
    if parameters:
        found["parameters"] = parameters
    if described.body is not None:
        found["requestBody"] = _body("application/json", described.body)
    if described.parts is not None:
        parts = {"type": "object", "properties": dict(described.parts)}
        found["requestBody"] = _body("multipart/form-data", parts)
    if described.is_open:
        found["security"] = []
    return found


def _responses(described: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, (text, content) in described.answers.items():
        found[str(status)] = {"description": text}
        if isinstance(content, tuple):
            found[str(status)]["content"] = {kind: {"schema": _BINARY} for kind in content}
        elif content is not None:
            found[str(status)]["content"] = {"application/json": {"schema": content}}
    for code, text in _REFUSALS.items():
        found.setdefault(
            code,
            {
                "description": text,
                "content": {"application/problem+json": {"schema": ref("Problem")}},
            },
        )
    return found


def _body(media_type: str, schema: Any) -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def _path_parameter(name: str, converter: BaseConverter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if isinstance(converter, UUIDConverter):
        schema["format"] = "uuid"
    elif isinstance(converter, IntegerConverter):
        schema = {"type": "integer", "minimum": 0}
    elif isinstance(converter, AnyConverter):
        schema["enum"] = sorted(converter.items)
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.schema,
    }
