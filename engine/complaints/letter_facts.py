"""What the papers of a complaint say: the letter to the enterprise, the one that passes it on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import Case
from engine.complaints.services import DEMANDS
from engine.errors import DelegateError, Message
from engine.store import tables as t

#: What is demanded, in words.
DEMAND_WORDS: Final[Mapping[str, Message]] = {
    "stop": Message("立即停止报复行为", "Stop the retaliation at once"),
    "restore_pay": Message("恢复并补足待遇", "Restore pay and make good what was lost"),
    "restore_post": Message("恢复原岗位或者劳动关系", "Restore the post or the contract"),
    "apology": Message("向当事人赔礼道歉", "Apologise"),
    "discipline": Message("处理有关责任人", "Discipline who is responsible"),
}
#: To whom a complaint is passed on, in words.
PASSED_WORDS: Final[Mapping[str, Message]] = {
    "district_union": Message("区总工会", "The district's trade union"),
    "labour_inspection": Message("劳动保障监察机构", "The labour inspection"),
    "safety_authority": Message("负有安全生产监督管理职责的部门", "The authority for work safety"),
    "nobody": Message("不移送", "Nobody"),
}


def letter_facts(session: Session, case: Case, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of a union's letter; nothing of a complaint but what the union wrote.

    Raises:
        DelegateError: no letter has been written yet.
    """
    row = session.scalars(
        select(t.UnionLetter)
        .where(t.UnionLetter.room_id == case.organisation_id, t.UnionLetter.complaint_id == case.id)
        .order_by(t.UnionLetter.round.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise DelegateError("还没有写意见。", "No opinion has been written yet.")
    return {
        "letter_number": str(data["letter_no"]),
        "round": row.round,
        "enterprise": data.get("enterprise_name") or "",
        "text": row.text,
        "demands": tuple(
            [DEMAND_WORDS[key].zh for key in row.demands if key in DEMANDS]
            + ([row.demand_other] if row.demand_other else [])
        ),
        "reply_by": row.reply_by,
    }


def referral_facts(session: Session, case: Case, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of the letter by which a complaint is passed on."""
    to = str(data.get("pass_to") or "")
    return {
        "referral_number": str(data["referral_no"]),
        "complaint_number": case.number,
        "enterprise": data.get("enterprise_name") or "",
        "to": data.get("pass_to_name") or PASSED_WORDS[to].zh,
        "letter_number": data.get("letter_no"),
        "findings": data.get("findings") or "",
        "text": data.get("pass_note") or "",
    }
