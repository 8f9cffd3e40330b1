"""Analysis across cases 办理分析: ways, times, bottlenecks, conformance, what the hazards tell.

Nobody's name and no single reporter is shown: steps have roles (R-57, R-68).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine import analysis
from engine.analysis import Figure, Filters, hazards, views
from engine.errors import Invalid
from engine.errors import NotFound as Unseen
from web import db
from web.access import current_actor, requires
from web.analysis import figures, words
from web.analysis.asking import PAGE, Asked, ask
from web.analysis.drawing import flow_of, heat_of, path_of
from web.ledgers import is_district
from web.queries import with_query

blueprint = Blueprint("analysis", __name__, url_prefix="/analysis")

#: What a heat map may be coloured by.
MEASURES = ("median", "p90", "late", "again")


@blueprint.get("")
@requires("analysis:read")
def overview() -> str | Response:
    """Show the sums of a period month by month; begin with the view chosen as the start."""
    if not request.args:
        start = views.find_start(db.session(), PAGE, actor=current_actor())
        if start is not None and _can_be_asked(views.query_of(start)):
            said = {**views.query_of(start), "view": start.id.hex}
            return redirect(with_query(url_for("analysis.overview"), said))
    return _page("overview")


def _can_be_asked(query: Mapping[str, str]) -> bool:
    """Say whether a kept view still means something: its unit or version may be out of sight."""
    try:
        analysis.ask(db.session(), Filters.of(query), actor=current_actor())
    except (Invalid, Unseen):
        flash(gettext("打开时先看的视图里，有单位或版本已经看不到了，请另存一个。"), "warning")
        return False
    return True


@blueprint.get("/ways")
@requires("analysis:read")
def ways() -> str:
    """Show the ways that finished cases went, the commonest first."""
    return _page("ways")


@blueprint.get("/ways/<digest>")
@requires("analysis:read", "case:list")
def way(digest: str) -> str:
    """Show one way on the diagram, and the cases that went it."""
    asked = ask()
    line = asked.answers.find_way(digest) if asked.answers else None
    if asked.answers is None or line is None:
        raise NotFound()
    page = asked.behind(asked.answers, Figure("finished", "way", digest))
    return render_template(
        "analysis/way.html",
        asked=asked,
        line=line,
        rows=page.items,
        next_url=asked.url("analysis.way", digest=digest, after=page.next) if page.next else "",
        flow=flow_of(asked, path_of(asked, line), "analysis.way", digest=digest),
        is_district=is_district(),
    )


@blueprint.get("/steps")
@requires("analysis:read")
def steps() -> str:
    """Show how long each step took, the slowest on top, beside the period before."""
    return _page("steps")


@blueprint.get("/heat")
@requires("analysis:read")
def heat() -> str:
    """Show on the present diagram where cases spend their time."""
    asked = ask()
    by = request.args.get("by", MEASURES[0])
    if by not in MEASURES:
        raise NotFound()
    flow = flow_of(asked, heat_of(asked, by), "analysis.heat", by=by) if asked.answers else None
    return render_template("analysis/heat.html", asked=asked, by=by, flow=flow)


@blueprint.get("/conformance")
@requires("analysis:read")
def conformance() -> str:
    """Show what ran against what a version of the diagram allows."""
    return _page("conformance")


@blueprint.get("/compare")
@requires("analysis:read")
def compare() -> str:
    """Show the period beside the one before: times, rework, deadlines."""
    return _page("compare")


@blueprint.get("/cases")
@requires("analysis:read", "case:list")
def cases() -> str:
    """Show exactly the cases that a figure counts; opening one from above asks for a ground."""
    figure, asked = figures.figure_asked(), ask()
    page = asked.behind(asked.answers, figure) if asked.answers else None
    rows = page.items if page else []
    named = {"figure": figure.kind, "by": figure.by or None, "of": figure.of or None}
    following = page.next if page else None
    return render_template(
        "analysis/cases.html",
        asked=asked,
        title=figures.title_of(asked, figure),
        back=figures.back_of(asked, figure),
        count=analysis.count_of(asked.answers, figure) if asked.answers else None,
        counts_times=figures.counts_times(figure),
        rows=rows,
        next_url=asked.url("analysis.cases", **named, after=following) if following else "",
        is_district=is_district(),
    )


@blueprint.get("/hazards")
@requires("analysis:read", "ledger:read")
def found_hazards() -> str:
    """Show what comes again, what comes most, and what was paid for it."""
    return _page("hazards")


@blueprint.get("/silent")
@requires("analysis:read")
def silent() -> str:
    """Show the enterprises that reported nothing in the period."""
    session, actor = db.session(), current_actor()
    filters = Filters.of(request.args)
    question = analysis.ask(session, filters, actor=actor)
    page = hazards.silent(session, question, after=request.args.get("after") or None)
    following = {**filters.query(), "after": page.next or ""}
    return render_template(
        "analysis/silent.html",
        rows=page.items,
        span=question.period.span,
        next_url=with_query(url_for("analysis.silent"), following) if page.next else "",
        back=with_query(url_for("analysis.found_hazards"), filters.query()),
    )


@blueprint.post("/recount")
@requires("analysis:read")
def recount() -> Response:
    """Have what is kept computed anew."""
    filters = Filters.of(request.form)
    db.execute(analysis.order, filters)
    return redirect(with_query(url_for("analysis.overview"), filters.query()), 303)


@blueprint.get("/progress")
@requires("analysis:read")
def progress() -> Response:
    """Say how far a computation is; once it is done the page is loaded anew."""
    filters = Filters.of(request.args)
    told = analysis.progress(db.session(), filters, actor=current_actor())
    answer = make_response(
        render_template("analysis/progress.html", progress=told, query=filters.query())
    )
    if told is None:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _page(name: str, **more: Any) -> str:
    return render_template(f"analysis/{name}.html", asked=ask(), **more)


def tabs(asked: Asked, endpoint: str) -> list[tuple[str, str, None, bool]]:
    """Give the parts of the analysis as tabs, each for the same filters."""
    named = (
        ("analysis.overview", gettext("概况")),
        ("analysis.ways", gettext("走法")),
        ("analysis.steps", gettext("各步用时")),
        ("analysis.compare", gettext("前后对比")),
        ("analysis.heat", gettext("瓶颈图")),
        ("analysis.conformance", gettext("是否照图")),
        ("analysis.found_hazards", gettext("隐患规律")),
    )
    return [(asked.url(to), text, None, to == endpoint) for to, text in named]


blueprint.add_app_template_global(tabs, "analysis_tabs")
words.set_up(blueprint)
