"""What was passed on, as each side reads it: the one that received it reads its words alone."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.permissions import require
from engine.statistics.paging import Page, cursor, older_than
from engine.store import tables as t

_PAGE: Final = 50
_ONE = t.PassedHazard
#: All that either side reads of what was passed on; never the host's case.
_WORDS: Final = (
    _ONE.id, _ONE.relation_id, _ONE.place, _ONE.description, _ONE.wanted, _ONE.due_on, _ONE.state,
    _ONE.passed_at, _ONE.answered_at, _ONE.reason,
)  # fmt: skip


def received(
    session: Session, *, actor: Actor, after: str | None = None, limit: int = _PAGE
) -> Page[Any]:
    """Give what hosts passed on to the actor's enterprise, the newest first.

    Columns: the words, `state`, `passed_at`, `host`, `kind`, `subject`, and the own case that was
    begun with it: `taken_id`, `number`.
    """
    require(actor, "relation:read")
    relation, case = t.Relation, t.Instance
    statement = (
        select(*_WORDS, _ONE.taken_id, t.Organisation.name.label("host"), relation.kind,
               relation.subject, case.number)
        .join(t.Organisation, t.Organisation.id == _ONE.organisation_id)
        .join(relation, (relation.organisation_id == _ONE.organisation_id)
              & (relation.id == _ONE.relation_id))
        .outerjoin(case, (case.organisation_id == _ONE.to_id) & (case.id == _ONE.taken_id))
        .where(_ONE.to_id == actor.organisation_id)
    )  # fmt: skip
    return _paged(session, statement, after, limit)


def sent(
    session: Session,
    relation_id: UUID | None = None,
    *,
    actor: Actor,
    after: str | None = None,
    limit: int = _PAGE,
) -> Page[Any]:
    """Give what the actor's enterprise passed on, by one relation or all, the newest first.

    Columns: the words, `state`, `passed_at`, `instance_id` and `number` of the own case, `other`,
    and of what the other side made of it `outcome` (a state of the ledger) and `closed_at`.
    """
    require(actor, "relation:read")
    relation, case, line = t.Relation, t.Instance, t.Hazard
    statement = (
        select(*_WORDS, _ONE.instance_id, case.number, relation.name.label("other"),
               line.state.label("outcome"), line.closed_at)
        .join(relation, (relation.organisation_id == _ONE.organisation_id)
              & (relation.id == _ONE.relation_id))
        .join(case, (case.organisation_id == _ONE.organisation_id)
              & (case.id == _ONE.instance_id))
        .outerjoin(line, (line.organisation_id == _ONE.to_id) & (line.id == _ONE.taken_id))
        .where(_ONE.organisation_id == actor.organisation_id)
    )  # fmt: skip
    if relation_id is not None:
        statement = statement.where(_ONE.relation_id == relation_id)
    return _paged(session, statement, after, limit)


def of_case(session: Session, row: Any) -> Any:
    """Give what was last passed on of a case, for its own enterprise, or None."""
    return session.execute(
        select(*_WORDS)
        .where(_ONE.organisation_id == row.organisation_id, _ONE.instance_id == row.id)
        .order_by(_ONE.passed_at.desc(), _ONE.id.desc())
        .limit(1)
    ).one_or_none()


def _paged(session: Session, statement: Any, after: str | None, limit: int) -> Page[Any]:
    if after is not None:
        statement = statement.where(older_than(_ONE.passed_at, _ONE.id, after))
    order = (_ONE.passed_at.desc(), _ONE.id.desc())
    rows = session.execute(statement.order_by(*order).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], cursor(rows[limit - 1].passed_at, rows[limit - 1].id))
