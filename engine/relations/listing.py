"""Which relations there are: of the own enterprise, of one below, and how many of each host."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine import clock
from engine.actors import Actor
from engine.errors import NotFound
from engine.permissions import require
from engine.relations.rules import KINDS, holds
from engine.statistics.paging import Page, cursor, older_than
from engine.store import Attachment, visible_to
from engine.store import tables as t

#: host: those one gives work or lets to; other: those one works for or rents from.
SIDES: Final = ("host", "other")
_PAGE: Final = 50
_Host, _Other, _HostRecord, _Record = (
    aliased(t.Organisation),
    aliased(t.Organisation),
    aliased(t.MechanismRecord),
    aliased(t.MechanismRecord),
)


def listed(
    session: Session, side: str = "host", *, actor: Actor, after: str | None = None,
    limit: int = _PAGE,
) -> Page[Any]:  # fmt: skip
    """Give the relations of the actor's enterprise on one side, the newest first.

    Columns: those of the relation; `host` and `other` by name; days `host_established_on`,
    `host_implemented_on`, `established_on`, `implemented_on` of the other side's mechanism.

    Raises:
        NotAllowed: the role. Invalid: the cursor is wrong.
    """
    require(actor, "relation:read")
    own = t.Relation
    whose = own.organisation_id if side == "host" else own.related_id
    return _paged(session, _shown().where(whose == actor.organisation_id), after, limit)


def of_enterprise(
    session: Session, organisation_id: UUID, *, actor: Actor, after: str | None = None,
    limit: int = _PAGE,
) -> Page[Any]:  # fmt: skip
    """Give the relations of an enterprise one keeps or looks at, on both sides; as `listed`.

    Raises:
        NotAllowed: the role. NotFound: not theirs to see. Invalid: the cursor is wrong.
    """
    require(actor, "registry:read")
    seen = visible_to(actor, select(t.Organisation.id).where(t.Organisation.id == organisation_id))
    if session.scalar(seen) is None:
        raise NotFound()
    own = t.Relation
    both = or_(own.organisation_id == organisation_id, own.related_id == organisation_id)
    # What nobody answered yet is between the two of them.
    said = own.state.in_(("in_force", "ended"))
    return _paged(session, _shown().where(both, said), after, limit)


def get(session: Session, relation_id: UUID, *, actor: Actor) -> Any:
    """Give one relation of the actor's enterprise; columns as `listed`.

    Raises:
        NotAllowed: the role. NotFound: there is none, or it is none of theirs.
    """
    require(actor, "relation:read")
    own, mine = t.Relation, actor.organisation_id
    found = session.execute(
        _shown().where(
            or_(
                and_(own.organisation_id == mine, own.id == relation_id),
                and_(own.related_id == mine, own.id == relation_id),
            )
        )
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def file_of(session: Session, relation_id: UUID, file_id: UUID, *, actor: Actor) -> Attachment:
    """Give a file of the safety agreement to either side; NotFound otherwise."""
    row = get(session, relation_id, actor=actor)
    if str(file_id) not in row.agreement_files:
        raise NotFound()
    return session.get_one(Attachment, (row.organisation_id, file_id))


@dataclass(frozen=True)
class Passed:
    """How many hazards were passed on by a relation."""

    waiting: int = 0
    taken: int = 0
    refused: int = 0

    @property
    def all(self) -> int:
        """Give how many there are."""
        return self.waiting + self.taken + self.refused


def passed(session: Session, rows: Collection[Any]) -> Mapping[UUID, Passed]:
    """Give how many hazards were passed on by each of these relations, and not called back."""
    one = t.PassedHazard
    states = [func.sum(case((one.state == state, 1), else_=0))
              for state in ("sent", "taken", "refused")]  # fmt: skip
    found = session.execute(
        select(one.relation_id, *states)
        .where(
            one.organisation_id.in_({row.organisation_id for row in rows}),
            one.relation_id.in_([row.id for row in rows]),
            one.state != "withdrawn",
        )
        .group_by(one.relation_id)
    )
    return {row[0]: Passed(*map(int, row[1:])) for row in found} if rows else {}


@dataclass(frozen=True)
class Led:
    """How many work for a host today, and how many of them have the mechanism."""

    related: int = 0
    established: int = 0
    implemented: int = 0
    unsigned: int = 0


def led_by(session: Session, hosts: Sequence[UUID] | Select[Any]) -> Mapping[UUID, Led]:
    """Give, of each host that has any, how many enterprises work for it, and how far they are."""
    own, record, today = t.Relation, t.MechanismRecord, clock.local_date()
    asked = own.kind.in_([key for key, kind in KINDS.items() if kind.needs_agreement])
    over = own.agreement_until.is_not(None) & (own.agreement_until < today)
    unsigned = asked & (own.agreement_on.is_(None) | over)

    def counted(condition: Any) -> Any:
        return func.count(case((condition, own.related_id)).distinct())

    found = session.execute(
        select(
            own.organisation_id,
            func.count(own.related_id.distinct()),
            counted(record.established_on.is_not(None)),
            counted(record.implemented_on.is_not(None)),
            func.sum(case((unsigned, 1), else_=0)),
        )
        .join(t.Organisation, t.Organisation.id == own.related_id)
        .outerjoin(record, record.organisation_id == own.related_id)
        .where(own.organisation_id.in_(hosts), holds(today), t.Organisation.status == "active")
        .group_by(own.organisation_id)
    )
    return {row[0]: Led(*map(int, row[1:])) for row in found}


def standing(session: Session, organisation_id: UUID) -> tuple[Led, int]:
    """Give how an enterprise stands as a host, and how many hosts it works for today."""
    works_for = session.scalar(
        select(func.count(t.Relation.organisation_id.distinct())).where(
            t.Relation.related_id == organisation_id, holds()
        )
    )
    return led_by(session, [organisation_id]).get(organisation_id, Led()), works_for or 0


def _shown() -> Select[Any]:
    own = t.Relation
    return (
        select(
            *own.__table__.c,
            _Host.name.label("host"),
            func.coalesce(_Other.name, own.name).label("other"),
            _HostRecord.established_on.label("host_established_on"),
            _HostRecord.implemented_on.label("host_implemented_on"),
            _Record.established_on,
            _Record.implemented_on,
        )
        .join(_Host, _Host.id == own.organisation_id)
        .outerjoin(_Other, _Other.id == own.related_id)
        .outerjoin(_HostRecord, _HostRecord.organisation_id == own.organisation_id)
        .outerjoin(_Record, _Record.organisation_id == own.related_id)
    )


def _paged(session: Session, statement: Select[Any], after: str | None, limit: int) -> Page[Any]:
    own = t.Relation
    if after is not None:
        statement = statement.where(older_than(own.proposed_at, own.id, after))
    order = (own.proposed_at.desc(), own.id.desc())
    rows = session.execute(statement.order_by(*order).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], cursor(rows[limit - 1].proposed_at, rows[limit - 1].id))
