"""A case as the vault, messages and notices see it: a row, without a process behind it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock
from engine.store import Definition, Instance, new_id
from tests.cast import Cast


def make_case(session: Session, cast: Cast, number: str = "BG-CN001-20261102-0001") -> UUID:
    """Write a case of the enterprise 甲, commit, and give its id."""
    definition = Definition(
        id=new_id(),
        organisation_id=cast.enterprise_id,
        key="hazard_report",
        name="隐患报告",
        version=int(number[-4:]),
        digest=number.encode(),
        resources={},
        state="active",
        created_at=clock.now(),
    )
    session.add(definition)
    session.flush()
    case = Instance(
        organisation_id=cast.enterprise_id,
        id=new_id(),
        definition_id=definition.id,
        key="hazard_report",
        number=number,
        title="二号车间",
        state="active",
        revision=1,
        blob=b"",
        identity_mode="confidential",
        started_at=clock.now(),
        event_count=0,
        head_hash=b"",
        department_id=cast.department_id,
        town_id=cast.town_id,
        group_id=cast.group_id,
    )
    session.add(case)
    session.commit()
    return case.id
