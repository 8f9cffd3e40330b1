"""Published typical cases given to the press, by the unit that published them (R-20).

A parcel is what was given: the words and photos an enterprise had agreed to, to one outlet, on
record for the enterprise. It can be fetched as long as its cases are published; of those that are
taken back the list says which outlet has to be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.errors import Conflict, Invalid, InvalidAnswers, NotFound
from engine.permissions import require
from engine.practices import finding, nominating
from engine.practices.parcels import EXPORT, of_practice
from engine.statistics.span import month_span
from engine.store import organisations_of
from engine.store import tables as t
from engine.values.signs import writable

#: The key of the notice to an enterprise whose case is given out.
EXPORTED: Final = "practice_exported"
#: So many cases one parcel holds.
MOST: Final = 50
_LONGEST: Final = 100


@dataclass(frozen=True)
class Given:
    """One case of a parcel: as it is published, and its photos with the side each shows."""

    #: The columns of `finding.published`.
    row: Any
    #: (attachment, "before" or "after")
    photos: Sequence[tuple[t.Attachment, str]]


def may_export(session: Session, row: Any, *, actor: Actor) -> bool:
    """Say whether the actor's unit published a case; where nobody noted who did, is over it."""
    if actor.organisation_kind == "enterprise" or row.state != "published":
        return False
    if row.published_from is not None:
        return bool(row.published_from == actor.organisation_id)
    return finding.oversees(session, row, actor=actor)


def give(
    session: Session,
    outlet: str,
    *,
    practice_id: UUID | None = None,
    month: str | None = None,
    actor: Actor,
) -> t.PressExport:
    """Put one published case, or all that were published in a month, into a parcel for an outlet.

    The same parcel asked for twice on a day is one.

    Raises:
        NotAllowed: the role. NotFound: no such case of the unit's. Invalid: the month.
        InvalidAnswers: no outlet is named. Conflict: nothing was published then, or too much.
    """
    require(actor, EXPORT)
    if actor.user_id is None or actor.organisation_id is None:
        raise NotFound()
    rows = _chosen(session, actor, practice_id, month)
    name = " ".join(writable(outlet).split())
    if not 2 <= len(name) <= _LONGEST:
        raise InvalidAnswers.at(
            "outlet",
            f"请写明提供给哪家媒体，2 至 {_LONGEST} 个字。",
            f"Say to which outlet it is given, in 2 to {_LONGEST} characters.",
        )
    said = " ".join([name, str(clock.local_date()), *(f"{row.id} {row.version}" for row in rows)])
    key = (actor.organisation_id, uuid5(actor.organisation_id, said))
    known = session.get(t.PressExport, key)
    if known is not None:
        return known
    made = t.PressExport(
        organisation_id=key[0],
        id=key[1],
        outlet=name,
        month=month,
        made_at=clock.now(),
        made_by=actor.user_id,
    )
    session.add(made)
    session.flush()
    for row in rows:
        _put(session, made, row, actor)
    session.flush()
    return made


def told(session: Session, export_id: UUID, practice_id: UUID, *, actor: Actor) -> None:
    """Note that an outlet was told; once it is noted, nothing happens.

    Raises:
        NotAllowed: the role. NotFound: it is no parcel of the unit's, or the case is published.
    """
    require(actor, EXPORT)
    given = t.PressExportCase
    row = session.scalar(
        select(given)
        .join(t.Practice, of_practice())
        .where(
            given.from_organisation_id == actor.organisation_id,
            given.export_id == export_id,
            given.practice_id == practice_id,
            t.Practice.state != "published",
        )
        .with_for_update(of=given)
    )
    if row is None:
        raise NotFound()
    if row.told_at is None:
        row.told_at, row.told_by = clock.now(), actor.user_id


def content(
    session: Session, export_id: UUID, *, actor: Actor
) -> tuple[t.PressExport, list[Given], Sequence[str]]:
    """Give a parcel with its cases, and the titles of those that were taken back and left out.

    Raises:
        NotAllowed: the role. NotFound: no such parcel of the unit's. Conflict: none of its cases
        is published any more.
    """
    require(actor, EXPORT)
    export = session.get(t.PressExport, (actor.organisation_id, export_id))
    if export is None:
        raise NotFound()
    given = t.PressExportCase
    rows = session.execute(
        finding.shown()
        .add_columns(given.photos.label("given_photos"))
        .join(given, of_practice())
        .where(given.from_organisation_id == export.organisation_id, given.export_id == export.id)
        .order_by(t.Practice.published_at, t.Practice.id)
    ).all()
    out = [row for row in rows if row.state == "published"]
    if not out:
        raise Conflict(
            "里面的案例都已撤回，不能再下载。请通知媒体停止使用。",
            "All of its cases were taken back; it cannot be fetched any more. Tell the outlet.",
        )
    gone = [row.title for row in rows if row.state != "published"]
    return export, [Given(row, _photos(session, row)) for row in out], gone


def _chosen(
    session: Session, actor: Actor, practice_id: UUID | None, month: str | None
) -> Sequence[t.Practice]:
    practice = t.Practice
    theirs = or_(
        practice.published_from == actor.organisation_id,
        and_(
            practice.published_from.is_(None),
            practice.organisation_id.in_(organisations_of(actor)),
        ),
    )
    conditions: list[ColumnElement[bool]] = [practice.state == "published", theirs]
    if practice_id is not None:
        conditions.append(practice.id == practice_id)
    elif month is not None:
        span = month_span(month)
        conditions += [practice.published_at >= span.start, practice.published_at < span.end]
    else:
        raise Invalid("请选择案例或月份。", "Choose a case or a month.", field="month")
    # Whoever takes one back meanwhile waits, and then finds it in the parcel.
    rows = session.scalars(
        select(practice).where(*conditions).order_by(practice.id).limit(MOST + 1).with_for_update()
    ).all()
    if practice_id is not None and not rows:
        raise NotFound()
    if not rows:
        raise Conflict(
            f"{month} 没有本单位发布、现在仍公开的案例。",
            f"Your unit published no case in {month} that is still public.",
        )
    if len(rows) > MOST:
        raise Conflict(
            f"一个月超过 {MOST} 个，请逐个导出。", f"More than {MOST}; give them one by one."
        )
    return rows


def _put(session: Session, made: t.PressExport, row: t.Practice, actor: Actor) -> None:
    session.add(
        t.PressExportCase(
            organisation_id=row.organisation_id,
            practice_id=row.id,
            from_organisation_id=made.organisation_id,
            export_id=made.id,
            version=row.version,
            photos=list(row.photos),
            is_named=row.is_named,
        )
    )
    nominating.note(
        session, row, "practice:exported", actor, EXPORT, outlet=made.outlet, export=str(made.id)
    )
    unit = session.scalars(
        select(t.Organisation.name).where(t.Organisation.id == made.organisation_id)
    ).one()
    notifications.notify(
        session,
        organisation_id=row.organisation_id,
        roles=("principal",),
        key=EXPORTED,
        facts={"title": row.title[:60], "by": unit, "outlet": made.outlet[:60]},
    )


def _photos(session: Session, row: Any) -> list[tuple[t.Attachment, str]]:
    practice = session.get_one(t.Practice, (row.organisation_id, row.id))
    sides = dict(nominating.photos_of(session, practice))
    found = []
    for id_ in row.given_photos:
        one = session.get(t.Attachment, (row.organisation_id, UUID(id_)))
        if one is not None:
            found.append((one, sides.get(id_, "")))
    return found
