"""Mechanisms that others may take over: a leader's 头雁 by all, a host's by those who work for it.

What is taken over is a draft of one's own, to be checked and published like any other (R-11, R-12).
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.definitions import Bundle, in_force
from engine.definitions.drafts.copying import files_of
from engine.errors import Conflict, InvalidAnswers, Message, NotAllowed, NotFound
from engine.permissions import require
from engine.relations import rules
from engine.relations.rules import holds
from engine.statistics.paging import Page, cursor, older_than
from engine.store import new_id
from engine.store import tables as t
from engine.values.signs import writable

AUDIENCES: Final = {
    "related": Message("有效的相关方", "Those we are host of"),
    "all": Message("本系统的全部企业", "Every enterprise"),
}
#: The process a template is about; what it calls comes along.
MAIN: Final = "hazard_report"
_PAGE: Final = 50


def may_lead(session: Session, organisation: t.Organisation) -> bool:
    """Say whether an enterprise may publish for all: state-owned, with the mechanism (R-11)."""
    record = session.get(t.MechanismRecord, organisation.id)
    return organisation.ownership == "district_soe" and bool(record and record.established_on)


def publish(
    session: Session, title: str, audience: str, note: str = "", *, actor: Actor
) -> t.Template:
    """Let others take over what runs in the actor's enterprise now.

    Raises:
        NotAllowed: the role, or no enterprise. InvalidAnswers: field by field.
        Conflict: nothing runs, or just this is published for them already.
    """
    require(actor, "template:publish")
    own = own_enterprise(session, actor)
    title, note = rules.plain(title), writable(note).strip()
    wrong: dict[str, list[Message]] = {}
    if not 2 <= len(title) <= 200:
        wrong["title"] = [Message("名称为 2 至 200 字。", "The name has 2 to 200 characters.")]
    if len(note) > 500:
        wrong["note"] = [Message("说明最多 500 字。", "At most 500 characters.")]
    if audience not in AUDIENCES:
        wrong["audience"] = [Message("请选择给谁用。", "Choose for whom.")]
    elif audience == "all" and not may_lead(session, own):
        wrong["audience"] = [
            Message(
                "向全部企业公开的，是已建立机制的区属国有企业。",
                "District-owned enterprises that have the mechanism publish for every enterprise.",
            )
        ]
    if wrong:
        raise InvalidAnswers(wrong)
    runs = in_force.find_latest(session, own, MAIN)
    if runs is None:
        raise Conflict("本单位还没有在用的流程。", "No process runs in your enterprise yet.")
    _refuse_double(session, own.id, runs.id, audience)
    row = t.Template(
        organisation_id=own.id,
        id=new_id(),
        audience=audience,
        title=title,
        note=note or None,
        definition_id=runs.id,
        checklists=_checklists(session, own),
        published_at=clock.now(),
        published_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    return row


def withdraw(session: Session, template_id: UUID, reason: str, *, actor: Actor) -> None:
    """Let nobody take it over any more; what was taken over stays where it is.

    Raises:
        NotAllowed: the role. NotFound: not theirs. Conflict: it is withdrawn already.
        InvalidAnswers: no reason.
    """
    require(actor, "template:publish")
    row = session.get(t.Template, (actor.organisation_id, template_id), with_for_update=True)
    if row is None:
        raise NotFound()
    if row.withdrawn_at is not None:
        raise Conflict("已经收回。", "It is withdrawn already.")
    row.withdrawn_at, row.withdrawn_reason = clock.now(), rules.clean_reason(reason)
    session.flush()


def listed(
    session: Session, *, actor: Actor, after: str | None = None, limit: int = _PAGE
) -> Page[Any]:
    """Give the templates that the actor's enterprise may take over, and its own, newest first.

    Columns: those of the template, `owner`, `uses` (how often it was taken over).
    """
    require(actor, "definition:read")
    own = t.Template
    statement = _shown().where(_open_to(actor))
    if after is not None:
        statement = statement.where(older_than(own.published_at, own.id, after))
    order = (own.published_at.desc(), own.id.desc())
    rows = session.execute(statement.order_by(*order).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], cursor(rows[limit - 1].published_at, rows[limit - 1].id))


def get(session: Session, template_id: UUID, *, actor: Actor) -> Any:
    """Give a template that the actor's enterprise may take over, or its own; as `listed`.

    Raises:
        NotAllowed: the role. NotFound: there is none, it was withdrawn, or it is not for them.
    """
    require(actor, "definition:read")
    found = session.execute(
        _shown().where(t.Template.id == template_id, _open_to(actor))
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def bundle_of(session: Session, row: Any) -> Bundle:
    """Give what a template holds: diagrams, forms, tables, scenarios and the checklists."""
    found = files_of(session, session.get_one(t.Definition, row.definition_id))
    wanted = {UUID(id_): key for key, id_ in row.checklists.items()}
    rows = session.execute(
        select(t.Resource.id, t.Resource.content).where(t.Resource.id.in_(wanted))
    )
    lists = {wanted[id_]: content for id_, content in rows}
    return Bundle({**found.contents, "checklist": lists} if lists else found.contents)


def _shown() -> Any:
    own, use = t.Template, t.TemplateUse
    uses = (
        select(func.count())
        .select_from(use)
        .where(use.owner_id == own.organisation_id, use.template_id == own.id)
        .correlate(own)
        .scalar_subquery()
    )
    return (
        select(*own.__table__.c, t.Organisation.name.label("owner"), uses.label("uses"))
        .join(t.Organisation, t.Organisation.id == own.organisation_id)
        .where(own.withdrawn_at.is_(None))
    )


def _open_to(actor: Actor) -> ColumnElement[bool]:
    own, relation = t.Template, t.Relation
    hosts = select(relation.organisation_id).where(
        relation.related_id == actor.organisation_id, holds()
    )
    return or_(
        own.organisation_id == actor.organisation_id,
        own.audience == "all",
        (own.audience == "related") & own.organisation_id.in_(hosts),
    )


def own_enterprise(session: Session, actor: Actor) -> t.Organisation:
    """Give the actor's enterprise, held; NotAllowed for any other organisation."""
    found = session.scalar(
        select(t.Organisation)
        .where(t.Organisation.id == actor.organisation_id)
        .with_for_update(key_share=True)
    )
    if found is None or found.kind != "enterprise":
        raise NotAllowed("只有企业可以这样办理。", "Only an enterprise does this.")
    return found


def _checklists(session: Session, own: t.Organisation) -> dict[str, str]:
    """Give the ids of the checklists that the enterprise drew itself, as they are now."""
    newest = (
        select(t.Resource.key, func.max(t.Resource.version).label("version"))
        .where(t.Resource.organisation_id == own.id, t.Resource.kind == "checklist")
        .group_by(t.Resource.key)
        .subquery()
    )
    rows = session.execute(
        select(t.Resource.key, t.Resource.id)
        .join(newest, (newest.c.key == t.Resource.key) & (newest.c.version == t.Resource.version))
        .where(t.Resource.organisation_id == own.id, t.Resource.kind == "checklist")
    )
    return {key: str(id_) for key, id_ in rows}


def _refuse_double(session: Session, own_id: UUID, definition_id: UUID, audience: str) -> None:
    own = t.Template
    same = select(own.id).where(
        own.organisation_id == own_id,
        own.definition_id == definition_id,
        own.audience == audience,
        own.withdrawn_at.is_(None),
    )
    if session.scalar(same) is not None:
        raise Conflict(
            "在用的这一版已经公开，不用再公开。要改名称，请先收回。",
            "The version in force is published already; withdraw it to change its name.",
        )
