"""When a reporter is to be asked: written in the step that pays, or gives the feedback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from engine import clock
from engine.cases import Case
from engine.hazards.origins import NOBODY
from engine.store import tables as t
from engine.store import upsert

#: How long after the reward or the feedback.
AFTER: Final = timedelta(days=90)
_PAID: Final = frozenset({"reward:paid", "reward:received"})
_TOLD: Final = "reporter:told"


def apply(session: Session, case: Case, rows: Iterable[Mapping[str, Any]]) -> None:
    """Note when the reporter is to be asked, in the transaction of the step.

    A reward that is paid sets the day anew as long as it lies ahead; feedback only where there is
    none yet.
    """
    if case.identity_mode == NOBODY:
        return
    tags = {row["tag"] for row in rows}
    is_paid = not tags.isdisjoint(_PAID)
    if not is_paid and _TOLD not in tags:
        return
    today = clock.local_date()
    statement = upsert(session)(t.CheckIn).values(
        organisation_id=case.organisation_id, instance_id=case.id, due_on=today + AFTER
    )
    keys = ["organisation_id", "instance_id"]
    if is_paid:
        due = statement.excluded.due_on
        statement = statement.on_conflict_do_update(
            index_elements=keys, set_={"due_on": due}, where=t.CheckIn.due_on > today
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    session.connection().execute(statement)
