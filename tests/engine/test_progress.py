"""A reporter follows their report by stations, roles and days, and learns no names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import organisations, progress
from engine.actors import Actor, by_receipt
from engine.commands import execute
from engine.errors import NotFound
from engine.filestore import FileStore
from tests.cast import Cast
from tests.engine import stories
from tests.loop import Loop
from tests.processes.player import CONFIRMED, DONE, PAID, PLAN

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def loop(session: Session, cast: Cast, tmp_path: Any) -> Loop:
    """A hazard just reported in confidence by the shipped process."""
    session.info["files"] = FileStore(tmp_path / "data")
    return Loop(session, cast, mode="confidential")


def seen(loop: Loop, actor: Actor | None = None) -> progress.Progress:
    """Give what the reporter sees, by code unless somebody else looks."""
    loop.session.rollback()
    who = actor or by_receipt(loop.cast.enterprise_id, loop.id)
    return progress.of_report(loop.session, loop.id, actor=who)


def way(found: progress.Progress) -> list[tuple[str, str]]:
    return [(station.key, station.state) for station in found.stations]


def test_a_new_report_waits_to_be_taken_up_within_hours(loop: Loop) -> None:
    found = seen(loop)
    assert way(found) == [
        ("acknowledge", "now"),
        ("verify", "next"),
        ("rectify", "next"),
        ("accept", "next"),
    ]
    first = found.stations[0]
    assert ([role.en for role in first.roles], first.hours) == (["Verifier"], 24)
    assert (first.working_days, first.is_late) == (None, False)
    assert (found.outcome, found.own_tasks, found.reward_stations) == ("reported", [], [])


def test_an_answer_meant_for_the_reporter_reaches_them(loop: Loop) -> None:
    loop.does("verifier", "acknowledge", ack_note="今天下午到现场看")
    station = seen(loop).stations[0]
    assert (station.state, station.note) == ("done", "今天下午到现场看")


def test_working_days_are_counted_by_the_enterprises_calendar(
    loop: Loop, clock: time_machine.Traveller
) -> None:
    loop.does("verifier", "acknowledge")
    verify = seen(loop).stations[1]
    days = verify.working_days
    assert days is not None
    assert (verify.state, verify.hours) == ("now", None)
    calendar = {(date(2026, 11, 3)).isoformat(): False}
    execute(
        loop.session,
        organisations.update_settings,
        loop.cast.enterprise_id,
        {"calendar": calendar},
        actor=loop.cast.administrator,
    )
    assert seen(loop).stations[1].working_days == days - 1
    clock.shift(timedelta(days=60))
    late = seen(loop).stations[1]
    assert late.is_late
    assert late.working_days is not None
    assert late.working_days < 0


def test_a_second_look_at_a_finding_is_not_told(loop: Loop) -> None:
    loop.does("verifier", "acknowledge")
    loop.does("verifier", "verify", finding="malicious", **_why())
    assert stories.open_keys(loop.session, loop.id) == ["second_opinion"]
    station = seen(loop).stations[1]
    assert (station.key, station.name.zh, station.state) == ("verify", "核查", "now")


def _why() -> dict[str, Any]:
    return {"verify_note": "与事实不符", "malicious_evidence": "监控录像"}


def test_what_failed_acceptance_has_to_be_rectified_again(loop: Loop) -> None:
    _rectified(loop)
    loop.does("acceptor", "accept", result="failed", fail_reason="还在漏水", accept_note="还在漏水")
    assert way(seen(loop))[2:] == [("rectify", "now"), ("accept", "next")]


def test_the_whole_way_ends_with_the_reward_to_confirm(loop: Loop) -> None:
    _rectified(loop)
    assert seen(loop).photos_after == ()
    loop.does("acceptor", "accept", result="passed")
    loop.does("approver", "approve_reward", approved=True)
    loop.does("finance", "pay_reward", **PAID)
    found = seen(loop)
    assert found.outcome == "closed"
    assert {state for _key, state in way(found)} == {"done"}
    assert found.photos_after == [loop.photo]
    assert [task.name for task in found.own_tasks] == ["确认收到奖励"]
    assert [(one.key, one.state) for one in found.reward_stations] == [
        ("approve_reward", "done"),
        ("pay_reward", "done"),
        ("confirm_reward", "now"),
    ]
    assert [reward.state for reward in found.rewards] == ["paid"]


def test_a_dismissed_report_has_nothing_more_to_come(loop: Loop) -> None:
    loop.does("verifier", "acknowledge")
    loop.does("verifier", "verify", finding="duplicate", **_why())
    assert way(seen(loop)) == [("acknowledge", "done"), ("verify", "done")]


def test_the_one_signed_in_sees_the_same_and_nobody_else_sees_anything(
    loop: Loop, cast: Cast
) -> None:
    assert way(seen(loop, cast.reporter)) == way(seen(loop))
    others = (
        cast.verifier,
        cast.principal,
        cast.officer,
        cast.administrator,
        cast.stranger,
        by_receipt(cast.enterprise_id, UUID(int=7)),
        by_receipt(cast.strange_enterprise_id, loop.id),
    )
    for actor in others:
        with pytest.raises(NotFound):
            seen(loop, actor)


def test_an_anonymous_report_opens_to_its_code_alone(
    session: Session, cast: Cast, tmp_path: Any
) -> None:
    session.info["files"] = FileStore(tmp_path / "data")
    loop = Loop(session, cast, mode="anonymous")
    assert way(seen(loop))[0] == ("acknowledge", "now")
    with pytest.raises(NotFound):
        seen(loop, cast.reporter)


def test_tasks_a_modeller_invented_keep_their_own_names(session: Session, cast: Cast) -> None:
    stories.deploy(session, cast)
    case = stories.begin(session, cast.reporter, "line")
    found = progress.of_report(session, case, actor=by_receipt(cast.enterprise_id, case))
    assert [(one.name.zh, one.state) for one in found.stations] == [("first", "now")]


def _rectified(loop: Loop) -> None:
    rectifier = str(loop.cast.rectifier.user_id)
    loop.does("verifier", "acknowledge")
    loop.does("verifier", "verify", **CONFIRMED)
    loop.does("rectifier", "plan", **{**PLAN, "rectifier": rectifier, "due_on": "2026-12-01"})
    loop.does("rectifier", "rectify", **{**DONE, "photos_after": [loop.photo]})
