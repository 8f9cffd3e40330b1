"""The five steps of questions, and other amounts for the reward table."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine import clock
from engine.coverage.evidence import own_enterprise
from engine.errors import Conflict, InvalidAnswers, Message
from engine.permissions import allows
from engine.rulebook import amounts, answers, cleaning, finding
from engine.rulebook.questions import STEPS, Question, of_step
from web import db, rules_text
from web.access import current_actor, requires
from web.form_errors import put
from web.language import say
from web.rulebook import forms
from web.rulebook.room import answers_now, blueprint, find_mechanism, mechanism_now

Page = str | tuple[str, int] | Response
_ORDER: Final = list(STEPS)
#: A reward in the wizard is read as the money of a question is.
_AMOUNT: Final = Question(
    key="amount", step="rewards", kind="money", required=True, most=100_000_000,
    label=Message("", ""), why=Message("", ""),
)  # fmt: skip


@blueprint.get("")
@requires("rulebook:read")
def index() -> Page:
    """Show how far one's own rules are; those above see what they were asked about."""
    actor, session = current_actor(), db.session()
    page = finding.listed(session, actor=actor, after=request.args.get("after") or None)
    next_url = url_for("rulebook.index", after=page.next) if page.next else ""
    listing = {"rows": page.items, "next_url": next_url, "day": clock.local_date()}
    if actor.organisation_kind != "enterprise" or actor.organisation_id is None:
        return render_template("rulebook/asked.html", **listing)
    found = find_mechanism()
    if found is None:
        return render_template("rulebook/index.html", found=None, **listing)
    given = answers_now(found)
    return render_template(
        "rulebook/index.html",
        found=found,
        given=given,
        steps=[(key, say(name), key in given.saved) for key, name in STEPS.items()],
        may_write=allows(actor, "rulebook:write"),
        may_print=allows(actor, "definition:read"),
        trail=answers.trail(session, actor.organisation_id),
        step_names={key: say(name) for key, name in STEPS.items()},
        **listing,
    )


@blueprint.route("/steps/<step>", methods=["GET", "POST"])
@requires("rulebook:write")
def step(step: str) -> Page:
    """Ask the questions of one chapter, and keep what is answered."""
    asked = of_step(step)
    if not asked:
        raise NotFound()
    actor, found = _own(), mechanism_now()
    given, may_set = answers_now(found), allows(actor, "organisation:manage")
    form = forms.step_form(asked, given, may_set=may_set)
    sent = form.is_submitted()
    if sent and form.validate():
        try:
            db.execute(answers.save, step, forms.typed(form, asked), seen=forms.seen_of(form))
        except (InvalidAnswers, Conflict) as error:
            put(form, error)
            if isinstance(error, Conflict):
                # Once somebody has seen what is said, saving again is meant.
                form.seen.data = str(answers_now(found).version)
        else:
            flash(gettext("已保存。"), "success")
            return redirect(_after(step), 303)
    return _shown(step, form, found, 422 if sent else 200)


@blueprint.post("/amounts")
@requires("rulebook:write")
def propose() -> Page:
    """Put other amounts into a draft of the reward table."""
    _own()
    found = mechanism_now()
    rows = rules_text.rewards(db.session(), found)
    form = forms.amounts_form(rows)
    try:
        draft_id: UUID | None = db.execute(amounts.propose, _amounts(form))
    except (InvalidAnswers, Conflict) as error:
        put(form, error)
        may_set = allows(current_actor(), "organisation:manage")
        # The questions above were not sent with it; they stand as they are kept.
        above = forms.step_form(
            of_step("rewards"), answers_now(found), may_set=may_set, is_sent=False
        )
        return _shown("rewards", above, found, error.status, amounts_form=form)
    if draft_id is None:
        flash(gettext("金额和现行的奖励标准一样，没有要改的。"), "info")
    else:
        flash(gettext("已写入奖励标准的草稿。发布以前，奖励仍按现行标准发。"), "success")
    return redirect(url_for("rulebook.step", step="rewards") + "#amounts", 303)


def _shown(step: str, form: Any, found: Any, status: int, amounts_form: Any = None) -> Page:
    actor = current_actor()
    at = _ORDER.index(step)
    more: dict[str, Any] = {}
    if step == "rewards":
        rows = rules_text.rewards(db.session(), found)
        more = {
            "rows": rows,
            "current": rules_text.rewards(db.session(), found, proposed=False),
            "amounts_form": amounts_form or forms.amounts_form(rows, is_sent=False),
            "draft_id": amounts.open_draft_id(db.session(), found),
            "may_draw": allows(actor, "definition:deploy"),
        }
    page = render_template(
        "rulebook/step.html",
        form=form,
        step=step,
        name=say(STEPS[step]),
        at=at + 1,
        of=len(_ORDER),
        back=url_for("rulebook.step", step=_ORDER[at - 1]) if at else url_for("rulebook.index"),
        found=found,
        steps_told=rules_text.tables(found, [])["steps"] if step == "handling" else None,
        may_set=allows(actor, "organisation:manage"),
        may_place=allows(actor, "place:manage"),
        **more,
    )
    return page, status


def _amounts(form: Any) -> dict[str, Any]:
    """Give the typed amounts in fen by rule; what is no amount is refused at its field."""
    found: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    for field in form:
        if not field.name.startswith("amount-"):
            continue
        try:
            read = cleaning.clean((_AMOUNT,), {"amount": field.data})
            found[field.name.removeprefix("amount-")] = read["amount"]
        except InvalidAnswers as error:
            wrong[field.name] = error.errors["amount"]
    if wrong:
        raise InvalidAnswers(wrong)
    return found


def _own() -> Any:
    """Give the actor; those above an enterprise have no rules to answer for."""
    actor = current_actor()
    own_enterprise(actor, "rulebook:write")
    return actor


def _after(step: str) -> str:
    at = _ORDER.index(step) + 1
    if at == len(_ORDER):
        return url_for("rulebook.text")
    return url_for("rulebook.step", step=_ORDER[at])
