"""After 90 days the reporter is asked whether anything happened because of the report (B7)."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from engine import actors, doctor
from engine.clock import LOCAL_ZONE
from engine.commands import execute
from engine.complaints import check_ins, figures
from engine.errors import NotAllowed, NotFound
from engine.filestore import FileStore
from engine.store import new_id
from engine.store import tables as t
from engine.store.earlier_check_ins import plan_for_the_last_days
from tests.cast import Cast
from tests.engine import stories
from tests.engine.complaint_story import Complaining, district_union
from tests.loop import Loop
from web.config import Config

pytestmark = pytest.mark.usefixtures("clock")
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def loop(session: Session, cast: Cast, config: Config) -> Loop:
    """A hazard that went round; its reward was paid on the 2nd of November."""
    session.info["files"] = FileStore(config.data_dir)
    found = Loop(session, cast, owner=cast.office_id)
    found.goes_round()
    return found


def due(session: Session, loop: Loop) -> date:
    session.rollback()
    row = session.get_one(t.CheckIn, (loop.cast.enterprise_id, loop.id))
    session.refresh(row)
    return row.due_on


def test_it_is_asked_90_days_after_the_reward_and_answered_once(
    session: Session, cast: Cast, loop: Loop, clock: time_machine.Coordinates
) -> None:
    assert due(session, loop) == date(2027, 1, 31)
    clock.shift(timedelta(days=2))
    loop.does("reporter", "confirm_reward", received="yes")
    assert due(session, loop) == date(2027, 2, 2)
    me, code = cast.reporter, actors.by_receipt(cast.enterprise_id, loop.id)
    assert check_ins.waiting(session, actor=me) == []
    assert check_ins.question(session, loop.id, actor=code) is None
    with pytest.raises(NotFound):
        execute(session, check_ins.answer, loop.id, "no", actor=me)
    events = stories.tags(session, loop.id)
    clock.shift(timedelta(days=90))
    assert check_ins.waiting(session, actor=me) == [loop.id]
    assert check_ins.question(session, loop.id, actor=code) is not None
    for other in (cast.principal, cast.verifier, cast.union, cast.officer):
        with pytest.raises(NotFound):
            check_ins.question(session, loop.id, actor=other)
    execute(session, check_ins.answer, loop.id, "unsaid", actor=code)
    execute(session, check_ins.answer, loop.id, "no", actor=me)
    assert check_ins.waiting(session, actor=me) == []
    it = Complaining(session, cast, is_deployed=True, report_id=loop.id)
    # A complaint changes nothing that whoever holds the report's code can see.
    asked = check_ins.question(session, loop.id, actor=code)
    execute(session, check_ins.answer, loop.id, "yes", actor=code)
    assert check_ins.question(session, loop.id, actor=code) == asked
    kept = session.get_one(t.CheckIn, (cast.enterprise_id, loop.id), populate_existing=True)
    assert kept.answer == "no"
    assert kept.fixed_at is not None
    assert kept.fixed_at.astimezone(LOCAL_ZONE).time() == time.min
    assert stories.tags(session, loop.id) == events
    assert it.row().report_id == loop.id
    nameless = Complaining(session, cast, is_deployed=True, report_id=loop.id, mode="anonymous")
    assert nameless.row().report_id is None
    assert list(doctor.examine(session)) == []


@on_sqlite
def test_feedback_counts_where_nothing_is_paid_and_silence_ends_it(
    session: Session, cast: Cast, loop: Loop, clock: time_machine.Coordinates
) -> None:
    clock.shift(timedelta(days=125))
    assert check_ins.waiting(session, actor=cast.reporter) == []
    other = stories.begin(session, cast.reporter, "suggestion", answers={"description": "加一盏灯"})
    stories.do(session, cast.verifier, other, "consider", adopted=False, reply="已有计划")
    session.rollback()
    row = session.get_one(t.CheckIn, (cast.enterprise_id, other))
    assert row.due_on == date(2027, 3, 7) + timedelta(days=90)


@on_sqlite
def test_an_older_database_asks_about_its_last_90_days(
    session: Session, cast: Cast, loop: Loop, clock: time_machine.Coordinates
) -> None:
    for later, due_on in ((50, {date(2027, 1, 31)}), (45, set())):
        clock.shift(timedelta(days=later))
        session.rollback()
        session.execute(delete(t.CheckIn))
        plan_for_the_last_days(session.connection())
        assert set(session.scalars(select(t.CheckIn.due_on))) == due_on
        session.commit()


@on_sqlite
def test_few_are_never_told(
    session: Session, cast: Cast, loop: Loop, clock: time_machine.Coordinates
) -> None:
    district = district_union(session, cast)
    case = session.scalars(select(t.Instance.id)).one()
    clock.shift(timedelta(days=100))
    copies(session, cast, case, ["no"] * 3)
    few = figures.of_own(session, actor=cast.union)
    assert set(vars(few).values()) == {None}
    copies(session, cast, case, ["no"] * 6 + ["yes"] * 3 + ["unsaid"] * 2)
    some = figures.of_own(session, actor=cast.union)
    assert (some.asked, some.answered, some.no, some.yes) == (15, 14, 9, None)
    copies(session, cast, case, ["yes"] * 2)
    # Nine and five of sixteen would tell the two who would rather not say.
    told = figures.of_own(session, actor=district)
    assert (told.answered, told.no, told.yes, told.unsaid) == (16, 9, None, None)
    copies(session, cast, case, ["unsaid"] * 3)
    told = figures.of_district(session, actor=cast.office)
    assert (told.no, told.yes, told.unsaid) == (9, 5, 5)
    rows, more = figures.by_enterprise(session, actor=district)
    assert [(name, one.asked) for name, one in rows] == [("甲机械有限公司", 20)]
    assert more is None
    # Two of one name are two, page by page.
    session.get_one(t.Organisation, cast.one_person_firm_id).name = "甲机械有限公司"
    copies(session, cast, case, ["no"] * 6, owner=cast.one_person_firm_id)
    (first,), more = figures.by_enterprise(session, actor=district, limit=1)
    assert more is not None
    (second,), more = figures.by_enterprise(session, actor=district, limit=1, after=more)
    assert {first[1].asked, second[1].asked} == {20, 6}
    assert more is None
    for actor in (cast.principal, cast.administrator, cast.verifier):
        with pytest.raises(NotAllowed):
            figures.of_own(session, actor=actor)
    with pytest.raises(NotFound):
        figures.of_own(session, actor=cast.officer)


def copies(
    session: Session, cast: Cast, case: object, answers: list[str], owner: UUID | None = None
) -> None:
    """Let more reports have been asked about; their cases are copies of one."""
    session.commit()
    owner = owner or cast.enterprise_id
    one = select(t.Instance.__table__).where(t.Instance.id == case)
    base = dict(session.execute(one).mappings().one())
    for said in answers:
        id_ = new_id()
        row = {
            **base,
            "organisation_id": owner,
            "id": id_,
            "number": str(id_),
            "business_key": None,
        }
        session.execute(insert(t.Instance), row)
        session.execute(
            insert(t.CheckIn),
            {
                "organisation_id": owner,
                "instance_id": id_,
                "due_on": date(2027, 1, 1),
                "answer": said,
            },
        )
    session.commit()
