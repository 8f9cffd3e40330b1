"""A self-check is signed at the moment at which one of its items is reported: it counts it, or the
report is refused; never a signed round that says less than what came of it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import selfcheck, starting
from engine.commands import execute
from engine.errors import Conflict, NotFound
from engine.reporters import identity_of
from engine.secrets import Secrets
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import deploy
from tests.together import Together
from tests.web.reporting import deploy as deploy_lists

ROUNDS = 6


def _looked_at(session: Session, cast: Cast) -> tuple[UUID, str]:
    """Give a round of one item that is in order."""
    code = min(selfcheck.items(session, actor=cast.rectifier))
    check = execute(session, selfcheck.begin, "锅炉房", [code], actor=cast.rectifier)
    found = {code: {"found": "ok", "note": ""}}
    execute(session, selfcheck.fill, check, found, actor=cast.rectifier)
    return check, code


def test_what_is_reported_while_a_round_is_signed_is_counted_or_refused(
    session: Session, cast: Cast, database: Engine, secrets: Secrets
) -> None:
    deploy(session, cast)
    deploy_lists(session, cast.enterprise_id)
    together = Together(database, secrets)
    meetings = [
        together.overtaking,
        lambda report, sign: together.overtaking(sign, report)[::-1],
        *[together.at_once] * ROUNDS,
    ]
    for meet in meetings:
        check, code = _looked_at(session, cast)
        actor = cast.rectifier
        # It was open when the form was asked for.
        selfcheck.reportable(session, check, code, actor=actor)
        session.rollback()
        report = partial(
            starting.start,
            definition_key="fork",
            answers={},
            identity=identity_of(actor, mode="named"),
            business_key=selfcheck.business_key(check, code),
            actor=actor,
        )
        reported, signed = meet(report, partial(selfcheck.sign, check_id=check, actor=actor))
        assert signed is None
        session.rollback()
        row = session.get_one(t.SelfCheck, (cast.enterprise_id, check), populate_existing=True)
        assert (row.looked_at, row.hazards) == selfcheck.counted(session, row)
        if row.hazards:
            assert isinstance(reported, starting.Started), reported
        else:
            assert isinstance(reported, Conflict), reported
        session.rollback()


def test_nobody_reports_for_a_round_that_is_not_theirs(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    deploy_lists(session, cast.enterprise_id)
    check, code = _looked_at(session, cast)
    for actor, key in (
        (cast.reporter, selfcheck.business_key(check, code)),
        (cast.rectifier, f"{selfcheck.KEYED}nonsense:{code}"),
    ):
        with pytest.raises(NotFound):
            execute(
                session,
                starting.start,
                definition_key="fork",
                answers={},
                identity=identity_of(actor, mode="named"),
                business_key=key,
                actor=actor,
            )
