"""The furnished house's major, put under supervision, and a training session with its list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine import attachments, clock, commands, majors, training
from tests.cast import Cast
from tests.engine import stories
from tests.pictures import photo
from tests.processes.player import AUTHORITY, CONFIRMED, REPORT, UNION


def majors_and_training(session: Session, cast: Cast) -> dict[str, Any]:
    """Give what of them stands in addresses."""
    return {**major_under_supervision(session, cast), **training_session(session, cast)}


def major_under_supervision(session: Session, cast: Cast) -> dict[str, Any]:
    """Determine a major, report it twice, let the department put it under supervision."""
    case = stories.begin(session, cast.reporter, "hazard_report", answers=dict(REPORT))
    stories.do(session, cast.verifier, case, "acknowledge")
    stories.do(session, cast.verifier, case, "verify", **{**CONFIRMED, "level": "major"})
    stories.do(session, cast.verifier, case, "determine", criterion="第三条", level="major")
    stories.do(session, cast.verifier, case, "report_authority", **AUTHORITY)
    stories.do(session, cast.verifier, case, "report_union", **UNION)
    entry = commands.execute(
        session,
        majors.put_under_supervision,
        case,
        authority="区应急管理局",
        case_number="督3",
        listed_on=clock.local_date() - timedelta(days=1),
        actor=cast.officer,
    )
    every = "<uuid:instance_id>"
    routes = (
        "",
        "/guard",
        "/supervision",
        "/supervision/<uuid:supervision_id>/apply",
        "/supervision/<uuid:supervision_id>/strike-off",
        "/papers/acceptance",
        "/papers/<any(authority,congress):addressee>",
        "/report/<any(authority,congress):addressee>",
    )
    return {
        "supervision_id": entry.id,
        "addressee": "congress",
        **{
            f"{method} /majors/{every}{route} instance_id": case
            for method in ("GET", "POST")
            for route in routes
        },
    }


def training_session(session: Session, cast: Cast) -> dict[str, Any]:
    """Let the department hold a session at which somebody of 甲 was."""
    upload = attachments.receive(
        session.info["files"], photo("brown"), "slides.webp", only_photos=False
    )
    file = commands.execute(session, attachments.add, upload, actor=cast.officer)
    facts = training.Facts(
        topic="主要负责人专题培训",
        audience="principal",
        held_on=clock.local_date(),
        minutes=120,
        materials=[str(file.id)],
    )
    lesson = commands.execute(session, training.plan, facts, actor=cast.officer)
    rows = [["甲机械有限公司", "朱任"]]
    commands.execute(session, training.take, lesson.id, rows, actor=cast.officer)
    code = commands.execute(session, training.open_sheet, lesson.id, actor=cast.officer)
    (attendee,) = training.attendees(session, lesson.id, actor=cast.officer)
    return {
        "session_id": lesson.id,
        "attendee_id": attendee.id,
        "file_id": file.id,
        "GET /t/<code> code": code,
        "POST /t/<code> code": code,
    }
