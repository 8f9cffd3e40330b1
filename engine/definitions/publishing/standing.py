"""What is done with a version after it was published: halt it, let it go on, go back to it.

A version itself never changes, nor does the case that runs it; what was done stands beside it, with
who, when and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.definitions import drafts, heirs
from engine.definitions.drafts import copying
from engine.definitions.in_force import begins_at, find_latest, is_scheduled
from engine.definitions.publishing import Outcome, clean_reason, publish
from engine.errors import AlreadyDone, Conflict, NotFound
from engine.permissions import PERMISSIONS, require
from engine.store import tables as t


def suspend(
    session: Session, definition_id: UUID, *, reason: str, actor: Actor
) -> t.Definition | None:
    """Let no new case begin with a version; running ones go on. Gives what runs then, if anything.

    Raises:
        NotFound: it is not the organisation's own. AlreadyDone: it is suspended already.
        InvalidAnswers: no reason.
    """
    row = _own(session, definition_id, actor)
    if row.state == "suspended":
        raise _done(row, "已停用", "suspended")
    _turn(session, row, "suspended", reason, actor)
    return find_latest(session, session.get_one(t.Organisation, row.organisation_id), row.key)


def resume(
    session: Session, definition_id: UUID, *, reason: str, actor: Actor
) -> t.Definition | None:
    """Let a suspended version count again. Gives what new cases begin with then.

    Raises:
        NotFound: it is not the organisation's own. AlreadyDone: it is not suspended.
        InvalidAnswers: no reason.
    """
    row = _own(session, definition_id, actor)
    if row.state == "active":
        raise _done(row, "已恢复", "resumed")
    _turn(session, row, "active", reason, actor)
    return find_latest(session, session.get_one(t.Organisation, row.organisation_id), row.key)


def use_inherited(session: Session, key: str, *, reason: str, actor: Actor) -> t.Definition:
    """Suspend all of one's own versions, so that new cases begin with the inherited one again.

    Raises:
        Conflict: nothing is inherited. AlreadyDone: the inherited one runs already.
    """
    require(actor, "definition:deploy")
    organisation = session.get(t.Organisation, actor.organisation_id)
    if organisation is None:
        raise NotFound()
    own = session.scalars(
        select(t.Definition)
        .where(t.Definition.organisation_id == organisation.id, t.Definition.key == key)
        .order_by(t.Definition.version)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not own:
        raise NotFound()
    inherited = find_latest(session, organisation, key, without=[row.id for row in own])
    if inherited is None:
        raise Conflict(
            "上级单位没有发布这个流程，没有可以改用的版本。",
            "No organisation above has published this process; there is nothing to change to.",
        )
    going = [row for row in own if row.state == "active"]
    if not going:
        raise _done(own[-1], "已停用", "suspended")
    for row in going:
        _turn(session, row, "suspended", reason, actor, quietly=row is not going[-1])
    return inherited


def keep_own(session: Session, key: str, *, newer_id: UUID, actor: Actor) -> None:
    """Note that the organisation looked at its sector's newer version and keeps its own.

    Raises:
        NotFound: there is no newer one to decide about.
    """
    require(actor, "definition:deploy")
    organisation = session.get(t.Organisation, actor.organisation_id)
    found = heirs.find_newer(session, organisation, key) if organisation else None
    if found is None or found.newer.id != newer_id:
        raise NotFound()
    _note(found.own, "kept", actor, newer=str(newer_id))
    session.flush()


def go_back(
    session: Session,
    definition_id: UUID,
    *,
    reason: str,
    starts_at: datetime | None = None,
    actor: Actor,
) -> Outcome:
    """Publish the content of an older version again, as a new one, by the rules of publishing.

    Raises:
        as `publish`; NotFound: it is not the organisation's own.
    """
    row = _own(session, definition_id, actor)
    draft = drafts.create(
        session,
        title=row.name,
        bundle=copying.files_of(session, row),
        base_id=row.id,
        key=row.key,
        actor=actor,
    )
    draft.overrides = list(_set_aside(session, row))
    session.flush()
    return publish(
        session, draft.id, revision=draft.revision, reason=reason, starts_at=starts_at, actor=actor
    )


def after_suspending(session: Session, row: t.Definition) -> t.Definition | None:
    """Give what new cases would begin with if `row` were suspended."""
    organisation = session.get_one(t.Organisation, row.organisation_id)
    return find_latest(session, organisation, row.key, without=[row.id])


def standing(row: Any, in_force: UUID | None) -> str:
    """Say how a version stands: in_force, scheduled, suspended or earlier."""
    if row.state == "suspended":
        return "suspended"
    if row.id == in_force:
        return "in_force"
    return "scheduled" if is_scheduled(row) else "earlier"


def ends_at(row: Any, rows: Iterable[Any]) -> datetime | None:
    """Give when a version stops counting because another of the same owner begins, if one does.

    Args:
        rows: versions of the same definition, the own owner's among them.
    """
    later = [
        begins_at(other)
        for other in rows
        if other.organisation_id == row.organisation_id
        and other.state == "active"
        and _sector(other) in ("", _sector(row))
        and (begins_at(other), other.version) > (begins_at(row), row.version)
    ]
    return min(later, default=None)


def _sector(row: Any) -> str:
    """Give the sector whose pack a version comes from: a department has one for each."""
    return (row.pack or "").partition(" ")[0]


def _own(session: Session, definition_id: UUID, actor: Actor) -> t.Definition:
    """Give a version of the actor's own organisation, for changing."""
    require(actor, "definition:deploy")
    found = session.scalar(
        select(t.Definition)
        .where(
            t.Definition.id == definition_id,
            t.Definition.organisation_id == actor.organisation_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound()
    return found


def _turn(
    session: Session,
    row: t.Definition,
    state: str,
    reason: str,
    actor: Actor,
    *,
    quietly: bool = False,
) -> None:
    words = clean_reason(reason)
    what = "suspended" if state == "suspended" else "resumed"
    row.state = state
    _note(row, what, actor, reason=words)
    session.flush()
    if quietly:
        return
    facts = {"author": actor.name, "name": row.name, "version": row.version, "words": words}
    notifications.tell_about_definition(
        session, [row.organisation_id], f"definition_{what}", facts,
        roles=PERMISSIONS["definition:approve"], but=actor.user_id,
    )  # fmt: skip


def _note(row: t.Definition, what: str, actor: Actor, **more: str) -> None:
    by = str(actor.user_id) if actor.user_id else None
    note = {"what": what, "at": clock.now().isoformat(), "by": by, "name": actor.name, **more}
    row.changes = [*(row.changes or ()), note]


def _done(row: t.Definition, zh: str, en: str) -> AlreadyDone:
    last = next((one for one in reversed(row.changes or ()) if one["what"] == en), None)
    by = last["name"] if last else ""
    return AlreadyDone(
        f"第 {row.version} 版{zh}" + (f"，是 {by} 做的。" if by else "。"),
        f"Version {row.version} is {en} already" + (f", by {by}." if by else "."),
        by=by,
        at=datetime.fromisoformat(last["at"]) if last else None,
    )


def _set_aside(session: Session, row: t.Definition) -> Sequence[Any]:
    """Give the legal rules that were set aside when a version was published."""
    found = session.scalars(
        select(t.DefinitionDraft.overrides).where(
            t.DefinitionDraft.organisation_id == row.organisation_id,
            t.DefinitionDraft.published_id == row.id,
        )
    ).first()
    return found or ()
