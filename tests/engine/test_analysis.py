"""What many cases have in common: counted by hand here, and told the same by the engine."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import analysis, commands, jobs
from engine.actors import Actor
from engine.analysis import Figure, Filters, keeping
from engine.analysis.answers import Answers
from engine.analysis.computing import ordering_of
from engine.errors import Invalid, NotAllowed, NotFound
from engine.store import tables as t
from tests.cast import enter
from tests.engine.analysis_story import (
    ACCEPT,
    APPROVE,
    CONFIRM,
    OCTOBER,
    PAY,
    RECTIFY,
    USUAL,
    Desk,
    Done,
)  # fmt: skip

MONTHS = Filters(period="months", first="2026-10", last="2026-10")
MIXED = ("acknowledge", "verify", APPROVE, RECTIFY, PAY, ACCEPT, CONFIRM)
HOUR = 3600


@pytest.fixture
def desk(session: Session, clock: time_machine.Traveller) -> Desk:
    return Desk(session, enter(session))


def asked(session: Session, actor: Actor, filters: Filters = MONTHS) -> Answers:
    found = analysis.analyse(session, filters, actor=actor)
    assert found.content is not None
    return Answers(found.content, ordering_of(session, found.question))


def test_how_long_each_step_took(session: Session, desk: Desk) -> None:
    for hours in (2, 4, 9):
        desk.case(
            [
                Done("acknowledge", 0, hours, claimed=1, due=5),
                Done("verify", hours, hours + 1),
            ]
        )
    desk.case([Done("acknowledge", 0, due=5)], is_finished=False)
    desk.case([Done("acknowledge", 0, 3)], at=OCTOBER - timedelta(days=30))
    session.commit()
    told = asked(session, desk.cast.principal)
    first = next(line for line in told.steps if line.key == "acknowledge")
    assert [line.key for line in told.steps] == ["acknowledge", "verify"], "the slowest on top"
    assert first.roles == ("verifier",)
    assert (first.sums.done, first.sums.open) == (3, 1)
    assert (first.median.now, first.sums.took.p90) == (4 * HOUR, 8 * HOUR)
    assert (first.sums.waited.median, first.sums.worked.median) == (HOUR, 3 * HOUR)
    assert (first.sums.due, first.sums.late) == (4, 2), "9 hours, and the one still open"
    assert first.median.before == 3 * HOUR
    assert first.median.percent == 33
    assert told.roles[0].key == "verifier"


def test_the_months_of_a_period(session: Session, desk: Desk) -> None:
    september = OCTOBER - timedelta(days=30)
    closed = {"state": "closed", "closed_at": OCTOBER + timedelta(hours=48)}
    desk.case(["acknowledge", "verify", RECTIFY, ACCEPT, RECTIFY, ACCEPT], hazard=closed)
    desk.case(["acknowledge", "verify"])
    desk.case(["acknowledge"], at=september, is_finished=False)
    session.commit()
    both = Filters(period="months", first="2026-09", last="2026-10")
    told = asked(session, desk.cast.principal, both)
    before, month = told.now.months["2026-09"], told.now.months["2026-10"]
    assert (before.cases, before.finished) == (1, 0)
    assert (month.cases, month.finished, month.again) == (2, 2, 1)
    assert month.closing.median == 48 * HOUR
    # verify → rectify → accept → rectify → accept; the two first steps have one role.
    assert month.handovers == 4
    assert told.totals[0].cases == 3


def test_cases_that_differ_between_branches_only_went_one_way(session: Session, desk: Desk) -> None:
    desk.case(USUAL)
    desk.case(MIXED)
    desk.case([one for one in USUAL if one != "verify"])
    session.commit()
    told = asked(session, desk.cast.principal)
    common, odd = told.ways
    assert (common.took.count, common.fits, common.checked) == (2, 2, 2)
    assert common.share == pytest.approx(2 / 3)
    assert (odd.took.count, odd.fits) == (1, 0)
    assert dict(odd.faults) == {("skipped", "verify"): 1}
    assert told.faults == [("skipped", "verify", 1)]


def test_what_is_not_on_the_diagram_or_out_of_order_is_named(session: Session, desk: Desk) -> None:
    desk.case([*USUAL[:2], "second_look", *USUAL[2:]])
    desk.case([PAY, "acknowledge", "verify", RECTIFY, ACCEPT])
    session.commit()
    told = asked(session, desk.cast.principal)
    assert {(kind, step) for kind, step, _ in told.faults} == {
        ("unknown", "second_look"),
        ("misplaced", "pay_reward"),
    }
    (version,) = told.versions
    assert (version.cases, version.checked, version.fits) == (2, 2, 0)


def test_the_cases_of_a_way_are_listed_page_by_page(session: Session, desk: Desk) -> None:
    made = {desk.case(USUAL) for _ in range(3)}
    desk.case(["acknowledge", "verify"])
    session.commit()
    told = asked(session, desk.cast.principal)
    question = analysis.ask(session, MONTHS, actor=desk.cast.principal)
    way = Figure("finished", "way", told.ways[0].digest)
    first = analysis.behind(session, question, told, way, limit=2)
    rest = analysis.behind(session, question, told, way, limit=2, after=first.next)
    found = [one.trace.place[1] for one in [*first.items, *rest.items]]
    assert set(found) == made
    assert len(found) == 3
    assert rest.next is None
    assert {one.organisation for one in first.items} == {"甲机械有限公司"}


def test_everybody_sees_their_own_part(session: Session, desk: Desk) -> None:
    cast = desk.cast
    desk.case(USUAL)
    desk.case(USUAL, owner=cast.one_person_firm_id, hazard={"level": "major", "source": "iot"})
    desk.case(USUAL, owner=cast.strange_enterprise_id)
    session.commit()

    def cases(actor: Actor, **chosen: str) -> int:
        return asked(session, actor, Filters(**{**vars(MONTHS), **chosen})).now.cases

    assert [cases(a) for a in (cast.principal, cast.sole, cast.stranger)] == [1, 1, 1]
    assert [cases(a) for a in (cast.officer, cast.town, cast.group, cast.office)] == [2, 2, 2, 2]
    assert cases(cast.office, unit=str(cast.town_id)) == 2
    assert cases(cast.office, unit=str(cast.enterprise_id)) == 1
    assert cases(cast.office, name="丙小吃") == 1
    assert cases(cast.office, level="major") == 1
    assert cases(cast.office, source="iot") == 1
    assert cases(cast.office, sector="industry") == 2
    assert cases(cast.office, version=str(desk.definition_id)) == 2
    assert cases(cast.office, key="suggestion") == 0
    with pytest.raises(NotFound):
        cases(cast.principal, unit=str(cast.strange_enterprise_id))
    with pytest.raises(NotAllowed):
        cases(cast.reporter)
    for wrong in ({"level": "x"}, {"unit": "x"}, {"period": "x"}, {"first": "2026-13"}):
        with pytest.raises(Invalid):
            cases(cast.office, **wrong)


def test_many_cases_are_computed_by_a_job_and_kept(
    session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        desk.case(USUAL)
    desk.case(MIXED)
    session.commit()
    actor = desk.cast.officer
    at_once = analysis.analyse(session, MONTHS, actor=actor).content
    monkeypatch.setattr(keeping, "AT_ONCE", 3)
    before = Filters(period="months", first="2026-11", last="2026-11")
    assert analysis.analyse(session, before, actor=actor).content is None, "many a month before"
    monkeypatch.setattr("engine.analysis.computing.STRETCH", 2)
    asked_first = analysis.analyse(session, MONTHS, actor=actor)
    assert (asked_first.content, asked_first.is_stale) == (None, True)
    for _ in range(2):
        commands.execute(session, analysis.order, MONTHS, actor=actor)
    assert analysis.progress(session, MONTHS, actor=actor) == (0, 6)
    (job,) = session.scalars(select(t.Job.id).where(t.Job.kind == "analysis")).all()
    monkeypatch.setattr(jobs, "TURNS", 2)
    jobs.run(session, desk.cast.department_id, job)
    assert analysis.progress(session, MONTHS, actor=actor) == (4, 6), "two turns, two cases each"
    while jobs.run_due(session):
        pass
    kept = analysis.analyse(session, MONTHS, actor=actor)
    assert kept.is_kept
    assert kept.content == at_once
    assert analysis.progress(session, MONTHS, actor=actor) is None
    other = analysis.analyse(session, MONTHS, actor=desk.cast.town)
    assert other.content is None, "what one unit had computed is not another's"


def test_a_count_that_stands_still_is_begun_anew(
    session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 0)
    desk.case(USUAL)
    session.commit()
    actor = desk.cast.officer
    commands.execute(session, analysis.order, MONTHS, actor=actor)
    session.execute(update(t.Job).where(t.Job.kind == "analysis").values(state="failed"))
    session.commit()
    assert analysis.analyse(session, MONTHS, actor=actor).done == 0
    clock.shift(timedelta(minutes=11))
    assert analysis.analyse(session, MONTHS, actor=actor).done is None
    commands.execute(session, analysis.order, MONTHS, actor=actor)
    while jobs.run_due(session):
        pass
    assert analysis.analyse(session, MONTHS, actor=actor).content is not None


def test_what_the_hazards_tell(session: Session, desk: Desk) -> None:
    kind = {"state": "verified", "place": "二号车间", "category": "object"}
    first = desk.case(USUAL, hazard=kind)
    desk.case(USUAL, hazard={**kind, "level": "major"})
    desk.case(USUAL, hazard={**kind, "place": "食堂"})
    desk.case(USUAL, hazard={"place": "二号车间", "category": "object", "state": "dismissed"})
    session.add(
        t.Reward(
            organisation_id=desk.cast.enterprise_id, id=first, instance_id=first, number="JL-1",
            state="paid", paid_fen=30_000, paid_at=OCTOBER, proposed_at=OCTOBER,
        )
    )  # fmt: skip
    session.add(t.Month(organisation_id=desk.cast.enterprise_id, month="2026-10", reported=4))
    session.commit()
    found = analysis.analyse(session, MONTHS, actor=desk.cast.officer).content
    assert found is not None
    told = found["hazards"]
    assert told["categories"] == [["object", 3, 1]]
    assert [line[2:] for line in told["places"]] == [["二号车间", 2, 1], ["食堂", 1, 0]]
    (again,) = told["again"]["lines"]
    assert (told["again"]["groups"], told["again"]["cases"], again[4]) == (1, 2, 2)
    assert told["money"] == {
        "hazards": 3, "paid_fen": 30_000, "noncash_fen": 0, "rewards": 1, "most_fen": 30_000,
    }  # fmt: skip
    assert told["silent"] == [1, 2], "丙 reported nothing"
    question = analysis.ask(session, MONTHS, actor=desk.cast.officer)
    page = analysis.hazards.silent(session, question, limit=1)
    assert [row.name for row in page.items] == ["丙小吃店"]
