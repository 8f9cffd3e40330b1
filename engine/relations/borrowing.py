"""Taking over somebody's mechanism as a draft of one's own, and where it is from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.definitions import drafts, in_force
from engine.errors import Conflict
from engine.permissions import require
from engine.relations import templates
from engine.store import new_id
from engine.store import tables as t


def take_over(session: Session, template_id: UUID, *, actor: Actor) -> UUID:
    """Begin a draft of one's own with somebody's mechanism; gives its id, and notes the source.

    Raises:
        NotAllowed: the role. NotFound: as `get`. Conflict: it is one's own, or a draft that was
        begun with it is still being worked on.
    """
    require(actor, "definition:deploy")
    own = templates.own_enterprise(session, actor)
    row = templates.get(session, template_id, actor=actor)
    if row.organisation_id == own.id:
        raise Conflict("这是本单位自己的机制。", "This is your own mechanism.")
    _refuse_begun(session, own.id, row)
    runs = in_force.find_latest(session, own, templates.MAIN)
    draft = drafts.create(
        session,
        title=f"{row.owner}：{row.title}"[:200],
        bundle=templates.bundle_of(session, row),
        base_id=runs.id if runs else None,
        actor=actor,
        key=templates.MAIN,
    )
    session.add(
        t.TemplateUse(
            organisation_id=own.id,
            id=new_id(),
            owner_id=row.organisation_id,
            template_id=row.id,
            draft_id=draft.id,
            at=clock.now(),
            by=actor.user_id,
        )
    )
    session.flush()
    return draft.id


def origin_of(session: Session, organisation_id: UUID, draft_id: UUID) -> Any:
    """Give where a draft is from: `owner`, `title`, `at`; None when it is from no template."""
    return session.execute(_origins(organisation_id, t.TemplateUse.draft_id == draft_id)).first()


def origin_of_version(session: Session, definition: t.Definition) -> Any:
    """Give where a version is from, as `origin_of` does of the draft that it was published of."""
    use, draft = t.TemplateUse, t.DefinitionDraft
    published = select(draft.id).where(
        draft.organisation_id == definition.organisation_id, draft.published_id == definition.id
    )
    found = _origins(definition.organisation_id, use.draft_id.in_(published))
    return session.execute(found).first()


def _origins(organisation_id: UUID, condition: ColumnElement[bool]) -> Any:
    use, own = t.TemplateUse, t.Template
    return (
        select(t.Organisation.name.label("owner"), own.title, use.at)
        .join(own, (own.organisation_id == use.owner_id) & (own.id == use.template_id))
        .join(t.Organisation, t.Organisation.id == use.owner_id)
        .where(use.organisation_id == organisation_id, condition)
    )


def _refuse_begun(session: Session, own_id: UUID, row: Any) -> None:
    use, draft = t.TemplateUse, t.DefinitionDraft
    begun = (
        select(draft.id)
        .join(use, (use.organisation_id == draft.organisation_id) & (use.draft_id == draft.id))
        .where(
            draft.organisation_id == own_id,
            use.owner_id == row.organisation_id,
            use.template_id == row.id,
            draft.state.in_(drafts.OPEN),
        )
    )
    found = session.scalar(begun.limit(1))
    if found is not None:
        raise Conflict(
            "已经照它起了草稿，请在“设计”里接着改。",
            "A draft was begun with it already; go on with that one in the studio.",
            draft_id=str(found),
        )
