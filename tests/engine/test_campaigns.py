"""An office selects the best typical cases: who may enter, until when, who judges, who wins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import doctor
from engine.campaigns import (
    asking,
    assigning,
    choosing,
    entering,
    finding,
    reviewing,
    running,
    telling,
    trail,
)
from engine.campaigns.plan import Award, Criterion, Question
from engine.clock import local_date
from engine.errors import (
    Conflict,
    InvalidAnswers,
    NotAllowed,
    NotFound,
)
from tests.cast import Cast
from tests.engine.campaign_story import ANSWERS, Selecting, at, plan
from tests.together import Together

#: The others say nothing that a database could say otherwise.
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

Clock = time_machine.Traveller


@pytest.fixture
def selecting(clock: Clock, session: Session, cast: Cast) -> Selecting:
    return Selecting(session, cast)


def test_from_the_draft_to_the_result(clock: Clock, selecting: Selecting, cast: Cast) -> None:
    selecting.opens()
    selecting.run_jobs()
    assert cast.principal.user_id in selecting.notices("campaign_opened")
    own = selecting.enter(0)
    by_town = selecting.recommend(1, cast.town)
    by_department = selecting.recommend(2, cast.officer)
    selecting.judging(clock)
    asked, short = selecting.does(
        assigning.assign_evenly, selecting.campaign, 2, actor=selecting.director
    )
    # The department's man cannot judge what his department recommends, nor the street's.
    assert (asked, short) == (6, [])
    for entry, points in ((own, (30, 50)), (by_town, (40, 60)), (by_department, (30, 50))):
        for sheet in finding_sheets(selecting, entry):
            selecting.score(entry, who(selecting, sheet.reviewer_id), *points)
    selecting.decide({by_town: "a1", own: "a2", by_department: "a2"})
    selecting.does(running.publish, selecting.campaign, actor=selecting.director)
    row = selecting.entry(by_town)
    assert (row.points, row.sheets, row.place, row.award) == (200, 2, 1, "a1")
    assert [selecting.entry(one).place for one in (own, by_department)] == [2, 2]
    campaign = selecting.row()
    # Published on a Friday, it is open to objections for five working days.
    assert campaign.heard_until == local_date(campaign.published_at) + timedelta(days=7)
    (honour,) = finding.honours(selecting.session, [(cast.enterprise_id, selecting.cases[1])])[
        selecting.cases[1]
    ]
    assert (honour.award, honour.office, honour.year) == ("一等奖", "滨江区安委办", 2026)
    assert list(doctor.examine(selecting.session)) == []
    said = selecting.steps()
    assert said[:3] == ["drafted", "opened", "entered"]
    assert said[-2:] == ["decided", "published"]
    assert said.count("given") == 6
    assert cast.principal.user_id in selecting.notices("campaign_result")


def finding_sheets(selecting: Selecting, entry: UUID) -> list[reviewing.Sheet]:
    _campaign, row = finding.get_entry(selecting.session, entry, actor=selecting.director)
    return reviewing.sheets(selecting.session, row)


def who(selecting: Selecting, user_id: UUID) -> Any:
    people = (selecting.second, selecting.third, selecting.fourth)
    return next(one for one in people if one.user_id == user_id)


def test_the_last_day_ends_at_midnight_in_china(
    clock: Clock, selecting: Selecting, cast: Cast
) -> None:
    selecting.opens()
    last = selecting.row().closes_on
    clock.move_to(at(last, "23:59:59"))
    entry = selecting.enter(0)
    with pytest.raises(Conflict):
        selecting.does(running.judge, selecting.campaign, actor=selecting.director)
    clock.move_to(at(last + timedelta(days=1), "00:00:00"))
    for late in (
        lambda: selecting.enter(1),
        lambda: selecting.recommend(1, cast.town),
        lambda: selecting.does(entering.take_back, entry, reason="写错了", actor=cast.principal),
    ):
        with pytest.raises(Conflict, match="closed on 2026-11-12"):
            late()
    later = last + timedelta(days=3)
    extend: Any = {"reason": "多家单位要求", "actor": selecting.director}
    selecting.does(running.extend, selecting.campaign, later, **extend)
    selecting.enter(1)
    clock.move_to(at(later + timedelta(days=1), "00:00:00"))
    selecting.does(running.judge, selecting.campaign, actor=selecting.director)
    with pytest.raises(Conflict):
        selecting.enter(2)


@on_sqlite
def test_nothing_is_taken_before_the_first_day(
    clock: Clock, selecting: Selecting, cast: Cast
) -> None:
    tomorrow = local_date() + timedelta(days=1)
    later = plan(opens_on=tomorrow, closes_on=tomorrow)
    selecting.does(running.change, selecting.campaign, later, actor=selecting.director)
    selecting.opens()
    with pytest.raises(Conflict, match="has not begun"):
        selecting.enter(0)
    clock.move_to(at(tomorrow, "00:00:00"))
    selecting.enter(0)
    with pytest.raises(Conflict):
        selecting.does(running.change, selecting.campaign, plan(), actor=selecting.director)


@on_sqlite
def test_who_may_do_what(clock: Clock, selecting: Selecting, cast: Cast) -> None:
    for other in (cast.officer, cast.principal):
        with pytest.raises(NotAllowed):
            selecting.does(running.draft, plan(), actor=other)
    chief = selecting.member(cast.department_id, "chief", "江局", "director")
    with pytest.raises(NotAllowed):
        selecting.does(running.draft, plan(), actor=chief)
    # A draft is nobody's but the office's.
    with pytest.raises(NotFound):
        finding.get(selecting.session, selecting.campaign, actor=cast.officer)
    with pytest.raises(NotFound):
        selecting.enter(0)
    selecting.opens()
    for stranger in (cast.stranger,):
        with pytest.raises(NotFound):
            selecting.enter(0, stranger)
    for other in (cast.verifier, cast.reporter):
        with pytest.raises(NotAllowed):
            selecting.enter(0, other)
    with pytest.raises(NotFound):
        selecting.enter(0, cast.sole)
    with pytest.raises(NotFound):
        selecting.does(running.cancel, selecting.campaign, reason="不办了", actor=chief)
    entry = selecting.enter(0, cast.administrator)
    with pytest.raises(NotFound):
        finding.get_entry(selecting.session, entry, actor=cast.sole)
    for part in (cast.principal, cast.town, cast.officer, cast.group, cast.office):
        _campaign, row = finding.get_entry(selecting.session, entry, actor=part)
        assert row.title == "第 1 个案例的标题"
    with pytest.raises(NotAllowed):
        selecting.does(entering.refuse, entry, reason="不符", actor=cast.town)


@on_sqlite
def test_only_who_is_asked_enters_and_a_case_once(
    clock: Clock, selecting: Selecting, cast: Cast
) -> None:
    said = plan(kinds=("town",))
    selecting.does(running.change, selecting.campaign, said, actor=selecting.director)
    selecting.opens()
    with pytest.raises(NotAllowed):
        selecting.enter(0)
    with pytest.raises(NotAllowed):
        selecting.recommend(0, cast.officer)
    selecting.recommend(0, cast.town)
    # A second click changes nothing.
    with pytest.raises(Conflict, match="already"):
        selecting.recommend(0, cast.town)
    page = choosing.choices(selecting.session, finding_row(selecting, cast), actor=cast.town)
    assert [one.id for one in page.items] == [selecting.cases[2], selecting.cases[1]]
    (told,) = asking.counts(selecting.session, selecting.row())
    assert (told.kind, told.asked, told.sent, told.missing) == ("town", 1, 1, 0)
    with pytest.raises(InvalidAnswers) as wrong:
        selecting.enter(1, cast.town, answers={"q2": "长" * 1001})
    assert set(wrong.value.errors) == {"q1", "q2", "recommendation"}


def finding_row(selecting: Selecting, cast: Cast) -> Any:
    return finding.get(selecting.session, selecting.campaign, actor=cast.town)


@on_sqlite
def test_a_street_recommends_what_an_enterprise_entered(
    clock: Clock, selecting: Selecting, cast: Cast
) -> None:
    selecting.opens()
    entry = selecting.enter(0)
    selecting.does(entering.recommend, entry, "值得推广", actor=cast.town)
    with pytest.raises(Conflict):
        selecting.does(entering.recommend, entry, "也推荐", actor=cast.officer)
    _campaign, row = finding.get_entry(selecting.session, entry, actor=cast.office)
    assert finding.sender(row) == "江湾街道"
    told = {one.kind: one.sent for one in asking.counts(selecting.session, selecting.row())}
    assert told == {"department": 0, "town": 1, "group": 0, "enterprise": 1}
    # Only who entered it takes it back; then it may be entered anew.
    with pytest.raises(NotFound):
        selecting.does(entering.take_back, entry, reason="撤", actor=cast.town)
    selecting.does(entering.take_back, entry, reason="另报一个", actor=cast.principal)
    selecting.enter(0)


def test_two_who_enter_the_same_case_at_once(
    clock: Clock, selecting: Selecting, cast: Cast, database: Any, secrets: Any
) -> None:
    selecting.opens()

    def by(actor: Any) -> Any:
        words = "" if actor is cast.principal else "推荐"
        return lambda session: entering.enter(
            session, selecting.campaign, selecting.cases[0], ANSWERS,
            recommendation=words, actor=actor,
        )  # fmt: skip

    found = Together(database, secrets).at_once(by(cast.principal), by(cast.town))
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "UUID"]


@on_sqlite
def test_a_plan_is_checked_line_by_line(clock: Clock, selecting: Selecting) -> None:
    wrong = plan(
        kind="lottery", title="", contact="长" * 101, closes_on=local_date() - timedelta(days=1),
        kinds=("enterprise", "nobody"), questions=(Question("", "问" * 101, True, 0),),
        criteria=(Criterion("", "", 10),), awards=(Award("", "奖", 0),), call="长" * 2001,
    )  # fmt: skip
    with pytest.raises(InvalidAnswers) as found:
        selecting.does(running.draft, wrong, actor=selecting.director)
    assert set(found.value.errors) == {
        "kind", "title", "contact", "closes_on", "questions", "criteria", "awards", "call",
    }  # fmt: skip
    with pytest.raises(InvalidAnswers) as twice:
        selecting.does(running.draft, plan(), actor=selecting.director)
    assert set(twice.value.errors) == {"title"}
    odd = plan(title="评\ufffe选\x0b 2026", criteria=tuple(Criterion("x", "同", 5) for _ in "ab"))
    row = selecting.does(running.draft, odd, actor=selecting.director)
    assert (row.title, [one["key"] for one in row.criteria]) == ("评选 2026", ["c1", "c2"])


@on_sqlite
def test_those_who_sent_nothing_are_reminded_once_a_day(
    clock: Clock, selecting: Selecting, cast: Cast
) -> None:
    selecting.opens()
    selecting.run_jobs()
    opened = selecting.notices("campaign_opened")
    # The fourth is of the office, which is not asked; 丙's only person counts once.
    assert cast.office.user_id not in opened
    assert len(opened) == len(set(opened))
    assert opened.count(cast.sole.user_id) == 1
    selecting.recommend(0, cast.town)
    for _twice in range(2):
        selecting.does(telling.remind, selecting.campaign, actor=selecting.director)
        selecting.run_jobs()
    reminded = selecting.notices("campaign_reminder")
    assert reminded.count(cast.officer.user_id) == 1
    assert cast.town.user_id not in reminded
    # Those above are reminded by themselves three days before the end, in the morning.
    clock.move_to(at(selecting.row().closes_on - timedelta(days=3), "08:00:01"))
    selecting.run_jobs()
    reminded = selecting.notices("campaign_reminder")
    assert reminded.count(cast.officer.user_id) == 2
    assert reminded.count(cast.principal.user_id) == 1
    # More time is told: to those above in so many words, to enterprises as a reminder.
    later: Any = {"reason": "天气", "actor": selecting.director}
    closes_on = selecting.row().closes_on + timedelta(days=5)
    selecting.does(running.extend, selecting.campaign, closes_on, **later)
    selecting.run_jobs()
    assert selecting.notices("campaign_extended").count(cast.town.user_id) == 1
    assert selecting.notices("campaign_reminder").count(cast.principal.user_id) == 2
    page = asking.units(selecting.session, selecting.row(), kind="enterprise", missing=True)
    assert [one.name for one in page.items] == ["丙小吃店", "甲机械有限公司"]


@on_sqlite
def test_nothing_of_a_cancelled_one_goes_on(clock: Clock, selecting: Selecting, cast: Cast) -> None:
    selecting.opens()
    selecting.enter(0)
    with pytest.raises(InvalidAnswers):
        selecting.does(running.cancel, selecting.campaign, reason=" ", actor=selecting.director)
    selecting.does(running.cancel, selecting.campaign, reason="并入市级", actor=selecting.director)
    selecting.run_jobs()
    assert selecting.notices("campaign_opened") == []
    assert cast.principal.user_id in selecting.notices("campaign_cancelled")
    with pytest.raises(Conflict):
        selecting.enter(1)
    for operation in (running.judge, running.open_it, running.publish):
        with pytest.raises(Conflict):
            selecting.does(operation, selecting.campaign, actor=selecting.director)


@on_sqlite
def test_a_collection_takes_in_without_judging(
    clock: Clock, selecting: Selecting, cast: Cast
) -> None:
    said = plan(kind="collection", criteria=(), awards=())
    selecting.does(running.change, selecting.campaign, said, actor=selecting.director)
    selecting.opens()
    kept, left = selecting.enter(0), selecting.enter(1)
    clock.move_to(at(selecting.row().closes_on + timedelta(days=1), "09:00"))
    selecting.does(running.judge, selecting.campaign, actor=selecting.director)
    with pytest.raises(InvalidAnswers):
        selecting.decide({uuid4(): "a1"})
    selecting.decide({kept: "a1"})
    selecting.does(running.publish, selecting.campaign, actor=selecting.director)
    assert [one.id for one in finding.result(selecting.session, selecting.row())] == [kept]
    assert selecting.entry(left).award is None
    assert list(doctor.examine(selecting.session)) == []


@on_sqlite
def test_the_trail_says_who_did_what(clock: Clock, selecting: Selecting, cast: Cast) -> None:
    selecting.opens()
    entry = selecting.enter(0)
    selecting.does(entering.refuse, entry, reason="不是今年的", actor=selecting.director)
    refused, entered, opened, drafted = trail.steps(selecting.session, selecting.row())
    assert [one.what for one in (drafted, opened, entered, refused)] == [
        "drafted", "opened", "entered", "refused",
    ]  # fmt: skip
    assert (entered.person, entered.unit) == ("朱任", "甲机械有限公司")
    assert refused.data == {"title": "第 1 个案例的标题", "reason": "不是今年的"}
