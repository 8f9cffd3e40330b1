"""A return in another system's shape, and the tick that somebody has entered it there (R-64)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import AlreadyDone, Conflict, Invalid, NotFound
from engine.permissions import require
from engine.returns import states
from engine.returns.digests import in_batches, lines_in_order
from engine.returns.figures import ADJUSTED
from engine.returns.profiles import Profile, ProfileColumn, read_profile, shipped
from engine.returns.showing import View
from engine.returns.units import Unit, own_unit
from engine.store import tables as t

#: Text, or a number; money is in the unit its column asks for.
Cell = str | int | Decimal
_AT_ONCE: Final = 500
_SHAPES: Final = {"YYYY": "%Y", "MM": "%m", "DD": "%d"}


def profiles(session: Session, unit: Unit) -> list[Profile]:
    """Give what a unit can export to: shipped ones, those of the unit above, its own.

    Of each the latest version; a later one with the key of another takes its place.
    """
    found = {one.key: one for one in shipped()}
    for owner in (unit.above_id, unit.id):
        if owner is not None:
            found |= {one.key: one for one in _uploaded(session, owner)}
    return sorted(found.values(), key=lambda one: (one.is_unofficial, one.name))


def get_profile(session: Session, unit: Unit, key: str) -> Profile:
    """Give a profile by its key.

    Raises:
        NotFound: there is none.
    """
    for one in profiles(session, unit):
        if one.key == key:
            return one
    raise NotFound()


def upload(session: Session, content: bytes, *, actor: Actor) -> Profile:
    """Keep a mapping file as the next version of its key.

    Raises:
        NotAllowed: the role may not. InvalidAnswers: what is wrong with it, in words.
        AlreadyDone: it is the latest version already.
    """
    require(actor, "returns:manage")
    unit = own_unit(session, actor)
    read = read_profile(content)
    last = session.scalar(
        select(t.ExportProfile)
        .where(t.ExportProfile.organisation_id == unit.id, t.ExportProfile.key == read.key)
        .order_by(t.ExportProfile.version.desc())
        .limit(1)
    )
    if last is not None and last.content == read.content:
        raise AlreadyDone(
            f"这份文件与第 {last.version} 版相同，不用再上传。",
            f"The file is the same as version {last.version}; nothing to upload.",
            by="",
            at=last.created_at,
        )
    version = 1 + (last.version if last else 0)
    row = t.ExportProfile(
        organisation_id=unit.id,
        key=read.key,
        version=version,
        name=read.name,
        content=read.content,
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    return replace(read, version=version)


def export(session: Session, shown: View, profile: Profile) -> Iterator[list[Cell]]:
    """Yield the rows of a locked return as a profile has them.

    Raises:
        Conflict: the return is not locked; nothing else may leave the house.
    """
    if not shown.is_frozen or shown.row is None:
        raise Conflict(
            f"{shown.month} 的月报还没有锁定，锁定后才能导出。",
            f"The return of {shown.month} is not locked; it can be exported after the lock.",
        )
    known = _of_return(session, shown)
    if profile.rows == "unit":
        return iter([_row(profile.columns, known, shown.figures)])
    return _enterprises(session, shown, profile, known)


def entered(session: Session, unit: Unit, month: str) -> dict[str, Any]:
    """Give for each profile the tick of a month: when, by whom, under which number there."""
    rows = session.execute(
        select(t.ExportEntry, t.User.name)
        .join(t.User, t.User.id == t.ExportEntry.entered_by)
        .where(t.ExportEntry.organisation_id == unit.id, t.ExportEntry.month == month)
    )
    return {entry.profile: (entry, name) for entry, name in rows}


def tick(
    session: Session, month: str, profile_key: str, *, reference: str = "", actor: Actor
) -> t.ExportEntry:
    """Note that somebody has entered a month in the other system, now, by the actor.

    Args:
        reference: the number it has there.

    Raises:
        NotAllowed: the role may not. NotFound: no such profile. Conflict: the month is not locked.
        AlreadyDone: it is noted already. Invalid: the number is too long.
    """
    require(actor, "returns:lock")
    unit = own_unit(session, actor)
    profile = get_profile(session, unit, profile_key)
    if not states.is_frozen(states.find(session, unit.id, month)):
        raise Conflict(
            f"{month} 的月报还没有锁定，锁定后再录入其他系统。",
            f"The return of {month} is not locked; enter it elsewhere after the lock.",
        )
    text = reference.strip()
    if len(text) > 100:
        raise Invalid("编号最多 100 字。", "At most 100 characters.", field="reference")
    present = entered(session, unit, month).get(profile.key)
    if present is not None:
        raise _ticked(*present)
    row = t.ExportEntry(
        organisation_id=unit.id,
        month=month,
        profile=profile.key,
        reference=text or None,
        entered_at=clock.now(),
        entered_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    return row


def _ticked(entry: t.ExportEntry, name: str) -> AlreadyDone:
    day = f"{entry.entered_at.astimezone(clock.LOCAL_ZONE):%Y-%m-%d %H:%M}"
    return AlreadyDone(
        f"{name}已于 {day} 登记录入。",
        f"{name} noted the entry at {day}.",
        by=name,
        at=entry.entered_at,
    )


def _uploaded(session: Session, owner: UUID) -> list[Profile]:
    newest = (
        select(t.ExportProfile.key, func.max(t.ExportProfile.version).label("version"))
        .where(t.ExportProfile.organisation_id == owner)
        .group_by(t.ExportProfile.key)
        .subquery()
    )
    rows = session.scalars(
        select(t.ExportProfile)
        .join(
            newest,
            (t.ExportProfile.key == newest.c.key) & (t.ExportProfile.version == newest.c.version),
        )
        .where(t.ExportProfile.organisation_id == owner)
    )
    return [read_profile(row.content.encode(), version=row.version) for row in rows]


def _of_return(session: Session, shown: View) -> dict[str, Any]:
    row = shown.row
    code = session.get_one(t.Organisation, shown.unit.id).code
    return {
        "month": datetime.fromisoformat(f"{shown.month}-01"),
        "figures": frozenset(shown.keys),
        "unit": shown.unit.name,
        "unit_code": code,
        "unit_kind": shown.unit.kind,
        "signed_by": shown.names.get("signed_by", ""),
        "signed_on": row.signed_at if row else None,
        "locked_on": row.locked_at if row else None,
        "submitted_on": row.submitted_at if row else None,
        "digest": row.digest.hex() if row and row.digest else "",
    }


def _enterprises(
    session: Session, shown: View, profile: Profile, known: dict[str, Any]
) -> Iterator[list[Cell]]:
    for some in in_batches(lines_in_order(session, shown.unit.id, shown.month), _AT_ONCE):
        yield from _some(session, some, profile, known)


def _some(
    session: Session, lines: Sequence[Any], profile: Profile, known: dict[str, Any]
) -> Iterator[list[Cell]]:
    places = {i for one in lines for i in (one.department_id, one.town_id, one.group_id) if i}
    asked = select(t.Organisation.id, t.Organisation.name, t.Organisation.code, t.Organisation.uscc)
    wanted = places | {one.enterprise_id for one in lines}
    found = {row.id: row for row in session.execute(asked.where(t.Organisation.id.in_(wanted)))}
    for line in lines:
        own = found[line.enterprise_id]
        names = {
            name: found[id_].name if (id_ := getattr(line, f"{name}_id")) else ""
            for name in ("department", "town", "group")
        }
        more = {
            "enterprise": line.name,
            "enterprise_code": own.code,
            "uscc": own.uscc or "",
            "sector": line.sector,
        }
        yield _row(profile.columns, known | more | names, line.figures)


def _row(
    columns: Sequence[ProfileColumn], known: dict[str, Any], figures: dict[str, int]
) -> list[Cell]:
    return [_cell(column, known, figures) for column in columns]


def _cell(column: ProfileColumn, known: dict[str, Any], figures: dict[str, int]) -> Cell:
    group, _, key = column.field.partition(".")
    value: Any
    if key:
        if key not in known["figures"]:
            # The month was counted before there was such a figure: that is not none of it.
            return ""
        value = figures.get(key if group == "figures" else ADJUSTED + key, 0)
    else:
        value = known[column.field]
    if column.codes is not None:
        return column.codes.get(str(value), column.codes.get("*", str(value)))
    match column.format:
        case "yuan":
            return Decimal(value) / 100
        case "wan_yuan":
            return Decimal(value) / 1_000_000
        case "number" | "fen":
            return int(value)
        case "text":
            return str(value)
    return _dated(value, column.format)


def _dated(value: datetime | None, shape: str) -> str:
    if value is None:
        return ""
    for mark, code in _SHAPES.items():
        shape = shape.replace(mark, code)
    moment = value if value.tzinfo is None else value.astimezone(clock.LOCAL_ZONE)
    return moment.strftime(shape)
