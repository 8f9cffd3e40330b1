"""The document library 文件资料: what those above give to all below them (R-13, R-20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from engine import attachments, clock
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, Message, NotAllowed, NotFound
from engine.permissions import require
from engine.statistics.paging import Page, cursor, older_than
from engine.store import Attachment, new_id
from engine.store import tables as t
from engine.values.signs import writable

KINDS: Final[Mapping[str, Message]] = {
    "policy": Message("政策文件", "Policy"),
    "standard": Message("标准规范", "Standard"),
    "guide": Message("指引手册", "Guide"),
    "form": Message("表格模板", "Form"),
    "study": Message("学习资料", "Study material"),
}
MOST_FILES: Final = 9
_HOLDER: Final = "policy_document"
_PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A document as it is published."""

    kind: str
    title: str
    number: str = ""
    issuer: str
    issued_on: date | None
    summary: str = ""
    #: Ids of uploaded files.
    files: Sequence[str] = ()
    is_public: bool = False


def publish(session: Session, facts: Facts, *, actor: Actor) -> t.PolicyDocument:
    """Publish a document for all below the actor's unit.

    Raises:
        NotAllowed: the role, or an enterprise. InvalidAnswers: field by field; also when the
        unit has the same document in the library already.
    """
    require(actor, "document:publish")
    if actor.organisation_kind == "enterprise" or actor.organisation_id is None:
        raise NotAllowed(
            "文件资料由监管部门、街镇或集团发布。", "Those above enterprises publish documents."
        )
    facts = _plain(facts)
    _check(facts)
    _refuse_double(session, actor.organisation_id, facts)
    attachments.hold(session, actor.organisation_id, facts.files, by=_HOLDER)
    row = t.PolicyDocument(
        organisation_id=actor.organisation_id,
        id=new_id(),
        kind=facts.kind,
        title=facts.title,
        number=facts.number or None,
        issuer=facts.issuer,
        issued_on=facts.issued_on,
        summary=facts.summary or None,
        files=list(dict.fromkeys(facts.files)),
        is_public=facts.is_public,
        published_at=clock.now(),
        published_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    return row


def withdraw(session: Session, document_id: UUID, reason: str, *, actor: Actor) -> t.PolicyDocument:
    """Take a document of one's own unit out of the library; it stays on record.

    Raises:
        NotAllowed: the role. NotFound: not theirs. Conflict: it is out already.
        InvalidAnswers: no reason.
    """
    require(actor, "document:publish")
    row = session.get(t.PolicyDocument, (actor.organisation_id, document_id), with_for_update=True)
    if row is None:
        raise NotFound()
    if row.withdrawn_at is not None:
        raise Conflict("这份资料已经撤下。", "This document is withdrawn already.")
    reason = writable(reason).strip()
    if not 2 <= len(reason) <= 500:
        raise InvalidAnswers.at(
            "reason", "请写明撤下的原因，2 至 500 字。", "Say why, in 2 to 500 characters."
        )
    row.withdrawn_at, row.withdrawn_reason = clock.now(), reason
    session.flush()
    return row


def library(
    session: Session,
    *,
    actor: Actor,
    kind: str = "",
    words: str = "",
    after: str | None = None,
    limit: int = _PAGE,
) -> Page[Any]:
    """Give the documents that the actor's organisation and those above it published, newest first.

    Columns: those of the document, and `publisher`. An office sees those of the units under it.

    Raises:
        NotAllowed: the role. Invalid: the cursor is wrong.
    """
    require(actor, "document:read")
    own = t.PolicyDocument
    return _paged(
        session, _shown().where(own.organisation_id.in_(_publishers(actor))), kind, words, after,
        limit,
    )  # fmt: skip


def public(
    session: Session, *, kind: str = "", words: str = "", after: str | None = None,
    limit: int = _PAGE,
) -> Page[Any]:  # fmt: skip
    """Give the documents that everybody may read, newest first; columns as `library`.

    Raises:
        Invalid: the cursor is wrong.
    """
    return _paged(session, _shown().where(t.PolicyDocument.is_public), kind, words, after, limit)


def file_of(
    session: Session, document_id: UUID, file_id: UUID, *, actor: Actor | None
) -> Attachment:
    """Give a file of a document to those who may read it; without an actor, of a public one.

    Raises:
        NotFound: there is none, or it is not theirs to read.
    """
    own = t.PolicyDocument
    statement = select(own).where(own.id == document_id, own.withdrawn_at.is_(None))
    if actor is None:
        statement = statement.where(own.is_public)
    else:
        require(actor, "document:read")
        statement = statement.where(own.organisation_id.in_(_publishers(actor)))
    row = session.scalar(statement)
    if row is None or str(file_id) not in row.files:
        raise NotFound()
    return session.get_one(Attachment, (row.organisation_id, file_id))


def _shown() -> Select[Any]:
    own = t.PolicyDocument
    found: Select[Any] = select(*own.__table__.c, t.Organisation.name.label("publisher"))
    return found.join(t.Organisation, t.Organisation.id == own.organisation_id).where(
        own.withdrawn_at.is_(None)
    )


def _paged(
    session: Session, statement: Select[Any], kind: str, words: str, after: str | None, limit: int
) -> Page[Any]:
    own = t.PolicyDocument
    if kind:
        statement = statement.where(own.kind == kind)
    if words:
        like = (column.contains(words, autoescape=True) for column in (own.title, own.number))
        statement = statement.where(or_(*like))
    if after is not None:
        statement = statement.where(older_than(own.published_at, own.id, after))
    order = (own.published_at.desc(), own.id.desc())
    rows = session.execute(statement.order_by(*order).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], cursor(last.published_at, last.id))


def _publishers(actor: Actor) -> Select[Any]:
    """Select the actor's own organisation, all above it on every axis, and an office's units."""
    place, low = t.Organisation, aliased(t.Organisation)
    names = ("id", "parent_id", "department_id", "town_id", "group_id")
    up = (
        select(*(getattr(place, name) for name in names))
        .where(place.id == actor.organisation_id)
        .cte(recursive=True)
    )
    above = select(*(getattr(place, name) for name in names)).join(
        up, or_(*(place.id == up.c[name] for name in names[1:]))
    )
    up = up.union(above.where(place.kind != "enterprise"))
    found = select(up.c.id)
    if actor.organisation_kind != "office":
        return found
    units = select(low.id).where(low.parent_id == actor.organisation_id, low.kind != "enterprise")
    return select(found.union(units).subquery().c.id)


def _plain(facts: Facts) -> Facts:
    """Give a document without signs that a feed or a file cannot hold."""
    lines = ("title", "number", "issuer")
    words: dict[str, Any] = {
        name: " ".join(writable(getattr(facts, name)).split()) for name in lines
    }
    return replace(facts, **words, summary=writable(facts.summary).strip())


def _refuse_double(session: Session, own_id: UUID, facts: Facts) -> None:
    """Raise InvalidAnswers when the same is there already: a second click publishes nothing."""
    # One after the other, or two at once would not see each other.
    session.execute(
        select(t.Organisation.id).where(t.Organisation.id == own_id).with_for_update(key_share=True)
    )
    own = t.PolicyDocument
    same = select(own.id).where(
        own.organisation_id == own_id,
        own.withdrawn_at.is_(None),
        own.kind == facts.kind,
        own.title == facts.title,
        own.issued_on == facts.issued_on,
    )
    if session.scalars(same.limit(1)).first() is not None:
        raise InvalidAnswers.at(
            "title", "这份资料已经发布。要换文件，请先撤下原来的。",
            "This document is published already; to change its files, withdraw it first.",
        )  # fmt: skip


def _check(facts: Facts) -> None:
    wrong: dict[str, list[Message]] = {}
    if facts.kind not in KINDS:
        wrong["kind"] = [Message("请选择类别。", "Choose a kind.")]
    if not 2 <= len(facts.title) <= 200:
        wrong["title"] = [Message("标题为 2 至 200 字。", "The title has 2 to 200 characters.")]
    if len(facts.number) > 60:
        wrong["number"] = [Message("文号最多 60 字。", "At most 60 characters.")]
    if not 2 <= len(facts.issuer) <= 200:
        wrong["issuer"] = [Message("请写发文单位。", "Say who issued it.")]
    if facts.issued_on is None or not 1949 <= facts.issued_on.year <= 2100:
        wrong["issued_on"] = [Message("请填写发文日期。", "Give the day it was issued.")]
    if len(facts.summary) > 500:
        wrong["summary"] = [Message("摘要最多 500 字。", "At most 500 characters.")]
    if not 1 <= len(facts.files) <= MOST_FILES:
        wrong["files"] = [Message(f"请上传 1 至 {MOST_FILES} 个文件。", "Upload 1 to 9 files.")]
    if wrong:
        raise InvalidAnswers(wrong)
