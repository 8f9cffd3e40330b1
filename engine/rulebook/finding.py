"""Finding versions and comments: the enterprise its own, those above what they were asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import NotFound
from engine.permissions import require
from engine.statistics.paging import Page, cursor, older_than
from engine.store import tables as t
from engine.store import visible_to

STATES: Final = ("heard", "replaced", "adopted")
_MOST: Final = 100
_PAGE: Final = 50


def get(session: Session, version_id: UUID, *, actor: Actor) -> t.RulebookVersion:
    """Give a version: of one's own enterprise, one asked about, or one adopted below.

    Raises:
        NotAllowed: the role. NotFound: there is none, or it is not theirs to read.
    """
    require(actor, "rulebook:read")
    wanted = _readable(actor, select(t.RulebookVersion), version_id)
    row: t.RulebookVersion | None = session.scalar(wanted)
    if row is None:
        raise NotFound()
    return row


def own_versions(session: Session, organisation_id: UUID) -> Sequence[t.RulebookVersion]:
    """Give the versions of an enterprise, the newest first."""
    row = t.RulebookVersion
    return session.scalars(
        select(row)
        .where(row.organisation_id == organisation_id)
        .order_by(row.number.desc())
        .limit(_MOST)
    ).all()


def before(session: Session, row: t.RulebookVersion) -> t.RulebookVersion | None:
    """Give the version that came before one."""
    own = t.RulebookVersion
    return session.scalars(
        select(own)
        .where(own.organisation_id == row.organisation_id, own.number < row.number)
        .order_by(own.number.desc())
        .limit(1)
    ).first()


def listed(
    session: Session, *, actor: Actor, after: str | None = None, limit: int = _PAGE
) -> Page[Any]:
    """Give the versions one may read, the newest first: own, asked about, or adopted below.

    Columns: id, organisation_id, enterprise, title, number, state, due_on, made_at, issued_on,
    document_number; comments (one's own unit's; of an enterprise all) and answered of them.

    Raises:
        NotAllowed: the role. Invalid: the cursor is wrong.
    """
    require(actor, "rulebook:read")
    row = t.RulebookVersion
    shown = select(
        row.id,
        row.organisation_id,
        t.Organisation.name.label("enterprise"),
        row.title,
        row.number,
        row.state,
        row.due_on,
        row.made_at,
        row.issued_on,
        row.document_number,
        _count(actor).label("comments"),
        _count(actor, t.RulebookComment.outcome.is_not(None)).label("answered"),
    ).join_from(row, t.Organisation, t.Organisation.id == row.organisation_id)
    statement = _readable(actor, shown)
    if after is not None:
        statement = statement.where(older_than(row.made_at, row.id, after))
    order = (row.made_at.desc(), row.id.desc())
    found = session.execute(statement.order_by(*order).limit(limit + 1)).all()
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    return Page(found[:limit], cursor(last.made_at, last.id))


def asked(session: Session, row: t.RulebookVersion) -> Sequence[Any]:
    """Give who was asked about a version: unit_id, name, kind, asked_at, comments."""
    one, comment = t.RulebookAsked, t.RulebookComment
    said = (
        select(func.count())
        .where(
            comment.organisation_id == one.organisation_id,
            comment.version_id == one.version_id,
            comment.unit_id == one.unit_id,
        )
        .scalar_subquery()
    )
    return session.execute(
        select(
            one.unit_id,
            t.Organisation.name,
            t.Organisation.kind,
            one.asked_at,
            said.label("comments"),
        )
        .join(t.Organisation, t.Organisation.id == one.unit_id)
        .where(one.organisation_id == row.organisation_id, one.version_id == row.id)
        .order_by(t.Organisation.kind, t.Organisation.name)
    ).all()


def comments(session: Session, row: t.RulebookVersion, *, actor: Actor) -> Sequence[Any]:
    """Give the comments on a version, the first first; the union's stay inside the house.

    Columns: those of the comment, and `unit`.
    """
    own = t.RulebookComment
    statement = (
        select(*own.__table__.c, t.Organisation.name.label("unit"))
        .join(t.Organisation, t.Organisation.id == own.unit_id)
        .where(own.organisation_id == row.organisation_id, own.version_id == row.id)
        .order_by(own.id)
    )
    if actor.organisation_id != row.organisation_id:
        statement = statement.where(own.unit_id != row.organisation_id)
    return session.execute(statement).all()


def may_comment(session: Session, row: t.RulebookVersion, actor: Actor) -> bool:
    """Say whether the actor's unit was asked about a version; an enterprise speaks by its union."""
    if actor.organisation_kind == "enterprise" and not actor.has("union"):
        return False
    key = (row.organisation_id, row.id, actor.organisation_id)
    return session.get(t.RulebookAsked, key) is not None


def _readable(actor: Actor, statement: Any, version_id: UUID | None = None) -> Any:
    row, one = t.RulebookVersion, t.RulebookAsked
    if version_id is not None:
        statement = statement.where(row.id == version_id)
    if actor.organisation_kind == "enterprise":
        return statement.where(row.organisation_id == actor.organisation_id)
    asked_about = (
        select(one.version_id)
        .where(
            one.unit_id == actor.organisation_id,
            one.organisation_id == row.organisation_id,
            one.version_id == row.id,
        )
        .exists()
    )
    below = visible_to(actor, select(t.Organisation.id))
    adopted = and_(row.state == "adopted", row.organisation_id.in_(below))
    return statement.where(or_(asked_about, adopted))


def _count(actor: Actor, *more: Any) -> Any:
    comment, row = t.RulebookComment, t.RulebookVersion
    mine = () if actor.organisation_kind == "enterprise" else (
        comment.unit_id == actor.organisation_id,
    )  # fmt: skip
    return (
        select(func.count())
        .where(
            comment.organisation_id == row.organisation_id,
            comment.version_id == row.id,
            *mine,
            *more,
        )
        .correlate(row)
        .scalar_subquery()
    )


def issued(session: Session, organisation_id: UUID) -> t.RulebookVersion | None:
    """Give the version that was issued last, None when none was."""
    versions = own_versions(session, organisation_id)
    return next((row for row in versions if row.state == "adopted"), None)


def enterprise(session: Session, row: t.RulebookVersion) -> t.Organisation:
    """Give the enterprise whose version it is."""
    return session.get_one(t.Organisation, row.organisation_id)


def pdf(session: Session, row: t.RulebookVersion) -> t.Attachment:
    """Give the PDF of a version: as it was issued, or as it was put before others."""
    return session.get_one(t.Attachment, (row.organisation_id, row.issued_file_id or row.file_id))


def version_of(session: Session, comment_id: UUID, *, actor: Actor) -> t.RulebookVersion:
    """Give the version that a comment on one's own rules is about; NotFound when there is none."""
    kept = session.get(t.RulebookComment, (actor.organisation_id, comment_id))
    if kept is None:
        raise NotFound()
    return get(session, kept.version_id, actor=actor)


def signer(session: Session, row: t.RulebookVersion) -> str:
    """Give the name of who issued a version; empty while nobody has."""
    return session.scalar(select(t.User.name).where(t.User.id == row.adopted_by)) or ""
