"""What databases knew before evidence was kept, carried over by migration 0004.

Days that were typed become evidence of a kind that says so; what the ledgers know already is
noted; every office gets the targets of the notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa

from engine import clock
from engine.hazards.facts import FIELDS
from engine.hazards.mechanism import STATED, Proof, days_of
from engine.hazards.waves import BASIS, FIRST_WAVES, SOURCE
from engine.store.types import Id, Json, Moment, new_id

_CHUNK: Final = 1000
_STAGES: Final = {"established": "机制建立日期", "implemented": "机制实施日期"}


def carry_over(connection: sa.Connection) -> None:
    """Fill the new tables and columns from what an older database holds."""
    _note_found(connection)
    stated = dict(_typed_days(connection))
    rewarded = _first_rewards(connection)
    records = []
    for owner in sorted(stated.keys() | rewarded.keys()):
        proofs = [Proof(STATED, on, {"stage": stage}) for stage, on in stated.get(owner, ())]
        on, case = rewarded.get(owner, (None, None))
        days = days_of(proofs, rewarded_on=on)
        records.append(
            {
                "organisation_id": owner,
                "updated_at": clock.now(),
                "rewarded_on": on,
                "rewarded_case": case,
                **vars(days),
            }
        )
    _insert(connection, _RECORD, records)
    _plant_targets(connection)


def _typed_days(
    connection: sa.Connection,
) -> Iterator[tuple[UUID, list[tuple[str, date]]]]:
    """Turn each typed day into a piece of evidence, and forget the setting."""
    rows = connection.execute(sa.select(_ORGANISATION.c.id, _ORGANISATION.c.settings)).all()
    evidence = []
    for row in rows:
        if "mechanism" not in (row.settings or {}):
            continue
        kept = {key: value for key, value in row.settings.items() if key != "mechanism"}
        connection.execute(
            sa.update(_ORGANISATION).where(_ORGANISATION.c.id == row.id).values(settings=kept)
        )
        typed = row.settings["mechanism"] or {}
        days = [
            (stage, date.fromisoformat(typed[f"{stage}_on"]))
            for stage in _STAGES
            if typed.get(f"{stage}_on")
        ]
        evidence += [_stated(row.id, stage, on) for stage, on in days]
        if days:
            yield row.id, days
    _insert(connection, _EVIDENCE, evidence)


def _stated(owner: UUID, stage: str, on: date) -> dict[str, Any]:
    return {
        "organisation_id": owner,
        "id": new_id(),
        "kind": STATED,
        "held_on": on,
        "title": f"{_STAGES[stage]}（此前由本单位填报，未附材料）",
        "details": {"stage": stage},
        "files": [],
        "entered_at": clock.now(),
    }


def _first_rewards(connection: sa.Connection) -> dict[UUID, tuple[date, UUID]]:
    """Give the first report on each ledger that was rewarded."""
    paid = (
        sa.select(_REWARD.c.organisation_id, _REWARD.c.instance_id, _REWARD.c.paid_at)
        .join(
            _HAZARD,
            sa.and_(
                _HAZARD.c.organisation_id == _REWARD.c.organisation_id,
                _HAZARD.c.id == _REWARD.c.instance_id,
            ),
        )
        .where(
            _REWARD.c.paid_at.is_not(None),
            _HAZARD.c.kind == "hazard",
            _HAZARD.c.registered_at <= _REWARD.c.paid_at,
        )
        .order_by(_REWARD.c.organisation_id, _REWARD.c.paid_at, _REWARD.c.instance_id)
    )
    found: dict[UUID, tuple[date, UUID]] = {}
    for owner, case, at in connection.execute(paid):
        found.setdefault(owner, (clock.local_date(at), case))
    return found


def _note_found(connection: sa.Connection) -> None:
    """Read from the reports when each hazard was found (domain.md C1 6)."""
    started = (
        sa.select(_EVENT.c.organisation_id, _EVENT.c.instance_id, _EVENT.c.data)
        .where(_EVENT.c.tag == "instance:started", _EVENT.c.data.contains('"found_at"'))
        .order_by(_EVENT.c.organisation_id, _EVENT.c.instance_id)
    )
    column, read = FIELDS["found_at"]
    statement = (
        sa.update(_HAZARD)
        .where(
            _HAZARD.c.organisation_id == sa.bindparam("owner"), _HAZARD.c.id == sa.bindparam("case")
        )
        .values({column: sa.bindparam("found")})
    )
    for rows in connection.execute(started).partitions(_CHUNK):
        told = [
            {"owner": row.organisation_id, "case": row.instance_id, "found": found}
            for row in rows
            if (found := _answer(row.data, read)) is not None
        ]
        if told:
            connection.execute(statement, told)


def _answer(data: str, read: Any) -> datetime | None:
    answers = orjson.loads(data).get("answers")
    found: datetime | None = read(answers.get("found_at")) if isinstance(answers, dict) else None
    return found


def _plant_targets(connection: sa.Connection) -> None:
    offices = sa.select(_ORGANISATION.c.id).where(_ORGANISATION.c.kind == "office")
    rows = [
        {
            "organisation_id": office,
            "id": new_id(),
            "title": wave.title,
            "basis": BASIS,
            "sectors": list(wave.sectors),
            "ownerships": list(wave.ownerships),
            "is_for_the_rest": wave.is_for_the_rest,
            "due_on": wave.due_on,
            "percent": wave.percent,
            "stage": wave.stage,
            "denominator_source": SOURCE,
            "created_at": clock.now(),
        }
        for office in connection.execute(offices).scalars().all()
        for wave in FIRST_WAVES
    ]
    _insert(connection, _TARGET, rows)


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    for at in range(0, len(rows), _CHUNK):
        connection.execute(sa.insert(table), rows[at : at + _CHUNK])


def _table(name: str, **columns: Any) -> sa.Table:
    made = [sa.Column(column, kind) for column, kind in columns.items()]
    return sa.Table(name, sa.MetaData(), *made)


# As they are in 0004, whatever becomes of them later.
_ORGANISATION: Final = _table("organisation", id=Id(), kind=sa.String(), settings=Json())
_EVENT: Final = _table(
    "event", organisation_id=Id(), instance_id=Id(), tag=sa.String(), data=sa.Text()
)
_HAZARD: Final = _table(
    "hazard",
    organisation_id=Id(),
    id=Id(),
    kind=sa.String(),
    registered_at=Moment(),
    found_at=Moment(),
)
_REWARD: Final = _table("reward", organisation_id=Id(), instance_id=Id(), paid_at=Moment())
_EVIDENCE: Final = _table(
    "evidence",
    organisation_id=Id(),
    id=Id(),
    kind=sa.String(),
    held_on=sa.Date(),
    title=sa.String(),
    details=Json(),
    files=Json(),
    entered_at=Moment(),
)
_RECORD: Final = _table(
    "mechanism_record",
    organisation_id=Id(),
    drafted_on=sa.Date(),
    established_on=sa.Date(),
    implemented_on=sa.Date(),
    implemented_by=sa.String(),
    rewarded_on=sa.Date(),
    rewarded_case=Id(),
    updated_at=Moment(),
)
_TARGET: Final = _table(
    "coverage_target",
    organisation_id=Id(),
    id=Id(),
    title=sa.String(),
    basis=sa.String(),
    sectors=Json(),
    ownerships=Json(),
    is_for_the_rest=sa.Boolean(),
    due_on=sa.Date(),
    percent=sa.Integer(),
    stage=sa.String(),
    denominator_source=sa.String(),
    created_at=Moment(),
)
