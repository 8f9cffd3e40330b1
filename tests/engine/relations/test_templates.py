"""A leader's mechanism is taken over by others as a draft, which says where it is from."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import checklists, clock, registry
from engine.commands import execute
from engine.definitions import drafts, publishing
from engine.definitions.packs import installing
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.filestore import FileStore
from engine.relations import answering, borrowing, templates
from engine.store import Organisation
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.relations.working_together import in_force
from tests.loop import Loop
from web.config import Config


def test_a_host_publishes_and_its_contractor_takes_it_over(
    session: Session, cast: Cast, config: Config
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    Loop(session, cast)
    relation = in_force(session, cast)
    given = ("隐患报告奖励机制", "related", "含奖励标准表")
    with pytest.raises(NotAllowed):
        execute(session, templates.publish, *given, actor=cast.administrator)
    with pytest.raises(InvalidAnswers):
        execute(session, templates.publish, "机制", "all", actor=cast.principal)
    row = execute(session, templates.publish, *given, actor=cast.principal)
    with pytest.raises(Conflict):
        execute(session, templates.publish, *given, actor=cast.principal)
    assert templates.listed(session, actor=cast.stranger).items == []
    with pytest.raises(NotFound):
        execute(session, borrowing.take_over, row.id, actor=cast.stranger)
    draft_id = execute(session, borrowing.take_over, row.id, actor=cast.sole)
    with pytest.raises(Conflict):
        execute(session, borrowing.take_over, row.id, actor=cast.sole)
    draft = drafts.get(session, draft_id, actor=cast.sole)
    held = drafts.bundle_of(session, draft)
    assert draft.key == "hazard_report"
    assert "reward_amount" in held.of("dmn")
    assert held.of("form")
    assert any(checklists.read_items(content) for content in held.of("checklist").values())
    origin = borrowing.origin_of(session, cast.one_person_firm_id, draft_id)
    assert (origin.owner, origin.title) == ("甲机械有限公司", "隐患报告奖励机制")
    assert templates.get(session, row.id, actor=cast.principal).uses == 1
    said = {"revision": draft.revision, "reason": "照发包单位的机制建立"}
    outcome = execute(session, publishing.publish, draft_id, **said, actor=cast.sole)
    made = next(one for one in outcome.definitions if one.key == templates.MAIN)
    assert borrowing.origin_of_version(session, made).owner == "甲机械有限公司"
    # Who works for it no more takes over nothing more; what was taken stays.
    execute(session, answering.end, relation, "做完了", actor=cast.sole)
    assert templates.listed(session, actor=cast.sole).items == []
    assert borrowing.origin_of_version(session, made).title == "隐患报告奖励机制"


def test_a_leader_publishes_for_all_and_is_seen_to_bring_others_along(
    session: Session, cast: Cast, config: Config
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    Loop(session, cast)
    session.get_one(Organisation, cast.enterprise_id).ownership = "district_soe"
    today = clock.local_date()
    for owner in (cast.enterprise_id, cast.one_person_firm_id):
        session.merge(
            t.MechanismRecord(
                organisation_id=owner,
                drafted_on=today,
                established_on=today,
                updated_at=clock.now(),
            )
        )
    session.commit()
    in_force(session, cast)
    (leader,) = registry.leading(session, actor=cast.office)
    assert (leader.led.related, leader.led.established, leader.led.implemented) == (1, 1, 0)
    row = execute(session, templates.publish, "头雁机制", "all", actor=cast.principal)
    assert execute(session, borrowing.take_over, row.id, actor=cast.stranger)
    execute(session, templates.withdraw, row.id, "换新版", actor=cast.principal)
    with pytest.raises(NotFound):
        templates.get(session, row.id, actor=cast.stranger)
    assert installing.MAIN == templates.MAIN
