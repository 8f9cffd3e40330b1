"""What the examples of docs/api.md find in the rooms above an enterprise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, commands, places, registry
from engine.coverage import evidence, targets
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.guidance_story import Visiting
from tests.loop import Loop
from tests.web.house_majors import major_under_supervision, training_session
from tests.web.house_versions import renamed


def _majors(session: Session, cast: Cast) -> dict[str, Any]:
    found = major_under_supervision(session, cast)
    return {
        "major_id": str(found["GET /majors/<uuid:instance_id> instance_id"]),
        "supervision_id": str(found["supervision_id"]),
    }


def _coverage(session: Session, cast: Cast) -> dict[str, Any]:
    commands.execute(session, targets.adopt, actor=cast.office)
    given = evidence.Given(kind="training", on=clock.local_date(), details={"people": 12})
    commands.execute(session, evidence.enter, given, actor=cast.principal)
    return {}


def _guidance(session: Session, cast: Cast) -> dict[str, Any]:
    visiting = Visiting(session, cast)
    visiting.goes(rewards_paid="no")
    visiting.advises()
    return {"visit_id": str(visiting.id), "second_id": str(visiting.second.user_id)}


def _training(session: Session, cast: Cast) -> dict[str, Any]:
    return {"session_id": str(training_session(session, cast)["session_id"])}


def _signals(session: Session, cast: Cast) -> dict[str, Any]:
    row = commands.execute(
        session,
        places.create_place,
        cast.enterprise_id,
        name="二号车间",
        part="配电间",
        actor=cast.administrator,
    )
    return {"place_code": row.code}


def _moves(session: Session, cast: Cast) -> dict[str, Any]:
    wanted = select(t.Definition).where(t.Definition.key == "hazard_report")
    base = session.scalars(wanted.where(t.Definition.organisation_id == cast.enterprise_id)).one()
    renamed(session, base, cast.enterprise_id, "新的闭环")
    session.commit()
    return {}


def _particulars(session: Session, cast: Cast) -> dict[str, Any]:
    said = {
        "standard_sector": "化工", "standard_grade": "二级", "standard_until": "2026-11-30",
        "hazard_source": "四级", "monitoring": "已接入", "monitored_since": "2026-01-05",
        "monitored_by": "市监测平台", "region_code": "310105001000",
    }  # fmt: skip
    commands.execute(session, registry.correct, cast.enterprise_id, said, actor=cast.office)
    return {}


def _practices(session: Session, cast: Cast) -> dict[str, Any]:
    loop = Loop(session, cast)
    loop.goes_round()
    return {"closed_id": str(loop.id)}


#: How a room's addresses begin → what is there, and the names that examples call it by. It is told
#: when the first of them is sent, so that examples before find what they found without it.
ROOMS: Final[Mapping[str, Callable[[Session, Cast], dict[str, Any]]]] = {
    "/majors": _majors,
    "/coverage": _coverage,
    "/organisations/standards": _particulars,
    "/guidance": _guidance,
    "/training": _training,
    "/moves": _moves,
    "/practices": _practices,
    "/signals": _signals,
}
