"""Writing rows of a sheet into the register, as the register is by then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import clock, placing
from engine.actors import Actor
from engine.registry.entering import make, stamped
from engine.registry.fields import BY_KEY
from engine.registry.matching import Known, as_values, differences, present
from engine.registry.nodes import district_of
from engine.registry.sheet import Line
from engine.relations import entered
from engine.store import Organisation, new_id
from engine.store.tables import OrganisationChange, Placement

_COLUMNS: Final = tuple(key for key, each in BY_KEY.items() if each.is_column)
_REASON: Final = "表格导入"


def taken(session: Session, rows: Sequence[dict[str, Any]], actor: Actor) -> Counter[str]:
    """Enter what is new and change what is known, as the register is by now."""
    lines = [Line(row["row"], as_values(row), name=row["name"]) for row in rows]
    known = Known(session, lines, actor)
    found: Counter[str] = Counter()
    fresh = []
    for row, line in zip(rows, lines, strict=True):
        organisation = known.find(line)
        if organisation is None:
            fresh.append(line.values)
        elif row["is"] == "changed" and organisation.id in known.mine:
            found["changed" if _change(session, organisation, line.values, actor) else "same"] += 1
        else:
            found["same"] += 1
    _enter(session, fresh, actor)
    found["new"] += len(fresh)
    return found


def _change(
    session: Session, organisation: Organisation, values: dict[str, Any], actor: Actor
) -> bool:
    session.refresh(organisation, with_for_update=True)
    changed = differences(organisation, values)
    if not changed:
        return False
    columns = {key: value for key, value in changed.items() if BY_KEY[key].is_column}
    profile = {key: value for key, value in changed.items() if key not in columns}
    if profile:
        columns["profile"] = stamped({**(organisation.profile or {}), **profile})
    is_move = any(BY_KEY[key].kind == "node" for key in changed)
    placing.change(
        session, organisation, columns, kind="moved" if is_move else "corrected",
        on=clock.local_date(), reason=_REASON, actor=actor,
        told=(present(organisation, changed), changed),
    )  # fmt: skip
    return True


def _enter(session: Session, fresh: Sequence[dict[str, Any]], actor: Actor) -> None:
    """Write new enterprises with their first placements, all in three statements.

    Into the tables themselves: the mapper would part the rows by which of their columns are empty.
    """
    if not fresh:
        return
    office = district_of(session, actor)
    made = [make({**dict.fromkeys(_COLUMNS), **values}, office) for values in fresh]
    _free_codes(session, made)
    columns = [column.key for column in Organisation.__table__.c]
    today, now = clock.local_date(), clock.now()
    _write(
        session,
        Organisation,
        [{key: getattr(one, key) for key in columns} for one in made],
    )
    _write(
        session, Placement,
        [
            {"organisation_id": one.id, "from_on": today,
             **{key: getattr(one, key) for key in placing.PLACED}}
            for one in made
        ],
    )  # fmt: skip
    _write(
        session, OrganisationChange,
        [
            {"organisation_id": one.id, "id": new_id(), "kind": "entered", "effective_on": today,
             "before": {}, "after": placing.plain({"name": one.name, "uscc": one.uscc,
             **{key: getattr(one, key) for key in placing.PLACED}}),
             "reason": _REASON, "at": now, "by": actor.user_id}
            for one in made
        ],
    )  # fmt: skip
    entered.find_invited(session, made, actor=actor)


def _write(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    session.execute(insert(table.__table__), rows)


def _free_codes(session: Session, made: Sequence[Organisation]) -> None:
    """See that no short code is another's already."""
    codes = [one.code for one in made]
    taken = set(session.scalars(select(Organisation.code).where(Organisation.code.in_(codes))))
    for one in made:
        if one.code in taken:
            one.code = f"{one.code[:9]}{new_id().hex[-6:].upper()}"
        taken.add(one.code)
