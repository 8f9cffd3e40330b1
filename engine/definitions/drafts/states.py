"""Drafts on their way to a version: which may still be changed, put forward or agreed to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.definitions import drafts
from engine.errors import AlreadyDone, Conflict, NotFound
from engine.store import tables as t


def of_actor(draft_id: UUID, actor: Actor) -> Select[t.DefinitionDraft]:
    """Give the statement that finds a draft of the actor's own organisation."""
    return select(t.DefinitionDraft).where(
        t.DefinitionDraft.organisation_id == actor.organisation_id,
        t.DefinitionDraft.id == draft_id,
        t.DefinitionDraft.state != "discarded",
    )


def locked(session: Session, draft_id: UUID, actor: Actor) -> t.DefinitionDraft:
    """Give a draft that nobody else can change before the commit; raises NotFound."""
    statement = of_actor(draft_id, actor).with_for_update()
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound()
    return found


def only_editing(session: Session, draft: t.DefinitionDraft) -> None:
    """Raise AlreadyDone or Conflict unless a draft is being edited."""
    if draft.state == "published":
        raise _published(session, draft)
    if draft.state == "proposed":
        raise Conflict(
            "这份草稿已经提交，正等另一人同意。",
            "This draft was put forward already and waits for another person.",
        )


def only_proposed(session: Session, draft: t.DefinitionDraft) -> None:
    """Raise AlreadyDone or Conflict unless a draft waits for a second person."""
    if draft.state == "published":
        raise _published(session, draft)
    if draft.state != "proposed":
        raise Conflict(
            "这份草稿没有在等人同意：可能刚被退回，又在修改了。",
            "This draft does not wait for anybody: it may have been declined and is being edited.",
        )


def _published(session: Session, draft: t.DefinitionDraft) -> AlreadyDone:
    row, by = published_as(session, draft), proposer(session, draft)
    return AlreadyDone(
        f"这份草稿已由 {by} 发布。",
        f"This draft was published by {by}.",
        by=by,
        at=row.created_at if row else draft.proposed_at,
    )


def changed(session: Session, draft: t.DefinitionDraft) -> Conflict:
    """Give the refusal to publish what somebody has changed since it was looked at."""
    who = drafts.saver(session, draft)
    at = draft.saved_at.astimezone(clock.LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
    return Conflict(
        f"{who} 在 {at} 又改过这份草稿。请看过改动后再发布。",
        f"{who} changed this draft at {at}; look at the changes before you publish it.",
        revision=draft.revision,
    )


def proposer(session: Session, draft: t.DefinitionDraft) -> str:
    """Give the name of who put a draft forward or published it; empty when nobody did."""
    return session.scalar(select(t.User.name).where(t.User.id == draft.proposed_by)) or ""


def published_as(session: Session, draft: t.DefinitionDraft) -> t.Definition | None:
    """Give the version that a draft became, None when it made none."""
    return session.get(t.Definition, draft.published_id) if draft.published_id else None
