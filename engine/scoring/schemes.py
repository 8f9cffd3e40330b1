"""Schemes of a year, in versions: adopted from what is shipped, changed by a director (R-55)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.definitions.scoring_files import scoring_files
from engine.errors import Conflict, Invalid, NotFound
from engine.permissions import require
from engine.scoring import rules
from engine.store import new_id
from engine.store import tables as t

_EARLIEST: Final = 2024
#: Whom organisations of a kind may score.
_SCORES: Final[Mapping[str, tuple[str, ...]]] = {
    "office": ("department", "town", "group", "enterprise"),
    "department": ("enterprise",),
    "town": ("enterprise",),
    "group": ("group", "enterprise"),
}


def shipped() -> list[rules.Scheme]:
    """Give the schemes that come with the program; what has no indicators is none."""
    return [rules.read(one) for one in scoring_files().values() if "indicators" in one]


def may_score(actor: Actor) -> tuple[str, ...]:
    """Give the kinds of organisations that the actor's organisation may score."""
    return _SCORES.get(actor.organisation_kind, ())


def adopt(session: Session, key: str, kind: str, year: int, *, actor: Actor) -> t.ScoreScheme:
    """Take a shipped scheme for a year, as version 1.

    Raises:
        NotAllowed: the role. NotFound: there is no such scheme for that kind.
        Conflict: it was taken before. Invalid: the year is wrong.
    """
    content = scoring_files().get(key)
    if content is None or "indicators" not in content:
        raise NotFound()
    return _add(session, content, kind, year, first=True, actor=actor)


def change(session: Session, scheme_id: UUID, text: str, *, actor: Actor) -> t.ScoreScheme:
    """Store a changed scheme as its next version; sheets of earlier versions stay.

    Args:
        text: the whole scheme, in TOML.

    Raises:
        NotAllowed, NotFound: not theirs. Invalid: it is no scheme, or has another key.
    """
    row = get(session, scheme_id, actor=actor)
    require(actor, "score:sign")
    content = rules.parse(text)
    if content["key"] != row.key:
        raise Invalid(
            f"编号 key 必须仍是“{row.key}”。", f"The key has to stay '{row.key}'.", field="content"
        )
    return _add(session, content, row.kind, row.year, first=False, actor=actor)


def listed(session: Session, *, actor: Actor) -> Sequence[t.ScoreScheme]:
    """Give the latest version of each of the organisation's schemes, the latest year first."""
    require(actor, "score:work")
    newest = (
        select(
            t.ScoreScheme.key,
            t.ScoreScheme.kind,
            t.ScoreScheme.year,
            func.max(t.ScoreScheme.version).label("version"),
        )
        .where(t.ScoreScheme.organisation_id == actor.organisation_id)
        .group_by(t.ScoreScheme.key, t.ScoreScheme.kind, t.ScoreScheme.year)
        .subquery()
    )
    same = (
        (t.ScoreScheme.key == newest.c.key)
        & (t.ScoreScheme.kind == newest.c.kind)
        & (t.ScoreScheme.year == newest.c.year)
        & (t.ScoreScheme.version == newest.c.version)
    )
    return session.scalars(
        select(t.ScoreScheme)
        .join(newest, same)
        .where(t.ScoreScheme.organisation_id == actor.organisation_id)
        .order_by(t.ScoreScheme.year.desc(), t.ScoreScheme.key, t.ScoreScheme.kind)
    ).all()


def get(session: Session, scheme_id: UUID, *, actor: Actor) -> t.ScoreScheme:
    """Give a scheme of the actor's own organisation; NotFound otherwise."""
    require(actor, "score:work")
    found = session.get(t.ScoreScheme, (actor.organisation_id, scheme_id))
    if found is None:
        raise NotFound()
    return found


def read(row: t.ScoreScheme) -> rules.Scheme:
    """Give what a version of a scheme says."""
    return rules.read(row.content)


def _add(
    session: Session,
    content: Mapping[str, Any],
    kind: str,
    year: int,
    *,
    first: bool,
    actor: Actor,
) -> t.ScoreScheme:
    require(actor, "score:sign")
    scheme = rules.read(content)
    if kind not in scheme.kinds or kind not in may_score(actor):
        raise NotFound()
    if not _EARLIEST <= year <= clock.local_date().year:
        raise Invalid("年度不对。", "The year is wrong.", field="year")
    latest = session.scalar(
        select(func.max(t.ScoreScheme.version)).where(
            t.ScoreScheme.organisation_id == actor.organisation_id,
            t.ScoreScheme.key == scheme.key,
            t.ScoreScheme.kind == kind,
            t.ScoreScheme.year == year,
        )
    )
    if first and latest is not None:
        raise Conflict("这个年度已经有这份评分办法。", "The year has this scheme already.")
    row = t.ScoreScheme(
        organisation_id=actor.organisation_id,
        id=new_id(),
        key=scheme.key,
        year=year,
        version=(latest or 0) + 1,
        name=scheme.name.zh,
        kind=kind,
        content=dict(content),
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    return row
