"""Handing cases in: which one, the questions, the recommendation; and one entry's own page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.campaigns import assigning, choosing, entering, finding, plan, reviewing
from engine.errors import InvalidAnswers, Refused
from engine.practices import rules
from web import db, form_fields
from web.access import current_actor, requires
from web.campaigns.room import (
    SHEETS,
    ReasonForm,
    RecommendForm,
    blueprint,
    shown,
    shown_entry,
)
from web.form_errors import put
from web.language import say
from web.queries import with_query

Page = str | tuple[str, int] | Response


@blueprint.get("/<uuid:campaign_id>/enter")
@requires("campaign:read")
def choose(campaign_id: UUID) -> str:
    """Offer the cases that the visitor can hand in."""
    session, actor = db.session(), current_actor()
    campaign = finding.get(session, campaign_id, actor=actor)
    words = request.args.get("q", "")[:100]
    found = choosing.choices(
        session, campaign, actor=actor, words=words, after=request.args.get("after") or None
    )
    address = url_for("campaigns.choose", campaign_id=campaign_id)
    return render_template(
        "campaigns/choose.html",
        campaign=shown(campaign),
        words=words,
        rows=found.items,
        address=address,
        may_enter=choosing.may_enter(session, campaign, actor=actor),
        next_url=with_query(address, {"q": words, "after": found.next}) if found.next else "",
    )


@blueprint.get("/<uuid:campaign_id>/enter/<uuid:practice_id>")
@requires("campaign:read")
def ask(campaign_id: UUID, practice_id: UUID) -> Page:
    """Ask what the campaign wants to know of a case."""
    session, actor = db.session(), current_actor()
    campaign = finding.get(session, campaign_id, actor=actor)
    try:
        choosing.choice_or_why(session, campaign, practice_id, actor)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(say(refusal.message), "warning")
        return redirect(url_for("campaigns.show", campaign_id=campaign_id))
    return _asking(campaign, practice_id)


@blueprint.post("/<uuid:campaign_id>/enter/<uuid:practice_id>")
@requires("campaign:read")
def enter(campaign_id: UUID, practice_id: UUID) -> Page:
    """Hand a case in."""
    campaign = finding.get(db.session(), campaign_id, actor=current_actor())
    definition = plan.form(campaign.questions, campaign.title)
    answers = form_fields.answers(definition, request.form)
    words = RecommendForm()
    said = {"recommendation": words.recommendation.data or ""}
    try:
        entry_id = db.execute(entering.enter, campaign_id, practice_id, answers, **said)
    except InvalidAnswers as wrong:
        return _asking(campaign, practice_id, words=words, wrong=wrong), wrong.status
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(say(refusal.message), "warning")
        return redirect(url_for("campaigns.show", campaign_id=campaign_id))
    flash(gettext("已报送。截止以前可以撤回。"), "success")
    return redirect(url_for("campaigns.entry", entry_id=entry_id))


@blueprint.get("/entries/<uuid:entry_id>")
@requires("campaign:read")
def entry(entry_id: UUID) -> str:
    """Show an entry: the case as it reads, answers, recommendation, and who judges it."""
    return entry_page(entry_id)


@blueprint.post("/entries/<uuid:entry_id>/<any(recommend,take_back,refuse):step>")
@requires("campaign:read")
def entry_step(entry_id: UUID, step: str) -> Page:
    """Recommend an entry, take it back, or leave it out."""
    words, reason = RecommendForm(), ReasonForm()
    try:
        if step == "recommend":
            text = words.recommendation.data or ""
            db.execute(entering.recommend, entry_id, text)
        else:
            operation = entering.take_back if step == "take_back" else entering.refuse
            db.execute(operation, entry_id, reason=reason.reason.data or "")
    except Refused as refusal:
        if refusal.status == 404:
            raise
        put(words if step == "recommend" else reason, refusal)
        forms: dict[str, Any] = {"words": words} if step == "recommend" else {"reason": reason}
        return entry_page(entry_id, **forms), refusal.status
    flash(gettext("已记录。"), "success")
    return redirect(url_for("campaigns.entry", entry_id=entry_id))


def entry_page(
    entry_id: UUID,
    *,
    words: RecommendForm | None = None,
    reason: ReasonForm | None = None,
    refused: str = "",
) -> str:
    """Show an entry, with what was refused."""
    session, actor = db.session(), current_actor()
    campaign, row = finding.get_entry(session, entry_id, actor=actor)
    runs = finding.runs(campaign, actor)
    free: list[Any] = []
    barred: list[Any] = []
    if runs and campaign.state == "judging":
        free, barred = assigning.free_for(session, campaign, row)
    sheets = reviewing.sheets(session, row) if runs else []
    taking = choosing.may_enter(session, campaign, actor=actor) and row.state == "entered"
    own = row.entrant_id == actor.organisation_id
    return render_template(
        "campaigns/entry.html",
        campaign=shown(campaign),
        entry=shown_entry(campaign, row),
        runs=runs,
        refused=refused,
        words=words or RecommendForm(formdata=None),
        reason=reason or ReasonForm(formdata=None),
        sheets=[(one, say(SHEETS[one.state])) for one in sheets],
        criteria=campaign.criteria,
        people=free,
        barred=[one.person for one in barred],
        may_assign=runs and campaign.state == "judging" and finding.stands(row),
        may_recommend=taking
        and not own
        and actor.organisation_kind != "enterprise"
        and row.recommender_id is None,
        may_take_back=taking and own,
        may_revoke=runs
        and campaign.state == "published"
        and row.award is not None
        and row.revoked_at is None,
        may_refuse=runs and campaign.state in ("open", "judging") and row.state == "entered",
    )


def _asking(
    campaign: Any,
    practice_id: UUID,
    *,
    words: RecommendForm | None = None,
    wrong: InvalidAnswers | None = None,
) -> str:
    session, actor = db.session(), current_actor()
    case = choosing.choice_or_why(session, campaign, practice_id, actor)
    definition = plan.form(campaign.questions, campaign.title)
    posted = request.form if wrong is not None else None
    form = form_fields.build(definition, values={}, choices={}, formdata=posted)
    words = words or RecommendForm(formdata=None)
    errors = wrong.errors if wrong is not None else {}
    for one in (form, words):
        own = {key: found for key, found in errors.items() if key in one}
        if own:
            put(one, InvalidAnswers(own))
    return render_template(
        "campaigns/enter.html",
        campaign=shown(campaign),
        case=case,
        story=[
            (say(one), case.story[key]) for key, one in rules.STORY.items() if case.story.get(key)
        ],
        form=form,
        words=words,
        recommends=actor.organisation_kind != "enterprise",
    )
