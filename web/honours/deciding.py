"""One honour: what it says, and what the visitor may do about it now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from engine.errors import InvalidAnswers, NotFound
from engine.honours import deciding, finding, proposing
from engine.permissions import allows
from web import db
from web.access import current_actor, requires
from web.form_errors import put
from web.honours.room import Page, ReasonForm, blueprint, shown

_DONE: Final = {
    "decide": lazy_gettext("已决定授予。个人荣誉等本人同意后公布。"),
    "drop": lazy_gettext("推荐已撤回。"),
    "agree": lazy_gettext("谢谢您。这项荣誉已在荣誉榜公布，随时可以不再公布。"),
    "refuse": lazy_gettext("已记录，不会公布。"),
    "hide": lazy_gettext("已从荣誉榜撤下，证书仍然有效。"),
    "decline": lazy_gettext("已记录，没有同意这项推荐。"),
    "revoke": lazy_gettext("荣誉已撤销，证书作废。"),
}


@blueprint.get("/<uuid:honour_id>")
@requires("honour:read")
def show(honour_id: UUID) -> Page:
    """Show one honour."""
    return _page(honour_id, {})


@blueprint.post("/<uuid:honour_id>/decide")
@requires("honour:decide")
def decide(honour_id: UUID) -> Page:
    """Give it: a team at once, a person if they agree."""
    return _do(deciding.decide, honour_id)


@blueprint.post("/<uuid:honour_id>/decline")
@requires("honour:decide")
def decline(honour_id: UUID) -> Page:
    """Say no to a proposal."""
    return _do_with_reason(deciding.decline, honour_id)


@blueprint.post("/<uuid:honour_id>/revoke")
@requires("honour:decide")
def revoke(honour_id: UUID) -> Page:
    """Take an honour back."""
    return _do_with_reason(deciding.revoke, honour_id)


@blueprint.post("/<uuid:honour_id>/drop")
@requires("honour:propose")
def drop(honour_id: UUID) -> Page:
    """Take a proposal back."""
    return _do(proposing.drop, honour_id)


@blueprint.post("/<uuid:honour_id>/agree")
@requires("naming:own")
def agree(honour_id: UUID) -> Page:
    """Agree, as the honoured person, that it is shown."""
    return _do(deciding.agree, honour_id)


@blueprint.post("/<uuid:honour_id>/refuse")
@requires("naming:own")
def refuse(honour_id: UUID) -> Page:
    """Say, as the honoured person, that one does not want it."""
    db.execute(deciding.refuse, honour_id)
    flash(str(_DONE["refuse"]), "success")
    return redirect(url_for("honours.consent"))


@blueprint.post("/<uuid:honour_id>/hide")
@requires("naming:own")
def hide(honour_id: UUID) -> Page:
    """Let it no longer be shown."""
    return _do(deciding.hide, honour_id)


def _do(operation: Callable[..., Any], honour_id: UUID) -> Response:
    db.execute(operation, honour_id)
    flash(str(_DONE[operation.__name__]), "success")
    return redirect(url_for("honours.show", honour_id=honour_id))


def _do_with_reason(operation: Callable[..., Any], honour_id: UUID) -> Page:
    form = ReasonForm()
    if form.validate():
        try:
            db.execute(operation, honour_id, reason=form.reason.data or "")
        except InvalidAnswers as wrong:
            put(form, wrong)
        else:
            flash(str(_DONE[operation.__name__]), "success")
            return redirect(url_for("honours.show", honour_id=honour_id))
    return _page(honour_id, {operation.__name__: form}), 422


def _page(honour_id: UUID, wrong: dict[str, ReasonForm]) -> str:
    session, actor = db.session(), current_actor()
    row = finding.get(session, honour_id, actor=actor)
    steps = steps_for(row, actor)
    works = finding.works(actor)
    return render_template(
        "honours/show.html",
        honour=shown(row),
        steps=steps,
        works=works,
        mine=row.user_id is not None and row.user_id == actor.user_id,
        has_paper=row.number is not None and _may_have_paper(honour_id),
        reasons={key: wrong.get(key) or ReasonForm(formdata=None) for key in ("decline", "revoke")},
        wrong=next(iter(wrong.values()), None),
        decides_own=actor.user_id in (row.proposed_by, row.user_id),
        back=(url_for("honours.work"), gettext("推荐和决定"))
        if works
        else (url_for("honours.index"), gettext("荣誉榜")),
    )


def _may_have_paper(honour_id: UUID) -> bool:
    try:
        finding.certificate(db.session(), honour_id, actor=current_actor())
    except NotFound:
        return False
    return True


def steps_for(row: Any, actor: Any) -> set[str]:
    """Say what the visitor may do about an honour now."""
    mine = row.user_id is not None and row.user_id == actor.user_id
    decides = allows(actor, "honour:decide")
    is_free = actor.user_id not in (row.proposed_by, row.user_id)
    found = {
        "decide": decides and is_free and row.state == "proposed",
        "decline": decides and is_free and row.state == "proposed",
        "revoke": decides and row.state in ("decided", "awarded"),
        "drop": allows(actor, "honour:propose") and row.state == "proposed",
        "agree": mine and row.state == "decided",
        "refuse": mine and row.state == "decided",
        "hide": mine and row.state == "awarded" and row.hidden_at is None,
        "show_again": mine and row.state == "awarded" and row.hidden_at is not None,
    }
    return {name for name, holds in found.items() if holds}
