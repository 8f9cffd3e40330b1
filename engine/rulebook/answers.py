"""The answers of an enterprise: saved step by step, in versions that are only ever added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, organisations
from engine.actors import Actor
from engine.coverage.evidence import own_enterprise
from engine.errors import Conflict, NotAllowed, NotFound
from engine.mechanism import Mechanism
from engine.permissions import allows
from engine.rulebook import cleaning
from engine.rulebook.questions import QUESTIONS, STEPS, defaults, of_step
from engine.store import tables as t

_FUNDS: Final = "funds"


@dataclass(frozen=True)
class Answers:
    """What is answered now, with what stands where nobody has answered yet."""

    #: 0 while nothing was saved.
    version: int
    values: Mapping[str, Any]
    #: The steps that were saved at least once.
    saved: frozenset[str]


def current(session: Session, found: Mechanism, *, version: int | None = None) -> Answers:
    """Give the answers for what runs in an organisation; of one that is none, the defaults.

    Args:
        version: an earlier one, as a text was made from; by default the latest.
    """
    own = found.organisation
    row = _latest(session, own.id, version)
    kept = row.answers if row else {}
    values = {**defaults(found), **_from_evidence(session, own.id), **kept.get("values", {})}
    settings = {one.key: found.setting(one.setting) for one in QUESTIONS if one.setting}
    return Answers(
        version=row.version if row else 0,
        values={**values, **settings},
        saved=frozenset(kept.get("saved", ())),
    )


def save(session: Session, step: str, given: Mapping[str, Any], *, seen: int, actor: Actor) -> int:
    """Keep the answers of a step as a new version; give its number.

    What is a setting of the organisation is written there, by those who may. The same answers
    sent again make no new version.

    Args:
        given: by key, as typed. seen: the version that the person had before them.

    Raises:
        NotAllowed: the role, or those above. NotFound: no such step.
        InvalidAnswers: question by question. Conflict: somebody else saved the step meanwhile.
    """
    own = own_enterprise(actor, "rulebook:write")
    if step not in STEPS:
        raise NotFound()
    _lock(session, own)
    asked = of_step(step)
    may_set = allows(actor, "organisation:manage")
    clean = cleaning.clean(tuple(one for one in asked if may_set or not one.setting), given)
    values = {one.key: clean[one.key] for one in asked if not one.setting}
    settings = {one.setting: clean[one.key] for one in asked if one.setting and may_set}
    _only_ours(session, own, step, values, seen)
    row = _latest(session, own)
    if settings:
        _set(session, own, settings, actor)
    kept = row.answers if row else {}
    saved = sorted({*kept.get("saved", ()), step})
    return _write(
        session, own, step,
        {**kept, "values": {**kept.get("values", {}), **values}, "saved": saved}, actor,
    )  # fmt: skip


def propose(session: Session, amounts: Mapping[str, int], *, actor: Actor) -> int:
    """Note what amounts were proposed for the reward table, as a new version; give its number."""
    own = own_enterprise(actor, "rulebook:write")
    _lock(session, own)
    row = _latest(session, own)
    kept = {**(row.answers if row else {}), "amounts": dict(amounts)}
    return _write(session, own, "rewards", kept, actor)


def values_at(session: Session, organisation_id: UUID, version: int) -> Mapping[str, Any]:
    """Give what was answered, and nothing else, up to a version."""
    row = _latest(session, organisation_id, version)
    found: Mapping[str, Any] = row.answers.get("values", {}) if row else {}
    return found


def trail(session: Session, organisation_id: UUID) -> Sequence[Any]:
    """Give the last versions, the newest first: version, step, saved_at, person."""
    own = t.RulebookAnswers
    return session.execute(
        select(own.version, own.step, own.saved_at, t.User.name.label("person"))
        .join(t.User, t.User.id == own.saved_by)
        .where(own.organisation_id == organisation_id)
        .order_by(own.version.desc())
        .limit(20)
    ).all()


def _write(session: Session, own: UUID, step: str, answers: dict[str, Any], actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowed("请登录后填写。", "Sign in to answer.")
    row = _latest(session, own)
    if row is not None and row.answers == answers:
        return row.version
    version = row.version + 1 if row else 1
    session.add(
        t.RulebookAnswers(
            organisation_id=own,
            version=version,
            step=step,
            answers=answers,
            saved_at=clock.now(),
            saved_by=actor.user_id,
        )
    )
    session.flush()
    return version


def _only_ours(
    session: Session, own: UUID, step: str, values: Mapping[str, Any], seen: int
) -> None:
    """Raise Conflict when somebody else saved other answers to this step meanwhile."""
    row = t.RulebookAnswers
    newer = session.execute(
        select(row.answers, row.saved_at, t.User.name)
        .join(t.User, t.User.id == row.saved_by)
        .where(row.organisation_id == own, row.version > seen, row.step == step)
        .order_by(row.version.desc())
        .limit(1)
    ).one_or_none()
    if newer is None:
        return
    theirs = newer.answers.get("values", {})
    if any(theirs.get(key) != value for key, value in values.items()):
        at = newer.saved_at.astimezone(clock.LOCAL_ZONE).strftime("%H:%M")
        raise Conflict(
            f"{newer.name} 在 {at} 保存过这一步，您填的还在下面，没有覆盖对方的。"
            "请另开一页看过，再保存一次。",
            f"{newer.name} saved this step at {at}; yours stands below and has not overwritten "
            "theirs. Look at it in another tab, then save once more.",
        )


def _set(session: Session, own: UUID, settings: Mapping[str, Any], actor: Actor) -> None:
    organisation = session.get_one(t.Organisation, own)
    changed = {
        key: value
        for key, value in settings.items()
        if organisations.setting(organisation, key) != value
    }
    if changed:
        organisations.update_settings(session, own, changed, actor=actor)


def _latest(session: Session, own: UUID, version: int | None = None) -> t.RulebookAnswers | None:
    row = t.RulebookAnswers
    statement = select(row).where(row.organisation_id == own).order_by(row.version.desc())
    if version is not None:
        statement = statement.where(row.version <= version)
    return session.scalars(statement.limit(1)).first()


def _lock(session: Session, own: UUID) -> None:
    """Let one after the other save: versions are numbered without gaps."""
    session.execute(
        select(t.Organisation.id).where(t.Organisation.id == own).with_for_update(key_share=True)
    )


def _from_evidence(session: Session, own: UUID) -> dict[str, Any]:
    """Give what the enterprise entered of its funds already: it is not asked twice."""
    row = t.Evidence
    known = session.scalars(
        select(row.details)
        .where(row.organisation_id == own, row.kind == _FUNDS, row.withdrawn_at.is_(None))
        .order_by(row.on.desc(), row.id.desc())
        .limit(1)
    ).first()
    if not known:
        return {}
    found = {
        "fund": known.get("source"),
        "budget": known.get("budget_fen"),
        "budget_year": known.get("year"),
    }
    return {key: value for key, value in found.items() if value is not None}
