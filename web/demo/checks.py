"""Self-checks of the demonstration: a shift that found all clear, one with something to mend."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from engine import clock, selfcheck
from engine.actors import Actor
from engine.commands import execute
from web.demo.people import MAIN
from web.demo.stage import Beginning, Stage
from web.demo.telling import Story

_ROUND: Final = timedelta(minutes=25)


def all_clear(stage: Stage) -> Story:
    """The rectifier went through the paint shop; nothing was wrong."""
    who = stage.crews[MAIN].who("rectifier")
    check = _begun(stage, "喷漆房", 8, who)
    yield clock.now() + _ROUND
    codes = _codes(stage, check, who)
    results = {code: {"found": "ok", "note": ""} for code in codes}
    results[codes[-1]] = {"found": "not_here", "note": "本车间没有这类设备"}
    _filled(stage, check, results, who)


def mended(stage: Stage) -> Story:
    """The verifier found something in the store and had it put right at once."""
    who = stage.crews[MAIN].who("verifier")
    check = _begun(stage, "原料仓库", 6, who)
    yield clock.now() + _ROUND
    codes = _codes(stage, check, who)
    results = {code: {"found": "ok", "note": ""} for code in codes}
    results[codes[0]] = {"found": "hazard", "note": "当场消除：通道里的空桶已搬走"}
    _filled(stage, check, results, who)


def unfinished(stage: Stage) -> Story:
    """Somebody is in the middle of one."""
    _begun(stage, "二号车间", 5, stage.crews[MAIN].who("rectifier"))
    yield from ()


def _begun(stage: Stage, place: str, count: int, who: Actor) -> UUID:
    session = stage.teller.session
    codes = sorted(selfcheck.items(session, actor=who))[:count]
    session.rollback()
    return execute(session, selfcheck.begin, place, codes, actor=who)


def _codes(stage: Stage, check: UUID, who: Actor) -> list[str]:
    session = stage.teller.session
    row, _ = selfcheck.show(session, check, actor=who)
    codes = [one["code"] for one in row.items]
    session.rollback()
    return codes


def _filled(stage: Stage, check: UUID, results: dict[str, dict[str, str]], who: Actor) -> None:
    session = stage.teller.session
    execute(session, selfcheck.fill, check, results, actor=who)
    execute(session, selfcheck.sign, check, actor=who)


#: Working days ago, and what then begins.
STORIES: Final[tuple[Beginning, ...]] = ((12, all_clear), (6, mended), (1, unfinished))
