"""What the register of majors asks, noted by migration 0004 for cases that were there before.

Majors were reported, planned and made safe before the register knew of it: their histories say so.
"""

from __future__ import annotations

from typing import Any, Final

import orjson
import sqlalchemy as sa

from engine.hazards.major_facts import register_columns
from engine.store.types import Id, Moment

_CHUNK: Final = 2000
_DAYS: Final = ("authority_on", "congress_on", "supervised_on")
_MOMENTS: Final = ("determined_at", "planned_at", "guarded_at")
_HAZARD: Final = sa.table(
    "hazard",
    sa.column("organisation_id", Id()),
    sa.column("id", Id()),
    *(sa.column(name, sa.Date()) for name in _DAYS),
    *(sa.column(name, Moment()) for name in _MOMENTS),
)
_EVENT: Final = sa.table(
    "event",
    sa.column("organisation_id", Id()),
    sa.column("instance_id", Id()),
    sa.column("sequence", sa.Integer()),
    sa.column("at", Moment()),
    sa.column("tag", sa.String()),
    sa.column("element", sa.String()),
    sa.column("data", sa.Text()),
)


def note_majors(connection: sa.Connection) -> None:
    """Fill the columns of hazards that the answers to their steps fill now."""
    found: dict[tuple[Any, Any], dict[str, Any]] = {}
    told = (
        sa.select(_EVENT)
        .where(_EVENT.c.tag == "task:completed")
        .order_by(_EVENT.c.organisation_id, _EVENT.c.instance_id, _EVENT.c.sequence)
        .execution_options(yield_per=_CHUNK)
    )
    for event in connection.execute(told):
        step = (event.element or "").rpartition(":")[2]
        answers = orjson.loads(event.data).get("answers") or {}
        key = (event.organisation_id, event.instance_id)
        before = found.get(key, {})
        columns = register_columns(before, step, answers, event.at)
        if columns:
            found[key] = {**before, **columns}
    for (owner, case), columns in found.items():
        where = (_HAZARD.c.organisation_id == owner) & (_HAZARD.c.id == case)
        connection.execute(sa.update(_HAZARD).where(where).values(columns))
