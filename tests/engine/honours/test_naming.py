"""Names on the publicity sheet: by consent alone, and never where they would give others away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import orjson
import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from engine import clock, majors, naming, people
from engine.commands import execute
from engine.errors import Conflict, NotAllowed, NotFound
from engine.store import Membership
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.engine.honours.naming_stories import Rewarded, everything_kept, month
from web.config import Config


@pytest.fixture
def told(session: Session, cast: Cast, config: Config) -> Rewarded:
    """甲 with its flow; eighty people work there."""
    return Rewarded(session, cast, config)


def printed(told: Rewarded) -> dict[UUID, str]:
    """Print this month's sheet as the union; give the names on it."""
    told.session.rollback()
    actor = told.cast.union
    return execute(told.session, majors.publicity_names, month=month(), actor=actor)


def signed(told: Rewarded) -> set[UUID]:
    """Give which cases of the sheet are said to bear a name."""
    told.session.rollback()
    found = majors.publicity(told.session, month=month(), actor=told.cast.union)
    return {line.id for line in found.lines if line.is_signed}


def test_a_standing_consent_names_exactly_the_rewarded_reports_by_name(told: Rewarded) -> None:
    cast, session = told.cast, told.session
    named = told.case()
    told.case(mode="confidential")
    told.case(mode="anonymous")
    other = told.case(cast.colleague)
    assert printed(told) == {}
    execute(session, naming.agree, actor=cast.reporter)
    assert signed(told) == {named}
    assert printed(told) == {named: "包晓"}
    execute(session, naming.agree, actor=cast.colleague)
    assert printed(told) == {named: "包晓", other: "童事"}
    execute(session, naming.withdraw, actor=cast.reporter)
    assert printed(told) == {other: "童事"}
    assert naming.standing(session, actor=cast.reporter) is None


def test_a_report_that_was_not_rewarded_bears_no_name(told: Rewarded) -> None:
    execute(told.session, naming.agree, actor=told.cast.reporter)
    told.does("verifier", "acknowledge")
    told.does("verifier", "verify", finding="confirmed", category="object", level="general")
    assert printed(told) == {}


def test_one_case_is_left_out_or_agreed_to_alone(told: Rewarded) -> None:
    cast, session = told.cast, told.session
    first, second = told.case(), told.case()
    execute(session, naming.agree, actor=cast.reporter)
    execute(session, naming.choose, first, False, actor=cast.reporter)
    assert printed(told) == {second: "包晓"}
    execute(session, naming.withdraw, actor=cast.reporter)
    execute(session, naming.choose, first, True, actor=cast.reporter)
    assert printed(told) == {first: "包晓"}
    # Taking back everything takes back single cases too.
    execute(session, naming.withdraw, actor=cast.reporter)
    assert printed(told) == {}
    assert stories.tags(session, first)[-1] == "naming:declined"


def test_a_guest_agrees_with_the_code_and_is_named_once_the_reward_was_paid(
    told: Rewarded,
) -> None:
    session = told.session
    case = told.case(told.guest(), name="路人甲")
    code = told.by_code(case)
    assert printed(told) == {}
    execute(session, naming.choose, case, True, actor=code)
    assert printed(told) == {}
    told.does("finance", "pay_reward", paid_on=clock.local_date().isoformat(), voucher="记-1")
    assert printed(told) == {case: "路人甲"}
    execute(session, naming.choose, case, False, actor=code)
    assert printed(told) == {}


def test_an_account_signs_with_its_own_name_whatever_the_report_says(told: Rewarded) -> None:
    """Nobody puts somebody else's name on the wall."""
    case = told.case(name="朱任")
    execute(told.session, naming.agree, actor=told.cast.reporter)
    assert printed(told) == {case: "包晓"}
    # With the receipt code, too, it is the account's name.
    execute(told.session, naming.withdraw, actor=told.cast.reporter)
    execute(told.session, naming.choose, case, True, actor=told.by_code(case))
    assert printed(told) == {case: "包晓"}


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_who_did_not_report_by_name_cannot_agree(told: Rewarded, mode: str) -> None:
    session = told.session
    case = told.case(mode=mode, paid=True)
    code = told.by_code(case)
    with pytest.raises(Conflict):
        execute(session, naming.choose, case, True, actor=code)
    execute(session, naming.agree, actor=told.cast.reporter)
    # Even a row that says so changes nothing.
    session.add(
        t.NamingChoice(organisation_id=told.cast.enterprise_id, instance_id=case, agreed=True)
    )
    session.commit()
    assert printed(told) == {}
    assert signed(told) == set()


def test_too_few_others_and_nobody_is_named(told: Rewarded) -> None:
    cast, session = told.cast, told.session
    mine, other = told.case(), told.case(cast.colleague)
    execute(session, naming.agree, actor=cast.reporter)
    # Ten accounts, but only one agreed: nine could have sent the other report.
    told.staff(3)
    assert printed(told) == {mine: "包晓"}
    for actor in (cast.verifier, cast.rectifier, cast.acceptor, cast.approver, cast.finance):
        execute(session, naming.agree, actor=actor)
    session.rollback()
    found = majors.publicity(session, month=month(), actor=cast.union)
    assert found.is_held_back
    assert not any(line.is_signed for line in found.lines)
    assert printed(told) == {}
    # Once nothing on the sheet is without a name, the names give nobody away.
    execute(session, naming.agree, actor=cast.colleague)
    session.rollback()
    left = majors.publicity(session, month=month(), actor=cast.union)
    assert len(left.lines) == 2
    assert printed(told) == {mine: "包晓", other: "童事"}


def test_whoever_left_is_not_named(told: Rewarded) -> None:
    cast, session = told.cast, told.session
    leaver = told.newcomer("李迁")
    case = told.case(leaver)
    execute(session, naming.agree, actor=leaver)
    assert printed(told) == {case: "李迁"}
    own = cast.enterprise_id
    execute(session, people.disable, leaver.user_id, own, actor=cast.administrator)
    assert printed(told) == {}
    execute(session, people.enable, leaver.user_id, own, actor=cast.administrator)
    session.execute(delete(Membership).where(Membership.user_id == leaver.user_id))
    session.commit()
    assert printed(told) == {}


def test_the_first_print_is_in_the_history_and_no_name_is_anywhere(told: Rewarded) -> None:
    cast, session = told.cast, told.session
    guest = told.case(told.guest(), name="路人甲乙", paid=True)
    mine = told.case()
    execute(session, naming.agree, actor=cast.reporter)
    execute(session, naming.choose, guest, True, actor=told.by_code(guest))
    assert set(printed(told)) == {guest, mine}
    assert set(printed(told)) == {guest, mine}
    events = session.scalars(select(t.Event).where(t.Event.tag == "identity:named")).all()
    assert [(one.actor_id, one.role) for one in events] == [(cast.union.user_id, "union")] * 2
    assert {one.instance_id for one in events} == {guest, mine}
    assert orjson.loads(events[0].data) == {"paper": f"publicity {month()}"}
    said = session.scalars(select(t.Event).where(t.Event.tag == "naming:agreed")).one()
    assert (said.actor_id, said.role, said.data) == (None, "reporter", "{}")
    kept = everything_kept(session)
    assert "路人甲乙" not in kept
    assert "包晓" not in kept
    # Agreed anew, it is printed anew.
    execute(session, naming.choose, guest, False, actor=told.by_code(guest))
    execute(session, naming.choose, guest, True, actor=told.by_code(guest))
    printed(told)
    session.rollback()
    assert stories.tags(session, guest).count("identity:named") == 2


def test_nobody_agrees_for_somebody_else(told: Rewarded) -> None:
    cast, session = told.cast, told.session
    case = told.case()
    for actor in (cast.colleague, cast.verifier, cast.union, cast.principal, cast.stranger):
        with pytest.raises(NotFound):
            execute(session, naming.choose, case, True, actor=actor)
    with pytest.raises(NotAllowed):
        execute(session, naming.choose, case, True, actor=cast.officer)
    with pytest.raises(NotAllowed):
        execute(session, naming.agree, actor=cast.officer)
    with pytest.raises(NotFound):
        execute(session, naming.agree, actor=told.by_code(case))
    # One case's code opens no other.
    other = told.case()
    with pytest.raises(NotFound):
        execute(session, naming.choose, other, True, actor=told.by_code(case))
    # A consent in another enterprise counts nothing here.
    execute(session, naming.agree, actor=cast.stranger)
    assert printed(told) == {}
    for actor in (cast.stranger, cast.sole):
        assert execute(session, majors.publicity_names, month=month(), actor=actor) == {}
    for actor in (cast.verifier, cast.reporter, cast.administrator, cast.officer):
        with pytest.raises(NotAllowed):
            execute(session, majors.publicity_names, month=month(), actor=actor)


def test_what_somebody_typed_in_bears_a_name_only_by_the_account_s_own_word(
    told: Rewarded,
) -> None:
    """Whoever typed it in saw the code, and may be wrong about whose report it is."""
    cast, session = told.cast, told.session
    execute(session, naming.agree, actor=cast.reporter)
    bound = told.case(typed_by=cast.verifier, account=cast.reporter.user_id)
    guest = told.case(typed_by=cast.verifier, name="路人甲", paid=True)
    assert printed(told) == {}
    for case in (bound, guest):
        with pytest.raises(Conflict):
            execute(session, naming.choose, case, True, actor=told.by_code(case))
        execute(session, naming.choose, case, False, actor=told.by_code(case))
    execute(session, naming.choose, bound, True, actor=cast.reporter)
    assert printed(told) == {bound: "包晓"}


def test_a_longer_sheet_takes_no_more_statements(told: Rewarded) -> None:
    cast, session = told.cast, told.session
    execute(session, naming.agree, actor=cast.reporter)
    counts = []
    for cases in (1, 3):
        for _ in range(cases):
            told.case()
        session.rollback()
        with counted(session) as statements:
            found = majors.publicity(session, month=month(), actor=cast.union)
        counts.append(len(statements))
    assert len([line for line in found.lines if line.is_signed]) == 4
    assert counts[0] == counts[1] <= 6


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Collect the statements that are run meanwhile."""
    found: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    yield found
    event.remove(engine, "before_cursor_execute", listen)
