"""The board of a district over the API, and the lists behind its numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import board
from engine.actors import Actor
from engine.board.lists import WHICH
from engine.statistics import AGES
from web import db
from web.access import current_actor, requires
from web.api.contract import (
    WIDE_PAGING,
    Operation,
    Parameter,
    after,
    answer,
    limit,
    operation,
    paged,
)
from web.api.doing import once
from web.api.parts import page_with
from web.api.schemas import DAY, FLAG, ID, MOMENT, NUMBER, TEXT, listed, maybe, shape

blueprint = Blueprint("board", __name__, url_prefix="/board")

_SUMS: Final = (
    "established", "implemented", "reported", "verified", "paid_fen", "noncash_fen",
    "noncash_count", "paid_count",
)  # fmt: skip
_BOARD: Final = shape(
    {
        "month": TEXT,
        "on": DAY,
        "enterprises": NUMBER,
        "silent": {"description": "Nobody has reported from them for 90 days.", **NUMBER},
        "targets": listed(
            shape(
                {
                    "id": ID,
                    "title": TEXT,
                    "due_on": DAY,
                    "percent": NUMBER,
                    "stage": TEXT,
                    **dict.fromkeys(("owed", "established", "implemented"), NUMBER),
                }
            )
        ),
        "ages": {
            "description": "Open majors by how long they are open.",
            **shape(dict.fromkeys(AGES, NUMBER)),
        },
        "majors": listed(
            shape(
                {
                    **dict.fromkeys(("report_number", "number", "enterprise", "place"), TEXT),
                    "registered_on": DAY,
                    "due_on": maybe(DAY),
                }
            )
        ),
        "late": shape(dict.fromkeys(("open", "overdue", "overdue_major"), NUMBER)),
        "sums": {
            "description": "The present month, the one before, and the same a year ago.",
            **listed(shape({"month": TEXT, **dict.fromkeys(_SUMS, NUMBER)})),
        },
        "steps": {
            "description": "The slowest first; minutes that half, and nine of ten, took at most.",
            **listed(
                shape(
                    {
                        "key": TEXT,
                        "name": TEXT,
                        **dict.fromkeys(("done", "median", "p90", "waiting", "late"), NUMBER),
                    }
                )
            ),
        },
    }
)
_SHOWN: Final = shape({"at": maybe(MOMENT), "board": maybe(_BOARD)})
_SILENT: Final = shape(
    {
        "id": ID,
        "code": TEXT,
        "name": TEXT,
        "sector": TEXT,
        "staff_count": maybe(NUMBER),
        "town": TEXT,
        "last_at": {"description": "The last report of a person there.", **maybe(MOMENT)},
    }
)
_WAITING: Final = shape(
    {
        "task_id": ID,
        "instance_id": ID,
        **dict.fromkeys(("number", "title", "enterprise", "name"), TEXT),
        "created_at": MOMENT,
        "due_at": maybe(MOMENT),
        "completed_at": maybe(MOMENT),
        "minutes": maybe(NUMBER),
    }
)


@blueprint.get("")
@requires("board:read")
@operation(
    Operation(
        summary="The board of one's own office, department, town or group",
        answers={
            200: ("As it was counted at `at`; it never claims to be younger.", _SHOWN),
            202: ("It is being counted for the first time; ask again.", _SHOWN),
        },
    )
)
def show() -> Response:
    """Show the board."""
    shown = board.read(db.session(), actor=current_actor())
    told = asdict(shown.board) if shown.board else None
    return answer({"at": shown.at, "board": told}, 200 if told else 202)


@blueprint.post("/refresh")
@requires("board:read")
@operation(
    Operation(
        summary="Count the board anew",
        answers={
            200: ("It is counted.", shape({"is_counted": FLAG})),
            202: ("A job counts it.", shape({"is_counted": FLAG})),
        },
        creates=True,
    )
)
def refresh() -> Response:
    """Have the board counted."""

    def ask(session: Session, actor: Actor) -> Any:
        return {"is_counted": board.ask(session, actor=actor)}

    done = once("count_board", None, ask)
    return answer(done, 200 if done["is_counted"] else 202)


@blueprint.get("/silent")
@requires("board:read")
@operation(
    Operation(
        summary="Active enterprises from which nobody has reported for 90 days",
        query=WIDE_PAGING,
        answers={200: ("One page, in order of their codes.", page_with(_SILENT))},
    )
)
def silent() -> Response:
    """List silent enterprises."""
    found = board.silent(db.session(), actor=current_actor(), after=after(), limit=limit())
    return paged(found, asdict)


@blueprint.get("/steps/<key>")
@requires("board:read", "case:list")
@operation(
    Operation(
        summary="The cases that wait at a step, or those where it took longest",
        query=(
            Parameter(
                "which",
                "waiting (otherwise) or late, the oldest first; done: the fifty that took longest.",
                {"enum": list(WHICH)},
            ),
            WIDE_PAGING[1],
        ),
        answers={200: ("Up to fifty.", page_with(_WAITING))},
    )
)
def steps(key: str) -> Response:
    """List the cases at a step."""
    which = request.args.get("which", "waiting")
    found = board.steps_at(db.session(), key, which, actor=current_actor(), after=after())
    return paged(found, asdict)
