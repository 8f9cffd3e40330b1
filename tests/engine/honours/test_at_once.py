"""Two people at the same moment: an honour is proposed once, given once, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine import naming
from engine.commands import execute
from engine.errors import Conflict
from engine.honours import deciding, finding, proof, proposing
from engine.secrets import Secrets
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.honours.naming_stories import Rewarded
from tests.together import Together
from web.config import Config

WORDS = {"title": "先进班组", "reason": "报告多、改得快"}


def proposing_by(actor: Any) -> Any:
    """Give the proposal of 二号车间 by somebody."""

    def propose(session: Session) -> UUID:
        row = proposing.propose(session, period="2026", given=WORDS, team="二号车间", actor=actor)
        return row.id

    return propose


def kinds(results: list[Any]) -> list[str]:
    """Say how each came out."""
    return sorted("refused" if isinstance(one, Conflict) else "done" for one in results)


def test_the_same_is_proposed_once_and_decided_once(
    session: Session, database: Engine, secrets: Secrets, cast: Cast
) -> None:
    together = Together(database, secrets)
    found = together.at_once(proposing_by(cast.union), proposing_by(cast.verifier))
    assert kinds(found) == ["done", "refused"]
    (honour,) = [one for one in found if isinstance(one, UUID)]

    def decide(session: Session) -> None:
        deciding.decide(session, honour, actor=cast.principal)

    def decline(session: Session) -> None:
        deciding.decline(session, honour, reason="再看看", actor=cast.principal)

    assert kinds(together.at_once(decide, decide, decline)) == ["done", "refused", "refused"]
    session.rollback()
    row = session.scalars(select(t.Honour)).one()
    assert row.state in ("awarded", "declined")
    assert row.number is None or proof.check(session, row).intact


def test_whoever_takes_it_back_while_agreeing_is_not_left_shown_unawares(
    session: Session, database: Engine, secrets: Secrets, cast: Cast
) -> None:
    row = execute(
        session,
        proposing.propose,
        period="2026",
        given=WORDS,
        user_id=cast.reporter.user_id,
        actor=cast.union,
    )
    execute(session, deciding.decide, row.id, actor=cast.principal)

    def agree(session: Session) -> None:
        deciding.agree(session, row.id, actor=cast.reporter)

    Together(database, secrets).at_once(agree, agree)
    execute(session, naming.withdraw, actor=cast.reporter)
    assert finding.shown(session, actor=cast.finance).items == []
    numbers = select(func.count()).select_from(t.Honour).where(t.Honour.number.is_not(None))
    assert session.scalar(numbers) == 1


def test_a_name_agreed_to_twice_at_once_is_one_word(
    session: Session, database: Engine, secrets: Secrets, cast: Cast, config: Config
) -> None:
    told = Rewarded(session, cast, config)
    case = told.case()

    def agree(session: Session) -> None:
        naming.choose(session, case, True, actor=cast.reporter)

    results = Together(database, secrets).at_once(agree, agree, agree)
    assert results == [None] * 3
    session.rollback()
    choice = session.get_one(t.NamingChoice, (cast.enterprise_id, case))
    assert choice.agreed is True
