"""A department visits an enterprise, writes an opinion, and follows up until it is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import certificates, clock, definitions, instances, notifications, starting
from engine.commands import execute
from engine.definitions.scenarios import read, run_in
from engine.errors import (
    Conflict,
    InvalidAnswers,
    NotAllowed,
    NotFound,
    Refused,
    SeparationOfDuties,
)
from engine.guidance import answering, finding, planning
from engine.reporters import identity_of
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.engine.guidance_story import ROOT, Visiting, guidance_bundle

pytestmark = pytest.mark.usefixtures("clock")
#: The others say nothing that a database could say otherwise.
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def visiting(session: Session, cast: Cast) -> Visiting:
    return Visiting(session, cast)


def row(visiting: Visiting) -> t.Visit:
    visiting.session.rollback()
    visiting.session.expire_all()
    return visiting.session.get_one(t.Visit, (visiting.cast.department_id, visiting.id))


def asked(visiting: Visiting) -> dict[str, str]:
    visiting.session.rollback()
    visiting.session.expire_all()
    found = finding.follow_ups(visiting.session, row(visiting))
    return {f"{one.item} {one.due_on:%m%d}": one.state for one in found}


def test_a_visit_is_planned_made_advised_answered_rechecked_and_closed(
    visiting: Visiting, session: Session, cast: Cast
) -> None:
    planned = row(visiting)
    assert (planned.state, planned.plan_number) == ("planned", "2026-检-017")
    assert planned.number.startswith("ZD-D-2026-")
    assert planned.enterprise_id == cast.enterprise_id

    visiting.goes(rules_published="no", staff_know="partly")
    assert row(visiting).findings["rules_published"] == {"found": "no", "note": "抽查时没有见到"}

    visiting.advises(rules_published="请把制度张贴在车间门口。")
    advised = row(visiting)
    assert advised.state == "advised"
    assert advised.opinion_number == "YJ-D-2026-00001"
    first = finding.follow_ups(session, advised)
    # What nobody wrote anew keeps the words the form proposes.
    assert {one.item: one.text[:8] for one in first} == {
        "rules_published": "请把制度张贴在车", "staff_know": "请组织学习，使从",
    }  # fmt: skip

    for one in first:
        execute(session, answering.answer, one.id, text="已经做好", actor=cast.principal)
    visiting.does(
        visiting.second, "recheck", check_rules_published="passed", check_staff_know="failed",
        recheck_note="再抽问两人，仍不知道向谁报",
        answer_by=(clock.local_date() + timedelta(days=20)).isoformat(),
    )  # fmt: skip
    assert asked(visiting) == {
        "rules_published 1112": "passed", "staff_know 1112": "failed", "staff_know 1122": "open",
    }  # fmt: skip

    again = [one for one in finding.follow_ups(session, row(visiting)) if one.state == "open"]
    execute(session, answering.answer, again[0].id, text="全员培训", actor=cast.verifier)
    visiting.does(visiting.officer, "recheck", check_staff_know="passed")
    assert row(visiting).state == "closed"
    assert stories.state_of(session, visiting.id) == "completed"


@on_sqlite
def test_nothing_to_follow_closes_at_once(visiting: Visiting) -> None:
    visiting.goes()
    visiting.advises()
    assert row(visiting).state == "closed"
    assert asked(visiting) == {}


def test_a_visit_is_no_hazard_and_counts_in_no_month(visiting: Visiting, session: Session) -> None:
    visiting.goes(rewards_paid="no")
    visiting.advises()
    for table in (t.Hazard, t.Month, t.Reporter):
        assert session.scalar(select(func.count()).select_from(table)) == 0


@on_sqlite
def test_two_people_go(visiting: Visiting, session: Session, cast: Cast) -> None:
    alone = visiting.plan(visitors=[str(cast.officer.user_id)])
    with pytest.raises(InvalidAnswers) as refused:
        execute(session, planning.plan, cast.enterprise_id, alone, actor=cast.officer)
    assert set(refused.value.errors) == {"visitors"}
    with_town = {**alone, "other_visitors": "江湾街道 纪街，安全专家 林工"}
    visit = execute(session, planning.plan, cast.enterprise_id, with_town, actor=cast.officer)
    data = instances.read_data(session, instances.get_instance(session, visit, actor=cast.officer))
    assert data["visitor_names"] == "管科、江湾街道 纪街、安全专家 林工"


@on_sqlite
def test_who_wrote_the_opinion_does_not_sign_it(visiting: Visiting, session: Session) -> None:
    """The director may write it too, but then somebody else signs."""
    session.add(
        t.Membership(
            user_id=visiting.director.user_id,
            organisation_id=visiting.cast.department_id,
            role="officer",
        )
    )
    session.commit()
    both = visiting.director
    both = type(both)(**{**vars(both), "roles": frozenset({"officer", "director"})})
    visiting.goes()
    visiting.does(both, "advise", opinion="好", answer_by=clock.local_date().isoformat())
    with pytest.raises(SeparationOfDuties):
        visiting.does(both, "sign_opinion", signed=True)


@on_sqlite
def test_a_letter_is_sent_back_and_comes_again(visiting: Visiting, session: Session) -> None:
    visiting.goes()
    today = clock.local_date().isoformat()
    visiting.does(visiting.officer, "advise", opinion="好", answer_by=today)
    visiting.does(visiting.director, "sign_opinion", signed=False, return_note="写具体些")
    assert stories.open_keys(session, visiting.id) == ["advise"]
    assert row(visiting).opinion_number is None


@on_sqlite
def test_the_letter_is_frozen_and_can_be_verified(visiting: Visiting, session: Session) -> None:
    visiting.goes(rewards_paid="no")
    visiting.advises()
    letter = finding.letter(session, row(visiting))
    assert letter is not None
    said = certificates.read_intact(letter)
    assert (said["issuer"], said["facts"]["enterprise"]) == ("区应急管理局", "甲机械有限公司")
    assert ["有奖励兑现", "抽查的应奖报告都已及时发放奖励", "否", "抽查时没有见到"] in said[
        "facts"
    ]["findings"]
    assert said["facts"]["asked"] == ["请及时兑现已批准的奖励。"]
    assert said["facts"]["signer"] == "江局"
    assert certificates.check(session, letter, None).intact
    letter.statement = letter.statement.replace("江局", "别人")
    assert not certificates.check(session, letter, None).intact


def test_the_enterprise_is_told_and_reminded(
    visiting: Visiting, session: Session, cast: Cast, request: pytest.FixtureRequest
) -> None:
    visiting.run_jobs()
    assert _told(session, cast) == ["visit_planned"]
    visiting.goes(rewards_paid="no")
    visiting.advises()
    assert _told(session, cast) == ["visit_planned", "opinion_issued"]
    request.getfixturevalue("clock").shift(timedelta(days=11))
    visiting.run_jobs()
    assert _told(session, cast)[-1] == "follow_up_overdue"
    late = finding.visits(session, actor=cast.officer, filters=finding.Filters(late=True))
    assert [one.late_follow_ups for one in late.items] == [1]


@on_sqlite
def test_an_unannounced_visit_is_not_told(session: Session, cast: Cast) -> None:
    visiting = Visiting(session, cast, announce=False)
    visiting.run_jobs()
    assert _told(session, cast) == []
    assert finding.visits(session, actor=cast.principal, filters=finding.Filters()).items == []
    with pytest.raises(NotFound):
        finding.get_visit(session, visiting.id, actor=cast.principal)


def _told(session: Session, cast: Cast) -> list[str]:
    session.rollback()
    rows = notifications.listed(session, actor=cast.principal)
    return [one.kind for one in reversed(rows)]


def test_who_sees_and_who_answers(visiting: Visiting, session: Session, cast: Cast) -> None:
    visiting.goes(rewards_paid="no")
    visiting.advises()
    seen = {
        part: len(finding.visits(session, actor=actor, filters=finding.Filters()).items)
        for part, actor in cast.everybody().items()
        if part in ("officer", "office", "town", "group", "principal", "sole", "stranger")
    }
    assert seen == {
        "officer": 1, "office": 1, "town": 1, "group": 1, "principal": 1, "sole": 0, "stranger": 0,
    }  # fmt: skip
    one = finding.follow_ups(session, row(visiting))[0]
    for other in (cast.stranger, cast.sole):
        with pytest.raises(NotFound):
            execute(session, answering.answer, one.id, text="我来", actor=other)
    for other in (cast.rectifier, cast.officer):
        with pytest.raises(NotAllowed):
            execute(session, answering.answer, one.id, text="我来", actor=other)
    with pytest.raises(InvalidAnswers):
        execute(session, answering.answer, one.id, text="  ", actor=cast.principal)
    execute(session, answering.answer, one.id, text="已发放", actor=cast.principal)
    visiting.does(visiting.officer, "recheck", check_rewards_paid="passed")
    with pytest.raises(Conflict):
        execute(session, answering.answer, one.id, text="再说", actor=cast.principal)


@on_sqlite
def test_a_plan_is_called_off_until_the_letter_is_out(
    visiting: Visiting, session: Session, cast: Cast
) -> None:
    with pytest.raises(NotFound):
        execute(session, planning.cancel, visiting.id, reason="不去了", actor=cast.office)
    execute(session, planning.cancel, visiting.id, reason="企业停业", actor=cast.officer)
    assert row(visiting).state == "cancelled"
    assert stories.state_of(session, visiting.id) == "cancelled"
    with pytest.raises(Conflict):
        execute(session, planning.cancel, visiting.id, reason="再撤", actor=cast.officer)


@pytest.mark.parametrize("name", ["guidance_followed_up", "guidance_all_there"])
def test_a_redrawn_visit_can_be_tried_in_the_studio(name: str) -> None:
    """What a department draws is tried like any flow; nobody is visited by it."""
    bundle = guidance_bundle()
    assert definitions.problems_of(bundle) == []
    content = (ROOT / "processes" / "scenarios" / f"{name}.json").read_bytes()
    assert [one.zh for one in run_in(bundle, read(content)).differences] == []


@on_sqlite
def test_an_enterprise_cannot_start_one(session: Session, cast: Cast, visiting: Visiting) -> None:
    """The process is deployed above them, but it is none of theirs."""
    own = session.get_one(t.Organisation, cast.enterprise_id)
    assert definitions.startable(session, own) == []
    with pytest.raises(Refused):
        execute(
            session,
            starting.start,
            definition_key="guidance_visit",
            answers=visiting.plan(),
            actor=cast.principal,
            identity=identity_of(cast.principal, mode="named"),
        )
    with pytest.raises(NotAllowed):
        execute(session, planning.plan, cast.enterprise_id, visiting.plan(), actor=cast.principal)
    with pytest.raises(NotFound):
        execute(
            session, planning.plan, cast.strange_enterprise_id, visiting.plan(), actor=cast.officer
        )
