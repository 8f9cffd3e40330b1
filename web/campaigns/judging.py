"""What a director does about the judging: the panel, who gets which entry, the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from engine.campaigns import assigning, deciding, finding, panel, placing, revoking
from engine.campaigns.plan import FEWEST_REVIEWERS
from engine.errors import Invalid, InvalidAnswers, Refused
from web import db
from web.access import current_actor, requires
from web.campaigns.entering import entry_page
from web.campaigns.room import ReasonForm, blueprint, mean, shown, shown_entry
from web.form_controls import MultiCheckboxField
from web.form_errors import put
from web.language import say

Page = str | tuple[str, int] | Response


#: A longer list gets a box to search in it.
_LONG: Final = 12


class PanelForm(FlaskForm):  # type: ignore[misc]
    """Who is taken into the panel: a person and the unit as whose member they judge."""

    person = MultiCheckboxField(lazy_gettext("可以评审的人"), choices=[], validate_choice=False)

    def offer(self, people: Sequence[Any]) -> None:
        """Offer these people."""
        self.person.choices = [
            SelectChoice(f"{one.user_id}:{one.unit_id}", f"{one.person}　{one.unit}")
            for one in people
        ]
        if len(people) > _LONG:
            self.person.render_kw = {"kind": "search"}


@blueprint.get("/<uuid:campaign_id>/panel")
@requires("campaign:manage")
def reviewers(campaign_id: UUID) -> Page:
    """Show who judges, and who could."""
    return _panel(campaign_id)


@blueprint.post("/<uuid:campaign_id>/panel")
@requires("campaign:manage")
def change_panel(campaign_id: UUID) -> Page:
    """Take people into the panel, or somebody off it."""
    try:
        off = request.form.get("remove", "")
        if off:
            db.execute(panel.remove, campaign_id, _id(off))
        else:
            picked = [_pair(one) for one in request.form.getlist("person")]
            db.execute(panel.add, campaign_id, picked)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return _panel(campaign_id, say(refusal.message)), refusal.status
    flash(gettext("评审人名单已更新。"), "success")
    return redirect(url_for("campaigns.reviewers", campaign_id=campaign_id))


@blueprint.post("/<uuid:campaign_id>/assign")
@requires("campaign:manage")
def share_out(campaign_id: UUID) -> Page:
    """Share the entries out evenly."""
    text = request.form.get("each", "")
    each = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
    try:
        count, short = db.execute(assigning.assign_evenly, campaign_id, each)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return _panel(campaign_id, _said(refusal)), refusal.status
    flash(gettext("新分派了 %(count)s 份评分表。", count=count), "success")
    if short:
        names = "”、“".join(title[:30] for title in short[:5])
        words = gettext("评审人不够（其他人要回避），请再选人：“%(names)s”。", names=names)
        flash(words, "warning")
    return redirect(url_for("campaigns.reviewers", campaign_id=campaign_id))


@blueprint.post("/entries/<uuid:entry_id>/reviewers")
@requires("campaign:manage")
def assign(entry_id: UUID) -> Page:
    """Give an entry to a reviewer, or take it from one."""
    off = request.form.get("remove", "")
    operation = assigning.unassign if off else assigning.assign
    try:
        db.execute(operation, entry_id, _id(off or request.form.get("person", "")))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return entry_page(entry_id, refused=say(refusal.message)), refusal.status
    flash(gettext("已记录。"), "success")
    return redirect(url_for("campaigns.entry", entry_id=entry_id))


@blueprint.post("/entries/<uuid:entry_id>/revoke")
@requires("campaign:manage")
def revoke(entry_id: UUID) -> Page:
    """Revoke an award of a published result, for a reason."""
    form = ReasonForm()
    try:
        db.execute(revoking.revoke, entry_id, reason=form.reason.data or "")
    except Refused as refusal:
        if refusal.status == 404:
            raise
        put(form, refusal)
        return entry_page(entry_id, reason=form), refusal.status
    flash(gettext("奖项已撤销。"), "success")
    return redirect(url_for("campaigns.entry", entry_id=entry_id))


@blueprint.get("/<uuid:campaign_id>/decision")
@requires("campaign:manage")
def decision(campaign_id: UUID) -> Page:
    """Show the places with the awards they propose."""
    return _decision(campaign_id)


@blueprint.post("/<uuid:campaign_id>/decision")
@requires("campaign:manage")
def decide(campaign_id: UUID) -> Page:
    """Give the awards."""
    chosen = {
        _id(key.removeprefix("award-")): value
        for key, value in request.form.items()
        if key.startswith("award-")
    }
    reasons = {
        _id(key.removeprefix("reason-")): value
        for key, value in request.form.items()
        if key.startswith("reason-")
    }
    try:
        db.execute(deciding.decide, campaign_id, chosen, reasons)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        page = _decision(campaign_id, refusal=refusal, chosen=chosen, reasons=reasons)
        return page, refusal.status
    flash(gettext("结果已决定，还没有公布。"), "success")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id))


def _panel(campaign_id: UUID, refused: str = "") -> str:
    session, actor = db.session(), current_actor()
    campaign = finding.get_own(db.session(), campaign_id, actor=current_actor())
    words = request.args.get("q", "")[:100]
    there = panel.reviewers(session, campaign)
    known = {one.user_id for one in there}
    candidates = [
        one
        for one in panel.candidates(session, campaign, words)
        if one.user_id not in known and one.user_id != actor.user_id
    ]
    form = PanelForm(formdata=None)
    form.offer(candidates)
    return render_template(
        "campaigns/panel.html",
        campaign=shown(campaign),
        people=there,
        form=form if candidates else None,
        words=words,
        refused=refused,
        fewest=FEWEST_REVIEWERS,
        most=assigning.MOST_EACH,
        may_change=campaign.state in ("open", "judging"),
        may_share=campaign.state == "judging" and bool(there),
        sheets=deciding.progress(session, campaign),
    )


def _decision(
    campaign_id: UUID,
    *,
    refusal: Refused | None = None,
    chosen: Mapping[UUID, str] | None = None,
    reasons: Mapping[UUID, str] | None = None,
) -> str:
    campaign = finding.get_own(db.session(), campaign_id, actor=current_actor())
    now = deciding.standings(db.session(), campaign)
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    message = "" if refusal is None or "reason" in "".join(errors) else _said(refusal)
    collected = campaign.kind == "collection"
    if chosen is None:
        chosen = placing.proposed(now.order, campaign.awards)
        if collected:
            chosen = dict.fromkeys(now.entries, campaign.awards[0]["key"])
    order = now.order or [
        placing.Placed(one, 0, 1, 0, False) for one in (now.entries if collected else ())
    ]
    return render_template(
        "campaigns/decision.html",
        campaign=shown(campaign),
        collected=collected,
        rows=[
            _line(campaign, now.entries[one.entry_id], one, chosen, reasons or {}, errors)
            for one in order
        ],
        waiting=[shown_entry(campaign, now.entries[one]) for one in now.waiting],
        awards=[("", gettext("不授奖")), *((one["key"], one["name"]) for one in campaign.awards)],
        counts=campaign.awards,
        refused=message,
        wrong=[(say(found[0]), key) for key, found in errors.items() if key.startswith("reason-")],
        may_decide=campaign.state == "judging",
    )


def _line(
    campaign: Any,
    entry: Any,
    place: placing.Placed,
    chosen: Mapping[UUID, str],
    reasons: Mapping[UUID, str],
    errors: Mapping[str, Any],
) -> dict[str, Any]:
    found = errors.get(f"reason-{entry.id}") or []
    return {
        **shown_entry(campaign, entry),
        "place": place.place,
        "tied": place.tied,
        "points": mean(place.points, place.sheets),
        "chosen": chosen.get(entry.id, ""),
        "reason": reasons.get(entry.id, ""),
        "error": say(found[0]) if found else "",
    }


def _said(refusal: Refused) -> str:
    if isinstance(refusal, InvalidAnswers):
        return say(next(iter(refusal.errors.values()))[0])
    return say(refusal.message)


def _pair(text: str) -> tuple[UUID, UUID]:
    person, _, unit = text.partition(":")
    return _id(person), _id(unit)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("请从名单里选。", "Choose from the list.", field="person") from None
