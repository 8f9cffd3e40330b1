"""Keeping the ledgers and the months in step with the history, in the step's own transaction.

A step hands over the event rows it wrote; what they change is said by `engine.hazards.ledger`.
At most one statement each reads the case, writes the hazard, a reward, the month and a person,
and none at all when nothing changes: this runs with every completion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final, Protocol
from uuid import UUID, uuid5

import orjson
from sqlalchemy import bindparam, case, insert, literal, select, update
from sqlalchemy.orm import Session

from engine.coverage import first_rewards
from engine.hazards.case_rules import HAZARD_RULES, voted
from engine.hazards.counts import MAXIMA
from engine.hazards.facts import EventFact, Row
from engine.hazards.ledger import CaseState, Projection, concerns, project_all
from engine.hazards.reward_rules import REWARD_RULES
from engine.store import tables as t
from engine.store import upsert

#: A vote that is decided stands for the step it is about.
DECIDED: Final = "vote:decided"
#: Which counter a newly counted person of a kind adds to.
_PERSON_COUNTERS: Final = {"reporter": "reporters", "rewarded": "rewarded"}


class CaseRow(Protocol):
    """What a new ledger row copies from its instance (domain.md C1 52)."""

    organisation_id: UUID
    id: UUID
    department_id: UUID | None
    town_id: UUID | None
    group_id: UUID | None


def apply(session: Session, instance: CaseRow, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write what new history events change in the ledgers and the months.

    Args:
        instance: the instance row, or a case with the same columns.
        rows: the events as written, mappings with the columns of the event table, in order.
    """
    facts = [fact for row in rows if (fact := fact_of(row)) is not None]
    if not facts:
        return
    before, noted_on = _read(session, instance, facts)
    after, changes = project_all(before, facts)
    if before.hazard is None and changes.hazard:
        _insert_hazard(session, instance, changes.hazard, facts)
    elif changes.hazard:
        _update(session, t.Hazard.__table__, instance.organisation_id, instance.id, changes.hazard)
    for number in changes.rewards:
        _write_reward(session, instance, before, after.rewards[number], changes.rewards[number])
    _write_months(session, instance, changes)
    if changes.rewarded_at is not None:
        first_rewards.note(session, instance, changes.rewarded_at, noted_on)


def fact_of(row: Mapping[str, Any]) -> EventFact | None:
    """Give what the ledgers may know of an event row, None when it cannot change them."""
    tag: str = row["tag"]
    if tag not in HAZARD_RULES and tag not in REWARD_RULES and tag != DECIDED:
        return None
    data = orjson.loads(row["data"])
    fact = EventFact(tag, row["at"], data, row["element"] or "", row["actor_id"])
    if tag == DECIDED or "vote" in data:
        found = _by_vote(fact)
        if found is None:
            return None
        fact = found
    return fact if concerns(fact.tag, fact.task_key, fact.answers) else None


def _by_vote(fact: EventFact) -> EventFact | None:
    """Give a step that several decided as if one had done it, once it is decided."""
    if fact.tag != DECIDED:
        return fact if fact.data["vote"].get("decides") else None
    answers = voted(fact.task_key, fact.data["result"])
    if answers is None or fact.data.get("decide") == "any":
        return None
    return replace(fact, tag="task:completed", data={"answers": answers})


def reward_id(instance_id: UUID, number: str) -> UUID:
    """Give the id of a case's reward: the same history always gives the same row."""
    return uuid5(instance_id, number)


def count_persons(session: Session, instance: CaseRow, month: str, kind: str) -> int:
    """Count the case's reporter in a month; give 1 when they were not counted in it before.

    The digest is copied inside the database: who it is passes through no program.
    """
    values = {
        "owner": instance.organisation_id,
        "instance": instance.id,
        "month": month,
        "kind": kind,
    }
    statement = _person_statement(upsert(session))
    # Drivers report the rows of an INSERT only when asked to.
    options = {"preserve_rowcount": True}
    return session.connection().execute(statement, values, execution_options=options).rowcount


def _read(
    session: Session, instance: CaseRow, facts: list[EventFact]
) -> tuple[CaseState, date | None]:
    """Give what the ledgers hold; and of who is paid, when the enterprise first rewarded."""
    if facts[0].tag == "instance:started":
        return CaseState(), None
    key = {"owner": instance.organisation_id, "instance": instance.id}
    connection, tags = session.connection(), {fact.tag for fact in facts}
    hazard: dict[str, Any] | None = None
    rewards, noted_on = {}, None
    if "reward:paid" in tags:
        # Who is paid has to know whether the hazard is on the ledger.
        for row in connection.execute(_PAID, key).mappings():
            rewards[row["number"]] = {name: row[name] for name in _REWARD_COLUMNS}
            if row["hazard_kind"] is not None:
                hazard = {name: row[f"hazard_{name}"] for name in _HAZARD_COLUMNS}
            noted_on = row["noted_on"]
    elif not tags.isdisjoint(REWARD_RULES):
        found_all = connection.execute(_REWARDS, key).mappings()
        rewards = {row["number"]: dict(row) for row in found_all}
    if hazard is None and not tags.isdisjoint(HAZARD_RULES):
        found = connection.execute(_HAZARD, key).mappings().one_or_none()
        hazard = None if found is None else dict(found)
    return CaseState(hazard, rewards), noted_on


def _insert_hazard(
    session: Session, instance: CaseRow, row: Row, facts: Iterable[EventFact]
) -> None:
    sectors = (fact.data.get("sector") for fact in facts if fact.tag == "instance:started")
    values = {**_frozen(instance), "id": instance.id, "sector": next(sectors) or "general", **row}
    session.connection().execute(_ADD_HAZARD, values)


def _write_reward(
    session: Session, instance: CaseRow, before: CaseState, row: Row, changes: Row
) -> None:
    key = reward_id(instance.id, row["number"])
    if row["number"] in before.rewards:
        _update(session, t.Reward.__table__, instance.organisation_id, key, changes)
        return
    values = {**_frozen(instance), "id": key, "instance_id": instance.id, **row}
    session.connection().execute(_ADD_REWARD, values)


def _frozen(instance: CaseRow) -> dict[str, Any]:
    return {
        "organisation_id": instance.organisation_id,
        "department_id": instance.department_id,
        "town_id": instance.town_id,
        "group_id": instance.group_id,
    }


def _update(session: Session, table: Any, owner: UUID, key: UUID, changes: Row) -> None:
    statement = _update_statement(table, tuple(sorted(changes)))
    session.connection().execute(statement, {"the_owner": owner, "the_id": key, **changes})


def _write_months(session: Session, instance: CaseRow, changes: Projection) -> None:
    months = {month: dict(counters) for month, counters in changes.months.items()}
    for month, kind in sorted(changes.persons):
        if count_persons(session, instance, month, kind):
            months.setdefault(month, {})[_PERSON_COUNTERS[kind]] = 1
    if months:
        add_to_months(session, instance.organisation_id, months)


def add_to_months(
    session: Session, organisation_id: UUID, months: Mapping[str, Mapping[str, int]]
) -> None:
    """Add to an enterprise's months; a maximum is raised to the value, never lowered."""
    names = {name for counters in months.values() for name in counters}
    nothing = {"organisation_id": organisation_id, **dict.fromkeys(names, 0)}
    # In one order for everybody, so that two steps never wait for each other in a ring.
    rows = [{**nothing, "month": month, **months[month]} for month in sorted(months)]
    statement = _month_statement(upsert(session), tuple(sorted(names)))
    session.connection().execute(statement, rows)


@lru_cache(maxsize=512)
def _month_statement(upsert_into: Any, counters: tuple[str, ...]) -> Any:
    table = t.Month.__table__
    statement = upsert_into(table).values(
        {name: bindparam(name) for name in ("organisation_id", "month", *counters)}
    )
    return statement.on_conflict_do_update(
        index_elements=["organisation_id", "month"],
        set_={
            name: _larger(table.c[name], statement.excluded[name])
            if name in MAXIMA
            else table.c[name] + statement.excluded[name]
            for name in counters
        },
    )


def _larger(left: Any, right: Any) -> Any:
    return case((left > right, left), else_=right)


@lru_cache(maxsize=512)
def _update_statement(table: Any, columns: tuple[str, ...]) -> Any:
    return (
        update(table)
        .where(table.c.organisation_id == bindparam("the_owner"))
        .where(table.c.id == bindparam("the_id"))
        .values({name: bindparam(name) for name in columns})
    )


@lru_cache(maxsize=4)
def _person_statement(upsert_into: Any) -> Any:
    table, vault = t.MonthPerson.__table__, t.Reporter.__table__
    chosen = select(
        vault.c.organisation_id,
        bindparam("month", type_=table.c.month.type),
        bindparam("kind", type_=table.c.kind.type),
        vault.c.payee_digest,
        vault.c.mode == "anonymous",
    ).where(
        vault.c.organisation_id == bindparam("owner"),
        vault.c.instance_id == bindparam("instance"),
        literal(True),
    )
    names = ["organisation_id", "month", "kind", "digest", "anonymous"]
    return upsert_into(table).from_select(names, chosen).on_conflict_do_nothing()


_ADD_HAZARD: Final = insert(t.Hazard)
_ADD_REWARD: Final = insert(t.Reward)
#: What the rules and the counts look at; other answered fields are simply written.
_HAZARD: Final = select(
    t.Hazard.kind,
    t.Hazard.state,
    t.Hazard.source,
    t.Hazard.level,
    t.Hazard.category,
    t.Hazard.fixed_on_spot,
    t.Hazard.rounds,
    t.Hazard.reported_at,
    t.Hazard.acknowledged_at,
    t.Hazard.registered_at,
    t.Hazard.due_on,
    t.Hazard.rectified_at,
    t.Hazard.closed_at,
    t.Hazard.dismissed_at,
    t.Hazard.cancelled_at,
    t.Hazard.guarded_at,
    t.Hazard.authority_on,
    t.Hazard.congress_on,
    t.Hazard.supervised_on,
).where(t.Hazard.organisation_id == bindparam("owner"), t.Hazard.id == bindparam("instance"))
_REWARDS: Final = select(t.Reward.__table__).where(
    t.Reward.organisation_id == bindparam("owner"),
    t.Reward.instance_id == bindparam("instance"),
)
_REWARD_COLUMNS: Final = tuple(column.key for column in t.Reward.__table__.c)
_HAZARD_COLUMNS: Final = tuple(str(column.key) for column in _HAZARD.selected_columns)
_PAID: Final = _REWARDS.add_columns(
    *(column.label(f"hazard_{column.key}") for column in _HAZARD.selected_columns),
    first_rewards.NOTED,
).outerjoin(
    t.Hazard,
    (t.Hazard.organisation_id == t.Reward.organisation_id) & (t.Hazard.id == t.Reward.instance_id),
)
