"""Moving running cases to another version: choose one, see what would become of each, begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from engine import migrations
from engine.actors import ROLES
from engine.definitions import Loaded
from engine.errors import Conflict, Invalid
from engine.permissions import allows
from engine.spiff import migration
from web import db
from web.access import current_actor, requires
from web.definitions import get_shown
from web.event_details import span_words
from web.form_errors import put
from web.language import drawn, say

blueprint = Blueprint("moves", __name__, url_prefix="/definitions")

Page = str | tuple[str, int] | Response
#: What a choice of another step is called in forms and addresses: "map.first=opening".
_CHOICE: Final = "map."
#: Cases that a page lists; those that do not go well come first.
_SHOWN: Final = 100
_LONGEST_REASON: Final = 500


class MoveForm(FlaskForm):  # type: ignore[misc]
    """Why cases are moved; it goes into the history of each."""

    reason = TextAreaField(
        lazy_gettext("理由"),
        [
            DataRequired(lazy_gettext("请写明理由。")),
            Length(max=_LONGEST_REASON, message=lazy_gettext("最多 %(max)s 个字，请删减。")),
        ],
        description=lazy_gettext("会写入每件事项的办理记录。"),
        render_kw={"rows": 3, "maxlength": _LONGEST_REASON},
    )


@blueprint.get("/<key>/<int:version>/move")
@requires("case:migrate")
def ask(key: str, version: int) -> Page:
    """Ask where to; once that is chosen, show the plan and what would become of each case."""
    return _page(get_shown(key, version), request.args, MoveForm(formdata=None))


@blueprint.post("/<key>/<int:version>/move")
@requires("case:migrate")
def begin(key: str, version: int) -> Page:
    """Begin to move the cases, for a stated reason."""
    row, form = get_shown(key, version), MoveForm()
    target = _uuid(request.form.get("to"))
    if target is None or not form.validate_on_submit():
        return _page(row, request.form, form), 422
    try:
        batch = db.execute(
            migrations.start, row.id, target, _choices(request.form), reason=form.reason.data
        )
    except (Invalid, Conflict) as error:
        put(form, error)
        return _page(row, request.form, form), error.status
    return redirect(url_for("moves.progress", migration_id=batch), 303)


@blueprint.get("/moves/<uuid:migration_id>")
@requires("case:migrate")
def progress(migration_id: UUID) -> Page:
    """Show how far a batch has come, and what became of each case; asks again while it works."""
    session, actor = db.session(), current_actor()
    return render_template(
        "moves/progress.html",
        batch=migrations.progress(session, migration_id, actor=actor),
        items=migrations.items(session, migration_id, actor=actor, limit=_SHOWN),
        may_read=allows(actor, "case:read"),
        say=say,
    )


@blueprint.post("/moves/<uuid:migration_id>/stop")
@requires("case:migrate")
def stop(migration_id: UUID) -> Page:
    """Move no further case."""
    db.execute(migrations.stop, migration_id)
    flash(gettext("已停止。已迁移的不退回，其余的仍按原来的版本办理。"), "success")
    return redirect(url_for("moves.progress", migration_id=migration_id), 303)


@blueprint.post("/moves/<uuid:migration_id>/retry")
@requires("case:migrate")
def retry(migration_id: UUID) -> Page:
    """Try once more what did not move."""
    try:
        db.execute(migrations.retry, migration_id)
    except Conflict as error:
        flash(say(error.message), "error")
    return redirect(url_for("moves.progress", migration_id=migration_id), 303)


def _page(row: Any, said: Mapping[str, str], form: MoveForm) -> str:
    session, actor = db.session(), current_actor()
    targets = migrations.targets(session, row.id, actor=actor)
    chosen = next((one for one in targets if one.id == _uuid(said.get("to"))), None)
    planned = _planned(row, chosen.id, said, form) if chosen else {}
    return render_template(
        "moves/plan.html",
        row=row,
        count=migrations.count(session, row.id, actor=actor),
        targets=targets,
        chosen=chosen,
        form=form,
        earlier=migrations.listed(session, row.key, actor=actor),
        may_read=allows(actor, "case:read"),
        prefix=_CHOICE,
        say=say,
        **planned,
    )


def _planned(row: Any, target: UUID, said: Mapping[str, str], form: MoveForm) -> dict[str, Any]:
    """Give the plan and the dry run; a choice that means nothing is told, and left out."""
    session, actor, mapping = db.session(), current_actor(), _choices(said)
    try:
        plan = migrations.plan(session, row.id, target, mapping, actor=actor)
    except Invalid as error:
        put(form, error)
        mapping = {}
        plan = migrations.plan(session, row.id, target, mapping, actor=actor)
    trials = migrations.dry_run(session, plan, actor=actor)
    trials.sort(key=lambda trial: trial.state == "moved")
    rows = [one for one in plan.rows if one.changes or one.refusal or one.is_chosen]
    return {
        "mapping": mapping,
        "words_of": partial(_words_of, plan.new),
        "rows": rows,
        "same": len(plan.rows) - len(rows),
        "trials": trials[:_SHOWN],
        "counts": Counter(trial.state for trial in trials),
        "most": migrations.MOST,
        "shown": _SHOWN,
    }


def _words_of(loaded: Loaded, change: migration.Change) -> str:
    """Say what will be otherwise: roles, forms and deadlines as they are called everywhere."""
    value = change.value
    if change.kind == "role" and value in ROLES:
        value = say(ROLES[value])
    elif change.kind == "form" and value in loaded.forms:
        value = say(loaded.forms[value].title)
    elif change.kind == "due":
        value = span_words(value)
    return say(change.words(drawn(value)))


def _choices(said: Mapping[str, str]) -> dict[str, str]:
    """Give which step goes on for which, as chosen in the form or the address."""
    return {
        name.removeprefix(_CHOICE): value
        for name, value in said.items()
        if name.startswith(_CHOICE) and value
    }


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
