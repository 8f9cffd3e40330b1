"""Incidents: what the machine could not do, and starting it again. Never accidents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from engine import backlog, definitions, incident_list
from engine.incidents import retry as run_again
from engine.permissions import allows
from web import db
from web.access import current_actor, requires

blueprint = Blueprint("admin", __name__, url_prefix="/incidents")

_RESOLVED: Final = 30
#: What the jobs are called that the machine does.
KINDS: Final[Mapping[str, Any]] = {
    "timer": lazy_gettext("到时间的步骤"),
    "delegate": lazy_gettext("自动步骤重试"),
    "issue_certificate": lazy_gettext("签发证书"),
    "count_out": lazy_gettext("表决人退出后重新计票"),
    "render_certificate": lazy_gettext("生成证书文件"),
    "migrate": lazy_gettext("迁移正在办的事项"),
}


@blueprint.get("")
@requires("incident:read")
def incidents() -> str:
    """List open incidents, those dealt with lately, and how much work waits."""
    actor, session = current_actor(), db.session()
    return render_template(
        "incidents/index.html",
        open=[_shown(row) for row in incident_list.entries(session, actor=actor)],
        resolved=[
            _shown(row)
            for row in incident_list.entries(
                session, actor=actor, state="resolved", limit=_RESOLVED
            )
        ],
        backlog=backlog.summary(session, actor=actor),
        kinds=KINDS,
        may_retry=allows(actor, "incident:retry"),
        may_read_cases=allows(actor, "case:read"),
        is_district=actor.organisation_kind != "enterprise",
    )


@blueprint.post("/<uuid:incident_id>/retry")
@requires("incident:retry")
def retry(incident_id: UUID) -> Response:
    """Give the job of an incident fresh tries; the runner takes it up within moments."""
    db.execute(run_again, incident_id)
    flash(
        gettext("已安排重试，系统会自动执行，不用等在这里。如果一直不成功，会重新出现在这里。"),
        "success",
    )
    return redirect(url_for("admin.incidents"), 303)


def _shown(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "kind": KINDS.get(row.kind, row.kind),
        "step": _step(row),
    }


def _step(row: Any) -> str:
    """Give what the step is called on the diagram of the case."""
    if row.element is None:
        return ""
    if row.definition_id is None:
        return str(row.element)
    element = definitions.load(db.session(), row.definition_id).model.elements.get(row.element)
    return (element.name or element.id) if element else str(row.element)
