"""Cases with certificates, told without running a process."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import cases, certificates, commands
from engine.actors import SYSTEM
from engine.certificates import facts, statements
from engine.clock import LOCAL_ZONE, now
from engine.store import Certificate, Definition, Instance, Organisation, new_id, writing


def at(text: str) -> datetime:
    """Give a moment by China's clock: "2026-11-08 14:05"."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


def reward(**changes: Any) -> dict[str, Any]:
    """Give the facts of a reward for a named reporter, with `changes`."""
    return {
        "reward_number": "JL-CN001-2026-00012",
        "identity_mode": "named",
        "recipients": ("张禤骉",),
        "title": "二号车间配电柜进水",
        "hazard_number": "YH-CN001-2026-00031",
        "level": "general",
        "reported_on": at("2026-11-08 23:30"),
        "amount_fen": 20050,
        "clause": "第十二条",
        **changes,
    }


def closure(**changes: Any) -> dict[str, Any]:
    """Give the facts of the closure of a major hazard, with `changes`."""
    return {
        "closure_number": "XH-CN001-2026-00019",
        "hazard_number": "YH-CN001-2026-00031",
        "level": "major",
        "category": "object",
        "place": "二号车间",
        "part": "北墙配电柜 DP-07",
        "description": "配电柜上方空调冷凝水管渗漏，水滴入柜内，有短路和火灾危险。",
        "basis": ("本单位报告清单 IT-07（第2版）",),
        "reported_at": at("2026-11-08 14:05"),
        "registered_at": at("2026-11-09 09:30"),
        "rectifier": "郑改",
        "measures": "断电；移改水管；更换柜门密封条。",
        "funds": 180000,
        "due_on": date(2026, 11, 16),
        "contingency": "停用三号线，专人值守。",
        "control_type": "engineering",
        "done_note": "水管已移至墙外。",
        "rectified_at": at("2026-11-14 16:20"),
        "rounds": 2,
        "acceptor": "严收",
        "acceptor_role": "acceptor",
        "accepted_at": at("2026-11-15 10:12"),
        "principal": "朱任",
        "principal_signed_at": at("2026-11-16 08:40"),
        "closed_at": at("2026-11-16 08:40"),
        "process_name": "事故隐患报告处理流程",
        "process_version": 3,
        "instance_number": "BG-CN001-20261108-0003",
        **changes,
    }


def receipt(**changes: Any) -> dict[str, Any]:
    """Give the facts of a receipt, with `changes`."""
    return {
        "report_number": "BG-CN001-20261108-0003",
        "reported_at": at("2026-11-08 14:05"),
        "next_due_at": at("2026-11-09 14:05"),
        **changes,
    }


def claim(**changes: Any) -> dict[str, Any]:
    """Give the facts of a claim slip, with `changes`."""
    return {
        "reward_number": "JL-CN001-2026-00012",
        "amount_fen": 50000,
        "claim_until": date(2026, 12, 31),
        "claim_at": "一号楼财务窗口",
        **changes,
    }


FACTS = {"reward": reward, "closure": closure, "receipt": receipt, "claim": claim}


def case(session: Session, organisation_id: UUID, number: str = "BG-CN001-1") -> cases.Case:
    """Enter a case of an enterprise and give it as a step knows it."""
    session.rollback()
    with writing(session):
        return _enter(session, organisation_id, number)


def _enter(session: Session, organisation_id: UUID, number: str) -> cases.Case:
    owner = session.get_one(Organisation, organisation_id)
    definition = Definition(
        id=new_id(),
        organisation_id=owner.id,
        key=f"told-{number}",
        name="隐患报告",
        version=1,
        digest=b"",
        resources={},
        created_at=now(),
    )
    session.add(definition)
    session.flush()
    row = Instance(
        organisation_id=owner.id,
        id=new_id(),
        definition_id=definition.id,
        key=definition.key,
        number=number,
        title="",
        state="active",
        blob=b"",
        started_at=now(),
        identity_mode="named",
        department_id=owner.department_id,
        town_id=owner.town_id,
        group_id=owner.group_id,
    )
    session.add(row)
    session.commit()
    return _as_case(row, owner)


def issue(session: Session, of: cases.Case, kind: str, **changes: Any) -> Certificate:
    """Issue a certificate of `kind` for a case, in a transaction of its own."""
    return commands.execute(
        session,
        certificates.issue,
        kind=kind,
        instance=of,
        facts=FACTS[kind](**changes),
        actor=SYSTEM,
    )


def loose(paper: str, /, *, issuer: str = "甲机械有限公司", **changes: Any) -> Certificate:
    """Give a certificate that is in no database; always the same for the same facts."""
    read = facts.read(paper, FACTS[paper](**changes))
    owner = cases.Organisation(UUID(int=1), "CN001", issuer, "industry", {})
    code, moment = "01AB23CD45EF67GH", at("2026-11-20 10:00")
    statement = statements.freeze(
        SimpleNamespace(organisation=owner),  # type: ignore[arg-type]
        read,
        kind=paper,
        number=read.number(),
        code=code,
        at=moment,
        base="http://127.0.0.1:8000",
    )
    return Certificate(
        organisation_id=owner.id,
        id=UUID(int=2),
        instance_id=UUID(int=3),
        number=read.number(),
        kind=paper,
        statement=statement,
        statement_digest=statements.digest(statement),
        code=code,
        state="pending",
        template=paper,
        issued_at=moment,
    )


def _as_case(row: Instance, owner: Organisation) -> cases.Case:
    organisation = cases.Organisation(
        id=owner.id,
        code=owner.code,
        name=owner.name,
        sector=owner.sector,
        settings=owner.settings or {},
    )
    names = (
        "organisation_id",
        "id",
        "definition_id",
        "key",
        "number",
        "title",
        "state",
        "revision",
        "blob",
        "identity_mode",
        "started_at",
        "due_at",
        "event_count",
        "head_hash",
        "department_id",
        "town_id",
        "group_id",
    )
    return cases.Case(organisation=organisation, **{name: getattr(row, name) for name in names})
