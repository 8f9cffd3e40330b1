"""Tasks over the API: inbox, look at, claim, release, complete."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import orjson
from flask import Blueprint, Response, request

from engine import definitions, inbox, task_forms, tasks
from engine.voting import rounds as vote_rounds
from web import db
from web.access import current_actor, requires
from web.api import shapes
from web.api.contract import (
    PAGING,
    Operation,
    Parameter,
    answer,
    body,
    cursor,
    idempotency_key,
    limit,
    operation,
    page,
)
from web.api.schemas import ANSWERS, page_of, ref, shape

blueprint = Blueprint("tasks", __name__)

_COMPLETE: Final = {**shape({"answers": ANSWERS}), "additionalProperties": False}


@blueprint.get("/tasks")
@requires("task:work")
@operation(
    Operation(
        summary="The inbox",
        query=(
            Parameter(
                "scope",
                "mine: assigned to me; group: free for my roles; all: both.",
                {"enum": ["mine", "group", "all"]},
            ),
            Parameter("state", "open or completed (by me).", {"enum": ["open", "completed"]}),
            *PAGING,
        ),
        answers={200: ("One page.", page_of("Task"))},
    )
)
def index() -> Response:
    """List tasks."""
    rows = inbox.list_tasks(
        db.session(),
        actor=current_actor(),
        scope=request.args.get("scope", "all"),
        state=request.args.get("state", "open"),
        after=cursor(),
        limit=limit() + 1,
    )
    return page(rows, shapes.task, lambda row: row.task_id)


@blueprint.get("/tasks/<uuid:task_id>")
@requires("task:work")
@operation(
    Operation(
        summary="A task with its form and prefilled values",
        answers={200: ("The task.", ref("Task"))},
    )
)
def show(task_id: UUID) -> Response:
    """Show one task; the form is there while it is open and the actor's to do."""
    row = tasks.get_task(db.session(), task_id, actor=current_actor())
    found = shapes.task(row)
    loaded = definitions.load(db.session(), row.definition_id)
    if vote_rounds.is_anothers(row, loaded, current_actor()):
        found["assignee_id"] = None
    open_round = vote_rounds.open_round(db.session(), row, loaded)
    if open_round is not None:
        found["vote"] = {"voters": open_round.voters, "voted": open_round.voted}
    if row.task_state == "open":
        opened = task_forms.open_form(db.session(), task_id, actor=current_actor())
        found["values"] = dict(opened.values)
        if opened.form is not None:
            found["form"] = orjson.loads(opened.loaded.form_sources[opened.form.key])
    return answer(found)


@blueprint.post("/tasks/<uuid:task_id>/claim")
@requires("task:work")
@operation(
    Operation(summary="Take a group task for oneself", answers={200: ("Claimed.", ref("Outcome"))})
)
def claim(task_id: UUID) -> Response:
    """Claim a task."""
    db.execute(tasks.claim, task_id)
    return _waiting(task_id)


@blueprint.post("/tasks/<uuid:task_id>/release")
@requires("task:work")
@operation(
    Operation(summary="Give a claimed task back", answers={200: ("Released.", ref("Outcome"))})
)
def release(task_id: UUID) -> Response:
    """Release a task."""
    db.execute(tasks.release, task_id)
    return _waiting(task_id)


def _waiting(task_id: UUID) -> Response:
    """Say where the instance of a task waits."""
    session = db.session()
    row = tasks.get_task(session, task_id, actor=current_actor())
    loaded = definitions.load(session, row.definition_id)
    waiting = shapes.open_tasks(vote_rounds.open_tasks(session, row, loaded))
    return answer({"instance_id": row.id, "state": row.state, "open_tasks": waiting})


@blueprint.post("/tasks/<uuid:task_id>/complete")
@requires("task:work")
@operation(
    Operation(
        summary="Complete a task by answering its form",
        body=_COMPLETE,
        answers={200: ("Where the instance waits now.", ref("Outcome"))},
        creates=True,
    )
)
def complete(task_id: UUID) -> Response:
    """Complete a task."""
    outcome = db.execute(
        tasks.complete, task_id, body()["answers"], idempotency_key=idempotency_key()
    )
    return answer(
        {
            "instance_id": outcome.instance_id,
            "state": outcome.state,
            "open_tasks": shapes.open_tasks(outcome.open_tasks),
        }
    )
