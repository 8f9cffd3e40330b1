"""Two administrators at the same moment: one team, one place for somebody, one sheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine import doctor, teams
from engine.commands import execute
from engine.errors import Refused
from engine.secrets import Secrets
from engine.store import User
from engine.store import tables as t
from engine.teams import taking
from tests.cast import Cast
from tests.together import Together


def kinds(results: list[Any]) -> list[str]:
    """Say how each came out."""
    assert not [
        one for one in results if isinstance(one, Exception) and not isinstance(one, Refused)
    ]
    return sorted("refused" if isinstance(one, Refused) else "done" for one in results)


def test_two_at_once_leave_one_team_one_place_and_one_sheet(
    session: Session, database: Engine, secrets: Secrets, cast: Cast
) -> None:
    together, admin, who = Together(database, secrets), cast.administrator, cast.reporter.user_id

    def opening(session: Session) -> UUID:
        return teams.open_team(session, name="一车间", actor=admin).id

    found = together.at_once(opening, opening)
    assert kinds(found) == ["done", "refused"]
    ids = [one for one in found if isinstance(one, UUID)]
    ids.append(execute(session, teams.open_team, name="二车间", actor=admin).id)

    def moving(team: UUID) -> Any:
        return lambda session: teams.put(session, {who: team}, actor=admin)

    assert kinds(together.at_once(moving(ids[0]), moving(ids[1]))) == ["done", "done"]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(t.TeamMember)) == 1
    sheet = "姓名,登录名,班组\n林新,lin.xin,一车间/早班\n".encode()
    batch = execute(session, taking.preview, sheet, "人员.csv", actor=admin)

    def taking_in(session: Session) -> Any:
        return taking.take_in(session, batch.id, actor=admin).outcome

    assert kinds(together.at_once(taking_in, taking_in)) == ["done", "refused"]
    session.rollback()
    assert session.scalar(select(func.count()).where(User.login == "lin.xin")) == 1
    assert list(doctor.examine(session)) == []
