"""The HTTP API: the same operations as the pages, as JSON (docs/api.md)."""

from flask import Blueprint

from web.access import public
from web.api import (
    above,
    attachments,
    audit,
    certificates,
    definitions,
    document,
    grounds,
    hazards,
    instances,
    rooms,
    signals,
    statistics,
    tasks,
)
from web.api.contract import Operation, answer, operation
from web.api.schemas import ANY_OBJECT

blueprint = Blueprint("api", __name__, url_prefix=document.PREFIX)
for part in (
    attachments, audit, certificates, definitions, grounds, hazards, instances, signals,
    statistics, tasks, *above.PARTS, *rooms.PARTS,
):  # fmt: skip
    blueprint.register_blueprint(part.blueprint)


@blueprint.get("/openapi.json")
@public
@operation(
    Operation(
        summary="This document",
        answers={200: ("The OpenAPI document.", ANY_OBJECT)},
        is_open=True,
    )
)
def openapi():  # type: ignore[no-untyped-def]
    """Give the OpenAPI document."""
    return answer(document.document())
