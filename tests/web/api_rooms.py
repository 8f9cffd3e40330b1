"""What the examples of docs/api.md find in the rooms above an enterprise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, commands, places
from engine.campaigns import entering, running
from engine.coverage import evidence, targets
from engine.store import tables as t
from engine.tokens import create_token
from tests.cast import Cast
from tests.engine.campaign_story import ANSWERS, plan
from tests.engine.guidance_story import Visiting
from tests.engine.relations.working_together import in_force
from tests.engine.rulebook_story import put_forward
from tests.loop import Loop
from tests.web.house_campaigns import reviewer
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


def _rulebooks(session: Session, cast: Cast) -> dict[str, Any]:
    return {"version_id": str(put_forward(session, cast).id)}


def _training(session: Session, cast: Cast) -> dict[str, Any]:
    return {"session_id": str(training_session(session, cast)["session_id"])}


def _relations(session: Session, cast: Cast) -> dict[str, Any]:
    leader = session.get_one(t.Organisation, cast.enterprise_id)
    leader.ownership = "district_soe"
    session.commit()
    key = commands.execute(session, create_token, name="docs", actor=cast.sole)
    return {"relation_id": str(in_force(session, cast)), "contractor_key": key}


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


def _practices(session: Session, cast: Cast) -> dict[str, Any]:
    loop = Loop(session, cast)
    loop.goes_round()
    return {"closed_id": str(loop.id)}


def _campaigns(session: Session, cast: Cast) -> dict[str, Any]:
    """Let a campaign be open for days that are over, and the street hand a case in."""
    case, today = session.scalars(select(t.Practice.id)).first(), clock.local_date()
    session.rollback()
    begun = plan(opens_on=today - timedelta(days=20), closes_on=today - timedelta(days=10))
    with time_machine.travel(clock.now() - timedelta(days=15), tick=False):
        made = commands.execute(session, running.draft, begun, actor=cast.office).id
        commands.execute(session, running.open_it, made, actor=cast.office)
        said: Any = {"recommendation": "推广价值高", "actor": cast.town}
        entry = commands.execute(session, entering.enter, made, case, ANSWERS, **said)
    second = reviewer(session, cast)
    key = commands.execute(session, create_token, name="docs", actor=second)
    return {
        "judged_id": str(made), "entry_id": str(entry), "reviewer_id": str(second.user_id),
        "reviewer_key": key,
    }  # fmt: skip


#: How a room's addresses begin → what is there, and the names that examples call it by. It is told
#: when the first of them is sent, so that examples before find what they found without it.
ROOMS: Final[Mapping[str, Callable[[Session, Cast], dict[str, Any]]]] = {
    "/majors": _majors,
    "/coverage": _coverage,
    "/guidance": _guidance,
    "/rulebooks": _rulebooks,
    "/training": _training,
    "/moves": _moves,
    "/practices": _practices,
    "/campaigns": _campaigns,
    "/signals": _signals,
    "/relations": _relations,
}
