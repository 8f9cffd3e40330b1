"""Each day of each organisation is sealed once, and whoever changes a sealed day is found out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from engine import audit, commands, doctor, history, incidents, jobs, seal_check, sealing
from engine.errors import IntegrityError
from engine.secrets import Secrets
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do

DAY = date(2026, 11, 2)


@pytest.fixture
def case(session: Session, cast: Cast, clock: time_machine.Traveller) -> UUID:
    """A case that moved on three days, with a day of rest in between; it is the fifth now."""
    deploy(session, cast)
    case = begin(session, cast.reporter, "line")
    clock.shift(timedelta(days=1))
    do(session, cast.verifier, case, "first")
    clock.shift(timedelta(days=2))
    do(session, cast.verifier, case, "second")
    clock.shift(timedelta(hours=15, minutes=29))
    return case


def night(session: Session) -> int:
    """Do what the runner does; give how many jobs it ran."""
    commands.execute(session, sealing.enrol)
    return jobs.run_due(session)


def sealed(session: Session) -> list[Any]:
    session.rollback()
    return list(session.execute(select(t.Seal).order_by(t.Seal.day)).scalars())


def breaks(session: Session) -> list[tuple[date, str]]:
    session.rollback()
    return [(found.day, found.fault) for found in seal_check.verify(session)]


def test_every_day_with_events_is_sealed_once(
    session: Session, cast: Cast, case: UUID, clock: time_machine.Traveller
) -> None:
    assert night(session) == 1
    # One minute short of half past midnight the last day is not over for good.
    assert [row.day for row in sealed(session)] == [DAY, DAY + timedelta(days=1)]
    assert night(session) == 0
    clock.shift(timedelta(days=1))
    assert night(session) == 1
    rows = sealed(session)
    assert [row.day for row in rows] == [DAY, DAY + timedelta(days=1), DAY + timedelta(days=3)]
    assert [row.previous for row in rows] == [b"", rows[0].hash, rows[1].hash]
    assert {row.organisation_id for row in rows} == {cast.enterprise_id}
    clock.shift(timedelta(days=5))
    assert night(session) == 1
    assert sealed(session) == rows
    assert breaks(session) == []
    assert list(doctor.examine(session)) == []
    assert session.scalar(select(func.count()).select_from(t.Job)) == 1


def test_a_job_that_is_done_again_seals_nothing_twice(
    session: Session, cast: Cast, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_DAYS", 1)
    assert commands.execute(session, sealing.seal_next, cast.enterprise_id)
    # The process dies here: what was sealed stays, and the rest is still to be done.
    assert [row.day for row in sealed(session)] == [DAY]
    assert night(session) == 1
    assert [row.day for row in sealed(session)] == [DAY, DAY + timedelta(days=1)]
    assert not commands.execute(session, sealing.seal_next, cast.enterprise_id)
    assert breaks(session) == []


def test_who_has_no_history_or_one_of_today_alone_is_not_enrolled(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    deploy(session, cast)
    begin(session, cast.reporter, "line")
    assert commands.execute(session, sealing.enrol) == 0
    clock.shift(timedelta(days=1))
    assert commands.execute(session, sealing.enrol) == 1
    assert commands.execute(session, sealing.enrol) == 0


def test_a_history_that_was_written_anew_is_found(session: Session, cast: Cast, case: UUID) -> None:
    """Somebody changes an event and computes every hash after it: the chain alone holds."""
    night(session)
    _rewrite(session, case, sequence=2)
    assert list(audit.verify(session)) == []
    (found,) = seal_check.verify(session)
    assert (found.day, found.fault, found.instance_id) == (
        DAY + timedelta(days=1),
        "history",
        case,
    )
    assert seal_check.of_case(session, cast.enterprise_id, case).broken == found
    assert ("seals", case) in {(one.subject, one.instance_id) for one in doctor.examine(session)}


def test_a_sealed_history_that_is_gone_is_found(session: Session, cast: Cast, case: UUID) -> None:
    night(session)
    _without_keys(session, delete(t.Event).where(t.Event.instance_id == case))
    assert breaks(session) == [(DAY, "history")]


@pytest.mark.parametrize(
    ("column", "change", "fault"),
    [
        ("root", lambda value: bytes(32), "altered"),
        ("count", lambda value: value + 1, "altered"),
        ("leaves", lambda value: value[::-1], "altered"),
        ("leaves", lambda value: value + value, "altered"),
        ("leaves", lambda value: b"", "altered"),
        ("sealed_at", lambda value: value + timedelta(seconds=1), "altered"),
        ("hash", lambda value: bytes(32), "altered"),
        ("key_id", lambda value: "0" * 16, "key"),
        ("signature", lambda value: bytes(64), "signature"),
        ("signature", lambda value: b"x", "signature"),
        ("previous", lambda value: bytes(32), "previous"),
        ("day", lambda value: DAY + timedelta(days=2), "altered"),
    ],
)
def test_an_altered_seal_is_found(
    session: Session, case: UUID, column: str, change: Callable[[Any], Any], fault: str
) -> None:
    night(session)
    row = sealed(session)[1]
    day, value = row.day, change(getattr(row, column))
    session.execute(update(t.Seal).where(t.Seal.day == day).values({column: value}))
    session.commit()
    assert breaks(session) == [(value if column == "day" else day, fault)]


def test_a_removed_seal_is_missed_by_the_next(session: Session, case: UUID) -> None:
    night(session)
    session.execute(delete(t.Seal).where(t.Seal.day == DAY))
    session.commit()
    assert breaks(session) == [(DAY + timedelta(days=1), "previous")]


def test_a_seal_of_another_key_is_not_ours(session: Session, case: UUID, tmp_path: Any) -> None:
    """Somebody with the database, but without the key, seals a rewritten history anew."""
    theirs = Secrets.open(b"the secret key of somebody else, 32", tmp_path / "theirs")
    session.info["secrets"], ours = theirs, session.info["secrets"]
    night(session)
    assert breaks(session) == []
    session.info["secrets"] = ours
    assert breaks(session) == [(DAY, "key")]
    # The same key under another name in the folder is one of ours that was retired.
    earlier = ours.seal_keys.folder / "seal-2026.pub"
    earlier.write_text(theirs.seal_keys.public().hex(), "ascii")
    assert breaks(session) == []


def test_without_the_key_nothing_is_sealed_and_somebody_is_told(
    session: Session, cast: Cast, case: UUID, clock: time_machine.Traveller
) -> None:
    key = session.info["secrets"].seal_keys.folder / "seal.key"
    kept = key.read_text("ascii")
    key.unlink()
    with pytest.raises(IntegrityError, match=r"seal\.key"):
        commands.execute(session, sealing.seal_next, cast.enterprise_id)
    for _ in range(5):
        night(session)
        clock.shift(timedelta(hours=2))
    assert sealed(session) == []
    incident = session.scalars(select(t.Incident)).one()
    key.write_text(kept, "ascii")
    session.rollback()
    commands.execute(session, incidents.retry, incident.id, actor=cast.administrator)
    night(session)
    assert [row.day for row in sealed(session)][:2] == [DAY, DAY + timedelta(days=1)]


def test_a_case_says_how_far_it_is_sealed(session: Session, cast: Cast, case: UUID) -> None:
    assert seal_check.of_case(session, cast.enterprise_id, case).sequence == 0
    night(session)
    found = seal_check.of_case(session, cast.enterprise_id, case)
    head = max(
        row.sequence
        for row in history.read(session, cast.enterprise_id, case)
        if row.at < sealing._begin(DAY + timedelta(days=2))
    )
    assert (found.sequence, found.day, found.broken) == (head, DAY + timedelta(days=1), None)


def _rewrite(session: Session, case: UUID, *, sequence: int) -> None:
    """Change an event and give all that follows, and the instance, hashes that fit."""
    session.rollback()
    session.expire_all()
    previous = history.GENESIS
    for event in session.scalars(
        select(t.Event).where(t.Event.instance_id == case).order_by(t.Event.sequence)
    ).all():
        if event.sequence == sequence:
            event.data = '{"told":"otherwise"}'
        event.hash = previous = history.event_hash(
            {column.key: getattr(event, column.key) for column in t.Event.__table__.columns},
            previous,
        )
    session.execute(update(t.Instance).where(t.Instance.id == case).values(head_hash=previous))
    session.commit()


def _without_keys(session: Session, statement: Any) -> None:
    session.execute(statement)
    session.commit()
