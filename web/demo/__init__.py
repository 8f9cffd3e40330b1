"""The demonstration: a district, its enterprises and people, and five months of their hazards.

Everything is done through the engine's operations, by those who may do it, at the moment they
would have done it (`engine.clock.at`). Nothing is random that a reader could miss: the same day
gives the same stories.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy.orm import Session

from engine import clock, definitions, organisations
from engine.actors import SYSTEM
from engine.commands import execute
from web import papers  # noqa: F401 - printing is a job that it registers
from web.demo import (
    analysis,
    campaigns,
    checks,
    complaints,
    honours,
    lessons,
    library,
    looks,
    majors,
    months,
    people,
    practices,
    register,
    related,
    returns,
    rules,
    sectors,
    stories,
    turns,
    visits,
    ways_in,
    workshops,
)
from web.demo.casework import Album
from web.demo.stage import Stage
from web.demo.telling import Teller

__all__ = ["build"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_SEED: Final = 20250126
#: What the reader is shown first hangs here.
_POSTER: Final = ("二号车间", "冲压线")


def build(session: Session) -> dict[str, Any]:
    """Write the demonstration into an empty database; give what demo.json says of it.

    Args:
        session: opened with the keys, the files and the address of the installation.

    Returns:
        people: who can sign in; poster: the code of a place; receipt_code: of a report.
    """
    now = clock.now()
    rng = Random(_SEED)  # noqa: S311 - stories, no secrets
    with clock.at(now - timedelta(days=months.DAYS_TOLD + 30)):
        crews = execute(session, people.enter, actor=SYSTEM)
        execute(
            session,
            definitions.deploy,
            definitions.read_folder(_ROOT),
            organisation_id=crews[people.OFFICE].organisation_id,
            actor=SYSTEM,
        )
        sectors.install(session, crews)
        register.begin(session, crews)
        came = workshops.enter(session, crews)
    teller, album = Teller(session, now), Album(session)
    months.begin(teller, crews, album, rng)
    workshops.begin(teller, crews, came, album)
    returns.begin(teller, crews)
    stage = Stage(teller, crews, album, rng)
    stage.begin(
        (
            *stories.STORIES,
            *turns.STORIES,
            *majors.STORIES,
            *visits.STORIES,
            *complaints.STORIES,
            *lessons.STORIES,
            *looks.STORIES,
            *ways_in.STORIES,
            *checks.STORIES,
            *related.STORIES,
        )
    )
    practices.begin(teller, crews)
    campaigns.begin(teller, crews)
    honours.begin(teller, crews)
    rules.begin(teller, crews)
    library.begin(session, crews)
    related.begin(teller, crews)
    complaints.enter(session, crews)
    teller.tell()
    complaints.answer(session, crews)
    register.go_on(session, crews, now)
    analysis.keep_views(session, crews)
    return {
        "people": execute(session, people.told, crews, actor=SYSTEM),
        "poster": _poster(session, crews[people.MAIN]),
        "receipt_code": stage.cases["anonymous"].receipt_code,
    }


def _poster(session: Session, crew: people.Crew) -> str:
    hanging = organisations.places(session, crew.organisation_id, actor=SYSTEM)
    return next(place.code for place in hanging if (place.name, place.part) == _POSTER)
