"""Learning from a typical case: study receipts, and taking over its checklist or process (R-19)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid5

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import checklists, clock
from engine.actors import Actor
from engine.definitions import Bundle, drafts
from engine.definitions.deploy import Terms, keep
from engine.definitions.drafts.copying import files_of
from engine.errors import Conflict, NotFound
from engine.permissions import require
from engine.practices import finding
from engine.store import new_id, upsert
from engine.store import tables as t

#: The enterprise's own checklist of what it learned from others.
CHECKLIST: Final = "learned"
#: The dimension that comes first → the class of hazards its item is filed under.
_CATEGORIES: Final = {
    "human": "human",
    "machine": "object",
    "material": "object",
    "environment": "environment",
    "management": "management",
    "culture": "management",
}
_LONGEST_HAZARD: Final = 300


def study(session: Session, practice_id: UUID, *, actor: Actor) -> None:
    """Note that the actor read a published case; once is enough.

    Raises:
        NotFound: there is no such published case.
    """
    row = _published(session, practice_id, actor, "practice:read")
    _note(session, row, "studied", actor, note=None)


def apply_checklist(session: Session, practice_id: UUID, *, actor: Actor) -> str:
    """Copy what a case teaches into the enterprise's own checklist; gives the item's code.

    Raises:
        NotAllowed: the role, or not an enterprise. NotFound: no such published case.
        Conflict: it was taken over before.
    """
    row = _published(session, practice_id, actor, "practice:apply")
    organisation = _enterprise(session, actor)
    code = f"AL-{row.slug[:8].upper()}"
    items = _own_items(session, organisation)
    if any(item["code"] == code for item in items):
        raise Conflict(
            f"本单位的报告清单里已经有这一条（{code}）。",
            f"Your checklist has this item already ({code}).",
        )
    document = {
        "sector": organisation.sector,
        "name": "学习典型案例",
        "name_en": "Learned from typical cases",
        "items": [*items, _item(row, code)],
    }
    content = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    checklists.read_items(content)
    bundle = Bundle({"checklist": {CHECKLIST: content}})
    keep(session, organisation, bundle, Terms(created_by=actor.user_id, reason=row.title[:200]))
    _note(session, row, "checklist", actor, note=code)
    return code


def apply_process(session: Session, practice_id: UUID, *, actor: Actor) -> UUID:
    """Open a draft in the actor's studio from the process the case ran by; gives its id.

    Raises:
        NotAllowed: the role, or not an enterprise. NotFound: no such published case, or it tells
        of no process. Conflict: its enterprise drew the process itself and wants no name said.
    """
    row = _published(session, practice_id, actor, "practice:apply")
    require(actor, "definition:deploy")
    _enterprise(session, actor)
    definition = session.scalars(
        select(t.Definition)
        .join(t.Instance, t.Instance.definition_id == t.Definition.id)
        .where(t.Instance.organisation_id == row.organisation_id, t.Instance.id == row.instance_id)
    ).one_or_none()
    if definition is None:
        raise NotFound()
    if definition.organisation_id == row.organisation_id and not row.is_named:
        # Its forms and tables would say whose they are.
        raise Conflict(
            "这个流程是该单位自己画的，而它没有同意公开名称，不能照用。",
            "The enterprise drew this process itself and did not agree to be named.",
        )
    draft = drafts.create(
        session,
        title=f"学习案例：{row.title}"[:60],
        bundle=files_of(session, definition),
        base_id=None,
        actor=actor,
        key=definition.key,
    )
    _note(session, row, "process", actor, note=f"{definition.name} v{definition.version}")
    return draft.id


def _item(row: Any, code: str) -> dict[str, Any]:
    """Make an item of a case: the hazard it tells of, and what was done about it."""
    first = row.dimensions[0] if row.dimensions else "management"
    return {
        "code": code,
        "version": 1,
        "hazard": " ".join(str(row.story.get("background") or row.title).split())[:_LONGEST_HAZARD],
        "category": _CATEGORIES.get(first, "management"),
        "risk_types": ["其他"],
        "precaution": " ".join(str(row.story.get("action") or row.title).split())[:500],
        "basis": [f"典型案例《{row.title}》"],
        "level": "general",
        "confidence": "B",
        "review": "to_be_checked",
        "note": f"来自典型案例 {row.slug}",
    }


def _own_items(session: Session, organisation: t.Organisation) -> list[dict[str, Any]]:
    content = session.scalars(
        select(t.Resource.content)
        .where(
            t.Resource.organisation_id == organisation.id,
            t.Resource.kind == "checklist",
            t.Resource.key == CHECKLIST,
        )
        .order_by(t.Resource.version.desc())
        .limit(1)
    ).first()
    return list(orjson.loads(content)["items"]) if content else []


def _published(session: Session, practice_id: UUID, actor: Actor, permission: str) -> Any:
    require(actor, permission)
    row = finding.get(session, practice_id, actor=actor)
    if row.state != "published":
        raise NotFound()
    return row


def _enterprise(session: Session, actor: Actor) -> t.Organisation:
    found = session.get(t.Organisation, actor.organisation_id)
    if found is None or found.kind != "enterprise":
        raise NotFound()
    return found


def _note(session: Session, row: Any, kind: str, actor: Actor, *, note: str | None) -> None:
    """Write the receipt; a person studies a case once, a process may be taken over again."""
    by_person = f"{row.id} {kind} {actor.user_id}"
    key = new_id() if kind == "process" else uuid5(actor.organisation_id or row.id, by_person)
    statement = upsert(session)(t.PracticeUse.__table__).values(
        organisation_id=actor.organisation_id,
        id=key,
        practice_owner_id=row.organisation_id,
        practice_id=row.id,
        kind=kind,
        note=note,
        at=clock.now(),
        by=actor.user_id,
    )
    session.connection().execute(statement.on_conflict_do_nothing())
