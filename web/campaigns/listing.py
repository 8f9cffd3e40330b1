"""Campaigns as they are looked at: the list, one of them, who has sent what, its trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext

from engine import clock
from engine.campaigns import asking, choosing, deciding, finding, running, trail
from engine.campaigns.plan import ASKED
from engine.permissions import allows
from web import db
from web.access import current_actor, requires
from web.campaigns.room import STATES, ExtendForm, ReasonForm, blueprint, shown, shown_entry
from web.coverage import uuid_of
from web.language import say
from web.queries import with_query

#: Steps of the trail whose data is worth a line.
_TOLD = ("title", "reason", "from", "to", "closes_on", "heard_until", "added", "removed", "of")


@blueprint.get("")
@requires("campaign:read")
def index() -> str:
    """List the campaigns, the newest first."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    actor = current_actor()
    page = finding.listed(
        db.session(), actor=actor, state=state, after=request.args.get("after") or None
    )
    return render_template(
        "campaigns/index.html",
        campaigns=[shown(row) for row in page.items],
        state=state,
        states=[(key, say(one)) for key, one in STATES.items()],
        may_begin=_may_begin(actor),
        may_review=allows(actor, "campaign:review"),
        today=clock.local_date(),
        next_url=with_query(url_for("campaigns.index"), {"state": state, "after": page.next})
        if page.next
        else "",
    )


@blueprint.get("/<uuid:campaign_id>")
@requires("campaign:read")
def show(campaign_id: UUID) -> str:
    """Show a campaign: what it wants, what has come, what the visitor may do."""
    return page(campaign_id)


@blueprint.get("/<uuid:campaign_id>/units")
@requires("campaign:manage")
def units(campaign_id: UUID) -> str:
    """Show who of those asked has sent how many cases."""
    session, actor = db.session(), current_actor()
    campaign = finding.get_own(session, campaign_id, actor=actor)
    kind = request.args.get("kind", "")
    kind = kind if kind in campaign.kinds else campaign.kinds[0]
    missing = request.args.get("missing") == "1"
    found = asking.units(
        session, campaign, kind=kind, missing=missing, after=request.args.get("after") or None
    )
    said = {"kind": kind, "missing": "1" if missing else ""}
    address = url_for("campaigns.units", campaign_id=campaign_id)
    return render_template(
        "campaigns/units.html",
        campaign=shown(campaign),
        counts=_counted(asking.counts(session, campaign)),
        kind=kind,
        missing=missing,
        rows=found.items,
        address=address,
        next_url=with_query(address, {**said, "after": found.next}) if found.next else "",
    )


@blueprint.get("/<uuid:campaign_id>/trail")
@requires("campaign:manage")
def steps(campaign_id: UUID) -> str:
    """Show what was done in a campaign, step by step."""
    session = db.session()
    campaign = finding.get_own(session, campaign_id, actor=current_actor())
    return render_template(
        "campaigns/trail.html",
        campaign=shown(campaign),
        rows=[
            {
                "at": row.at,
                "what": say(trail.STEPS[row.what]),
                "who": "　".join(name for name in (row.person, row.unit) if name),
                "data": "；".join(_told(row.data, row.title)),
            }
            for row in trail.steps(session, campaign)
        ],
    )


def page(
    campaign_id: UUID,
    *,
    refused: str = "",
    reason: ReasonForm | None = None,
    extend: ExtendForm | None = None,
) -> str:
    """Show a campaign, with what was refused."""
    session, actor = db.session(), current_actor()
    campaign = finding.get(session, campaign_id, actor=actor)
    runs = finding.runs(campaign, actor)
    unit = uuid_of(request.args.get("unit")) if runs else None
    found = finding.entries(
        session,
        campaign,
        actor=actor,
        unit_id=unit,
        state="",
        after=request.args.get("after") or None,
    )
    address = url_for("campaigns.show", campaign_id=campaign_id)
    sheets = deciding.progress(session, campaign) if runs else {}
    today = clock.local_date()
    result: Sequence[Any] = ()
    if campaign.state == "published" or (runs and campaign.state == "decided"):
        result = finding.result(session, campaign)
    return render_template(
        "campaigns/show.html",
        campaign=shown(campaign),
        runs=runs,
        refused=refused,
        reason=reason or ReasonForm(formdata=None),
        extend=extend or ExtendForm(formdata=None),
        counts=_counted(asking.counts(session, campaign)) if runs else [],
        may_enter=choosing.may_enter(session, campaign, actor=actor),
        is_asked=asking.is_asked(session, campaign, actor),
        is_office=campaign.organisation_id == actor.organisation_id,
        is_over=today > campaign.closes_on,
        is_early=today < campaign.opens_on,
        days_left=(campaign.closes_on - today).days,
        entries=[shown_entry(campaign, row) for row in found.items],
        count=running.count_of_entries(session, campaign) if runs else 0,
        sheets=sheets,
        given=sum(one[0] for one in sheets.values()),
        asked=sum(one[1] for one in sheets.values()),
        # Who was judged and not awarded is nobody else's business.
        result=[shown_entry(campaign, row, inside=runs) for row in result if runs or row.award],
        unit=asking.name_of(session, campaign, unit) if unit else "",
        next_url=with_query(address, {"unit": str(unit or ""), "after": found.next})
        if found.next
        else "",
    )


def _may_begin(actor: Any) -> bool:
    return actor.organisation_kind == "office" and allows(actor, "campaign:manage")


def _counted(counts: list[asking.Told]) -> list[dict[str, Any]]:
    return [{"name": say(ASKED[one.kind]), "row": one} for one in counts]


def _told(data: dict[str, Any], title: str | None) -> list[str]:
    """Give what a step is about in a few words; the title as it was then, where that was kept."""
    found = [title] if title and not data.get("title") else []
    if data.get("sheets"):
        found.append(gettext("%(count)s 份评分表", count=data["sheets"]))
    for key in _TOLD:
        value = data.get(key)
        if value:
            found.append("、".join(value) if isinstance(value, list) else str(value))
    return found
