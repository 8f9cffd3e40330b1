"""Judging: by people who have nothing to do with a case, blind, and decided by somebody else."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import doctor, membership
from engine.campaigns import assigning, deciding, finding, panel, reviewing, running
from engine.campaigns.placing import placed, proposed, unlike_places
from engine.errors import AlreadyDone, Conflict, InvalidAnswers, NotFound, SeparationOfDuties
from engine.practices import nominating, vetting
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.campaign_story import STORY, Selecting
from tests.together import Together

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

Clock = time_machine.Traveller


@pytest.fixture
def selecting(clock: Clock, session: Session, cast: Cast) -> Selecting:
    found = Selecting(session, cast)
    found.opens()
    return found


def give(selecting: Selecting, entry: UUID, *people: Any) -> None:
    for one in people:
        selecting.does(assigning.assign, entry, one.user_id, actor=selecting.director)


def seen(selecting: Selecting, entry: UUID, actor: Any) -> list[reviewing.Sheet]:
    _campaign, row = reviewing.get(selecting.session, entry, actor=actor)
    return reviewing.sheets(selecting.session, row, judges=True)


@on_sqlite
def test_nobody_judges_their_own(clock: Clock, selecting: Selecting, cast: Cast) -> None:
    by_town = selecting.recommend(0, cast.town)
    # 朱任, of the enterprise, also works for the office by now.
    own = selecting.enter(1)
    moonlighter = selecting.member(cast.office_id, "both", "兼职", "officer")
    selecting.session.add(
        t.Membership(
            user_id=moonlighter.user_id, organisation_id=cast.enterprise_id, role="reporter"
        )
    )
    selecting.session.commit()
    selecting.judging(clock)
    selecting.choose(moonlighter)
    with pytest.raises(SeparationOfDuties):
        selecting.choose(selecting.director)
    with pytest.raises(NotFound):
        selecting.choose(cast.principal)
    with pytest.raises(SeparationOfDuties):
        give(selecting, by_town, selecting.third)
    for entry in (by_town, own):
        with pytest.raises(SeparationOfDuties):
            give(selecting, entry, moonlighter)
    give(selecting, own, selecting.third)
    with pytest.raises(Conflict):
        give(selecting, own, selecting.third)
    # Whoever joins the enterprise after that steps back.
    selecting.session.add(
        t.Membership(
            user_id=selecting.third.user_id, organisation_id=cast.enterprise_id, role="union"
        )
    )
    selecting.session.commit()
    with pytest.raises(SeparationOfDuties):
        selecting.score(own, selecting.third, 1, 1)


@on_sqlite
def test_a_panel_too_small_says_which_entries_lack_somebody(
    clock: Clock, selecting: Selecting, cast: Cast
) -> None:
    by_town = selecting.recommend(0, cast.town)
    selecting.enter(1)
    selecting.judging(clock, panel_of=[selecting.second, selecting.third])
    share: Any = {"actor": selecting.director}
    with pytest.raises(InvalidAnswers):
        selecting.does(assigning.assign_evenly, selecting.campaign, 1, **share)
    asked, short = selecting.does(assigning.assign_evenly, selecting.campaign, 2, **share)
    assert (asked, short) == (3, ["第 1 个案例的标题"])
    selecting.choose(selecting.fourth)
    asked, short = selecting.does(assigning.assign_evenly, selecting.campaign, 2, **share)
    assert (asked, short) == (1, [])
    # A second click shares nothing out twice.
    asked, short = selecting.does(assigning.assign_evenly, selecting.campaign, 2, **share)
    assert (asked, short) == (0, [])
    told = Counter(selecting.notices("campaign_review"))
    assert told == {
        selecting.second.user_id: 1, selecting.third.user_id: 1, selecting.fourth.user_id: 1,
    }  # fmt: skip
    selecting.does(assigning.unassign, by_town, selecting.fourth.user_id, **share)
    with pytest.raises(NotFound):
        reviewing.get(selecting.session, by_town, actor=selecting.fourth)


@given(
    st.integers(1, 12),
    st.integers(2, 8),
    st.integers(2, 4),
)
def test_an_even_share_is_even(entries: int, people: int, each: int) -> None:
    crowd = [uuid4() for _ in range(people)]
    ids = [uuid4() for _ in range(entries)]
    nobody: dict[UUID, set[UUID]] = {one: set() for one in ids}
    plan, short = assigning.shared_out(dict.fromkeys(ids, crowd), nobody, {}, each)
    load = Counter(user for users in plan.values() for user in users)
    assert all(len(set(users)) == len(users) == min(each, people) for users in plan.values())
    assert (max(load.values()) - min(load[one] for one in crowd)) <= 1
    assert bool(short) == (people < each)


def test_a_sheet_is_blind_until_all_are_in(clock: Clock, selecting: Selecting, cast: Cast) -> None:
    entry = selecting.enter(0)
    selecting.judging(clock)
    give(selecting, entry, selecting.second, selecting.third)
    with pytest.raises(InvalidAnswers) as wrong:
        selecting.score(entry, selecting.second, 41)
    assert set(wrong.value.errors) == {"c1", "c2"}
    selecting.score(entry, selecting.second, 30, 50)
    with pytest.raises(AlreadyDone):
        selecting.score(entry, selecting.second, 40, 60)
    assert seen(selecting, entry, selecting.second) == []
    assert seen(selecting, entry, selecting.third) == []
    _campaign, row = finding.get_entry(selecting.session, entry, actor=selecting.director)
    known = reviewing.sheets(selecting.session, row)
    assert [(one.state, one.total, one.notes) for one in known] == [
        ("given", None, {}), ("asked", None, {}),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        selecting.score(entry, selecting.fourth, 1, 1)
    selecting.score(entry, selecting.third, 20, 40)
    totals = [one.total for one in seen(selecting, entry, selecting.second)]
    assert totals == [80, 60]


def test_the_same_sheet_twice_at_once_is_given_once(
    clock: Clock, selecting: Selecting, database: Any, secrets: Any
) -> None:
    entry = selecting.enter(0)
    selecting.judging(clock)
    give(selecting, entry, selecting.second, selecting.third)

    def give_it(session: Session) -> None:
        points = {"c1": 1, "c2": 2}
        reviewing.give(session, entry, points, {}, version=1, actor=selecting.second)

    found = Together(database, secrets).at_once(give_it, give_it)
    assert sorted(type(one).__name__ for one in found) == ["AlreadyDone", "NoneType"]
    assert selecting.steps().count("given") == 1


@on_sqlite
def test_who_steps_back_is_replaced(clock: Clock, selecting: Selecting, cast: Cast) -> None:
    entry = selecting.enter(0)
    selecting.judging(clock)
    give(selecting, entry, selecting.second, selecting.third)
    selecting.score(entry, selecting.second, 30, 50)
    back: Any = {"reason": "与企业负责人是亲属", "actor": selecting.third}
    selecting.does(reviewing.step_back, entry, **back)
    assert selecting.notices("campaign_stepped_back") == [cast.office.user_id]
    with pytest.raises(Conflict):
        selecting.score(entry, selecting.third, 1, 1)
    with pytest.raises(SeparationOfDuties):
        give(selecting, entry, selecting.third)
    # One sheet is too few to decide by.
    with pytest.raises(Conflict, match="fewer than two"):
        selecting.decide({entry: "a1"})
    give(selecting, entry, selecting.fourth)
    selecting.score(entry, selecting.fourth, 40, 60)
    selecting.decide({entry: "a1"})
    assert (selecting.entry(entry).points, selecting.entry(entry).sheets) == (180, 2)


def judged(selecting: Selecting, clock: Clock, *points: tuple[int, int]) -> list[UUID]:
    """Let the three cases be judged by two each."""
    entries = [selecting.enter(number) for number in range(len(points))]
    selecting.judging(clock)
    for entry, given_points in zip(entries, points, strict=True):
        give(selecting, entry, selecting.second, selecting.fourth)
        selecting.score(entry, selecting.second, *given_points)
        selecting.score(entry, selecting.fourth, *given_points)
    return entries


@on_sqlite
def test_awards_may_differ_from_places_only_with_a_reason(
    clock: Clock, selecting: Selecting
) -> None:
    best, tied, other = judged(selecting, clock, (40, 60), (30, 50), (20, 60))
    for wrong in ({best: "a1", tied: "a1"}, {best: "a9"}, {}, {uuid4(): "a1"}):
        with pytest.raises(InvalidAnswers) as found:
            selecting.decide(wrong)
        assert set(found.value.errors) == {"awards"}
    # The best passed over, and one of two equals preferred.
    with pytest.raises(InvalidAnswers) as found:
        selecting.decide({tied: "a1", best: "a2"})
    assert set(found.value.errors) == {f"reason-{one}" for one in (best, tied, other)}
    reasons = {best: "去年已获一等奖", tied: "更易推广", other: "同分，推广面较小"}
    selecting.decide({tied: "a1", best: "a2"}, reasons)
    assert selecting.entry(best).award_reason == "去年已获一等奖"
    # Not published yet, it can go back, and what was kept goes with it.
    again: Any = {"reason": "听取意见", "actor": selecting.director}
    selecting.does(running.reopen, selecting.campaign, **again)
    assert selecting.entry(best).place is None
    selecting.decide({best: "a1", tied: "a2", other: "a2"})
    selecting.does(running.publish, selecting.campaign, actor=selecting.director)
    for late in (
        lambda: selecting.does(running.reopen, selecting.campaign, **again),
        lambda: selecting.does(running.cancel, selecting.campaign, **again),
        lambda: selecting.decide({best: "a2"}),
        lambda: selecting.score(best, selecting.second, 1, 1),
    ):
        with pytest.raises(Conflict):
            late()
    assert list(doctor.examine(selecting.session)) == []
    # The doctor finds what was changed beside the sheets.
    selecting.session.execute(
        update(t.CampaignEntry).where(t.CampaignEntry.id == best).values(points=1)
    )
    subjects = {one.subject for one in doctor.examine(selecting.session)}
    assert subjects == {"campaigns"}


@on_sqlite
def test_who_judged_does_not_decide(clock: Clock, selecting: Selecting, cast: Cast) -> None:
    (entry,) = judged(selecting, clock, (1, 1))
    selecting.session.add(
        t.Membership(
            user_id=selecting.fourth.user_id, organisation_id=cast.office_id, role="director"
        )
    )
    selecting.session.commit()
    person = selecting.fourth.user_id
    assert person is not None
    promoted = membership.actor_for(selecting.session, person, cast.office_id)
    with pytest.raises(SeparationOfDuties):
        selecting.does(deciding.decide, selecting.campaign, {entry: "a1"}, {}, actor=promoted)


@on_sqlite
def test_words_that_changed_are_agreed_to_and_judged_anew(
    clock: Clock, selecting: Selecting, cast: Cast
) -> None:
    (entry,) = judged(selecting, clock, (30, 50))
    words = {"title": "第 1 个案例，改过", "dimensions": ["machine"], "story": STORY}
    case = selecting.cases[0]
    selecting.does(vetting.check_secrecy, case, **words, actor=cast.officer)
    # Nobody can judge or honour what the enterprise has not agreed to.
    with pytest.raises(Conflict, match="no case left"):
        selecting.decide({entry: "a1"})
    agree: Any = {"is_named": False, "photos": [], "actor": cast.principal}
    with pytest.raises(Conflict):
        selecting.does(nominating.consent, case, **agree)
    selecting.does(nominating.consent, case, version=2, **agree)
    with pytest.raises(Conflict, match="not judged by all"):
        selecting.decide({entry: "a1"})
    (waiting,) = reviewing.mine(selecting.session, actor=selecting.second)
    assert (waiting.waits, waiting.title) == (1, "第 1 个案例，改过")
    with pytest.raises(Conflict):
        selecting.score(entry, selecting.second, 30, 50)
    for one in (selecting.second, selecting.fourth):
        points = {"c1": 10, "c2": 20}
        selecting.does(reviewing.give, entry, points, {}, version=2, actor=one)
    selecting.decide({entry: "a1"})
    # Taken back by the enterprise, it cannot be published as awarded.
    selecting.does(nominating.withdraw, case, reason="工艺保密", actor=cast.principal)
    with pytest.raises(Conflict):
        selecting.does(running.publish, selecting.campaign, actor=selecting.director)


@on_sqlite
def test_somebody_taken_off_the_panel_judges_nothing_more(
    clock: Clock, selecting: Selecting
) -> None:
    entry = selecting.enter(0)
    selecting.judging(clock)
    give(selecting, entry, selecting.second, selecting.third)
    selecting.score(entry, selecting.second, 30, 50)
    for one in (selecting.second, selecting.third):
        selecting.does(panel.remove, selecting.campaign, one.user_id, actor=selecting.director)
    review = t.CampaignReview
    assert selecting.session.scalars(select(review.reviewer_id)).all() == [selecting.second.user_id]


def test_places_and_proposals() -> None:
    first, second, third, last = (UUID(int=number) for number in range(4))
    # 2/3 and 4/6 are the same mean.
    order = placed([(last, 1, 3), (second, 2, 3), (first, 3, 3), (third, 4, 6)])
    assert [(one.place, one.tied) for one in order] == [
        (1, False), (2, True), (2, True), (4, False),
    ]  # fmt: skip
    awards = [{"key": "a1", "count": 1}, {"key": "a2", "count": 2}]
    chosen = proposed(order, awards)
    assert chosen == {first: "a1", second: "a2", third: "a2"}
    assert unlike_places(order, chosen, awards) == set()
    assert unlike_places(order, {first: "a1", second: "a2"}, awards) == {third}
    assert unlike_places(order, {last: "a2", first: "a1"}, awards) == {second, third, last}
