"""From which version to which, and where each place at which cases wait goes on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from engine import clock, definitions
from engine.actors import Actor
from engine.definitions import Loaded
from engine.errors import Invalid, NotFound
from engine.permissions import require
from engine.spiff import migration
from engine.store import tables as t


@dataclass(frozen=True)
class Version:
    """A version that cases run by or may be moved to."""

    id: UUID
    organisation_id: UUID
    key: str
    name: str
    version: int
    #: Name of the organisation that drew it.
    owner: str
    created_at: datetime


@dataclass(frozen=True)
class Plan:
    """A plan to move cases from one version to another."""

    source: Version
    target: Version
    old: Loaded
    new: Loaded
    #: Old element → new element, where a person said so.
    mapping: Mapping[str, str]
    rows: Sequence[migration.Row]


def targets(session: Session, source_id: UUID, *, actor: Actor) -> list[Version]:
    """Give the versions that cases of a version may be moved to: of the organisation's own line.

    Its own come first, each newest first; what is suspended or only begins later is left out.

    Raises:
        NotFound: the organisation has nothing to do with that version.
    """
    require(actor, "case:migrate")
    source = _source(session, source_id, actor)
    now = clock.now()
    own = session.get_one(t.Organisation, actor.organisation_id)
    return [
        version_of(row, row.owner)
        for row in definitions.lineage(session, own, source.key)
        if row.id != source_id
        and row.state == "active"
        and (row.starts_at is None or row.starts_at <= now)
    ]


def plan(
    session: Session,
    source_id: UUID,
    target_id: UUID,
    mapping: Mapping[str, str],
    *,
    actor: Actor,
) -> Plan:
    """Say where each place at which cases of the source may wait goes on in the target.

    Args:
        mapping: old element → new element, for tasks that go on under another one.

    Raises:
        NotFound: one of the versions is not there for the organisation.
        Invalid: the mapping names an element that is not there, or one of another type.
    """
    chosen = {target.id: target for target in targets(session, source_id, actor=actor)}
    if target_id not in chosen:
        raise NotFound(
            "不能迁移到这一版：它已停用、尚未生效，或不是本单位的流程。",
            "Cases cannot be moved to that version: it is suspended, not in force yet, or not "
            "your organisation's.",
        )
    source = _source(session, source_id, actor)
    old, new = definitions.load(session, source_id), definitions.load(session, target_id)
    found = migration.plan(old.model, new.model, mapping)
    if found.wrong:
        raise _unknown(found.wrong[0], mapping[found.wrong[0]])
    for row in found.rows:
        if row.is_chosen and row.refusal is not None:
            raise Invalid(row.refusal.zh, row.refusal.en, field=row.element.key)
    owner = definitions.owner(session, source)
    return Plan(
        source=version_of(source, owner.name),
        target=chosen[target_id],
        old=old,
        new=new,
        mapping=dict(mapping),
        rows=found.rows,
    )


def version_of(row: Any, owner: str) -> Version:
    """Give a definition's row as a version."""
    return Version(
        id=row.id,
        organisation_id=row.organisation_id,
        key=row.key,
        name=row.name,
        version=row.version,
        owner=owner,
        created_at=row.created_at,
    )


def versions_of(session: Session, ids: Collection[UUID]) -> dict[UUID, Version]:
    """Give versions by their ids; for those who know that they are there."""
    found = session.execute(
        select(t.Definition, t.Organisation.name)
        .join(t.Organisation, t.Organisation.id == t.Definition.organisation_id)
        .where(t.Definition.id.in_(ids))
    )
    return {row.id: version_of(row, owner) for row, owner in found}


def _source(session: Session, source_id: UUID, actor: Actor) -> t.Definition:
    """Give the version: one of the organisation's line, or one that a case of it runs by."""
    runs = (
        exists()
        .where(t.Instance.definition_id == t.Definition.id)
        .where(t.Instance.organisation_id == actor.organisation_id)
    )
    own = session.get(t.Organisation, actor.organisation_id)
    line = definitions.inheritance(session, own) if own else []
    found = session.scalar(
        select(t.Definition).where(
            t.Definition.id == source_id, or_(t.Definition.organisation_id.in_(line), runs)
        )
    )
    if found is None:
        raise NotFound()
    return found


def _unknown(old: str, new: str) -> Invalid:
    return Invalid(
        f"没有“{old}”或“{new}”这样的步骤，请重新选择。",
        f"There is no step '{old}' or '{new}'; choose again.",
        field=old,
    )
