"""Certificates are made after the step that earned them: gather the facts, freeze, render."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import cases, certificates, definitions, instances, reporters
from engine.actors import ROLES, SYSTEM
from engine.cases import Case
from engine.complaints.letter_facts import letter_facts, referral_facts
from engine.errors import DelegateError
from engine.guidance.letter import opinion_facts
from engine.jobs import Job, handler
from engine.store import tables as t


@handler("issue_certificate")
def issue(session: Session, job: Job) -> None:
    """Freeze the statement of the kind the job's payload names.

    Raises:
        DelegateError: the case does not (yet) hold what such a certificate certifies.
    """
    if job.instance_id is None:
        return
    kind = job.payload["kind"]
    row = session.execute(
        cases.select_case().where(
            t.Instance.organisation_id == job.organisation_id, t.Instance.id == job.instance_id
        )
    ).one()
    case = cases.case_of(row)
    gather = {
        "closure": closure_facts,
        "reward": reward_facts,
        "receipt": receipt_facts,
        "guidance": opinion_facts,
        "union_letter": letter_facts,
        "union_referral": referral_facts,
    }
    if kind not in gather:
        raise DelegateError(f"没有这种证书：{kind}。", f"There is no certificate of kind {kind}.")
    facts = gather[kind](session, case, instances.read_data(session, row))
    again = bool(job.payload.get("again"))
    certificates.issue(session, kind=kind, instance=case, facts=facts, actor=SYSTEM, again=again)


def receipt_facts(session: Session, case: Case, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of a receipt 受理回执 (domain.md C7.13)."""
    next_task = session.execute(
        select(t.Task.name, t.Task.due_at)
        .where(
            t.Task.organisation_id == case.organisation_id,
            t.Task.instance_id == case.id,
            t.Task.state == "open",
            t.Task.candidate_group != "reporter",
        )
        .order_by(t.Task.created_at)
        .limit(1)
    ).one_or_none()
    return {
        "report_number": case.number,
        "kind": data.get("kind") or "hazard",
        "reported_at": case.started_at,
        "next_step": next_task.name if next_task else "受理",
        "next_due_at": next_task.due_at if next_task else None,
    }


def reward_facts(session: Session, case: Case, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of a reward certificate 奖励证书 (domain.md C7.1).

    Only the name of somebody who reported by name is read from the vault.
    """
    reward = session.scalars(
        select(t.Reward)
        .where(t.Reward.organisation_id == case.organisation_id, t.Reward.instance_id == case.id)
        .order_by(t.Reward.proposed_at.desc())
        .limit(1)
    ).one_or_none()
    if reward is None or not (reward.paid_fen or reward.noncash_fen is not None):
        raise DelegateError("奖励尚未发放。", "The reward has not been paid.")
    name = reporters.payee_name(session, case.organisation_id, case.id)
    return {
        "reward_number": reward.number,
        "identity_mode": case.identity_mode,
        "recipients": (name,) if name else (),
        "kind": data.get("kind") or "hazard",
        "title": case.title,
        "hazard_number": data.get("hazard_no"),
        "level": data.get("level"),
        "reported_on": case.started_at,
        **_given(reward),
        "rule_version": _version(reward.rule_version),
        "clause": f"规则 {reward.rule}" if reward.rule else None,
    }


def _given(reward: t.Reward) -> dict[str, Any]:
    """Say what was given: an amount of money, or what else and how much of it."""
    if reward.noncash_fen is None:
        return {"amount_fen": reward.paid_fen}
    return {"given": reward.method, "gift": reward.gift, "points": reward.points}


def _version(text: str | None) -> str | None:
    """Say "reward_amount v3" as people do."""
    number = (text or "").rpartition(" v")[2]
    return f"奖励标准表第{number}版" if number.isdigit() else text


def closure_facts(session: Session, case: Case, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of a closure certificate 事故隐患闭环销号证明 (domain.md C7.4)."""
    hazard = session.get_one(t.Hazard, (case.organisation_id, case.id))
    if hazard.closed_at is None or hazard.registered_at is None:
        raise DelegateError("隐患尚未销号。", "The hazard has not been closed.")
    acceptance = _last(session, case, "accept")
    signature = _last(session, case, "sign_closure")
    if acceptance is None:
        raise DelegateError("没有验收记录。", "There is no record of an acceptance.")
    definition = definitions.load(session, case.definition_id)
    return {
        "closure_number": hazard.closure_number,
        "hazard_number": hazard.number,
        "level": hazard.level or "general",
        "category": hazard.category,
        "place": hazard.place,
        "part": hazard.part,
        "description": hazard.description or "",
        "basis": _texts(data.get("basis")),
        "reported_at": hazard.reported_at,
        "registered_at": hazard.registered_at,
        "rectifier": _name(session, hazard.rectifier_id) or _name_of_last(session, case),
        "measures": data.get("measures"),
        "funds": data.get("fund_plan"),
        "due_on": hazard.due_on,
        "contingency": data.get("contingency"),
        "fixed_on_spot": hazard.fixed_on_spot,
        "control_type": hazard.control_type,
        "done_note": data.get("done_note"),
        "rectified_at": hazard.rectified_at,
        "rounds": hazard.rounds,
        "photos_before": _photos(session, case, data.get("photos_before")),
        "photos_after": _photos(session, case, data.get("photos_after")),
        "acceptor": acceptance.doer or "",
        "acceptor_role": ROLES[acceptance.candidate_group].zh,
        "accepted_at": acceptance.completed_at,
        "acceptance_note": data.get("accept_note"),
        "principal": signature.doer if signature else None,
        "principal_signed_at": signature.completed_at if signature else None,
        "supervised_by": data.get("supervised_by"),
        "supervision_number": data.get("case_no"),
        "closed_at": hazard.closed_at,
        "process_name": definition.name,
        "process_version": definition.version,
        "instance_number": case.number,
    }


def _last(session: Session, case: Case, key: str) -> Any:
    """Give the last completion of a task: who (by name), as which role, when."""
    return session.execute(
        select(t.User.name.label("doer"), t.Task.candidate_group, t.Task.completed_at)
        .outerjoin(t.User, t.User.id == t.Task.completed_by)
        .where(
            t.Task.organisation_id == case.organisation_id,
            t.Task.instance_id == case.id,
            t.Task.key == key,
            t.Task.state == "completed",
        )
        .order_by(t.Task.completed_at.desc())
        .limit(1)
    ).one_or_none()


def _name_of_last(session: Session, case: Case) -> str | None:
    done = _last(session, case, "rectify")
    return done.doer if done else None


def _name(session: Session, user_id: UUID | None) -> str | None:
    user = session.get(t.User, user_id) if user_id else None
    return user.name if user else None


def _photos(session: Session, case: Case, ids: object) -> tuple[str, ...]:
    """Give the SHA-256 of the pictures cited, in the order cited."""
    wanted = [UUID(str(value)) for value in ids] if isinstance(ids, list) else []
    found = dict(
        session.execute(
            select(t.Attachment.id, t.Attachment.sha256).where(
                t.Attachment.organisation_id == case.organisation_id,
                t.Attachment.id.in_(wanted),
                t.Attachment.media_type.startswith("image/"),
            )
        ).all()
    )
    return tuple(found[value].hex() for value in wanted if value in found)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return (str(value),) if value else ()
