"""From draft to version: look at what would change, publish, agree or decline."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from engine import definitions, organisations
from engine.definitions import Bundle, drafts, in_force, publishing
from engine.definitions.differences import differences
from engine.definitions.drafts import states as draft_states
from engine.definitions.publishing import news
from engine.errors import AlreadyDone, Conflict, DefinitionRefused, Invalid, Message, NotAllowed
from engine.permissions import allows
from web import db
from web.access import current_actor, requires
from web.comparing import Side, compared
from web.definitions import organisation
from web.language import say
from web.version_forms import PublishForm, refuse, say_published

blueprint = Blueprint("publishing", __name__, url_prefix="/studio/drafts/<uuid:draft_id>")

Page = str | tuple[str, int] | Response
#: Problems of a kind that the page lists; nobody reads to the end of more.
_MOST_TOLD: Final = 100


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """What has to be changed before it may be published."""

    words = TextAreaField(
        lazy_gettext("哪里要改"),
        [
            DataRequired(lazy_gettext("请写明哪里要改。")),
            Length(
                max=publishing.LONGEST_REASON, message=lazy_gettext("最多 %(max)s 个字，请删减。")
            ),
        ],
        description=lazy_gettext("会通知提交的人；草稿回到可以修改的状态。"),
        render_kw={"rows": 3, "maxlength": publishing.LONGEST_REASON},
    )


@blueprint.get("/publish")
@requires("definition:approve")
def ask(draft_id: UUID) -> Page:
    """Show what would change and what keeps the draft from it, and ask why and when."""
    draft = publishing.get_waiting(db.session(), draft_id, actor=current_actor())
    if draft.state == "published":
        return _to_version(draft)
    return _page(draft)


@blueprint.post("/publish")
@requires("definition:deploy")
def publish(draft_id: UUID) -> Page:
    """Publish the draft, or put it forward to a second person."""
    form = PublishForm()
    draft = publishing.get_waiting(db.session(), draft_id, actor=current_actor())
    if not form.validate_on_submit():
        return _page(draft, form), 422
    try:
        outcome = db.execute(
            publishing.publish,
            draft_id,
            revision=request.form.get("revision", 0, type=int),
            reason=form.reason.data,
            starts_at=form.starts_at(),
        )
    except AlreadyDone:
        return _done(draft_id)
    except (Invalid, Conflict, DefinitionRefused) as error:
        refuse(form, error)
        return _again(draft_id, form), error.status
    say_published(outcome)
    return _after(draft_id, outcome)


@blueprint.post("/approve")
@requires("definition:approve")
def approve(draft_id: UUID) -> Page:
    """Agree, as the second person."""
    try:
        outcome = db.execute(publishing.approve, draft_id)
    except AlreadyDone:
        return _done(draft_id)
    except (Invalid, Conflict, NotAllowed, DefinitionRefused) as error:
        form = DeclineForm(formdata=None)
        refuse(form, error)
        return _again(draft_id, decline_form=form), error.status
    say_published(outcome)
    return _after(draft_id, outcome)


@blueprint.post("/decline")
@requires("definition:approve")
def decline(draft_id: UUID) -> Page:
    """Send the draft back with words; who put it forward may take it back so."""
    form = DeclineForm()
    if not form.validate_on_submit():
        return _again(draft_id, decline_form=form), 422
    try:
        db.execute(publishing.decline, draft_id, words=form.words.data)
    except AlreadyDone:
        return _done(draft_id)
    except (Invalid, Conflict) as error:
        refuse(form, error)
        return _again(draft_id, decline_form=form), error.status
    flash(gettext("已退回，草稿可以继续修改。"), "success")
    if allows(current_actor(), "definition:deploy"):
        return redirect(url_for("studio.edit", draft_id=draft_id), 303)
    return redirect(url_for("definitions.index"), 303)


@blueprint.get("/diagram.json")
@requires("definition:approve")
def diagram(draft_id: UUID) -> Response:
    """Give one of the draft's diagrams as the viewer draws it."""
    session = db.session()
    draft = publishing.get_waiting(session, draft_id, actor=current_actor())
    content = _whole(draft).of("bpmn").get(request.args.get("process") or draft.key)
    if content is None:
        raise NotFound()
    return jsonify(xml=content.decode(errors="replace"), passed={}, current=[])


def _whole(draft: Any) -> Bundle:
    sent = drafts.bundle_of(db.session(), draft)
    return news.whole(db.session(), organisation(), sent, draft.base_id)


def _page(
    draft: Any, form: PublishForm | None = None, decline_form: DeclineForm | None = None
) -> str:
    session, own = db.session(), organisation()
    runs = definitions.find_latest(session, own, draft.key)
    whole = _whole(draft)
    before, after = _before(own, runs, whole), _side(draft, whole)
    sent = drafts.bundle_of(session, draft)
    problems = definitions.problems_of(whole, overrides=publishing.overrides_of(draft))
    return render_template(
        "studio/publish.html",
        draft=draft,
        form=form or PublishForm(formdata=None),
        decline_form=decline_form or DeclineForm(formdata=None),
        errors=_told(problems, "error"),
        warnings=_told(problems, "warning"),
        most=_MOST_TOLD,
        runs=runs,
        runs_owner=definitions.owner(session, runs).name if runs else "",
        scheduled=_scheduled(draft),
        also=[]
        if _told(problems, "error")
        else news.also_changed(session, own, sent, draft.base_id),
        by_two=organisations.setting(own, "publish_by_two"),
        proposer=draft_states.proposer(session, draft),
        is_proposer=draft.proposed_by == current_actor().user_id,
        may_draw=allows(current_actor(), "definition:deploy"),
        **compared(differences(before.bundle, whole), before, after),
    )


def _before(own: Any, runs: Any, whole: Bundle) -> Side:
    """Give what is in force, with the checklists that the draft holds, too: nobody pins those."""
    side = Side.of_version(db.session(), runs) if runs else Side(Bundle(), {})
    known = news.known_checklists(db.session(), own, list(whole.of("checklist")))
    return Side(Bundle({**side.bundle.contents, "checklist": known}), side.drawings)


def _side(draft: Any, whole: Bundle) -> Side:
    drawings = {
        process: url_for("publishing.diagram", draft_id=draft.id, process=process)
        for process in whole.of("bpmn")
    }
    return Side(whole, drawings)


def _scheduled(draft: Any) -> Any:
    """Give a version of one's own that is to begin later, which publishing does not undo."""
    rows = definitions.versions(db.session(), draft.organisation_id, draft.key)
    return next((row for row in rows if in_force.is_scheduled(row)), None)


def _told(problems: Any, severity: str) -> list[dict[str, str]]:
    return [
        {
            "words": say(Message(one.zh, one.en)),
            "element": one.element,
            "rule": one.rule,
            "scenario": one.element if one.rule == "scenario-fails" else "",
        }
        for one in problems
        if one.severity == severity
    ]


def _again(
    draft_id: UUID, form: PublishForm | None = None, decline_form: DeclineForm | None = None
) -> str:
    draft = publishing.get_waiting(db.session(), draft_id, actor=current_actor())
    return _page(draft, form, decline_form)


def _done(draft_id: UUID) -> Page:
    """Lead to what was published already: the second of two clicks changes nothing."""
    draft = publishing.get_waiting(db.session(), draft_id, actor=current_actor())
    flash(gettext("这份草稿已经发布过了，没有重复发布。"), "info")
    return _to_version(draft)


def _after(draft_id: UUID, outcome: publishing.Outcome) -> Page:
    if not outcome.definitions:
        return redirect(url_for("publishing.ask", draft_id=draft_id), 303)
    made = outcome.definitions[0]
    return redirect(url_for("definitions.version", key=made.key, version=made.version), 303)


def _to_version(draft: Any) -> Page:
    made = draft_states.published_as(db.session(), draft)
    if made is None:
        return redirect(url_for("definitions.index"), 303)
    address = url_for(
        "definitions.version", key=made.key, version=made.version, owner=made.organisation_id
    )
    return redirect(address, 303)
