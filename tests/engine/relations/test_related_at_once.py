"""Two people at the same moment: a relation is proposed once, a hazard passed on and taken once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine.commands import execute
from engine.errors import Refused
from engine.filestore import FileStore
from engine.relations import answering, borrowing, concerning, passing, proposing, taking_on
from engine.relations import templates as published
from engine.secrets import Secrets
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.engine.relations.test_passing_on import WORDS, verified
from tests.engine.relations.working_together import terms
from tests.loop import Loop
from tests.processes.player import REPORT
from tests.together import Together
from web.config import Config


def outcome(results: list[Any]) -> list[str]:
    """Say how each came out: done, or refused in words."""
    assert not [
        one for one in results if isinstance(one, Exception) and not isinstance(one, Refused)
    ]
    return sorted("refused" if isinstance(one, Refused) else "done" for one in results)


@pytest.fixture
def together(database: Engine, secrets: Secrets) -> Together:
    """Threads with sessions of their own."""
    return Together(database, secrets)


def test_each_step_is_done_once(
    session: Session, cast: Cast, config: Config, together: Together
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    Loop(session, cast, owner=cast.office_id)
    once = ["done", "refused"]

    def propose(session: Session, actor: Any) -> Any:
        return proposing.propose(session, "丙小吃店", terms(), actor=actor).id

    found = together.at_once(
        partial(propose, actor=cast.principal), partial(propose, actor=cast.administrator)
    )
    assert outcome(found) == once
    relation = next(one for one in found if not isinstance(one, Exception))
    confirm = partial(answering.answer, relation_id=relation, agrees=True, actor=cast.sole)
    take_back = partial(
        answering.withdraw, relation_id=relation, reason="写错了", actor=cast.principal
    )
    assert outcome(together.at_once(confirm, take_back)) == once
    session.rollback()
    if session.scalars(select(t.Relation.state)).one() == "withdrawn":
        relation = execute(session, propose, actor=cast.principal)
        execute(session, answering.answer, relation, agrees=True, actor=cast.sole)
    case = stories.begin(session, cast.reporter, "hazard_report", answers=dict(REPORT))
    verified(session, cast, case)
    execute(session, concerning.say, case, relation, actor=cast.verifier)
    session.rollback()
    passes = [
        partial(passing.pass_on, instance_id=case, words=WORDS, actor=actor)
        for actor in (cast.verifier, cast.principal)
    ]
    found = together.at_once(*passes)
    assert outcome(found) == once
    one = next(each for each in found if not isinstance(each, Exception))
    take = partial(taking_on.take, passed_id=one, actor=cast.sole)
    assert outcome(together.at_once(take, take)) == once
    template = execute(session, published.publish, "机制", "related", actor=cast.principal).id
    session.rollback()
    borrow = partial(borrowing.take_over, template_id=template, actor=cast.sole)
    assert outcome(together.at_once(borrow, borrow)) == once
    session.rollback()
    for table in (t.PassedHazard, t.TemplateUse):
        assert session.scalar(select(func.count()).select_from(table)) == 1
