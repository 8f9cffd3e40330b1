"""Sheets: an organisation's points by a scheme, computed until signed, then kept (R-15)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, Invalid, InvalidAnswers, Message, NotFound
from engine.permissions import require
from engine.scoring import rules, schemes, values
from engine.store import organisations_of, upsert
from engine.store import tables as t

#: A ranking shows so many.
MOST: Final = 300
#: A bonus is a few points with a reason, not a list.
_MOST_BONUS: Final = 10


def compute(
    session: Session,
    scheme_id: UUID,
    *,
    actor: Actor,
    scored_ids: Collection[UUID] | None = None,
) -> int:
    """Compute the sheets of a scheme anew, except those that are signed; gives how many.

    Args:
        scored_ids: whose; needed for enterprises, which are computed one by one. None computes
            every department, town or group.

    Raises:
        NotAllowed, NotFound: not theirs. Invalid: enterprises are to be named.
    """
    scheme_row = schemes.get(session, scheme_id, actor=actor)
    scheme = schemes.read(scheme_row)
    chosen = _chosen(session, scheme_row.kind, scored_ids, actor)
    before = {
        row.scored_id: row
        for row in session.scalars(
            select(t.ScoreSheet).where(
                t.ScoreSheet.organisation_id == scheme_row.organisation_id,
                t.ScoreSheet.scheme_id == scheme_id,
                t.ScoreSheet.scored_id.in_(chosen),
            )
        )
    }
    fresh = [one for one in chosen if one not in before or before[one].state == "draft"]
    found = values.of_kind(session, scheme_row.kind, fresh, scheme_row.year, actor=actor)
    rows = []
    for one in fresh:
        bonus = list(before[one].items.get("bonus", ())) if one in before else []
        items = {"indicators": _indicators(scheme, found[one]), "bonus": bonus}
        rows.append(_row(scheme_row, one, scheme, items))
    _write(session, rows)
    return len(rows)


def add_bonus(
    session: Session, scheme_id: UUID, scored_id: UUID, *, points: str, reason: str, actor: Actor
) -> None:
    """Add bonus points by hand, with the reason (R-55).

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: the sheet is signed. InvalidAnswers: the points
        are none, or more than the scheme allows, or there is no reason.
    """
    scheme_row = schemes.get(session, scheme_id, actor=actor)
    scheme, row = schemes.read(scheme_row), _draft(session, scheme_row, scored_id)
    given, said = _hundredths(points), " ".join(reason.split())
    errors: dict[str, list[Message]] = {}
    bonus = list(row.items.get("bonus", ()))
    left = scheme.bonus_most - sum(one["points"] for one in bonus)
    if given is None or not 0 < given <= left:
        errors["points"] = [
            Message(
                f"请填大于 0 的分数，还可以加 {left / 100:g} 分。",
                f"Give more than 0 points; {left / 100:g} are left.",
            )
        ]
    if not 4 <= len(said) <= 300:
        errors["reason"] = [
            Message("请写明加分理由，4 至 300 个字。", "Give the reason in 4 to 300 characters.")
        ]
    if errors or given is None or len(bonus) >= _MOST_BONUS:
        raise InvalidAnswers(errors or {"points": [Message("加分太多。", "Too many of them.")]})
    one = {
        "points": given,
        "reason": said,
        "by": str(actor.user_id),
        "name": actor.name,
        "at": clock.now().isoformat(),
    }
    items = {**row.items, "bonus": [*bonus, one]}
    _write(session, [_row(scheme_row, scored_id, scheme, items)])


def take_bonus(
    session: Session, scheme_id: UUID, scored_id: UUID, place: int, *, actor: Actor
) -> None:
    """Take back the bonus at a place in the list, counted from 0."""
    scheme_row = schemes.get(session, scheme_id, actor=actor)
    scheme, row = schemes.read(scheme_row), _draft(session, scheme_row, scored_id)
    bonus = [one for at, one in enumerate(row.items.get("bonus", ())) if at != place]
    _write(session, [_row(scheme_row, scored_id, scheme, {**row.items, "bonus": bonus})])


def sign(session: Session, scheme_id: UUID, scored_id: UUID, *, actor: Actor) -> None:
    """Sign a sheet: it is not computed any more, and its organisation may read it.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: it is signed already.
    """
    scheme_row = schemes.get(session, scheme_id, actor=actor)
    require(actor, "score:sign")
    row = _draft(session, scheme_row, scored_id)
    row.state, row.signed_at, row.signed_by = "signed", clock.now(), actor.user_id


def ranking(session: Session, scheme_id: UUID, *, actor: Actor) -> Sequence[Any]:
    """Give the sheets of a scheme, the most points first.

    Columns: those of the sheet, `name` and `code` of the organisation.
    """
    schemes.get(session, scheme_id, actor=actor)
    statement = _shown().where(
        t.ScoreSheet.organisation_id == actor.organisation_id,
        t.ScoreSheet.scheme_id == scheme_id,
    )
    order = (t.ScoreSheet.total.desc(), t.Organisation.name, t.ScoreSheet.scored_id)
    return session.execute(statement.order_by(*order).limit(MOST)).all()


def get(session: Session, scheme_id: UUID, scored_id: UUID, *, actor: Actor) -> Any:
    """Give one sheet: to those who score, and once signed to those who are scored.

    Raises:
        NotAllowed, NotFound: there is none, or it is not theirs.
    """
    require(actor, "score:read")
    mine = (t.ScoreSheet.scored_id == actor.organisation_id) & (t.ScoreSheet.state == "signed")
    statement = _shown().where(
        t.ScoreSheet.scheme_id == scheme_id,
        t.ScoreSheet.scored_id == scored_id,
        or_(t.ScoreSheet.organisation_id == actor.organisation_id, mine),
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound()
    return row


def of_own(session: Session, *, actor: Actor) -> Sequence[Any]:
    """Give the signed sheets about the actor's own organisation, the latest first."""
    require(actor, "score:read")
    statement = _shown().where(
        t.ScoreSheet.scored_id == actor.organisation_id, t.ScoreSheet.state == "signed"
    )
    return session.execute(statement.order_by(t.ScoreSheet.signed_at.desc()).limit(50)).all()


def scheme_of(session: Session, row: Any) -> t.ScoreScheme:
    """Give the scheme that a sheet follows; for those who may read the sheet."""
    return session.get_one(t.ScoreScheme, (row.organisation_id, row.scheme_id))


def _shown() -> Select[Any]:
    found: Select[Any] = select(
        *t.ScoreSheet.__table__.c,
        t.Organisation.name,
        t.Organisation.code,
        t.ScoreScheme.name.label("scheme"),
        t.ScoreScheme.year,
        t.ScoreScheme.kind,
        t.ScoreScheme.version,
    )
    return found.join(t.Organisation, t.Organisation.id == t.ScoreSheet.scored_id).join(
        t.ScoreScheme,
        (t.ScoreScheme.organisation_id == t.ScoreSheet.organisation_id)
        & (t.ScoreScheme.id == t.ScoreSheet.scheme_id),
    )


def _chosen(
    session: Session, kind: str, scored_ids: Collection[UUID] | None, actor: Actor
) -> list[UUID]:
    if kind == "enterprise" and not scored_ids:
        raise Invalid("请选择要评分的企业。", "Choose the enterprises to score.")
    statement = select(t.Organisation.id).where(
        t.Organisation.kind == kind, t.Organisation.status == "active"
    )
    theirs = organisations_of(actor)
    if kind == "group":
        # A group stands beside the district: it is scored for the enterprises it has here.
        here = select(t.Organisation.group_id).where(t.Organisation.id.in_(theirs))
        statement = statement.where(
            or_(t.Organisation.id.in_(here), t.Organisation.parent_id == actor.organisation_id)
        )
    else:
        statement = statement.where(t.Organisation.id.in_(theirs))
    if scored_ids is not None:
        statement = statement.where(t.Organisation.id.in_(list(scored_ids)[:MOST]))
    return list(session.scalars(statement.limit(MOST)))


def _draft(session: Session, scheme_row: t.ScoreScheme, scored_id: UUID) -> t.ScoreSheet:
    row = session.get(
        t.ScoreSheet,
        (scheme_row.organisation_id, scheme_row.id, scored_id),
        with_for_update=True,
    )
    if row is None:
        raise NotFound()
    if row.state == "signed":
        raise Conflict("这份评分已经签字，不能再改。", "This sheet is signed and stays as it is.")
    return row


def _indicators(scheme: rules.Scheme, found: values.Values) -> dict[str, Any]:
    return {
        one.key: {
            "value": found[one.value].value,
            "part": found[one.value].part,
            "whole": found[one.value].whole,
            "points": rules.points(one, found[one.value].value),
        }
        for one in scheme.indicators
    }


def _row(
    scheme_row: t.ScoreScheme, scored_id: UUID, scheme: rules.Scheme, items: Mapping[str, Any]
) -> dict[str, Any]:
    bonus = min(scheme.bonus_most, sum(one["points"] for one in items["bonus"]))
    return {
        "organisation_id": scheme_row.organisation_id,
        "scheme_id": scheme_row.id,
        "scored_id": scored_id,
        "state": "draft",
        "items": dict(items),
        "total": sum(one["points"] for one in items["indicators"].values()) + bonus,
        "updated_at": clock.now(),
    }


def _write(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write drafts; one that was signed meanwhile is left as it is."""
    if not rows:
        return
    statement = upsert(session)(t.ScoreSheet.__table__)
    statement = statement.on_conflict_do_update(
        index_elements=["organisation_id", "scheme_id", "scored_id"],
        set_={name: statement.excluded[name] for name in ("items", "total", "updated_at")},
        where=t.ScoreSheet.__table__.c.state == "draft",
    )
    session.connection().execute(statement, list(rows))
    session.expire_all()


def _hundredths(text: str) -> int | None:
    try:
        return round(float(text.strip()) * 100)
    except (ValueError, OverflowError):
        return None
