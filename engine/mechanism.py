"""The mechanism 机制 an organisation runs: what handbook, rules and notices are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import clock, definitions, organisations
from engine.actors import ENTERPRISE_ROLES, Actor
from engine.definitions.packs import Pack, get_pack
from engine.definitions.packs.installing import MAIN, runs_for
from engine.errors import NotFound
from engine.hazards.codes import SECTORS
from engine.permissions import require
from engine.store import tables as t

_SUGGESTION: Final = "suggestion"


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """Everything that is told on paper; nothing in it is about a single report."""

    organisation: t.Organisation
    sector: str
    pack: Pack
    #: What new hazard reports follow, and what suggestions do, where there is such a process.
    definition: t.Definition
    owner: str
    loaded: definitions.Loaded
    suggestion: definitions.Loaded | None
    #: Process → its diagram, the main one first.
    diagrams: Mapping[str, bytes]
    #: The checklist items in force for the sector and for all, as they were frozen.
    items: Sequence[Mapping[str, Any]]
    places: Sequence[t.Place]
    #: Role → names of the members who hold it.
    people: Mapping[str, Sequence[str]]

    def setting(self, key: str) -> Any:
        """Give a setting of the organisation, or its default."""
        return organisations.setting(self.organisation, key)


def read(session: Session, *, actor: Actor, sector: str | None = None) -> Mechanism:
    """Give the mechanism of the actor's own organisation.

    Args:
        sector: for a department or office: the sector it is about. An enterprise has its own.

    Raises:
        NotAllowed: the actor may not read definitions. NotFound: nothing runs there.
    """
    require(actor, "definition:read")
    organisation = session.get(t.Organisation, actor.organisation_id)
    if organisation is None:
        raise NotFound()
    if organisation.kind == "enterprise" or sector is None:
        sector = organisation.sector
    pack = get_pack(sector if sector in SECTORS else "general")
    definition = runs_for(session, organisation, pack, MAIN)
    if definition is None:
        raise _nothing_runs()
    loaded = definitions.load(session, definition.id)
    suggestion = runs_for(session, organisation, pack, _SUGGESTION)
    return Mechanism(
        organisation=organisation,
        sector=pack.key,
        pack=pack,
        definition=definition,
        owner=definitions.owner(session, definition).name,
        loaded=loaded,
        suggestion=definitions.load(session, suggestion.id) if suggestion else None,
        diagrams={
            key: definitions.resource_content(session, definition, "bpmn", key)
            for key in loaded.model.names()
            if key in definition.resources["bpmn"]
        },
        items=_items(session, organisation, pack.key),
        places=_places(session, organisation.id),
        people=_people(session, organisation.id),
    )


def _nothing_runs() -> NotFound:
    return NotFound(
        "还没有可以打印的流程。请先安装行业包，或请管理员发布流程。",
        "No process runs here yet. Install a sector pack, or ask an administrator to publish one.",
    )


def _items(session: Session, organisation: t.Organisation, sector: str) -> list[Mapping[str, Any]]:
    """Give the latest version of each item in force today, the sector's own first."""
    item, today = t.ChecklistItem, clock.local_date()
    rows = session.scalars(
        select(item)
        .where(
            item.organisation_id.in_(definitions.inheritance(session, organisation)),
            item.sector.in_([sector, "general"]),
            or_(item.effective_from.is_(None), item.effective_from <= today),
            or_(item.effective_to.is_(None), item.effective_to >= today),
        )
        .order_by(item.code, item.version)
    )
    latest = {row.code: row for row in rows}
    ordered = sorted(latest.values(), key=lambda row: (row.sector != sector, row.code))
    return [{**row.content, "version": row.version} for row in ordered]


def _places(session: Session, organisation_id: UUID) -> list[t.Place]:
    return list(
        session.scalars(
            select(t.Place)
            .where(t.Place.organisation_id == organisation_id, t.Place.revoked_at.is_(None))
            .order_by(t.Place.name, t.Place.part)
        )
    )


def _people(session: Session, organisation_id: UUID) -> dict[str, list[str]]:
    """Give who holds which role; reporters are everybody and are not listed."""
    rows = session.execute(
        select(t.Membership.role, t.User.name)
        .join(t.User, t.User.id == t.Membership.user_id)
        .where(
            t.Membership.organisation_id == organisation_id,
            t.Membership.role.in_(ENTERPRISE_ROLES.keys() - {"reporter"}),
            t.User.disabled_at.is_(None),
        )
        .order_by(t.User.name)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.role, []).append(row.name)
    return found
