"""Whom the counts suggest: people who agreed to be named, for their reports by name; places."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import naming
from engine.commands import execute
from engine.errors import NotAllowed
from engine.honours import candidates, deciding, finding, proposing
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.honours.naming_stories import Rewarded, month
from web.config import Config


@pytest.fixture
def told(session: Session, cast: Cast, config: Config) -> Rewarded:
    """包晓 reported twice by name, once in confidence and once anonymously; 童事 once."""
    told = Rewarded(session, cast, config)
    told.case()
    told.case(place="二号车间")
    told.case(mode="confidential")
    told.case(mode="anonymous")
    told.case(cast.colleague)
    return told


def counted(told: Rewarded) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give people and teams with what was counted of them this month."""
    told.session.rollback()
    found = candidates.candidates(told.session, month(), actor=told.cast.union)
    people = {one.name: dict(one.basis) for one in found.people}
    return people, {one.name: dict(one.basis) for one in found.teams}


def test_only_who_agreed_is_listed_and_only_what_was_reported_by_name(told: Rewarded) -> None:
    people, teams = counted(told)
    assert people == {}
    assert teams["一号车间"] == {"verified": 4, "closed": 0, "overdue": 0}
    assert teams["二号车间"]["verified"] == 1
    execute(told.session, naming.agree, actor=told.cast.reporter)
    people, _ = counted(told)
    assert people == {"包晓": {"verified": 2, "major": 0, "closed": 0, "adopted": 0}}


def test_a_case_left_out_is_not_counted(told: Rewarded) -> None:
    execute(told.session, naming.agree, actor=told.cast.reporter)
    case = told.case()
    assert counted(told)[0]["包晓"]["verified"] == 3
    execute(told.session, naming.choose, case, False, actor=told.cast.reporter)
    assert counted(told)[0]["包晓"]["verified"] == 2


def test_with_too_few_others_nobody_is_listed(told: Rewarded) -> None:
    session, cast = told.session, told.cast
    told.staff(3)
    for actor in (cast.reporter, cast.verifier, cast.rectifier, cast.acceptor, cast.approver,
                  cast.finance):  # fmt: skip
        execute(session, naming.agree, actor=actor)
    assert counted(told)[0] == {}
    session.rollback()
    assert candidates.candidates(session, month(), actor=cast.union).is_held_back


def test_what_it_is_based_on_is_counted_not_typed(told: Rewarded) -> None:
    session, cast = told.session, told.cast
    given = {"title": "安全之星", "reason": "报告及时"}

    def proposed(**whose: Any) -> Any:
        return execute(
            session, proposing.propose, period=month(), given=given, actor=cast.union, **whose
        )

    # Of somebody who did not agree nothing is said.
    assert proposed(user_id=cast.colleague.user_id).basis == {}
    assert proposed(team="二号车间").basis == {"verified": 1, "closed": 0, "overdue": 0}
    assert proposed(team="没有这个车间").basis == {}
    execute(session, naming.agree, actor=cast.reporter)
    row = proposed(user_id=cast.reporter.user_id)
    assert row.basis["verified"] == 2
    execute(session, deciding.decide, row.id, actor=cast.principal)
    # Taken back before it was agreed to: the counts are gone from the proposal, too.
    execute(session, naming.withdraw, actor=cast.reporter)
    session.expire_all()
    execute(session, deciding.agree, row.id, actor=cast.reporter)
    kept = session.get_one(t.Honour, (cast.enterprise_id, row.id))
    assert kept.basis == {}
    assert '"basis":{}' in (kept.statement or "")
    assert finding.get(session, row.id, actor=cast.finance).basis == {}


def test_who_may_count(told: Rewarded) -> None:
    session, cast = told.session, told.cast
    for actor in (cast.reporter, cast.principal, cast.finance, cast.officer, cast.office):
        with pytest.raises(NotAllowed):
            candidates.candidates(session, month(), actor=actor)
        with pytest.raises(NotAllowed):
            candidates.find_people(session, "包", actor=actor)
    execute(session, naming.agree, actor=cast.reporter)
    session.rollback()
    there = candidates.candidates(session, month(), actor=cast.stranger)
    assert (there.people, there.teams) == ([], [])
    assert [one.name for one in candidates.find_people(session, "包", actor=cast.union)] == ["包晓"]
    for words in ("", " ", "%", "\0", "莫生", "龚会"):
        assert candidates.find_people(session, words, actor=cast.union) == []
