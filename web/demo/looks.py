"""Those above the main enterprise look into its cases, each on a ground; one was granted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from engine import clock
from engine.actors import Actor
from engine.auditing import grants, grounds, looks
from engine.commands import execute
from web.demo.people import MAIN, OFFICE
from web.demo.stage import Beginning, Stage
from web.demo.telling import Story

_MONTH: Final = 29
_LATER: Final = timedelta(minutes=40)


def inspected(stage: Stage) -> Story:
    """The department reads before it goes there; its ground still holds."""
    officer = stage.crews["YJJ"].login("officer")
    _state(stage, officer, "plan", "年度检查计划第 12 号", days=_MONTH)
    yield clock.now() + _LATER
    for what in ("history", "replay", "file"):
        _look(stage, officer, "rectifying", what)
        yield clock.now() + _LATER


def checked(stage: Stage) -> Story:
    """The office checks a figure of the month down to a case."""
    director = stage.crews[OFFICE].who("director")
    purpose = "核对当月已销号数"
    reference = f"{clock.month_of(clock.now())} 月报"
    _state(stage, director, "month_end", reference, purpose=purpose, everywhere=True)
    _look(stage, director, "rectifying", "history")
    yield from ()


def granted(stage: Stage) -> Story:
    """The principal asks the town to look over their shoulder; somebody there does."""
    town, principal = stage.crews["XJZ"], stage.crews[MAIN].who("principal")
    execute(
        stage.teller.session,
        grants.grant,
        town.organisation_id,
        purpose="请镇里指导本厂的整改闭环",
        expires_on=clock.local_date() + timedelta(days=90),
        actor=principal,
    )
    yield clock.now() + _LATER
    _look(stage, town.who("officer"), "rectifying", "history")


def _state(
    stage: Stage,
    actor: Actor,
    kind: str,
    reference: str,
    *,
    days: int = 0,
    everywhere: bool = False,
    **more: Any,
) -> None:
    execute(
        stage.teller.session,
        grounds.state,
        kind=kind,
        reference=reference,
        enterprise_id=None if everywhere else stage.crews[MAIN].organisation_id,
        expires_on=clock.local_date() + timedelta(days=days),
        actor=actor,
        **more,
    )


def _look(stage: Stage, actor: Actor, case: str, what: str) -> None:
    """Look as a page does."""
    session, seen = stage.teller.session, stage.cases[case]
    owner = stage.crews[MAIN].organisation_id
    found = looks.look_into(session, owner, seen.instance_id, what, actor=actor)
    if found is not None:
        execute(session, looks.note, found, actor=actor)


#: While the case that they look at is being rectified.
STORIES: Final[tuple[Beginning, ...]] = ((3, inspected), (2, checked), (1, granted))
