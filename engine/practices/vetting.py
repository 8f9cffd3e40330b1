"""Checking, vetting and publishing typical cases; nobody makes both checks."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, Message, NotFound, SeparationOfDuties
from engine.permissions import require
from engine.practices import recall, rules, wording
from engine.practices.nominating import end, note
from engine.store import organisations_of
from engine.store import tables as t

_SLUG_BYTES: Final = 8


def check_secrecy(
    session: Session,
    practice_id: UUID,
    *,
    title: str,
    dimensions: Sequence[str],
    story: Mapping[str, str],
    actor: Actor,
) -> None:
    """Note that nothing in a case may not be told; the words may be mended on the way.

    Words that changed are not those the enterprise agreed to: it is asked again, and nothing goes
    on before it agrees.

    Raises:
        NotAllowed, NotFound: not theirs to check. Conflict: the enterprise has not consented, or
        it is checked already.
        InvalidAnswers: the words are incomplete, or name the enterprise against its will.
    """
    row = _theirs(session, practice_id, actor, "practice:vet")
    _only_in(row, "consented")
    if row.secrecy_at is not None:
        # Or whoever checked it first could vet it, once somebody else has checked it after them.
        raise _moved_on()
    changed = wording.reword(
        session, row, *rules.clean_text(title, dimensions, story), by=_person(actor)
    )
    _keep_unnamed(session, row)
    row.secrecy_at, row.secrecy_by = clock.now(), actor.user_id
    note(session, row, "practice:checked", actor, "practice:vet", version=row.version)
    if changed:
        row.state = "reworded"
        said = {"agreed": row.agreed_version, "version": row.version}
        note(session, row, "practice:reworded", actor, "practice:vet", **said)
        wording.tell_enterprise(session, row)


def vet(session: Session, practice_id: UUID, scores: Mapping[str, Any], *, actor: Actor) -> None:
    """Give points to a case that was checked for secrecy (R-16).

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: it was not checked yet.
        SeparationOfDuties: who nominated or checked it does not vet it.
        InvalidAnswers: points out of their bounds.
    """
    row = _theirs(session, practice_id, actor, "practice:vet")
    _only_in(row, "consented")
    if row.secrecy_at is None:
        raise Conflict("请先由另一人做保密审查。", "Another person checks it for secrecy first.")
    if actor.user_id in (row.secrecy_by, row.nominated_by):
        raise SeparationOfDuties(
            "推荐或做保密审查的人不能评分，请由另一人评审。",
            "Whoever nominated it or checked its secrecy may not vet it; somebody else has to.",
        )
    row.scores = rules.clean_scores(scores)
    row.state, row.vetted_at, row.vetted_by = "vetted", clock.now(), actor.user_id
    note(session, row, "practice:vetted", actor, "practice:vet", scores=row.scores)


def publish(session: Session, practice_id: UUID, *, level: str, actor: Actor) -> None:
    """Publish a vetted case for everybody to read.

    Args:
        level: a key of `rules.LEVELS`.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: it was not vetted, has too few points, or the
        enterprise did not agree to these words.
    """
    row = _theirs(session, practice_id, actor, "practice:publish")
    _only_in(row, "vetted")
    if not wording.may_be_told(row):
        raise Conflict(
            "企业还没有同意现在的文字，不能发布。",
            "The enterprise has not agreed to these words; they cannot be published.",
        )
    if row.scores.get("total", 0) < rules.pass_mark():
        raise Conflict(
            f"评审得分不到 {rules.pass_mark()} 分，不能发布。",
            f"It has fewer than {rules.pass_mark()} points and cannot be published.",
        )
    if level not in rules.LEVELS:
        raise InvalidAnswers({"level": [Message("请选择一项。", "Choose one.")]})
    _keep_unnamed(session, row)
    row.level, row.state, row.published_at = level, "published", clock.now()
    row.slug, row.published_from = secrets.token_hex(_SLUG_BYTES), actor.organisation_id
    note(session, row, "practice:published", actor, "practice:publish", level=level)


def decline(session: Session, practice_id: UUID, *, reason: str, actor: Actor) -> None:
    """Say that a case is not taken, or is taken back, and why.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: it is over. InvalidAnswers: no reason.
    """
    row = _theirs(session, practice_id, actor, "practice:vet")
    if row.state == "published":
        require(actor, "practice:publish")
    _only_in(row, "nominated", "consented", "reworded", "vetted", "published")
    was_out = row.state == "published"
    end(row, "declined", reason)
    note(session, row, "practice:declined", actor, "practice:vet", reason=row.ended_reason)
    if was_out:
        recall.tell(session, row)


def hand_over(session: Session, practice_ids: Sequence[UUID], *, actor: Actor) -> int:
    """Note that published cases were handed to the city (R-65); gives how many were new."""
    require(actor, "practice:publish")
    rows = session.scalars(
        select(t.Practice)
        .where(
            t.Practice.id.in_(list(practice_ids)[:500]),
            t.Practice.organisation_id.in_(organisations_of(actor)),
            t.Practice.state == "published",
            t.Practice.reported_at.is_(None),
        )
        .with_for_update()
    ).all()
    for row in rows:
        row.reported_at, row.reported_by = clock.now(), actor.user_id
        note(session, row, "practice:reported", actor, "practice:publish")
    return len(rows)


def _theirs(session: Session, practice_id: UUID, actor: Actor, permission: str) -> t.Practice:
    require(actor, permission)
    row = session.scalars(
        select(t.Practice)
        .where(
            t.Practice.id == practice_id,
            t.Practice.organisation_id.in_(organisations_of(actor)),
        )
        .with_for_update()
    ).one_or_none()
    if row is None or actor.organisation_kind == "enterprise":
        raise NotFound()
    return row


def _only_in(row: t.Practice, *states: str) -> None:
    if row.state not in states:
        raise _moved_on()


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotFound()
    return actor.user_id


def _moved_on() -> Conflict:
    return Conflict(
        "这个案例已经走到别的一步，请刷新后再看。",
        "This case has moved on; reload to see where it is.",
    )


def _keep_unnamed(session: Session, row: t.Practice) -> None:
    """Raise InvalidAnswers when the words name an enterprise that does not want to be named."""
    if row.is_named:
        return
    owner = session.get_one(t.Organisation, row.organisation_id)
    errors = {
        key: [
            Message(
                f"企业没有同意公开名称，请把“{owner.name}”改成“某企业”。",
                "The enterprise did not agree to be named; take its name out of the text.",
            )
        ]
        for key, text in {"title": row.title, **row.story}.items()
        if owner.name in text or (owner.uscc and owner.uscc in text)
    }
    if errors:
        raise InvalidAnswers(errors)
