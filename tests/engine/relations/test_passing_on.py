"""A hazard of a contractor's work is passed on to it, and nothing of who reported it goes along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import organisations, reporters, starting
from engine.commands import execute
from engine.errors import Conflict, InvalidAnswers, NotFound
from engine.filestore import FileStore
from engine.hazards.origins import Origin
from engine.relations import answering, concerning, listing, passed, passing, taking_on
from engine.relations.passing import Words
from engine.reporters import identity_of
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.engine.relations.working_together import in_force
from tests.loop import Loop
from tests.processes.player import CONFIRMED, PLAN, REPORT
from web.config import Config

SAID = "我们班五个人在屋面干活，班长不让系安全带，脚手板也没有绑，今天早上老李差点滑下去"
WORDS = Words(
    place="二号车间屋面",
    description="高处作业没有系安全带，脚手板没有固定",
    wanted="停工整改，复工前报安全科",
    is_checked=True,
)


def reported(session: Session, cast: Cast, relation: UUID, name: str = "李工") -> UUID:
    """Let a worker of 丙 report at a poster of 甲, in confidence; give the case."""
    guest = organisations.guest(session, cast.enterprise_id)
    started = execute(
        session,
        starting.start,
        definition_key="hazard_report",
        answers={**REPORT, "description": SAID, "kind": "hazard", "identity_mode": "confidential"},
        identity=identity_of(
            guest, mode="confidential", reporter_type="contractor", name=name, works_for="丙小吃店"
        ),
        origin=Origin(channel="qr"),
        concerns=relation,
        actor=guest,
    )
    return started.instance_id


def verified(session: Session, cast: Cast, case: UUID) -> None:
    """Let 甲 verify it; it is on the books then."""
    stories.do(session, cast.verifier, case, "acknowledge")
    stories.do(session, cast.verifier, case, "verify", **CONFIRMED)


def test_the_contractor_reads_what_was_released_and_no_more(
    session: Session, cast: Cast, config: Config
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    Loop(session, cast, owner=cast.office_id)
    relation = in_force(session, cast)
    case = reported(session, cast, relation)
    row = session.execute(select(t.Instance).where(t.Instance.id == case)).scalar_one()
    party = concerning.of_case(session, row)
    assert party is not None
    assert party.name == "丙小吃店"
    # For whom they work is in the vault alone.
    assert "works_for" not in str(orjson.loads(_events(session, case)[0]))
    known = execute(session, reporters.reveal, case, actor=cast.union, reason="核实奖励发放")
    assert known["works_for"] == "丙小吃店"
    with pytest.raises(Conflict):
        execute(session, passing.pass_on, case, WORDS, actor=cast.verifier)
    verified(session, cast, case)
    for wrong in (
        replace(WORDS, is_checked=False),
        replace(WORDS, description=f"报告人说：{SAID}"),
        replace(WORDS, wanted=""),
        replace(WORDS, wanted=f"请处理：{SAID}"),
    ):
        with pytest.raises(InvalidAnswers):
            execute(session, passing.pass_on, case, wrong, actor=cast.verifier)
    for nobody in (cast.stranger, cast.sole):
        with pytest.raises(NotFound):
            execute(session, passing.pass_on, case, WORDS, actor=nobody)
    one = execute(session, passing.pass_on, case, WORDS, actor=cast.verifier)
    with pytest.raises(Conflict):
        execute(session, passing.pass_on, case, WORDS, actor=cast.verifier)
    (got,) = passed.received(session, actor=cast.sole).items
    number = session.scalars(select(t.Hazard.number).where(t.Hazard.id == case)).one()
    for secret in (SAID, "李工", str(case), number, row.number, REPORT["place"]):
        assert secret not in str(got._mapping)
    assert passed.received(session, actor=cast.stranger).items == []
    told = session.scalars(
        select(t.Notification.zh).where(t.Notification.organisation_id == cast.one_person_firm_id)
    )
    assert not any(number in words or SAID in words for words in told)
    with pytest.raises(NotFound):
        execute(session, taking_on.take, one, actor=cast.stranger)
    own = execute(session, taking_on.take, one, actor=cast.sole)
    with pytest.raises(Conflict):
        execute(session, taking_on.take, one, actor=cast.sole)
    theirs = session.execute(select(t.Hazard).where(t.Hazard.id == own)).scalar_one()
    assert (theirs.organisation_id, theirs.source) == (cast.one_person_firm_id, "transferred")
    assert WORDS.description in (theirs.description or "")
    stories.do(session, cast.sole, own, "acknowledge")
    stories.do(session, cast.sole, own, "verify", **CONFIRMED)
    (sent,) = passed.sent(session, actor=cast.principal).items
    assert (sent.state, sent.outcome, sent.instance_id) == ("taken", "verified", case)
    tags = stories.tags(session, case)
    assert [tag for tag in tags if tag.startswith("relation:")] == [
        "relation:passed",
        "relation:answered",
    ]
    # Of the other side's people nobody stands in the host's history.
    assert str(cast.sole.user_id) not in "".join(_events(session, case))
    stories.do(session, cast.rectifier, case, "plan", **_plan(cast))


def test_what_is_sent_back_or_called_back_may_be_passed_on_again(
    session: Session, cast: Cast, config: Config
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    Loop(session, cast, owner=cast.office_id)
    relation = in_force(session, cast)
    case = stories.begin(session, cast.reporter, "hazard_report", answers=dict(REPORT))
    verified(session, cast, case)
    execute(session, concerning.say, case, relation, actor=cast.verifier)
    first = execute(session, passing.pass_on, case, WORDS, actor=cast.verifier)
    execute(session, taking_on.refuse, first, "不是我们的作业面", actor=cast.sole)
    execute(session, passing.pass_on, case, WORDS, actor=cast.verifier)
    with pytest.raises(NotFound):
        execute(session, passing.call_back, case, "写错了", actor=cast.sole)
    execute(session, passing.call_back, case, "写错了", actor=cast.verifier)
    rows = listing.listed(session, actor=cast.principal).items
    assert listing.passed(session, rows)[relation].all == 1
    assert [one.id for one in concerning.cases(session, relation, actor=cast.verifier).items] == [
        case
    ]
    # What has ended is offered to nobody; a report that still names it arrives.
    execute(session, answering.end, relation, "合同到期", actor=cast.principal)
    assert concerning.offered(session, cast.enterprise_id) == []
    late = reported(session, cast, relation)
    assert session.get(t.CaseRelation, (cast.enterprise_id, late)) is None
    with pytest.raises(InvalidAnswers):
        execute(session, concerning.say, late, relation, actor=cast.verifier)
    execute(session, concerning.say, case, None, actor=cast.verifier)
    assert stories.tags(session, case)[-1] == "relation:concerned"


def _events(session: Session, case: UUID) -> list[str]:
    session.rollback()
    found = select(t.Event.data, t.Event.actor_id).where(t.Event.instance_id == case)
    return [f"{row.data}" for row in session.execute(found.order_by(t.Event.sequence))]


def _plan(cast: Cast) -> dict[str, Any]:
    return {**PLAN, "rectifier": str(cast.rectifier.user_id), "due_on": "2026-11-20"}
