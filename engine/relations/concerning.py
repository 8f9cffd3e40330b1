"""Whose work or place a case of the host concerns: chosen by the reporter, or by who handles it.

This is about the hazard, not about the reporter: that somebody works for a contractor goes to the
vault alone, and is not asked of who stays anonymous. The other side never reads what is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import clock, history
from engine.actors import Actor
from engine.errors import InvalidAnswers, NotFound
from engine.permissions import require, role_for
from engine.relations.rules import holds
from engine.statistics.paging import Page, cursor, older_than
from engine.store import tables as t
from engine.store import upsert

#: So many are offered to choose from.
_MOST: Final = 300
_PAGE: Final = 50


@dataclass(frozen=True)
class Party:
    """One that works for the host, or rents from it, today."""

    id: UUID
    kind: str
    name: str
    subject: str

    @property
    def noted(self) -> dict[str, str]:
        """What a case's history says of it."""
        return {"relation": str(self.id), "kind": self.kind, "name": self.name}


def offered(session: Session, host_id: UUID) -> Sequence[Party]:
    """Give those that reporters at the host may choose from, by name."""
    return _parties(session, host_id, t.Relation.is_offered)


def choices(session: Session, *, actor: Actor) -> Sequence[Party]:
    """Give those that the host's own people may choose from: all that are in force."""
    require(actor, "relation:pass")
    if actor.organisation_kind != "enterprise" or actor.organisation_id is None:
        return []
    return _parties(session, actor.organisation_id)


def find(session: Session, host_id: UUID, relation_id: UUID | None) -> Party | None:
    """Give one that is in force for the host, or None: a report never fails for want of it."""
    if relation_id is None:
        return None
    return next(iter(_parties(session, host_id, t.Relation.id == relation_id)), None)


def of_case(session: Session, row: Any) -> Party | None:
    """Give whom a case concerns, whatever became of the relation, or None."""
    own, case = t.Relation, t.CaseRelation
    found = session.execute(
        select(own.id, own.kind, own.name, own.subject)
        .join(
            case,
            (case.organisation_id == own.organisation_id) & (case.relation_id == own.id),
        )
        .where(case.organisation_id == row.organisation_id, case.instance_id == row.id)
    ).one_or_none()
    return Party(*found) if found else None


def keep(session: Session, host_id: UUID, instance_id: UUID, party: Party) -> None:
    """Write whom a case concerns."""
    values = {"relation_id": party.id, "set_at": clock.now()}
    key = {"organisation_id": host_id, "instance_id": instance_id}
    statement = upsert(session)(t.CaseRelation).values(**key, **values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "instance_id"], set_=values
        )
    )


def say(session: Session, instance_id: UUID, relation_id: UUID | None, *, actor: Actor) -> None:
    """Say whom a case of the actor's enterprise concerns; None: nobody else.

    Raises:
        NotAllowed: the role. NotFound: not their case. InvalidAnswers: it is not in force.
    """
    row = own_case(session, instance_id, actor)
    before = of_case(session, row)
    party = find(session, row.organisation_id, relation_id)
    if relation_id is not None and party is None:
        raise InvalidAnswers.at(
            "relation",
            "这项关系已经不在有效期，请重新选择。",
            "That relation is not in force; choose again.",
        )
    if (before.id if before else None) == relation_id:
        return
    if party is None:
        case = t.CaseRelation
        session.execute(
            delete(case).where(
                case.organisation_id == row.organisation_id, case.instance_id == row.id
            )
        )
    else:
        keep(session, row.organisation_id, row.id, party)
    event = history.Event(tag="relation:concerned", data=party.noted if party else {})
    role = role_for(actor, "relation:pass")
    history.append(session, row.organisation_id, row.id, [event], actor=actor, role=role)


def own_case(session: Session, instance_id: UUID, actor: Actor) -> Any:
    """Give a case of the actor's own enterprise, held until the commit.

    Raises:
        NotAllowed: the role. NotFound: there is none, or it is another's.
    """
    require(actor, "relation:pass")
    case = t.Instance
    found = session.execute(
        select(case.organisation_id, case.id, case.key)
        .where(case.organisation_id == actor.organisation_id, case.id == instance_id)
        .with_for_update()
    ).one_or_none()
    if found is None or actor.organisation_kind != "enterprise":
        raise NotFound()
    return found


def cases(
    session: Session, relation_id: UUID, *, actor: Actor, after: str | None = None,
    limit: int = _PAGE,
) -> Page[Any]:  # fmt: skip
    """Give the cases of the actor's enterprise that concern one, the latest said first.

    Columns: id, number, title, state, ledger_state, set_at.
    """
    require(actor, "relation:pass")
    said, case, line = t.CaseRelation, t.Instance, t.Hazard
    statement = (
        select(case.id, case.number, case.title, case.state,
               line.state.label("ledger_state"), said.set_at)
        .join(case, (case.organisation_id == said.organisation_id) & (case.id == said.instance_id))
        .outerjoin(line, (line.organisation_id == case.organisation_id) & (line.id == case.id))
        .where(said.organisation_id == actor.organisation_id, said.relation_id == relation_id)
    )  # fmt: skip
    if after is not None:
        statement = statement.where(older_than(said.set_at, case.id, after))
    rows = session.execute(
        statement.order_by(said.set_at.desc(), case.id.desc()).limit(limit + 1)
    ).all()
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], cursor(rows[limit - 1].set_at, rows[limit - 1].id))


def _parties(session: Session, host_id: UUID, *more: Any) -> Sequence[Party]:
    own = t.Relation
    rows = session.execute(
        select(own.id, own.kind, own.name, own.subject)
        .join(t.Organisation, t.Organisation.id == own.related_id)
        .where(own.organisation_id == host_id, holds(), t.Organisation.status == "active", *more)
        .order_by(own.name, own.subject, own.id)
        .limit(_MOST)
    )
    return [Party(*row) for row in rows]
