"""The register of teams, who is in which, and what of it is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from engine import clock as time
from engine import doctor, teams, thanks
from engine.actors import Actor
from engine.clock import LOCAL_ZONE
from engine.commands import execute
from engine.coverage import kpis
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.participation import axes, trend
from engine.participation.teams import by_team
from engine.reporters import Identity
from engine.statistics.axis import Axis
from engine.statistics.people import persons
from engine.statistics.span import Span
from engine.store import Membership, User, new_id
from engine.store import tables as t
from tests.cast import Cast
from tests.histories import Pen

BEGUN = datetime(2026, 9, 1, 9, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def begun() -> time_machine.Traveller:
    with time_machine.travel(BEGUN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def cast_then(begun: time_machine.Traveller, session: Session, cast: Cast) -> Cast:
    return cast


def hired(session: Session, cast: Cast, count: int) -> list[UUID]:
    ids = [new_id() for _ in range(count)]
    people = [
        User(id=one, login=f"p{one.hex}", name=f"职工{n:02d}", session_epoch=0,
             created_at=time.now())
        for n, one in enumerate(ids)
    ]  # fmt: skip
    session.add_all(people)
    session.flush()
    session.add_all(
        Membership(user_id=one, organisation_id=cast.enterprise_id, role="reporter") for one in ids
    )
    session.commit()
    return ids


def opened(session: Session, actor: Actor, name: str, above: UUID | None = None) -> UUID:
    return execute(session, teams.open_team, name=name, parent_id=above, actor=actor).id


def test_a_register_is_a_tree_whose_history_stays(
    begun: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    admin = cast.administrator
    shop = opened(session, admin, "一车间")
    team = opened(session, admin, "甲班", shop)
    part = opened(session, admin, "一组", team)
    for name, above, refusal in (
        ("甲班", shop, Conflict),
        ("第四级", part, Conflict),
        ("a/b", shop, InvalidAnswers),
        ("\x00", shop, InvalidAnswers),
        ("乙班", new_id(), NotFound),
    ):
        with pytest.raises(refusal):
            execute(session, teams.open_team, name=name, parent_id=above, actor=admin)
    with pytest.raises(NotAllowed):
        execute(session, teams.open_team, name="乙班", actor=cast.verifier)
    with pytest.raises(NotFound):
        execute(session, teams.close, shop, actor=cast.stranger)
    (one, two) = hired(session, cast, 2)
    execute(session, teams.put, {one: part, two: team}, actor=admin)
    # Put there and away again on one day: they were never there.
    execute(session, teams.put, {two: None}, actor=admin)
    assert teams.history_of(session, two, actor=admin) == []
    begun.shift(timedelta(days=40))
    execute(session, teams.put, {one: team}, actor=admin)
    assert [stay.until_on and str(stay.until_on) for stay in teams.history_of(
        session, one, actor=admin)] == [None, "2026-10-11"]  # fmt: skip
    with pytest.raises(Conflict):
        execute(session, teams.close, team, actor=admin)
    execute(session, teams.add_area, part, "冲压区", actor=admin)
    execute(session, teams.close, part, actor=admin)
    with pytest.raises(Conflict):
        execute(session, teams.put, {one: part}, actor=admin)
    assert teams.areas_of(session, part, actor=admin) == []
    kinds = [row.TeamChange.kind for row in teams.changes(session, part, actor=admin)]
    assert sorted(kinds) == ["area_added", "closed", "joined", "left", "opened"]
    execute(session, teams.reopen, part, actor=admin)
    assert [node.path for node in teams.listed(session, actor=admin)] == [
        "一车间", "一车间/甲班", "一车间/甲班/一组",
    ]  # fmt: skip
    assert list(doctor.examine(session)) == []
    session.execute(update(t.TeamMember).values(team_id=part))
    session.execute(update(t.Team).where(t.Team.id == part).values(closed_on=time.local_date()))
    assert {one.subject for one in doctor.examine(session)} == {"teams"}


def test_a_report_counts_for_the_team_of_its_day_once_its_month_is_over(
    begun: time_machine.Traveller, session: Session, cast_then: Cast
) -> None:
    cast, pen, admin = cast_then, Pen(session), cast_then.administrator
    shop, other = opened(session, admin, "一车间"), opened(session, admin, "二车间")
    early, late = opened(session, admin, "早班", shop), opened(session, admin, "晚班", shop)
    people = hired(session, cast, 15)
    where = {who: (early, late, other)[n // 5] for n, who in enumerate(people)}
    # One more each in the early team and the other workshop, so that one may go.
    execute(session, teams.put, where, actor=admin)
    (mover,) = hired(session, cast, 1)
    execute(session, teams.put, {mover: early}, actor=admin)

    def reports(who: UUID, mode: str = "named") -> None:
        case = pen.case(cast.enterprise_id, time.now(), identity=Identity(mode=mode, user_id=who,
                        name="某"))  # fmt: skip
        pen.register(case, time.now())
        session.commit()

    reports(people[5], "confidential")
    reports(mover)
    # While the month runs, only the enterprise is told.
    assert by_team(session, "2026-09", actor=cast.union).span is None
    assert trend.whole_enterprise(session, "2026-09", actor=cast.union).reporters == 2
    begun.shift(timedelta(days=31))
    execute(session, teams.put, {mover: other}, actor=admin)
    reports(mover)
    reports(people[0])
    reports(people[5])
    begun.shift(timedelta(days=31))

    def figures(period: str) -> dict[str, tuple[int, int, int, int]]:
        found = by_team(session, period, actor=cast.principal)
        return {
            row.node.row.name: (row.figures.staff, row.figures.reporters, row.figures.firsts,
                                row.figures.reported)
            for row in found.rows if row.figures is not None
        }  # fmt: skip

    assert figures("2026-09") == {
        "一车间": (11, 1, 1, 1), "早班": (6, 1, 1, 1), "晚班": (5, 0, 0, 0), "二车间": (5, 0, 0, 0),
    }  # fmt: skip
    # What people[5] told in confidence a month before is nobody's business: it is their first.
    assert figures("2026-10") == {
        "一车间": (11, 2, 2, 2), "早班": (6, 1, 1, 1), "晚班": (5, 1, 1, 1), "二车间": (6, 1, 0, 1),
    }  # fmt: skip
    assert by_team(session, "2026-09", actor=cast.union).silent == 2
    # A team of four counts in its workshop; and since the workshop's other team would then be told
    # by what is left, it does, too.
    execute(session, teams.put, {people[6]: None}, actor=admin)
    begun.shift(timedelta(days=31))
    found = by_team(session, "2026-11", actor=cast.verifier)
    states = {row.node.row.name: (row.state, row.counted_in) for row in found.rows}
    assert states["晚班"] == ("shown", "")
    begun.shift(timedelta(days=31))
    found = by_team(session, "2026-12", actor=cast.verifier)
    states = {row.node.row.name: (row.state, row.counted_in) for row in found.rows}
    assert states == {
        "一车间": ("shown", ""), "早班": ("folded", "一车间"), "晚班": ("folded", "一车间"),
        "二车间": ("shown", ""),
    }  # fmt: skip
    # However many teams and reports there are, it takes as many statements.
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", listen)
    by_team(session, "2026", actor=cast.verifier)
    event.remove(session.get_bind(), "before_cursor_execute", listen)
    assert len(asked) == 7
    with pytest.raises(NotAllowed):
        by_team(session, "2026-12", actor=cast.rectifier)
    with pytest.raises(NotFound):
        by_team(session, "2026-12", actor=cast.office)
    table = axes.table(session, "2026", "department", actor=cast.office)
    line = next(line for line in table.lines if line.key == str(cast.department_id))
    assert (line.figures.reporters, line.figures.firsts, line.figures.reported) == (3, 3, 5)
    whole = axes.table(session, "2026", "enterprise", actor=cast.office)
    assert whole.total == table.total
    kpi = next(one for one in kpis.kpis(session, "department", actor=cast.office) if one.reporters)
    assert (kpi.reporters, kpi.staff) == (line.figures.reporters, line.figures.staff)
    # What one month has kept is what counting its persons gives.
    for month in ("2026-09", "2026-10"):
        kept = axes.table(session, month, "department", actor=cast.office).total.reporters
        span = Span(month, month)
        counted = persons(Axis(session, cast.office, span, "department"), span)
        assert kept == sum(row["reporters"] for row in counted.values()) > 0
    assert (
        sum(point.figures.firsts for point in trend.trend(session, "2026", actor=cast.union)) == 3
    )


def test_what_is_gone_is_told_by_the_team_that_looks_after_the_place(
    begun: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    admin, pen = cast.administrator, Pen(session)
    shop = opened(session, admin, "一车间")
    team = opened(session, admin, "早班", shop)
    execute(session, teams.add_area, team, " 冲压区 ", actor=admin)
    with pytest.raises(Conflict):
        execute(session, teams.add_area, shop, "冲压区", actor=admin)
    for place in ("冲压区", "冲压区", "食堂"):
        case = pen.case(cast.enterprise_id, time.now(), place=place, description="护栏松动")
        pen.register(case, time.now())
        pen.close(case, time.now())
    session.commit()
    told = thanks.by_team(session, actor=cast.finance)
    assert [(one.name, one.depth, one.closed) for one in told] == [("一车间", 0, 2), ("早班", 1, 2)]
    found = thanks.read(session, actor=cast.finance, team_id=shop)
    assert {one.place for one in found.gone.items} == {"冲压区"}
    assert len(thanks.read(session, actor=cast.finance).gone.items) == 3
    with pytest.raises(NotFound):
        thanks.read(session, actor=cast.finance, team_id=new_id())
    with pytest.raises(NotAllowed):
        thanks.by_team(session, actor=cast.officer)
