"""Where an enterprise stands: assigning and moving it (R-01, R-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, placing
from engine.actors import Actor
from engine.errors import Invalid, InvalidAnswers, NotFound
from engine.registry import beside
from engine.registry.entering import get_for_change, require_office
from engine.registry.fields import NODES
from engine.registry.nodes import Node, check_nodes, nodes
from engine.store import Organisation, organisations_of

#: So many enterprises are assigned at once.
MOST_AT_ONCE: Final = 500
_LONGEST_REASON: Final = 500


def move(
    session: Session,
    organisation_id: UUID,
    places: Mapping[str, UUID | None],
    *,
    effective_on: date,
    reason: str,
    actor: Actor,
) -> Organisation:
    """Move an enterprise to another department, town or group from a day on.

    Its open cases go on to be handled; months that ended before that day stay as they were.

    Args:
        places: department_id, town_id, group_id; what is not named stays.

    Raises:
        NotAllowed: only the office moves. NotFound: not in its district. Conflict: it stands there
        already. InvalidAnswers: node, day or reason is wrong.
    """
    require_office(actor)
    organisation = get_for_change(session, organisation_id, actor=actor)
    places = {key: places[key] for key in NODES if key in places}
    present = [getattr(organisation, key) for key in NODES]
    check_nodes(dict(places), nodes(session, actor=actor, also=present))
    placing.change(
        session, organisation, places, kind="moved", on=effective_on,
        reason=clean_reason(reason), actor=actor,
    )  # fmt: skip
    beside.end(session, organisation_id, organisation.department_id, actor=actor)
    return organisation


def assign(
    session: Session,
    organisation_ids: Sequence[UUID],
    places: Mapping[str, UUID | None],
    *,
    actor: Actor,
) -> int:
    """Give many enterprises of the queue 归属待定 their department, town or group, from today on.

    Args:
        places: what is None or not named stays as it is.

    Returns:
        how many were changed; those that stand there already are passed over.

    Raises:
        NotAllowed: only the office assigns. Invalid: none chosen, or too many, or nowhere to go.
        NotFound: one of them is not in its district.
    """
    require_office(actor)
    wanted = {key: places[key] for key in NODES if places.get(key)}
    if not organisation_ids or not wanted:
        raise Invalid(
            "请勾选单位，并选择主管部门或街镇。", "Tick enterprises and choose where they belong."
        )
    if len(organisation_ids) > MOST_AT_ONCE:
        raise Invalid(f"一次最多办理 {MOST_AT_ONCE} 家。", f"At most {MOST_AT_ONCE} at once.")
    check_nodes(dict(wanted), nodes(session, actor=actor))
    rows = _locked(session, organisation_ids, actor)
    changed = [row for row in rows if any(getattr(row, k) != v for k, v in wanted.items())]
    for row in changed:
        placing.change(
            session, row, wanted, kind="assigned", on=clock.local_date(), reason=None, actor=actor
        )
        beside.end(session, row.id, row.department_id, actor=actor)
    return len(changed)


def clean_reason(reason: str) -> str:
    """Give the reason without outer spaces; InvalidAnswers when there is none or it is too long."""
    plain = " ".join(reason.split())
    if not plain or len(plain) > _LONGEST_REASON:
        raise InvalidAnswers.at(
            "reason", "请写明原因，500 字以内。", "Give the reason, in up to 500 characters."
        )
    return plain


def _locked(session: Session, ids: Sequence[UUID], actor: Actor) -> Sequence[Organisation]:
    statement = select(Organisation).where(
        Organisation.id.in_(ids), Organisation.kind == "enterprise"
    )
    if not actor.is_system:
        statement = statement.where(Organisation.id.in_(organisations_of(actor)))
    rows = session.scalars(
        statement.order_by(Organisation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(rows) != len(set(ids)):
        raise NotFound()
    return rows


def names_of(found: Sequence[Node]) -> dict[UUID, str]:
    """Give the names of nodes by their ids."""
    return {node.id: node.path or node.name for node in found}
