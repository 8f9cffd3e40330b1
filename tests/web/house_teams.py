"""The house's teams: one with somebody in it, and a sheet of people that was looked at."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import commands, teams
from engine.teams import taking
from tests.cast import Cast
from tests.web.access_table import ROUTES

_ONE = "/teams/<uuid:team_id>"


def house_teams(session: Session, cast: Cast) -> dict[str, Any]:
    """Give what of them stands in addresses."""
    admin = cast.administrator
    team = commands.execute(session, teams.open_team, name="一车间", actor=admin)
    commands.execute(session, teams.put, {cast.reporter.user_id: team.id}, actor=admin)
    sheet = "姓名,登录名,班组\n新人,newcomer,一车间/早班\n坏行,!,\n".encode()
    batch = commands.execute(session, taking.preview, sheet, "人员.csv", actor=admin)
    routes = [route for route in ROUTES if " /people/imports/" in route]
    return {
        "team_id": team.id,
        f"POST {_ONE}/<any(close,reopen):what> what": "reopen",
        f"POST {_ONE}/members/<uuid:user_id>/<any(join,leave):what> what": "join",
        **{f"{route} batch_id": batch.id for route in routes},
        **{f"{route} what": "take" for route in routes},
    }
