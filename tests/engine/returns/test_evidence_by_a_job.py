"""The evidence of a long month is made by a job, kept for a week, and given to who may have it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, filestore, jobs, returns
from engine.errors import Conflict, IntegrityError, NotAllowed, NotFound
from engine.filestore import FileStore
from engine.returns import bundles
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.returns.month import House, after, as_role, at

MONTH = "2026-09"


@pytest.fixture
def house(session: Session, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(bundles, "LARGEST_AT_ONCE", 1)
    session.info["files"] = FileStore(tmp_path)
    house = House(session, cast)
    house.hazard(MONTH)
    house.lock(MONTH)
    return house


def ask(house: House, **more: Any) -> returns.Bundle:
    actor = more.pop("actor", house.director)
    return commands.execute(house.session, returns.ask, MONTH, actor=actor, **more)


def stands(house: House, actor: Any = None, unit_id: Any = None) -> returns.Bundle:
    actor = actor or house.director
    shown = returns.view(house.session, MONTH, actor=actor, unit_id=unit_id)
    return returns.evidence_of(house.session, shown, actor=actor)


def test_it_is_asked_for_made_and_fetched(house: House) -> None:
    session = house.session
    with after(MONTH):
        assert stands(house).state == "none"
        with pytest.raises(Conflict, match="not ready"):
            returns.fetch(session, stands(house))
        assert ask(house).state == "waiting"
        # Whoever asks again meanwhile is told the same, and one job makes it.
        assert ask(house, actor=house.cast.officer).state == "waiting"
        assert len(session.scalars(select(t.Job).where(t.Job.kind == bundles.EVIDENCE)).all()) == 1
        jobs.run_due(session)
        found = stands(house)
        assert found.state == ask(house).state == "ready"
        with returns.fetch(session, found) as file:
            content = file.read()
        assert len(content) == found.size
        written = io.BytesIO()
        returns.bundle(session, house.view(MONTH), written, actor=house.director)
        assert content == written.getvalue()


def test_after_a_week_it_is_thrown_away_and_made_anew_when_asked(house: House) -> None:
    session = house.session
    with after(MONTH):
        ask(house)
        jobs.run_due(session)
        path = filestore.of(session).path(stands(house).sha256)
        jobs.run_due(session)
        assert path.exists()
    with time_machine.travel(at("2026-10", 11), tick=False):
        assert stands(house).state == "none"
        jobs.run_due(session)
        assert not path.exists()
        assert session.scalars(select(t.ReturnBundle)).all() == []
        assert session.scalars(select(t.Job).where(t.Job.kind == bundles.EVIDENCE)).all() == []
        ask(house)
        jobs.run_due(session)
        assert stands(house).state == "ready"
        assert path.exists()


def test_asked_for_again_after_it_ran_out_it_is_not_thrown_away(house: House) -> None:
    with after(MONTH):
        ask(house)
        jobs.run_due(house.session)
    with time_machine.travel(at("2026-10", 11), tick=False):
        ask(house)
        jobs.run_due(house.session)
        assert stands(house).state == "ready"
        returns.fetch(house.session, stands(house)).close()


def test_only_who_may_take_the_month_out_asks_and_fetches(house: House) -> None:
    cast, unit = house.cast, house.cast.department_id
    with after(MONTH):
        for actor in (as_role(house.director, "verifier"), cast.reporter):
            with pytest.raises(NotAllowed):
                ask(house, actor=actor)
        for actor in (cast.stranger, cast.town):
            with pytest.raises(NotFound):
                ask(house, actor=actor, unit_id=unit)
        # The office is over the department, and may.
        assert ask(house, actor=cast.office, unit_id=unit).state == "waiting"
        jobs.run_due(house.session)
        assert stands(house, cast.office, unit).state == "ready"
        with pytest.raises(NotAllowed):
            stands(house, as_role(house.director, "verifier"))
        with pytest.raises(NotFound):
            stands(house, cast.stranger, unit)


def test_what_is_not_locked_has_none(house: House) -> None:
    with after("2026-10"), pytest.raises(Conflict, match="not locked"):
        commands.execute(house.session, returns.ask, "2026-10", actor=house.director)


def test_a_short_month_needs_no_asking(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "LARGEST_AT_ONCE", 2)
    with after(MONTH):
        assert ask(house).state == stands(house).state == "at_once"
    assert house.session.scalars(select(t.ReturnBundle)).all() == []


def test_many_cases_are_long_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "LARGEST_AT_ONCE", 2)
    monkeypatch.setattr(bundles, "_BYTES_A_CASE", 8)
    with after(MONTH):
        assert stands(house).state == "none"


def test_a_file_that_is_lost_is_made_again_and_one_that_was_touched_is_not_given(
    house: House,
) -> None:
    with after(MONTH):
        ask(house)
        jobs.run_due(house.session)
        found = stands(house)
        path = filestore.of(house.session).path(found.sha256)
        path.write_bytes(path.read_bytes() + b"x")
        with pytest.raises(IntegrityError):
            returns.fetch(house.session, found)
        path.unlink()
        assert ask(house).state == "waiting"
        jobs.run_due(house.session)
        assert stands(house).state == "ready"


def test_one_that_cannot_be_made_says_so_and_can_be_asked_for_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    with after(MONTH), time_machine.travel(at("2026-10", 3), tick=False) as moment:
        ask(house)
        with monkeypatch.context() as patch:
            patch.setattr(bundles, "bundle", fail)
            for _ in range(len(jobs.BACK_OFF) + 1):
                jobs.run_due(house.session)
                assert not list(filestore.of(house.session).folder.rglob("tmp*"))
                moment.shift(jobs.BACK_OFF[-1])
        assert stands(house).state == "failed"
        assert house.session.scalars(select(t.Incident.kind)).all() == [bundles.EVIDENCE]
        assert ask(house).state == "waiting"
        jobs.run_due(house.session)
        assert stands(house).state == "ready"
