"""What an opinion letter 合规指导意见书 says, gathered once it is signed (domain.md C7.9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions
from engine.cases import Case
from engine.errors import DelegateError
from engine.guidance.services import FOUND
from engine.store import tables as t

#: The task in which the director signs.
SIGNING: Final = "sign_opinion"


def opinion_facts(session: Session, case: Case, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of an opinion letter.

    Raises:
        DelegateError: the visit has no opinion yet.
    """
    visit = session.get(t.Visit, (case.organisation_id, case.id))
    if visit is None or visit.opinion_number is None:
        raise DelegateError("还没有签发的指导意见。", "No opinion has been signed yet.")
    signature = _signature(session, case)
    loaded = definitions.load(session, case.definition_id)
    asked = _first_round(session, visit)
    return {
        "opinion_number": visit.opinion_number,
        "visit_number": visit.number,
        "enterprise": data.get("enterprise_name") or "",
        "plan_number": visit.plan_number,
        "visited_on": visit.visited_on,
        "visitors": data.get("visitor_names") or "",
        "met": data.get("met"),
        "findings": tuple(_findings(loaded, visit.findings)),
        "other_findings": data.get("other_findings"),
        "opinion": visit.opinion or "",
        "asked": tuple(one.text for one in asked),
        "answer_by": date.fromisoformat(str(data["answer_by"])[:10]) if asked else None,
        "signer": signature.doer if signature else None,
        "signed_at": signature.completed_at if signature else None,
        "process_version": loaded.version,
    }


def _findings(
    loaded: definitions.Loaded, findings: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, str]]:
    """Give the checklist as it was asked, in the words of its form."""
    for form in loaded.forms.values():
        for one in form.fields:
            said = findings.get(one.key.removeprefix(FOUND)) if one.key.startswith(FOUND) else None
            if said is not None:
                words = {choice.value: choice.label.zh for choice in one.choices}
                found = words.get(said["found"], said["found"])
                group = one.group.zh if one.group else ""
                yield group, one.label.zh, found, said.get("note") or ""


def _first_round(session: Session, visit: t.Visit) -> list[t.FollowUp]:
    wanted = (
        select(t.FollowUp)
        .where(t.FollowUp.visitor_id == visit.organisation_id, t.FollowUp.visit_id == visit.id)
        .order_by(t.FollowUp.due_on, t.FollowUp.item)
    )
    rows = list(session.scalars(wanted))
    return [row for row in rows if row.due_on == rows[0].due_on]


def _signature(session: Session, case: Case) -> Any:
    return session.execute(
        select(t.User.name.label("doer"), t.Task.completed_at)
        .join(t.User, t.User.id == t.Task.completed_by)
        .where(
            t.Task.organisation_id == case.organisation_id,
            t.Task.instance_id == case.id,
            t.Task.key == SIGNING,
            t.Task.state == "completed",
        )
        .order_by(t.Task.completed_at.desc())
        .limit(1)
    ).one_or_none()
