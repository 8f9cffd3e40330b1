"""Nominating a closed hazard as a typical case, and the enterprise's consent to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, history, instances
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, NotFound
from engine.permissions import require, role_for
from engine.practices import recall, rules, wording
from engine.store import new_id, visible_to
from engine.store import tables as t

_OVER: Final = ("declined", "withdrawn")


def proposal(session: Session, instance_id: UUID, *, actor: Actor) -> dict[str, str]:
    """Give what the case itself tells, to begin from; never who reported it.

    Raises:
        NotAllowed, NotFound: not theirs to nominate. Conflict: it is not closed, or nominated.
    """
    require(actor, "practice:nominate")
    hazard = _closed(session, instance_id, actor)
    row = instances.get_instance(session, instance_id, actor=actor)
    data = instances.read_data(session, row)
    return {
        "background": hazard.description or "",
        "action": str(data.get("measures") or ""),
        "effect": str(data.get("done_note") or ""),
    }


def nominate(
    session: Session,
    instance_id: UUID,
    *,
    title: str,
    dimensions: Sequence[str],
    story: Mapping[str, str],
    actor: Actor,
) -> t.Practice:
    """Propose a closed hazard as a typical case 推荐为典型案例 (R-65).

    Args:
        dimensions: keys of `rules.DIMENSIONS`. story: texts by keys of `rules.STORY`.

    Raises:
        NotAllowed, NotFound: not theirs to nominate. Conflict: it is not closed, or nominated.
        InvalidAnswers: field by field.
    """
    require(actor, "practice:nominate")
    hazard = _closed(session, instance_id, actor)
    title, dimensions, told = rules.clean_text(title, dimensions, story)
    row = t.Practice(
        organisation_id=hazard.organisation_id,
        id=new_id(),
        instance_id=instance_id,
        title=title,
        state="nominated",
        dimensions=dimensions,
        sector=hazard.sector,
        story=told,
        photos=[],
        is_named=False,
        level="district",
        version=1,
        nominated_at=clock.now(),
        nominated_by=_person(actor),
        scores={},
    )
    session.add(row)
    session.flush()
    wording.keep(session, row, by=row.nominated_by)
    note(session, row, "practice:nominated", actor, "practice:nominate", title=title)
    return row


def consent(
    session: Session,
    practice_id: UUID,
    *,
    is_named: bool,
    photos: Sequence[str],
    version: int = 1,
    actor: Actor,
) -> None:
    """Agree for the enterprise that its case is told to others, in the words it has read.

    Asked again after the secrecy check changed words; who then lets a name or a photo be shown
    that was not checked, has it checked again.

    Args:
        is_named: whether the enterprise's name may be said.
        photos: ids of photos of the case that may be shown.
        version: which words were read; by default those of the nomination.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: consented already, over, or the words have
        changed meanwhile.
    """
    require(actor, "practice:consent")
    row = own(session, practice_id, actor)
    _only_in(row, "nominated", "reworded")
    if version != row.version:
        raise Conflict(
            "文字在您阅读以后有改动，请看过新的文字再同意。",
            "The words changed after you read them; read the new ones before you agree.",
        )
    known = {photo for photo, _name in photos_of(session, row)}
    chosen = [one for one in photos if one in known][: rules.MOST_PHOTOS]
    if row.state == "reworded" and (is_named != row.is_named or not set(chosen) <= {*row.photos}):
        row.secrecy_at = row.secrecy_by = None
    row.photos, row.is_named, row.agreed_version = chosen, is_named, row.version
    row.state, row.consented_at, row.consented_by = "consented", clock.now(), _person(actor)
    said = {"named": is_named, "version": row.version}
    note(session, row, "practice:consented", actor, "practice:consent", **said)


def withdraw(session: Session, practice_id: UUID, *, reason: str, actor: Actor) -> None:
    """Take the enterprise's consent back, at any time; a published case is gone at once.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: it is over. InvalidAnswers: no reason.
    """
    require(actor, "practice:consent")
    row = own(session, practice_id, actor)
    if row.state in _OVER:
        raise _wrong_state()
    end(row, "withdrawn", reason)
    note(session, row, "practice:withdrawn", actor, "practice:consent", reason=row.ended_reason)
    recall.tell(session, row)


def photos_of(session: Session, row: t.Practice) -> list[tuple[str, str]]:
    """Give (attachment id, before or after) of the photos a case has of its hazard."""
    if row.instance_id is None:
        return []
    instance = session.get_one(t.Instance, (row.organisation_id, row.instance_id))
    data = instances.read_data(session, instance)
    return [
        (str(one), side) for side in ("before", "after") for one in data.get(f"photos_{side}") or ()
    ]


def own(session: Session, practice_id: UUID, actor: Actor) -> t.Practice:
    """Give a case of the actor's own enterprise, locked; NotFound otherwise."""
    row = session.get(t.Practice, (actor.organisation_id, practice_id), with_for_update=True)
    if row is None:
        raise NotFound()
    return row


def end(row: t.Practice, state: str, reason: str) -> None:
    """End a case's way for a reason; InvalidAnswers when none is given."""
    said = " ".join(reason.split())
    if not said or len(said) > 500:
        raise InvalidAnswers.at(
            "reason", "请写明理由，最多 500 个字。", "Say why, in at most 500 characters."
        )
    row.state, row.ended_reason, row.slug = state, said, None
    row.ended_at = clock.now()


def note(
    session: Session, row: t.Practice, tag: str, actor: Actor, permission: str, **data: Any
) -> None:
    """Write it into the history of the case the practice tells of."""
    if row.instance_id is not None:
        event = history.Event(tag=tag, data={"practice": str(row.id), **data})
        role = role_for(actor, permission)
        history.append(
            session, row.organisation_id, row.instance_id, [event], actor=actor, role=role
        )


def _closed(session: Session, instance_id: UUID, actor: Actor) -> t.Hazard:
    statement = select(t.Hazard).where(t.Hazard.id == instance_id)
    hazard: t.Hazard | None = session.scalar(visible_to(actor, statement))
    if hazard is None:
        raise NotFound()
    if hazard.state != "closed" or hazard.kind != "hazard":
        raise Conflict(
            "隐患销号以后才能推荐为典型案例。",
            "A hazard can be nominated once it is closed.",
            instance_id=str(instance_id),
            organisation_id=str(hazard.organisation_id),
        )
    taken = select(t.Practice.id).where(
        t.Practice.organisation_id == hazard.organisation_id,
        t.Practice.instance_id == instance_id,
        t.Practice.state.not_in(_OVER),
    )
    if session.scalars(taken.limit(1)).first() is not None:
        raise Conflict(
            "这件隐患已经推荐过，见“典型案例”。",
            "This hazard has been nominated already; see the typical cases.",
            instance_id=str(instance_id),
            organisation_id=str(hazard.organisation_id),
        )
    return hazard


def _only_in(row: t.Practice, *states: str) -> None:
    if row.state not in states:
        raise _wrong_state()


def _wrong_state() -> Conflict:
    return Conflict(
        "这个案例已经走到别的一步，请刷新后再看。",
        "This case has moved on; reload to see where it is.",
    )


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotFound()
    return actor.user_id
