"""The demonstration shows a hazard in every state, and its past is as sound as a real one."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from engine import audit, doctor, statistics
from engine.actors import ROLES, TECHNICAL_ROLES
from engine.hazards import codes
from engine.hazards.codes import SECTORS
from engine.store import Base
from engine.store import tables as t
from tests.conftest import START
from tests.web.visits import Client
from web import create_app, db
from web.cli.context import opened_session
from web.cli.demonstration import prepare
from web.config import Config
from web.server import Listening

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Demo:
    """A demonstration that was built once."""

    folder: Path
    config: Config
    told: dict[str, Any]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The district as it stands on that Monday morning."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(START, tick=False):
        for name in [name for name in os.environ if name.startswith("BIHUAN_")]:
            patch.delenv(name)
        patch.setenv("BIHUAN_DATA_DIR", "to be given back")
        patch.setenv("BIHUAN_BASE_URL", "http://127.0.0.1:8000")
        patch.setenv("BIHUAN_RUNNER", "off")
        told = prepare(folder, Listening(port=_free_port()))
        yield Demo(folder, Config.from_environ(), told)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def session(demo: Demo) -> Iterator[Session]:
    with opened_session(demo.config) as opened:
        yield opened


def values(session: Session, column: Column[Any] | Any) -> set[Any]:
    """Give the different values of a column."""
    return set(session.scalars(select(column).distinct()))


def test_hazards_stand_in_every_state(session: Session) -> None:
    assert values(session, t.Hazard.state) == {
        "reported", "verified", "rectified", "closed", "dismissed", "cancelled",
    }  # fmt: skip
    assert values(session, t.Instance.state) == {"active", "suspended", "completed", "cancelled"}
    assert values(session, t.Reward.state) == {
        "proposed", "approved", "paid", "received", "refused",
    }  # fmt: skip
    assert values(session, t.Hazard.finding) >= {
        "confirmed", "not_a_hazard", "duplicate", "unverifiable", None,
    }  # fmt: skip
    assert values(session, t.Hazard.level) >= {"general", "major"}
    assert values(session, t.Hazard.kind) == {"hazard", "suggestion"}
    assert values(session, t.Hazard.imminent) == {True, False}
    assert values(session, t.Instance.identity_mode) == {
        "named", "confidential", "anonymous", "none",
    }  # fmt: skip
    assert values(session, t.Hazard.source) == set(codes.SOURCES)
    assert values(session, t.Hazard.channel) >= {"qr", "web", "slip", "phone", "meeting", "signal"}
    assert session.scalar(select(func.max(t.Hazard.rounds))) == 2
    open_tasks = set(session.scalars(select(t.Task.key).where(t.Task.state == "open")))
    assert open_tasks >= {
        "acknowledge", "verify", "plan", "rectify", "accept", "sign_closure", "consider",
        "approve_reward", "pay_reward", "confirm_reward",
    }  # fmt: skip


def test_what_was_late_was_told_to_those_above(session: Session) -> None:
    escalated = select(t.Event).where(t.Event.tag == "case:escalated")
    told = [json.loads(event.data)["message"] for event in session.scalars(escalated)]
    assert set(told) >= {"acknowledge_overdue", "rectify_overdue"}
    late = session.scalars(
        select(t.Hazard).where(t.Hazard.state == "verified", t.Hazard.due_on < START.date())
    ).all()
    assert {hazard.level for hazard in late} == {"general", "major"}
    officers = (
        select(func.count())
        .select_from(t.Notification)
        .join(t.Membership, t.Membership.user_id == t.Notification.user_id)
    )
    of_the_department = (t.Membership.role == "officer", t.Notification.kind.in_(set(told)))
    assert session.scalar(officers.where(*of_the_department)) == 1


def test_nothing_lies_in_the_future_and_each_history_is_in_order(session: Session) -> None:
    rows = session.execute(
        select(t.Event.instance_id, t.Event.at).order_by(t.Event.instance_id, t.Event.sequence)
    ).all()
    assert rows
    assert max(row.at for row in rows) <= START
    for before, after in pairwise(rows):
        assert before.instance_id != after.instance_id or before.at <= after.at
    assert min(row.at for row in rows) < START - timedelta(days=140)
    numbers = session.scalars(select(t.Instance.started_at).order_by(t.Instance.id)).all()
    assert numbers == sorted(numbers)


def test_it_is_sound(session: Session) -> None:
    assert list(doctor.examine(session)) == []
    assert list(audit.verify(session)) == []
    assert statistics.recount(session).differences == []
    assert session.scalar(select(func.count()).select_from(t.Incident)) == 0


def test_only_printing_and_deadlines_are_left_to_the_runner(session: Session) -> None:
    held = session.scalars(select(t.Job.kind).where(t.Job.state == "held"))
    assert set(held) == {"timer"}
    due = select(t.Job.kind).where(t.Job.state == "waiting", t.Job.due_at <= START).distinct()
    assert set(session.scalars(due)) == {"render_certificate"}


def test_the_months_have_a_history(session: Session) -> None:
    table = t.Month
    months = session.execute(
        select(
            table.month,
            func.sum(table.reported).label("reported"),
            func.sum(table.closed).label("closed"),
            func.sum(table.paid_fen).label("paid"),
        )
        .group_by(table.month)
        .order_by(table.month)
    ).all()
    assert [row.month for row in months] == [f"2026-{n:02d}" for n in range(6, 12)]
    assert all(row.reported and row.closed and row.paid for row in months[:5])


def test_mechanisms_have_come_differently_far(session: Session) -> None:
    record, place = t.MechanismRecord, t.Organisation
    rows = session.execute(
        select(place.code, record)
        .outerjoin(record, record.organisation_id == place.id)
        .where(place.kind == "enterprise")
    ).all()
    days = {row.code: row.MechanismRecord for row in rows}
    implemented = {code for code, row in days.items() if row and row.implemented_on}
    assert implemented == {"SJ001", "HG001", "JG001", "RQ001", "XX001", "YY001", "DX001"}
    assert days["GC001"].drafted_on
    assert (days["GC001"].obstacle, days["YL001"].obstacle) == ("funds", "drafting")
    assert days["YL001"].reminded_at
    rules = session.execute(
        select(place.code, t.RulebookVersion.state).join_from(
            t.RulebookVersion, place, place.id == t.RulebookVersion.organisation_id
        )
    )
    assert {(row.code, row.state) for row in rules} == {("SJ001", "adopted"), ("YL001", "heard")}
    answered = session.scalars(select(t.RulebookComment.outcome).order_by(t.RulebookComment.id))
    assert list(answered) == ["taken", None, "taken"]


def test_some_are_honoured_and_some_agreed_to_be_named(session: Session) -> None:
    states = sorted(session.scalars(select(t.Honour.state)))
    assert states == ["awarded", "awarded", "awarded", "decided", "proposed"]
    shown = session.scalars(select(t.Honour.number).where(t.Honour.state == "awarded")).all()
    assert all(number.startswith("RY-SJ001-") for number in shown)
    assert session.scalar(select(func.count()).select_from(t.NamingConsent)) == 3


def test_everybody_is_there(demo: Demo, session: Session) -> None:
    people = demo.told["people"]
    said = json.loads((demo.folder / "demo.json").read_text("utf-8"))
    assert said == demo.told
    assert {
        role for one in people for role in one["roles"]
    } == ROLES.keys() - TECHNICAL_ROLES.keys()
    assert all(set(one) == {
        "name", "login", "password", "token", "organisation", "roles",
    } for one in people)  # fmt: skip
    assert values(session, t.Organisation.sector) <= SECTORS.keys()
    # The room of a union is there since somebody complained.
    assert values(session, t.Organisation.kind) == {
        "office", "department", "town", "group", "enterprise", "union",
    }  # fmt: skip
    assert values(session, t.Complaint.state) == {"advised"}
    known = {
        "worker", "safety", "repair", "accept", "approver", "finance", "union", "boss", "admin",
        "school", "officer", "director",
    }  # fmt: skip
    assert known <= {one["login"] for one in people}


@pytest.mark.parametrize("login", ["worker", "boss", "school", "director", "shop"])
def test_people_can_sign_in(demo: Demo, login: str) -> None:
    app = create_app(demo.config)
    app.test_client_class = Client
    person = next(one for one in demo.told["people"] if one["login"] == login)
    client = Client(app)
    answer = client.submit("/sign-in", {"login": login, "password": person["password"]})
    assert answer.status_code == 302
    assert person["name"] in client.get("/account").text
    with app.app_context():
        db.db.engine.dispose()


def test_a_second_start_changes_nothing(demo: Demo, session: Session) -> None:
    before = rows_of_all_tables(session)
    session.rollback()
    assert prepare(demo.folder, Listening(port=_free_port())) == demo.told
    assert rows_of_all_tables(session) == before


def rows_of_all_tables(session: Session) -> dict[str, list[Any]]:
    """Give everything that is stored."""
    tables: list[Table] = Base.metadata.sorted_tables
    return {table.name: list(session.execute(select(table))) for table in tables}
