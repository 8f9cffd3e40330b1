"""Judging a campaign over the API: the panel, who gets what, one's own sheets, the decision."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.campaigns import assigning, deciding, finding, panel, placing, plan, reviewing
from web import db
from web.access import current_actor, requires
from web.api import campaign_shapes as told
from web.api.campaign_entries import NOW, changed
from web.api.campaigns import NOW as CAMPAIGN_NOW
from web.api.campaigns import step
from web.api.contract import Operation, Parameter, answer, body, operation
from web.api.doing import once
from web.api.parts import closed, number, page_with, text
from web.api.schemas import FLAG, ID, NUMBER, TEXT, listed, maybe, shape
from web.campaigns.room import mean

blueprint = Blueprint("campaign_judging", __name__, url_prefix="/campaigns")

_ONE: Final = "/<uuid:campaign_id>"
_PANEL: Final = shape({"reviewers": listed(told.PERSON), "candidates": listed(told.PERSON)})
_PLACED: Final = shape(
    {
        "entry_id": ID,
        "title": TEXT,
        "place": NUMBER,
        "tied": FLAG,
        "mean": TEXT,
        "proposed": {"description": "Key of the award that the places say.", **maybe(TEXT)},
    }
)
_STANDINGS: Final = shape({"order": listed(_PLACED), "waiting": listed(ID)})
_WAITING: Final = shape(
    {
        "entry_id": ID,
        "title": TEXT,
        "owner": TEXT,
        "campaign_id": ID,
        "campaign": TEXT,
        "review_state": TEXT,
        "total": maybe(NUMBER),
        "waits": FLAG,
    }
)
_MINE: Final = {200: ("The entry with one's own sheet.", told.REVIEW)}


@blueprint.get(f"{_ONE}/reviewers")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Who judges, and who could",
        query=(Parameter("words", "Words in a candidate's name or unit.", text(100)),),
        answers={200: ("Both, by unit and name.", _PANEL)},
    )
)
def reviewers(campaign_id: UUID) -> Response:
    """Show the panel."""
    session, actor = db.session(), current_actor()
    campaign = finding.get_own(session, campaign_id, actor=actor)
    there = panel.reviewers(session, campaign)
    known = {actor.user_id, *(one.user_id for one in there)}
    found = panel.candidates(session, campaign, request.args.get("words", ""))
    free = [one for one in found if one.user_id not in known]
    return answer({"reviewers": told.people(there), "candidates": told.people(free)})


@blueprint.post(f"{_ONE}/reviewers")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Take people into the panel; who decides does not judge",
        body=closed(
            {
                "people": {
                    "type": "array",
                    "items": closed({"user_id": ID, "unit_id": ID}),
                    "minItems": 1,
                    "maxItems": panel.MOST,
                }
            }
        ),
        answers=CAMPAIGN_NOW,
        creates=True,
    )
)
def add(campaign_id: UUID) -> Response:
    """Take people into the panel."""
    picked = [(UUID(one["user_id"]), UUID(one["unit_id"])) for one in body()["people"]]
    return step(campaign_id, "add_reviewers", partial(panel.add, picked=picked))


@blueprint.post(f"{_ONE}/reviewers/<uuid:user_id>/remove")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Take somebody off the panel; the sheets they gave stay",
        answers=CAMPAIGN_NOW,
        creates=True,
    )
)
def remove(campaign_id: UUID, user_id: UUID) -> Response:
    """Take somebody off the panel."""
    return step(campaign_id, "remove_reviewer", partial(panel.remove, user_id=user_id))


@blueprint.post(f"{_ONE}/assign")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Give every entry as many reviewers as it lacks, each about as much to do",
        body=closed({"each": number(plan.FEWEST_REVIEWERS, assigning.MOST_EACH)}),
        answers={
            200: (
                "How many sheets were asked for, and which entries still lack somebody.",
                shape({"count": NUMBER, "short": listed(TEXT)}),
            )
        },
        creates=True,
    )
)
def assign_evenly(campaign_id: UUID) -> Response:
    """Share the entries out."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        count, short = assigning.assign_evenly(session, campaign_id, given["each"], actor=actor)
        return {"count": count, "short": short}

    return answer(once("assign_entries", given, make))


@blueprint.post("/entries/<uuid:entry_id>/reviewers")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Give one entry to one of the panel, who has nothing to do with it",
        body=closed({"user_id": ID}),
        answers=NOW,
        creates=True,
    )
)
def assign(entry_id: UUID) -> Response:
    """Give an entry to a reviewer."""
    person = UUID(body()["user_id"])
    return changed(entry_id, "assign_entry", partial(assigning.assign, user_id=person))


@blueprint.post("/entries/<uuid:entry_id>/reviewers/<uuid:user_id>/remove")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Take an entry from a reviewer who has not judged it", answers=NOW, creates=True
    )
)
def unassign(entry_id: UUID, user_id: UUID) -> Response:
    """Take an entry from a reviewer."""
    return changed(entry_id, "unassign_entry", partial(assigning.unassign, user_id=user_id))


@blueprint.get("/reviews")
@requires("campaign:review")
@operation(
    Operation(
        summary="What one is asked to judge or has judged, what waits first",
        answers={200: ("All on one page.", page_with(_WAITING))},
    )
)
def reviews() -> Response:
    """List what one judges."""
    rows = reviewing.mine(db.session(), actor=current_actor())
    names = [name for name in _WAITING["properties"] if name != "waits"]
    items = [
        {**{name: getattr(row, name) for name in names}, "waits": bool(row.waits)} for row in rows
    ]
    return answer({"items": items, "next": None})


@blueprint.get("/reviews/<uuid:entry_id>")
@requires("campaign:review")
@operation(Operation(summary="An entry that one was asked to judge", answers=_MINE))
def review(entry_id: UUID) -> Response:
    """Show an entry to who judges it."""
    return answer(told.review(entry_id, current_actor()))


@blueprint.post("/reviews/<uuid:entry_id>")
@requires("campaign:review")
@operation(
    Operation(
        summary="Give one's sheet for the words of `version`; it stays",
        body=closed(
            {
                "version": number(1, 10**6),
                "scores": {"type": "object", "additionalProperties": NUMBER, "maxProperties": 20},
            },
            {"notes": {"type": "object", "additionalProperties": text(1000), "maxProperties": 20}},
        ),
        answers=_MINE,
        creates=True,
    )
)
def give(entry_id: UUID) -> Response:
    """Give one's sheet."""
    said = {"notes": {}, **body()}
    return _judged(entry_id, "give_sheet", partial(reviewing.give, **said))


@blueprint.post("/reviews/<uuid:entry_id>/step-back")
@requires("campaign:review")
@operation(
    Operation(
        summary="Declare that one has to do with an entry, and leave it",
        body=closed({"reason": text(500, 1)}),
        answers=_MINE,
        creates=True,
    )
)
def step_back(entry_id: UUID) -> Response:
    """Step back."""
    return _judged(entry_id, "step_back", partial(reviewing.step_back, **body()))


@blueprint.get(f"{_ONE}/standings")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Entries by their points, with the awards that the places propose",
        answers={200: ("The places; `waiting` is not judged by all.", _STANDINGS)},
    )
)
def standings(campaign_id: UUID) -> Response:
    """Show the places."""
    session = db.session()
    campaign = finding.get_own(session, campaign_id, actor=current_actor())
    now = deciding.standings(session, campaign)
    proposed = placing.proposed(now.order, campaign.awards)
    order = [
        {
            "entry_id": one.entry_id,
            "title": now.entries[one.entry_id].title,
            "place": one.place,
            "tied": one.tied,
            "mean": mean(one.points, one.sheets),
            "proposed": proposed.get(one.entry_id),
        }
        for one in now.order
    ]
    return answer({"order": order, "waiting": now.waiting})


@blueprint.post(f"{_ONE}/decide")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Give the awards; with a reason where they differ from the places",
        body=closed(
            {
                "awards": {
                    "type": "array",
                    "items": closed({"entry_id": ID}, {"award": maybe(TEXT), "reason": text(500)}),
                    "maxItems": finding.MOST,
                }
            }
        ),
        answers=CAMPAIGN_NOW,
        creates=True,
    )
)
def decide(campaign_id: UUID) -> Response:
    """Give the awards."""
    said = [(UUID(one["entry_id"]), one) for one in body()["awards"]]
    chosen = {entry_id: one["award"] for entry_id, one in said if one.get("award")}
    reasons = {entry_id: one["reason"] for entry_id, one in said if one.get("reason")}
    run = partial(deciding.decide, chosen=chosen, reasons=reasons)
    return step(campaign_id, "decide_campaign", run)


def _judged(entry_id: UUID, name: str, run: Any) -> Response:
    """Do something about one's own sheet, and give it as it is then."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        run(session, entry_id, actor=actor)
        return told.review(entry_id, actor)

    return answer(once(name, given, make))
