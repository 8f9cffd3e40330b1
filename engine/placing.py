"""Where an organisation stands and stood: the columns, the placements and the trail of changes.

The three are written together and nowhere else (R-01, R-62).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers
from engine.store import Organisation, new_id
from engine.store.tables import OrganisationChange, Placement

#: What a placement keeps of an organisation.
PLACED: Final = ("department_id", "town_id", "group_id", "sector", "status")
#: Of an organisation whose first placement was never noted it is said that it always stood so.
_ALWAYS: Final = date(2000, 1, 1)


def begin(session: Session, organisation: Organisation, *, actor: Actor) -> None:
    """Note that an organisation was entered, and where it has stood since."""
    today = clock.local_date(organisation.created_at)
    if organisation.kind == "enterprise":
        session.add(_placement(organisation, today))
    after = {"name": organisation.name, "uscc": organisation.uscc, **_stands(organisation)}
    note(session, organisation.id, "entered", today, {}, after, None, actor=actor)


def change(
    session: Session,
    organisation: Organisation,
    values: Mapping[str, Any],
    *,
    kind: str,
    on: date,
    reason: str | None,
    actor: Actor,
    told: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> None:
    """Change columns of an organisation from a day on; the trail keeps what was before.

    Args:
        organisation: locked by the caller.
        values: column → new value.
        kind: as `OrganisationChange.kind` says.
        told: what the trail says was before and is after, where that is not the columns.

    Raises:
        Conflict: nothing would change. InvalidAnswers: the day is to come, or lies before the
            last time it was moved.
    """
    new = {key: value for key, value in values.items() if getattr(organisation, key) != value}
    if not new:
        raise Conflict("没有需要更改的内容。", "There is nothing to change.")
    before: Mapping[str, Any] = {key: getattr(organisation, key) for key in new}
    check_day(on)
    if organisation.kind == "enterprise" and not new.keys().isdisjoint(PLACED):
        _move(session, organisation, new, on)
    for key, value in new.items():
        setattr(organisation, key, value)
    before, after = told or (before, new)
    note(session, organisation.id, kind, on, before, after, reason, actor=actor)
    session.flush()


def note(
    session: Session,
    organisation_id: UUID,
    kind: str,
    on: date,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    reason: str | None,
    *,
    actor: Actor,
) -> None:
    """Add one line to the trail of changes."""
    session.add(
        OrganisationChange(
            organisation_id=organisation_id,
            id=new_id(),
            kind=kind,
            effective_on=on,
            before=plain(before),
            after=plain(after),
            reason=reason,
            at=clock.now(),
            by=actor.user_id,
        )
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give values as JSON holds them; ids and days become text."""
    return {
        key: str(value) if isinstance(value, UUID | date) else value
        for key, value in values.items()
    }


def check_day(on: date) -> None:
    """Raise InvalidAnswers when a change would only hold in the future."""
    if on > clock.local_date():
        raise InvalidAnswers.at(
            "effective_on",
            "生效日期不能晚于今天，请到那一天再办理。",
            "The day cannot lie ahead; come back on that day.",
        )


def _move(session: Session, organisation: Organisation, new: Mapping[str, Any], on: date) -> None:
    """End the present placement on `on` and begin the next one."""
    present = session.scalar(
        select(Placement)
        .where(Placement.organisation_id == organisation.id, Placement.until_on.is_(None))
        .with_for_update()
    )
    if present is None:
        present = _placement(organisation, _ALWAYS)
        session.add(present)
        session.flush()
    if on < present.from_on:
        raise InvalidAnswers.at(
            "effective_on",
            f"生效日期不能早于上一次变动的 {present.from_on}。",
            f"The day cannot lie before the last change, {present.from_on}.",
        )
    if on == present.from_on:
        for key in new.keys() & set(PLACED):
            setattr(present, key, new[key])
        return
    present.until_on = on
    session.add(_placement(organisation, on, new))


def _placement(
    organisation: Organisation, on: date, new: Mapping[str, Any] | None = None
) -> Placement:
    stands = {**_stands(organisation), **{k: v for k, v in (new or {}).items() if k in PLACED}}
    return Placement(organisation_id=organisation.id, from_on=on, **stands)


def _stands(organisation: Organisation) -> dict[str, Any]:
    return {key: getattr(organisation, key) for key in PLACED}
