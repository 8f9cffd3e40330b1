"""Putting the rules before the union and those above: a frozen version, a deadline, notices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import attachments, clock, notifications
from engine.actors import Actor
from engine.attachments import Upload
from engine.coverage.evidence import own_enterprise
from engine.errors import Conflict, InvalidAnswers, Message, NotAllowed
from engine.hazards import deadlines
from engine.rulebook import finding, wording
from engine.rulebook.cleaning import line
from engine.rulebook.wording import Wording
from engine.settings import setting
from engine.store import new_id
from engine.store import tables as t

#: What holds the PDFs of versions.
HOLDER: Final = t.RulebookVersion.__tablename__
#: Working days in which comments are asked for, unless somebody says otherwise.
DAYS: Final = 5
_MOST_DAYS: Final = 60
_LONGEST_NOTE: Final = 500
_OFFICERS: Final = ("officer", "director")


@dataclass(frozen=True, kw_only=True)
class Put:
    """A text as it is put before others."""

    wording: Wording
    #: The answers it was made from, and what ran.
    answers_version: int
    made_from: Mapping[str, Any]
    #: The text as PDF.
    upload: Upload
    #: Ids of the units asked; the enterprise's own stands for its union.
    units: Collection[UUID]
    #: Working days for comments.
    days: int | None
    note: str = ""


def askable(session: Session, organisation: t.Organisation) -> list[tuple[UUID, str]]:
    """Give whom an enterprise may ask: its union, its department, its town, its group."""
    above = [
        node
        for node in (organisation.department_id, organisation.town_id, organisation.group_id)
        if node is not None
    ]
    names = session.execute(
        select(t.Organisation.id, t.Organisation.name).where(t.Organisation.id.in_(above))
    )
    known = {row.id: row.name for row in names}
    return [(organisation.id, ""), *((node, known[node]) for node in above if node in known)]


def put(session: Session, given: Put, *, actor: Actor) -> t.RulebookVersion:
    """Freeze a text as a new version and ask the union and others about it.

    The same text once more is no new version: those not yet asked are asked about the one that is
    there. An earlier version that was being heard is replaced.

    Raises:
        NotAllowed: the role, or those above. InvalidAnswers: units, days or note.
        Conflict: somebody saved other answers meanwhile.
    """
    own = own_enterprise(actor, "rulebook:write")
    organisation = session.get_one(t.Organisation, own, with_for_update={"key_share": True})
    units, days = _checked(session, organisation, given)
    latest = next(iter(finding.own_versions(session, own)), None)
    content = wording.plain(given.wording)
    if latest is not None and latest.state == "heard" and latest.content == content:
        _ask(session, organisation, latest, units)
        return latest
    if given.answers_version != _latest_answers(session, own):
        raise Conflict(
            "有人刚改过回答，文本已经不同。请看过新的文本再征求意见。",
            "Somebody has just changed the answers, and so the text; look at it again first.",
        )
    if latest is not None:
        # Nobody issues it meanwhile, or it would be issued and replaced at once.
        session.refresh(latest, with_for_update=True)
        if latest.state == "heard":
            latest.state = "replaced"
    row = _frozen(session, own, given, content, latest, actor)
    row.due_on = _due_on(organisation, days)
    session.add(row)
    session.flush()
    _ask(session, organisation, row, units)
    return row


def _frozen(
    session: Session,
    own: UUID,
    given: Put,
    content: dict[str, Any],
    latest: t.RulebookVersion | None,
    actor: Actor,
) -> t.RulebookVersion:
    if actor.user_id is None:
        raise NotAllowed("请登录后办理。", "Sign in to do this.")
    file = attachments.add(session, given.upload, actor=actor)
    attachments.hold(session, own, [file.id], by=HOLDER)
    return t.RulebookVersion(
        organisation_id=own,
        id=new_id(),
        number=latest.number + 1 if latest else 1,
        state="heard",
        title=given.wording.title,
        answers_version=given.answers_version,
        made_from=dict(given.made_from),
        content=content,
        file_id=file.id,
        sha256=given.upload.sha256,
        note=line(given.note) or None,
        made_at=clock.now(),
        made_by=actor.user_id,
    )


def _ask(
    session: Session, organisation: t.Organisation, row: t.RulebookVersion, units: Sequence[UUID]
) -> None:
    """Ask those who were not asked yet, and tell them."""
    known = {one.unit_id for one in finding.asked(session, row)}
    new = [unit for unit in units if unit not in known]
    for unit in new:
        session.add(
            t.RulebookAsked(
                organisation_id=row.organisation_id,
                version_id=row.id,
                unit_id=unit,
                asked_at=clock.now(),
            )
        )
    session.flush()
    facts = {
        "enterprise": organisation.name[:60],
        "title": row.title[:60],
        "number": row.number,
        "due_on": row.due_on,
    }
    above = [unit for unit in new if unit != organisation.id]
    if above:
        notifications.tell_organisations(session, above, "rulebook_asked", facts, roles=_OFFICERS)
    if organisation.id in new:
        notifications.tell_organisations(
            session, [organisation.id], "rulebook_union", facts, roles=["union"]
        )


def _checked(session: Session, organisation: t.Organisation, given: Put) -> tuple[list[UUID], int]:
    wrong: dict[str, list[Message]] = {}
    units = [unit for unit, _ in askable(session, organisation) if unit in set(given.units)]
    if not units:
        wrong["units"] = [Message("请至少选择一个。", "Choose at least one.")]
    days = given.days if isinstance(given.days, int) else 0
    if not 1 <= days <= _MOST_DAYS:
        wrong["days"] = [
            Message(f"请填 1 至 {_MOST_DAYS} 个工作日。", f"From 1 to {_MOST_DAYS} working days.")
        ]
    if len(line(given.note)) > _LONGEST_NOTE:
        wrong["note"] = [
            Message(f"最多 {_LONGEST_NOTE} 个字。", f"At most {_LONGEST_NOTE} characters.")
        ]
    if wrong:
        raise InvalidAnswers(wrong)
    return units, days


def _due_on(organisation: t.Organisation, days: int) -> date:
    kept: Mapping[str, bool] = setting(organisation, "calendar")
    calendar = {date.fromisoformat(day): works for day, works in kept.items()}
    return deadlines.add_working_days(clock.local_date(), days, calendar)


def _latest_answers(session: Session, own: UUID) -> int:
    row = t.RulebookAnswers
    return session.scalar(select(func.max(row.version)).where(row.organisation_id == own)) or 0
