"""The list of honours for all who work there, and the list of what is being worked on."""

from __future__ import annotations

from flask import render_template, request, url_for

from engine.honours import finding, rules
from engine.permissions import allows
from web import db
from web.access import current_actor, requires
from web.honours.room import blueprint, period_choices, shown
from web.language import say
from web.queries import chosen, with_query


@blueprint.get("")
@requires("honour:read")
def index() -> str:
    """Show whom the enterprise honours."""
    session, actor = db.session(), current_actor()
    period = request.args.get("period", "")
    page = finding.shown(
        session, actor=actor, period=period, after=request.args.get("after") or None
    )
    known = finding.periods(session, actor=actor)
    found = [shown(row) for row in page.items]
    return render_template(
        "honours/index.html",
        people=[one for one in found if one["row"].kind == "person"],
        teams=[one for one in found if one["row"].kind == "team"],
        period=period if period in known else "",
        periods=period_choices(known),
        paper=period if period in known else (known[0] if known else ""),
        waits=sum(row.state == "decided" for row in finding.own(session, actor=actor)),
        works=finding.works(actor),
        next_url=_next("honours.index", ("period",), page.next),
    )


@blueprint.get("/work")
@requires("honour:read")
def work() -> str:
    """List all proposals and what became of them, for those who propose and decide."""
    session, actor = db.session(), current_actor()
    state = request.args.get("state", "")
    page = finding.at_work(
        session, actor=actor, state=state, after=request.args.get("after") or None
    )
    return render_template(
        "honours/work.html",
        honours=[shown(row) for row in page.items],
        state=state if state in rules.STATES else "",
        states=[("", ""), *((key, say(words)) for key, words in rules.STATES.items())],
        may_propose=allows(actor, "honour:propose"),
        next_url=_next("honours.work", ("state",), page.next),
    )


def _next(endpoint: str, names: tuple[str, ...], after: str | None) -> str:
    return with_query(url_for(endpoint), {**chosen(names), "after": after}) if after else ""
