"""The locked months of a large unit are compared by a job; what is signed is compared once more."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, jobs, returns
from engine.errors import Conflict, NotAllowed
from engine.returns import compared
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.returns.month import House, after, as_role

MONTH, OPEN = "2026-09", "2026-10"


@pytest.fixture
def house(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> House:
    """A department over two enterprises, which is many; a hazard of each was withdrawn since."""
    monkeypatch.setattr(compared, "LARGEST_AT_ONCE", 1)
    house = House(session, cast)
    other = house.enterprise("戊电子有限公司", "WD")
    told = [house.hazard(MONTH), house.hazard(MONTH, 9, owner=other)]
    house.lock(MONTH)
    for one in told:
        house.cancel(one, OPEN)
    return house


def look(house: House) -> returns.Compared:
    return returns.differences(house.session, actor=house.director)


def accept(house: House, keys: list[str] | None) -> list[t.Adjustment]:
    return commands.execute(
        house.session, returns.accept, keys, reason="按办理记录", actor=house.director
    )


def owners(house: House) -> set[UUID]:
    return {one.enterprise_id for one in look(house).found or ()}


def test_a_job_compares_and_what_is_signed_leaves_the_list(house: House) -> None:
    session = house.session
    with after(OPEN):
        assert look(house) == returns.Compared(None, is_large=True)
        with pytest.raises(Conflict, match="gone"):
            accept(house, None)
        for _ in range(2):
            assert commands.execute(session, returns.compare, actor=house.director) is not None
        waiting = select(t.Job).where(t.Job.kind == compared.COMPARE)
        assert len(session.scalars(waiting).all()) == 1
        assert getattr(look(house).counting, "state", None) == "waiting"
        jobs.run_due(session)
        found = look(house)
        assert found.at is not None
        assert found.counting is None
        mine = [one.key for one in found.found or () if one.enterprise_id == house.enterprise_id]
        assert mine
        assert len(owners(house)) == 2
        rows = accept(house, mine)
        assert {row.enterprise_id for row in rows} == {house.enterprise_id}
        # Signed ones are struck out at once; of the other enterprise nothing was lost.
        assert house.enterprise_id not in owners(house)
        assert accept(house, None)
        assert look(house).found == []
        commands.execute(session, returns.compare, actor=house.director)
    with after(OPEN, 4):
        jobs.run_due(session)
        assert look(house).found == [], "the job finds nothing more than what was signed"


def test_what_changed_after_the_comparison_is_not_signed(house: House) -> None:
    """Somebody signs while another still looks at what was kept before."""
    session = house.session
    with after(OPEN):
        commands.execute(session, returns.compare, actor=house.director)
        jobs.run_due(session)
        stale = session.scalars(select(t.Rollup.content)).one()
        rows = len(accept(house, None))
        session.rollback()
        session.scalars(select(t.Rollup)).one().content = stale
        session.commit()
        with pytest.raises(Conflict, match="gone"):
            accept(house, None)
        assert len(session.scalars(select(t.Adjustment)).all()) == rows


def test_rows_signed_while_the_job_compares_have_it_compare_again(house: House) -> None:
    session = house.session
    with after(OPEN):
        commands.execute(session, returns.compare, actor=house.director)
        job_id = session.scalars(select(t.Job.id).where(t.Job.kind == compared.COMPARE)).one()
        session.rollback()
        find = compared.proposed

        def signs_meanwhile(*given: object) -> object:
            """Compare, and then let the other signer come in before the job writes."""
            told = find(*given)  # type: ignore[arg-type]
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(compared, "proposed", find)
                patch.setattr(compared, "LARGEST_AT_ONCE", 1000)
                session.rollback()
                accept(house, None)
            return told

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compared, "proposed", signs_meanwhile)
            jobs.run(session, house.cast.department_id, job_id)
        assert look(house).found is None, "what was true a moment ago is not kept"
    with after(OPEN, 4):
        jobs.run_due(session)
        assert look(house).found == []


def test_only_who_reads_returns_may_ask(house: House) -> None:
    with after(OPEN):
        for role in ("observer", "administrator"):
            actor = as_role(house.director, role)
            with pytest.raises(NotAllowed):
                commands.execute(house.session, returns.compare, actor=actor)
