"""What a host passed on is taken on as a case of one's own, or sent back with a reason."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, definitions, starting
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, NotFound
from engine.hazards.origins import Origin
from engine.permissions import require
from engine.relations import rules, telling, trail
from engine.relations.passing import note, relation_of, require_sent
from engine.store import tables as t

#: How the business key of a case begins that came of a passed hazard; no program may say it.
KEYED: Final = "passed:"
_USUAL: Final = "hazard_report"


def take(session: Session, passed_id: UUID, *, actor: Actor) -> UUID:
    """Begin a case of one's own with what a host passed on; gives its id.

    Raises:
        NotAllowed: the role. NotFound: nothing such was passed to them, or nothing can be begun.
        Conflict: it was answered, or called back, or the own form asks for more than is known.
    """
    require(actor, "report:enter")
    row = _received(session, passed_id, actor)
    require_sent(row)
    relation = relation_of(session, row)
    host = telling.name_of(session, row.organisation_id)
    try:
        started = starting.start(
            session,
            definition_key=_process(session, actor),
            answers=_answers(row),
            actor=actor,
            identity=None,
            origin=Origin(
                source="transferred", channel="document", note=host, entered_by=actor.user_id
            ),
            business_key=f"{KEYED}{row.id.hex}",
        )
    except InvalidAnswers as wrong:
        raise Conflict(
            "本单位的报告表单还要求别的内容，不能直接接收。请用“代填报告”登记，来源选“外部转办”，"
            "再退回本条并写明已登记。",
            "Your report form asks for more than was passed on. Type it in as handed over, then "
            "send this back saying so.",
            fields=sorted(wrong.errors),
        ) from wrong
    row.state, row.answered_at, row.taken_id = "taken", clock.now(), started.instance_id
    trail.note(session, row, "taken", actor, relation_id=row.relation_id)
    own = telling.name_of(session, row.to_id)
    telling.tell(session, relation, row.organisation_id, "hazard_taken", telling.HANDLERS, name=own)
    note(session, row, "relation:answered", {"state": "taken"}, actor, by_other=True)
    return started.instance_id


def refuse(session: Session, passed_id: UUID, reason: str, *, actor: Actor) -> None:
    """Send back what a host passed on, with a reason; raises as `take`, InvalidAnswers without."""
    require(actor, "relation:pass")
    row = _received(session, passed_id, actor)
    require_sent(row)
    why = rules.clean_reason(reason)
    row.state, row.answered_at, row.reason = "refused", clock.now(), why
    trail.note(session, row, "sent_back", actor, relation_id=row.relation_id, data={"reason": why})
    own = telling.name_of(session, row.to_id)
    telling.tell(
        session, relation_of(session, row), row.organisation_id, "hazard_sent_back",
        telling.HANDLERS, name=own, reason=why,
    )  # fmt: skip
    note(session, row, "relation:answered", {"state": "refused"}, actor, by_other=True)


def _answers(row: t.PassedHazard) -> dict[str, Any]:
    """Give what the start form is answered with; what it does not ask falls away."""
    due = f"\n要求完成日期：{row.due_on}" if row.due_on else ""
    return {
        "kind": "hazard",
        "place": row.place,
        "description": f"{row.description}\n要求：{row.wanted}{due}",
        "imminent": False,
    }


def _process(session: Session, actor: Actor) -> str:
    owner = session.get(t.Organisation, actor.organisation_id)
    found = {one.key for one in definitions.startable(session, owner)} if owner else set()
    found.discard("suggestion")
    if not found:
        raise NotFound(
            "本单位还没有可以启动的隐患报告流程。", "There is no process here to begin with."
        )
    return _USUAL if _USUAL in found else min(found)


def _received(session: Session, passed_id: UUID, actor: Actor) -> t.PassedHazard:
    row = session.scalar(
        select(t.PassedHazard)
        .where(t.PassedHazard.to_id == actor.organisation_id, t.PassedHazard.id == passed_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or actor.organisation_kind != "enterprise":
        raise NotFound()
    return row
