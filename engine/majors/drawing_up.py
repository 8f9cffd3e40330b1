"""Papers of a major under a number: the report 报告单, and the acceptance 治理验收单.

What the case says already is taken from it; only what nobody was asked is asked here. Each paper
is frozen, so a later report 续报 is another one beside the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import cases, certificates, people
from engine.actors import Actor
from engine.cases import Case
from engine.errors import Conflict
from engine.hazards.major_facts import SIX_ELEMENTS
from engine.hazards.reports import ADDRESSEES
from engine.majors import asked, standing
from engine.majors.preparing import keep_for_task
from engine.majors.register import get_major
from engine.majors.told import Told, told
from engine.permissions import require
from engine.store import Certificate, Instance, Task, User
from engine.store.tables import MajorReport, Supervision

#: Who may evaluate the treatment (order 16 art. 18).
EVALUATIONS: Final = ("self", "experts", "institution")
#: Element of the plan → the field that says how it came out.
ACCEPTANCE_ACTUALS: Final = {key: key.replace("plan_", "actual_") for key in SIX_ELEMENTS}


def draw_up_report(
    session: Session,
    instance_id: UUID,
    *,
    addressee: str,
    addressed_to: str,
    state_and_cause: str,
    harm_and_difficulty: str,
    contact: str = "",
    actor: Actor,
) -> Certificate:
    """Freeze a report of a major for the authority or the congress (order 16 art. 14).

    Raises:
        NotAllowed, NotFound: not the actor's to do. InvalidAnswers: field by field.
    """
    row = _own(session, instance_id, actor)
    wrong = asked.Wrong()
    wrong.choose("addressee", addressee, ADDRESSEES)
    wrong.need("addressed_to", addressed_to, 200)
    wrong.need("state_and_cause", state_and_cause, 1000)
    wrong.need("harm_and_difficulty", harm_and_difficulty, 1000)
    wrong.most("contact", contact, 100)
    wrong.stop()
    facts = {
        **_hazardous(session, row, told(session, [row], actor=actor)[row.id]),
        "addressee": addressee,
        "addressed_to": addressed_to.strip(),
        "state_and_cause": state_and_cause.strip(),
        "harm_and_difficulty": harm_and_difficulty.strip(),
        "contact": contact.strip(),
    }
    if addressee == "authority":
        # The step that asks for the same finds it filled in.
        texts = {
            "authority_name": facts["addressed_to"],
            "hazard_state": facts["state_and_cause"],
            "hazard_harm": facts["harm_and_difficulty"],
        }
        keep_for_task(session, row, texts, actor=actor)
    return _issue(session, row, asked.REPORT_KINDS[addressee], facts, actor)


def draw_up_acceptance(
    session: Session,
    instance_id: UUID,
    *,
    actual: Mapping[str, str],
    evaluation: str,
    evaluated_by: str,
    conclusion: str,
    resumption_on: date | None = None,
    actor: Actor,
) -> Certificate:
    """Freeze the acceptance of a major's treatment, element by element (domain.md C7.5).

    Args:
        actual: how each of the six elements came out, by the keys of `SIX_ELEMENTS`.
        evaluation: self, experts or institution. resumption_on: when resuming was applied for.

    Raises:
        NotAllowed, NotFound: not the actor's to do. InvalidAnswers: field by field.
        Conflict: nobody has accepted the rectification yet.
    """
    row = _own(session, instance_id, actor)
    said = told(session, [row], actor=actor)[row.id]
    acceptance = _last(session, row, "accept")
    if row.accepted_at is None or acceptance is None:
        raise Conflict(
            "整改还没有验收合格，验收后才能开治理验收单。",
            "Nobody has accepted the rectification yet; this is drawn up afterwards.",
        )
    wrong = asked.Wrong()
    for key, field in ACCEPTANCE_ACTUALS.items():
        wrong.need(field, actual.get(key, ""), 1000)
    wrong.choose("evaluation", evaluation, EVALUATIONS)
    wrong.need("evaluated_by", evaluated_by, 200)
    wrong.need("conclusion", conclusion, 1000)
    wrong.stop()
    signature = _last(session, row, "sign_closure")
    facts = {
        **_hazardous(session, row, said),
        "actual": {key: actual[key].strip() for key in SIX_ELEMENTS},
        "fund_actual": _whole(said.answers.get("fund_actual")),
        "rectified_at": row.rectified_at,
        "rounds": row.rounds,
        "evaluation": evaluation,
        "evaluated_by": evaluated_by.strip(),
        "conclusion": conclusion.strip(),
        "acceptor": acceptance.doer or "",
        "accepted_at": row.accepted_at,
        "principal": signature.doer if signature else None,
        "principal_signed_at": signature.completed_at if signature else None,
        "resumption_on": resumption_on,
        **_outside(session, row, said),
    }
    return _issue(session, row, "major_acceptance", facts, actor)


def _own(session: Session, instance_id: UUID, actor: Actor) -> Any:
    require(actor, "major:draw_up")
    row = get_major(session, instance_id, actor=actor)
    if row.organisation_id != actor.organisation_id:
        raise asked.not_yours(
            "这份材料由企业自己开具。", "The enterprise draws this up itself.", instance_id
        )
    return row


def _issue(
    session: Session, row: Any, kind: str, facts: dict[str, Any], actor: Actor
) -> Certificate:
    case = _case(session, row)
    return certificates.issue(
        session, kind=kind, instance=case, facts=facts, actor=actor, again=True
    )


def _case(session: Session, row: Any) -> Case:
    statement = cases.select_case().where(
        Instance.organisation_id == row.organisation_id, Instance.id == row.id
    )
    return cases.case_of(session.execute(statement).one())


def _hazardous(session: Session, row: Any, said: Told) -> dict[str, Any]:
    """Give what both papers say of the hazard."""
    determination = said.determinations[-1] if said.determinations else None
    item = said.item or {}
    return {
        "hazard_number": row.number,
        "description": row.description or "",
        "place": row.place,
        "part": row.part,
        "category": row.category,
        "reported_at": row.reported_at,
        "registered_at": row.registered_at,
        "determined_at": row.determined_at,
        "criterion": determination.criterion if determination else "",
        "item": f"{item['code']} 第{said.item_version}版" if item.get("code") else "",
        "conditions": tuple(
            {
                "text": tick.text,
                "met": tick.met,
                "evidence": tick.evidence,
                "pre": tick.is_precondition,
            }
            for tick in (determination.ticks if determination else ())
        ),
        "plan": said.plan,
        "rectifier": _name(session, row.rectifier_id),
        "fund_plan": _whole(said.answers.get("fund_plan")),
        "due_on": row.due_on,
        "interim": tuple(one.text for one in said.interim),
    }


def _outside(session: Session, row: Any, said: Told) -> dict[str, Any]:
    """Give what was said to and by those outside."""
    reports = standing.reports_of(said, standing.entries(session, MajorReport, [row])[row.id])
    listed = standing.entries(session, Supervision, [row])[row.id]
    names = [one.name for one in reports if one.addressee == "authority"]
    return {
        "authority_on": row.authority_on,
        "authority": names[0] if names else "",
        "congress_on": row.congress_on,
        "supervisions": tuple(
            {
                "authority": one.authority,
                "case_number": one.case_number,
                "listed_on": one.listed_on,
                "applied_on": one.applied_on,
                "cancelled_on": one.cancelled_on,
            }
            for one in standing.supervised(row, said, listed)
        ),
    }


def _last(session: Session, row: Any, key: str) -> Any:
    """Give the last completion of a task: who (by name) and when."""
    return session.execute(
        select(User.name.label("doer"), Task.completed_at)
        .outerjoin(User, User.id == Task.completed_by)
        .where(
            Task.organisation_id == row.organisation_id,
            Task.instance_id == row.id,
            Task.key == key,
            Task.state == "completed",
        )
        .order_by(Task.completed_at.desc())
        .limit(1)
    ).one_or_none()


def _name(session: Session, user_id: UUID | None) -> str | None:
    return people.names(session, [user_id]).get(user_id) if user_id else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
