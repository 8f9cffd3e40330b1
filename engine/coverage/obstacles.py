"""Why an enterprise has no mechanism yet 未建原因, as it or those above it say (R-04)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.coverage import records
from engine.errors import InvalidAnswers, Message, NotFound
from engine.permissions import require
from engine.store import tables as t
from engine.store import visible_to

OBSTACLES: Final[Mapping[str, Message]] = {
    "drafting": Message("正在起草", "Being drafted"),
    "union": Message("等待听取工会或职工意见", "Waiting for the union or staff"),
    "publication": Message("尚未公示", "Not yet made public"),
    "funds": Message("资金未落实", "No funds yet"),
    "people": Message("缺少安全管理人员", "Nobody to look after safety"),
    "restructuring": Message("改制、搬迁", "Being restructured or moved"),
    "idle": Message("停产停业", "Not operating"),
    "unreachable": Message("联系不上", "Cannot be reached"),
    "other": Message("其他", "Other"),
}
_LONGEST: Final = 500


def explain(
    session: Session, organisation_id: UUID, obstacle: str, note: str = "", *, actor: Actor
) -> t.MechanismRecord:
    """Note why an enterprise is not there yet; an empty obstacle takes the reason back.

    Done by the enterprise itself, or by those above it.

    Raises:
        NotAllowed: the role. NotFound: not theirs to see. InvalidAnswers: an unknown reason.
    """
    require(actor, "coverage:explain")
    seen = select(t.Organisation.id).where(
        t.Organisation.id == organisation_id, t.Organisation.kind == "enterprise"
    )
    if session.scalar(visible_to(actor, seen)) is None:
        raise NotFound()
    plain = note.strip()
    if obstacle and obstacle not in OBSTACLES:
        raise InvalidAnswers.at("obstacle", "请选择一项原因。", "Choose a reason.")
    if len(plain) > _LONGEST or (obstacle == "other" and not plain):
        raise InvalidAnswers.at(
            "note",
            f"请写明原因（不超过 {_LONGEST} 字）。",
            f"Say what it is, in at most {_LONGEST} characters.",
        )
    record = records.refresh(session, organisation_id)
    record.obstacle, record.obstacle_note = obstacle or None, plain or None
    session.flush()
    return record
