"""What of campaigns stands in the furnished house: one that was decided and published, one open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import time_machine
from sqlalchemy.orm import Session

from engine import accounts, clock, membership
from engine.actors import SYSTEM
from engine.campaigns import assigning, deciding, entering, panel, reviewing, running
from engine.commands import execute
from tests.cast import Cast
from tests.engine.campaign_story import ANSWERS, plan


def campaigns(session: Session, cast: Cast, practice_id: UUID) -> dict[str, Any]:
    """Let the office select: the street recommends, two judge, the director decides."""
    second = reviewer(session, cast)
    today = clock.local_date()
    begun = plan(opens_on=today - timedelta(days=20), closes_on=today - timedelta(days=10))
    with time_machine.travel(clock.now() - timedelta(days=15), tick=False):
        made = execute(session, running.draft, begun, actor=cast.office).id
        execute(session, running.open_it, made, actor=cast.office)
        said: Any = {"recommendation": "推广价值高", "actor": cast.town}
        entry = execute(session, entering.enter, made, practice_id, ANSWERS, **said)
    execute(session, running.judge, made, actor=cast.office)
    people = [(one.user_id, one.organisation_id) for one in (cast.officer, second)]
    execute(session, panel.add, made, people, actor=cast.office)
    execute(session, assigning.assign_evenly, made, 2, actor=cast.office)
    for one in (cast.officer, second):
        points = {"c1": 30, "c2": 50}
        execute(session, reviewing.give, entry, points, {}, version=1, actor=one)
    execute(session, deciding.decide, made, {entry: "a1"}, {}, actor=cast.office)
    execute(session, running.publish, made, actor=cast.office)
    draft = execute(session, running.draft, plan(), actor=cast.office).id
    photo = "GET /campaigns/reviews/<uuid:entry_id>/photos/<int:number>"
    kind = "GET /campaigns/<uuid:campaign_id>/entries.<any(xlsx,csv):kind>"
    steps = "POST /campaigns/entries/<uuid:entry_id>/<any(recommend,take_back,refuse):step>"
    checked = "GET /practices/<uuid:practice_id>/photos/<int:number>"
    return {
        "campaign_id": made,
        "entry_id": entry,
        f"{photo} number": 1,
        f"{checked} number": 1,
        f"{kind} kind": "xlsx",
        f"{steps} step": "recommend",
        "step": "remind",
        "GET /campaigns/<uuid:campaign_id>/edit campaign_id": draft,
        "POST /campaigns/<uuid:campaign_id>/edit campaign_id": draft,
    }


def reviewer(session: Session, cast: Cast) -> Any:
    """Enter somebody of the office who judges."""
    user = execute(
        session, accounts.add_user, login="reviewer", name="评一", password=None,
        organisation_id=cast.office_id, roles=["officer"], actor=SYSTEM,
    )  # fmt: skip
    found = membership.actor_for(session, user.id, cast.office_id)
    session.rollback()
    return found
