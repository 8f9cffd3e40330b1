"""What is done to a case as a whole over the API: suspended, resumed, cancelled, for a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine import instances
from engine.actors import Actor
from web import doors
from web.access import requires
from web.api import shapes
from web.api.contract import Operation, answer, body, operation
from web.api.doing import once
from web.api.parts import closed, text
from web.api.schemas import ref

blueprint = Blueprint("case_steps", __name__, url_prefix="/instances")

_REASON: Final = closed({"reason": text(500, 1)})
_CASE: Final = {200: ("The case as it is now.", ref("Instance"))}


@blueprint.post("/<uuid:instance_id>/suspend")
@requires("case:read", "case:suspend")
@operation(
    Operation(
        summary="Stop a case where it is: nobody works on it, and no deadline runs out",
        body=_REASON,
        answers=_CASE,
        creates=True,
    )
)
def suspend(instance_id: UUID) -> Response:
    """Suspend a case."""
    return _change("suspend", instance_id, instances.suspend)


@blueprint.post("/<uuid:instance_id>/resume")
@requires("case:read", "case:suspend")
@operation(
    Operation(
        summary="Let a suspended case go on; what fell due meanwhile is due at once",
        body=_REASON,
        answers=_CASE,
        creates=True,
    )
)
def resume(instance_id: UUID) -> Response:
    """Resume a case."""
    return _change("resume", instance_id, instances.resume)


@blueprint.post("/<uuid:instance_id>/cancel")
@requires("case:read", "case:cancel")
@operation(
    Operation(
        summary="End a case before its end; its history stays",
        body=_REASON,
        answers=_CASE,
        creates=True,
    )
)
def cancel(instance_id: UUID) -> Response:
    """Cancel a case."""
    return _change("cancel", instance_id, instances.cancel)


def _change(name: str, instance_id: UUID, run: Callable[..., Any]) -> Response:
    doors.enter(instance_id)
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        run(session, instance_id, reason=given["reason"], actor=actor)
        return shapes.instance(instances.get_instance(session, instance_id, actor=actor))

    return answer(once(name, given, make))
