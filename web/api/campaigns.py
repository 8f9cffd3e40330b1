"""Campaigns over the API: looked at, planned, led from step to step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.attachments import PDF
from engine.campaigns import asking, finding, running, telling, trail
from engine.campaigns import plan as plans
from engine.campaigns.plan import Award, Criterion, Plan, Question
from engine.hazards.codes import SECTORS
from web import db
from web.access import current_actor, requires
from web.api import campaign_shapes as told
from web.api import contract
from web.api.contract import Operation, Parameter, answer, body, flag, operation, paged
from web.api.doing import day, once
from web.api.parts import chosen, closed, number, page_with, text
from web.api.schemas import ANY_OBJECT, DAY, FLAG, ID, MOMENT, NUMBER, TEXT, maybe, shape
from web.campaigns import papers

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")

_ONE: Final = "/<uuid:campaign_id>"


def _rows(row: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": row, "maxItems": most}


_PLAN: Final = closed(
    {
        "kind": {"enum": list(plans.KINDS)},
        "title": text(100),
        "basis": text(300),
        "contact": text(100),
        "opens_on": DAY,
        "closes_on": DAY,
        "kinds": chosen(plans.ASKED),
    },
    {
        "sectors": {"description": "None is all.", **chosen(SECTORS)},
        "call": text(2000),
        "questions": _rows(
            closed({"label": text(100, 1)}, {"required": FLAG, "most": number(1, 2000)}),
            plans.MOST_QUESTIONS,
        ),
        "criteria": _rows(
            closed({"name": text(60, 1), "most": number(1, 100)}), plans.MOST_CRITERIA
        ),
        "awards": _rows(closed({"name": text(40, 1), "count": number(1, 200)}), plans.MOST_AWARDS),
    },
)
_REASON: Final = closed({"reason": text(500, 1)})
NOW: Final = {200: ("The campaign as it is now.", told.WHOLE)}
_UNIT: Final = shape(
    {
        "id": ID,
        "name": TEXT,
        "sent": NUMBER,
        "opened_at": maybe(MOMENT),
        "reminded_at": maybe(MOMENT),
    }
)
_STEP: Final = shape(
    {
        "at": MOMENT,
        "what": {"enum": list(trail.STEPS)},
        "data": ANY_OBJECT,
        "entry_id": maybe(ID),
        "person": maybe(TEXT),
        "unit": maybe(TEXT),
        "title": maybe(TEXT),
    }
)
_STEPS: Final[Mapping[str, Callable[..., Any]]] = {
    "open": running.open_it,
    "judge": running.judge,
    "publish": running.publish,
    "remind": telling.remind,
}


@blueprint.get("")
@requires("campaign:read")
@operation(
    Operation(
        summary="The campaigns that concern one, the newest first",
        query=(
            Parameter("state", "Only those in this state.", {"enum": list(plans.STATES)}),
            *contract.WIDE_PAGING,
        ),
        answers={200: ("One page.", page_with(told.CAMPAIGN))},
    )
)
def index() -> Response:
    """List campaigns."""
    found = finding.listed(
        db.session(),
        actor=current_actor(),
        state=request.args.get("state", ""),
        after=contract.after(),
        limit=contract.limit(),
    )
    return paged(found, told.campaign)


@blueprint.post("")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Begin a campaign of one's office, as a draft that nobody else sees",
        body=_PLAN,
        answers={201: ("The draft.", told.WHOLE)},
        creates=True,
    )
)
def create() -> Response:
    """Begin a campaign."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        return told.whole(running.draft(session, _plan(given), actor=actor).id, actor)

    return answer(once("draft_campaign", given, make), 201)


@blueprint.get(_ONE)
@requires("campaign:read")
@operation(Operation(summary="One campaign, with its result once it is published", answers=NOW))
def show(campaign_id: UUID) -> Response:
    """Show a campaign."""
    return answer(told.whole(campaign_id, current_actor()))


@blueprint.post(f"{_ONE}/change")
@requires("campaign:manage")
@operation(
    Operation(summary="Change a draft: all of its plan anew", body=_PLAN, answers=NOW, creates=True)
)
def change(campaign_id: UUID) -> Response:
    """Change a draft."""
    return step(campaign_id, "change_campaign", partial(running.change, plan=_plan(body())))


@blueprint.post(f"{_ONE}/<any({','.join(_STEPS)}):action>")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Open a draft, end the taking of cases, publish the result, or remind",
        answers=NOW,
        creates=True,
    )
)
def lead(campaign_id: UUID, action: str) -> Response:
    """Lead a campaign on."""
    return step(campaign_id, f"{action}_campaign", _STEPS[action])


@blueprint.post(f"{_ONE}/cancel", endpoint="cancel", defaults={"action": "cancel"})
@blueprint.post(f"{_ONE}/reopen", endpoint="reopen", defaults={"action": "reopen"})
@requires("campaign:manage")
@operation(
    Operation(
        summary="Give a campaign up, or go back from an unpublished decision to judging",
        body=_REASON,
        answers=NOW,
        creates=True,
    )
)
def turn(campaign_id: UUID, action: str) -> Response:
    """Cancel a campaign, or reopen its judging."""
    run = running.cancel if action == "cancel" else running.reopen
    return step(campaign_id, f"{action}_campaign", partial(run, **body()))


@blueprint.post(f"{_ONE}/extend")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Give those asked more time, as long as judging has not begun",
        body=closed({"closes_on": DAY, "reason": text(500, 1)}),
        answers=NOW,
        creates=True,
    )
)
def extend(campaign_id: UUID) -> Response:
    """Extend a campaign."""
    given = body()
    said = {"closes_on": day(given, "closes_on"), "reason": given["reason"]}
    return step(campaign_id, "extend_campaign", partial(running.extend, **said))


@blueprint.get(f"{_ONE}/units")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Who of those asked has sent how many cases, by name",
        query=(
            Parameter("kind", "The first that is asked without it.", {"enum": list(plans.ASKED)}),
            Parameter("missing", "Only those that have sent nothing.", FLAG),
            *contract.WIDE_PAGING,
        ),
        answers={200: ("One page.", page_with(_UNIT))},
    )
)
def units(campaign_id: UUID) -> Response:
    """List who is asked."""
    session = db.session()
    campaign = finding.get_own(session, campaign_id, actor=current_actor())
    kind = request.args.get("kind", campaign.kinds[0])
    found = asking.units(
        session, campaign, kind=kind, missing=flag("missing"), after=contract.after(),
        limit=contract.limit(),
    )  # fmt: skip
    return paged(found, lambda row: {name: getattr(row, name) for name in _UNIT["properties"]})


@blueprint.get(f"{_ONE}/trail")
@requires("campaign:manage")
@operation(
    Operation(
        summary="What was done in a campaign, the last first",
        answers={200: ("The latest 200.", page_with(_STEP))},
    )
)
def steps(campaign_id: UUID) -> Response:
    """List the steps of a campaign."""
    session = db.session()
    campaign = finding.get_own(session, campaign_id, actor=current_actor())
    rows = trail.steps(session, campaign)
    items = [{name: getattr(row, name) for name in _STEP["properties"]} for row in rows]
    return answer({"items": items, "next": None})


@blueprint.get(f"{_ONE}/result.pdf")
@requires("campaign:read")
@operation(
    Operation(
        summary="The notice of the result; a proof before it is published",
        answers={200: ("The PDF.", (PDF,))},
    )
)
def notice(campaign_id: UUID) -> Response:
    """Give the notice."""
    return papers.notice(campaign_id)


def step(campaign_id: UUID, name: str, run: Callable[..., Any]) -> Response:
    """Do something in a campaign, and give it as it is then."""

    def make(session: Session, actor: Actor) -> Any:
        run(session, campaign_id, actor=actor)
        return told.whole(campaign_id, actor)

    given = body() if request.get_data(cache=True) else None
    return answer(once(name, given, make))


def _plan(given: dict[str, Any]) -> Plan:
    return Plan(
        **{name: given[name] for name in ("kind", "title", "basis", "contact")},
        call=given.get("call", ""),
        opens_on=day(given, "opens_on"),
        closes_on=day(given, "closes_on"),
        kinds=tuple(given["kinds"]),
        sectors=tuple(given.get("sectors", ())),
        questions=tuple(
            Question("", one["label"], one.get("required", False), one.get("most", 500))
            for one in given.get("questions", ())
        ),
        criteria=tuple(Criterion("", **one) for one in given.get("criteria", ())),
        awards=tuple(Award("", **one) for one in given.get("awards", ())),
    )
