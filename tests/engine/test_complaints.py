"""A complaint of retaliation: taken up, looked into, written about, settled or passed on (R-10)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import audit, doctor, messages
from engine.commands import execute
from engine.complaints import access, filing, handling, letters, own
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.engine.complaint_story import Complaining, district_union, member

pytestmark = pytest.mark.usefixtures("clock")
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def kinds_told(session: Session, user_id: Any) -> list[str]:
    session.rollback()
    return list(
        session.scalars(
            select(t.Notification.kind)
            .where(t.Notification.user_id == user_id)
            .order_by(t.Notification.id)
        )
    )


def test_it_goes_to_the_principal_and_is_settled(
    session: Session, cast: Cast, clock: time_machine.Coordinates
) -> None:
    it = Complaining(session, cast)
    it.run_jobs()
    assert kinds_told(session, cast.union.user_id) == ["complaint_new"]
    clock.shift(timedelta(days=4))
    it.run_jobs()
    assert kinds_told(session, cast.union.user_id)[1:] == ["complaint_untaken"]
    it.is_written_about(cast.union)
    assert kinds_told(session, cast.principal.user_id) == ["union_letter"]
    rows, _ = letters.listed(session, actor=cast.principal)
    assert [(row.text, row.issuer) for row in rows] == [
        ("请补发扣发的奖金。", "甲机械有限公司工会")
    ]
    clock.shift(timedelta(days=11))
    it.run_jobs()
    assert kinds_told(session, cast.principal.user_id)[1:] == ["union_letter_late"]
    for _tap in range(2):
        execute(session, letters.reply, rows[0].id, text="已补发。", actor=cast.principal)
    assert kinds_told(session, cast.union.user_id).count("complaint_replied") == 1
    it.does(cast.union, "judge", settlement="again", judgement_note="没有道歉")
    it.does(cast.union, "write_letter", **it.letter(opinion="还请道歉。"))
    with pytest.raises(Conflict):
        execute(session, letters.reply, rows[0].id, text="改一改", actor=cast.principal)
    it.does(cast.union, "judge", settlement="settled", judgement_note="本人认可")
    assert (it.row().state, it.row().outcome) == ("closed", "settled")
    papers = [one.number for one in handling.papers(session, it.row())]
    assert papers == ["GH-CN001-2026-00001", "GH-CN001-2026-00001-2"]
    said = [one.text.zh for one in own.said(session, it.row())]
    assert len(said) == 5
    assert "已经解决" in said[-1]
    assert list(doctor.examine(session)) == []
    assert list(audit.verify(session)) == []
    session.execute(update(t.Complaint).values(outcome="unfounded", accused="工会的龚会"))
    found = list(doctor.examine(session))
    assert [one.subject for one in found] == ["complaints"] * 2
    assert not [one.text for one in found if "龚会" in one.text or "老胡" in one.text]
    session.rollback()


@on_sqlite
def test_what_is_not_settled_goes_on_to_the_district(session: Session, cast: Cast) -> None:
    district = district_union(session, cast)
    it = Complaining(session, cast, mode="anonymous")
    it.is_written_about(cast.union)
    with pytest.raises(NotFound):
        access.get(session, it.id, actor=district)
    it.does(cast.union, "judge", settlement="not_settled", judgement_note="企业拒绝")
    it.does(cast.union, "pass_on", pass_to="district_union", pass_note="请区里接着办")
    assert kinds_told(session, district.user_id) == ["complaint_passed_here"]
    execute(session, handling.say, it.id, "我们接手了", actor=district)
    it.does(district, "follow_up", follow_note="约谈后企业已补发", follow_outcome="settled")
    assert (it.row().state, it.row().outcome) == ("closed", "settled")
    assert [one.kind for one in handling.papers(session, it.row())] == [
        "union_letter", "union_referral",
    ]  # fmt: skip
    with pytest.raises(Conflict):
        execute(session, handling.reveal, it.id, reason="想知道是谁", actor=district)
    assert list(doctor.examine(session)) == []


@on_sqlite
def test_whoever_it_speaks_of_is_kept_out_for_good(session: Session, cast: Cast) -> None:
    with pytest.raises(InvalidAnswers):
        Complaining(session, cast, accused="工会的龚会")
    second = member(session, cast.enterprise_id, "second", "辛会", "union")
    barred = Complaining(session, cast, is_deployed=True, barred=[str(second.user_id)])
    named = Complaining(session, cast, is_deployed=True, accused="工会的龚会")
    theirs = Complaining(session, cast, is_deployed=True, by=second, mode="anonymous")
    seen = {
        actor.name: {row.id for row in access.listed(session, actor=actor)[0]}
        for actor in (cast.union, second)
    }
    assert seen == {"龚会": {barred.id, theirs.id}, "辛会": {named.id}}
    for actor, it in ((cast.union, named), (second, barred), (second, theirs)):
        with pytest.raises(NotFound):
            handling.open_tasks(session, it.id, actor=actor)
    late = member(session, cast.enterprise_id, "hu", "老胡", "union")
    with pytest.raises(NotFound):
        access.get(session, barred.id, actor=late)
    barred.run_jobs()
    told = {one.name: kinds_told(session, one.user_id) for one in (cast.union, second, late)}
    assert {name: len(kinds) for name, kinds in told.items()} == {"龚会": 2, "辛会": 1, "老胡": 1}


@on_sqlite
def test_an_employer_is_no_union(session: Session, cast: Cast) -> None:
    both = member(session, cast.enterprise_id, "both", "兼任", "union", "principal")
    assert filing.choices(session, actor=cast.reporter) == [], "nor one without a process"
    it = Complaining(session, cast)
    with pytest.raises(NotAllowed):
        access.listed(session, actor=both)
    with pytest.raises(NotFound):
        access.get(session, it.id, actor=both)
    mixed = member(session, cast.enterprise_id, "mixed", "核会", "union", "verifier")
    assert access.get(session, it.id, actor=mixed).id == it.id
    (choice,) = filing.choices(session, actor=cast.reporter)
    assert choice.is_mixed
    assert {one.name for one in choice.people} == {"核会", "龚会"}
    assert filing.choices(session, actor=cast.sole) == []


@on_sqlite
def test_it_can_be_taken_back(session: Session, cast: Cast) -> None:
    it = Complaining(session, cast)
    it.is_written_about(cast.union)
    for actor in (cast.union, cast.principal, cast.verifier):
        with pytest.raises(NotFound):
            execute(session, own.withdraw, it.room, it.id, actor=actor)
    execute(session, own.withdraw, it.room, it.id, actor=it.by)
    assert it.row().state == "withdrawn"
    assert handling.open_tasks(session, it.id, actor=cast.union) == []
    (letter,), _ = letters.listed(session, actor=cast.principal)
    assert letter.state == "closed"
    with pytest.raises(Conflict):
        execute(session, own.withdraw, it.room, it.id, actor=it.code)
    assert list(doctor.examine(session)) == []


@on_sqlite
def test_both_sides_talk_and_only_the_union_learns_the_name(session: Session, cast: Cast) -> None:
    it = Complaining(session, cast)
    execute(session, own.say, it.room, it.id, "还被调了岗", actor=it.code)
    assert [one.text.zh for one in handling.said(session, it.id, actor=cast.union)] == [
        "还被调了岗"
    ]
    execute(session, handling.say, it.id, "请说说哪天", actor=cast.union)
    found = execute(session, handling.reveal, it.id, reason="核实身份", actor=cast.union)
    assert found["name"] == "包晓"
    assert "包晓" not in str([e.data for e in handling.events(session, it.row())])
    assert [row.id for row in own.own(session, actor=cast.reporter)] == [it.id]
    with pytest.raises(NotFound):
        messages.read(session, it.id, actor=cast.principal)
    assert "identity:revealed" in stories.tags(session, it.id)


@on_sqlite
def test_it_is_found_again_though_another_union_is_named_by_now(
    session: Session, cast: Cast
) -> None:
    district = district_union(session, cast)
    it = Complaining(session, cast, union="district")
    session.get_one(t.Organisation, cast.office_id).settings = {"complaints_to": ""}
    session.commit()
    assert [row.id for row in own.own(session, actor=cast.reporter)] == [it.id]
    assert own.find_own(session, it.id, actor=cast.reporter) is not None
    assert own.find_own(session, it.id, actor=cast.verifier) is None
    assert access.get(session, it.id, actor=district).id == it.id


@on_sqlite
def test_letters_of_one_moment_are_listed_once_each(session: Session, cast: Cast) -> None:
    """The clock of the tests stands still, as when several are written at once."""
    for number in range(3):
        it = Complaining(session, cast, is_deployed=number > 0)
        it.is_written_about(cast.union)
    session.execute(update(t.UnionLetter).values(sent_at=it.row().filed_at))
    seen, after = [], None
    while True:
        rows, after = letters.listed(session, actor=cast.principal, after=after, limit=1)
        seen += [row.number for row in rows]
        if after is None or len(seen) > 5:
            break
    assert len(seen) == len(set(seen)) == 3
