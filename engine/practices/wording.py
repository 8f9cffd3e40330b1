"""The words of a typical case in versions: consent is given to a version, and to no later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.errors import Message
from engine.practices import rules
from engine.store import tables as t

_TITLE: Final = Message("标题", "Title")
_DIMENSIONS: Final = Message("属于哪几个方面", "Dimensions")
#: The key of the notice about words that changed.
REWORDED: Final = "practice_reworded"


@dataclass(frozen=True)
class Change:
    """One part of a case that two versions tell differently; "" where one says nothing."""

    name: Message
    before: Message
    after: Message


def keep(session: Session, row: t.Practice, *, by: UUID) -> None:
    """Keep the present words of a case under the number of their version."""
    session.add(
        t.PracticeText(
            organisation_id=row.organisation_id,
            practice_id=row.id,
            version=row.version,
            title=row.title,
            dimensions=row.dimensions,
            story=row.story,
            written_at=clock.now(),
            written_by=by,
        )
    )
    session.flush()


def reword(
    session: Session,
    row: t.Practice,
    title: str,
    dimensions: Sequence[str],
    story: Mapping[str, str],
    *,
    by: UUID,
) -> bool:
    """Give a case other words, as its next version; say whether anything differs.

    Args:
        title, dimensions, story: as `rules.clean_text` gives them.
    """
    if (row.title, list(row.dimensions), dict(row.story)) == (title, list(dimensions), dict(story)):
        return False
    row.title, row.dimensions, row.story = title, list(dimensions), dict(story)
    row.version += 1
    keep(session, row, by=by)
    return True


def tell_enterprise(session: Session, row: t.Practice) -> None:
    """Tell the principals that the words changed and wait for them."""
    notifications.notify(
        session,
        organisation_id=row.organisation_id,
        roles=("principal",),
        key=REWORDED,
        facts={"title": row.title[:60]},
    )


def changes(session: Session, row: Any) -> list[Change]:
    """Give what differs between the words the enterprise agreed to and the present ones."""
    if row.agreed_version is None or row.agreed_version == row.version:
        return []
    before, after = (_text(session, row, number) for number in (row.agreed_version, row.version))
    if before is None or after is None:
        return []
    found = [Change(_TITLE, _same(before.title), _same(after.title))]
    found.append(Change(_DIMENSIONS, _dimensions(before), _dimensions(after)))
    for key, name in rules.STORY.items():
        said = _same(before.story.get(key, "")), _same(after.story.get(key, ""))
        found.append(Change(name, *said))
    return [one for one in found if one.before != one.after]


def may_be_told(row: Any) -> bool:
    """Say whether the enterprise agreed to exactly these words, and its case goes on."""
    return row.agreed_version == row.version and row.state in ("consented", "vetted", "published")


def _text(session: Session, row: Any, version: int) -> t.PracticeText | None:
    return session.scalars(
        select(t.PracticeText).where(
            t.PracticeText.organisation_id == row.organisation_id,
            t.PracticeText.practice_id == row.id,
            t.PracticeText.version == version,
        )
    ).one_or_none()


def _same(text: str) -> Message:
    return Message(text, text)


def _dimensions(text: t.PracticeText) -> Message:
    names = [rules.DIMENSIONS[key] for key in text.dimensions if key in rules.DIMENSIONS]
    return Message("、".join(one.zh for one in names), ", ".join(one.en for one in names))
