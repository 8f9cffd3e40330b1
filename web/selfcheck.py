"""Self-checks 自查: choose what to look at, note what is found, report it, sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine import people, places, selfcheck
from engine.errors import InvalidAnswers, Message, Refused
from engine.hazards.codes import SECTORS
from engine.permissions import allows
from web import db
from web.access import current_actor, own_organisation, requires
from web.labels import CATEGORIES, name_of
from web.language import say
from web.queries import with_query

blueprint = Blueprint("selfcheck", __name__, url_prefix="/checks")

Page = str | tuple[str, int] | Response
_GENERAL: Final = "general"


@blueprint.get("")
@requires("check:make")
def index() -> str:
    """List the checks of the enterprise, or one's own."""
    page = selfcheck.listed(
        db.session(), actor=current_actor(), after=request.args.get("after") or None
    )
    return render_template(
        "selfcheck/index.html",
        rows=page.items,
        me=current_actor().user_id,
        next_url=with_query(url_for("selfcheck.index"), {"after": page.next}) if page.next else "",
    )


@blueprint.get("/items")
@requires("check:make")
def items() -> str:
    """Show the enterprise's report list 报告清单, with what protects and which rule says so."""
    return render_template("selfcheck/items.html", groups=_groups(), categories=_categories())


@blueprint.route("/new", methods=["GET", "POST"])
@requires("check:make")
def new() -> Page:
    """Ask where, and what is looked at; begin."""
    problems: Mapping[str, Sequence[Message]] = {}
    chosen = request.form.getlist("code")
    if request.method == "POST":
        try:
            check_id = db.execute(selfcheck.begin, request.form.get("place", ""), chosen)
            return redirect(url_for("selfcheck.show", check_id=check_id), 303)
        except InvalidAnswers as wrong:
            problems = wrong.errors
    page = render_template(
        "selfcheck/new.html",
        groups=_groups(),
        places=_places(),
        place=request.form.get("place", ""),
        chosen=set(chosen),
        most=selfcheck.MOST,
        problems={key: say(found[0]) for key, found in problems.items()},
    )
    return page, 422 if problems else 200


@blueprint.get("/<uuid:check_id>")
@requires("check:make")
def show(check_id: UUID) -> Page:
    """Show a check; to who makes it as questions, until it is signed."""
    return _show(check_id)


@blueprint.post("/<uuid:check_id>")
@requires("check:make")
def fill(check_id: UUID) -> Page:
    """Note what was found; go on to report an item, or sign."""
    go = request.form.get("go", "")
    try:
        db.execute(selfcheck.fill, check_id, _results())
        if go == "sign":
            db.execute(selfcheck.sign, check_id)
            flash(gettext("已签字。没有隐患也是一次记录。"), "success")
    except InvalidAnswers as wrong:
        problems = {key: say(found[0]) for key, found in wrong.errors.items()}
        return _show(check_id, problems), wrong.status
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return _show(check_id, {"": say(refusal.message)}), refusal.status
    if go.startswith("report:"):
        code = go.removeprefix("report:")
        return redirect(url_for("reports.from_check", check_id=check_id, code=code), 303)
    if go != "sign":
        flash(gettext("已保存，可以接着检查。"), "success")
    return redirect(url_for("selfcheck.show", check_id=check_id), 303)


def _show(check_id: UUID, problems: Mapping[str, str] | None = None) -> str:
    actor, session = current_actor(), db.session()
    row, entries = selfcheck.show(session, check_id, actor=actor)
    said = _results() if problems else {}
    return render_template(
        "selfcheck/show.html",
        check=row,
        entries=[(one, said.get(one.code, {})) for one in entries],
        person=people.names(session, [row.begun_by]).get(row.begun_by, ""),
        found=[(key, say(words)) for key, words in selfcheck.FOUND.items()],
        found_words={key: say(words) for key, words in selfcheck.FOUND.items()},
        may_fill=row.signed_at is None and row.begun_by == actor.user_id,
        case_page="cases.show" if allows(actor, "case:read") else "reports.show",
        problems=problems or {},
        done=sum(bool(one.found) for one in entries),
    )


def _results() -> dict[str, dict[str, str]]:
    """Read what was ticked and noted, by code."""
    found: dict[str, dict[str, str]] = {}
    for name, value in request.form.items():
        kind, _, code = name.partition("-")
        if code and kind in ("found", "note"):
            found.setdefault(code, {})[kind] = value
    return found


def _places() -> list[str]:
    found = places.places(db.session(), own_organisation(), actor=current_actor())
    return sorted({place.name for place in found})


def _groups() -> list[tuple[str, list[tuple[str, Any]]]]:
    """Give the list by sector, the enterprise's own before what holds for all."""
    known = selfcheck.items(db.session(), actor=current_actor())
    by_sector: dict[str, list[tuple[str, Any]]] = {}
    for code, item in known.items():
        by_sector.setdefault(str(item.get("sector", _GENERAL)), []).append((code, item))
    order = sorted(by_sector, key=lambda sector: (sector == _GENERAL, sector))
    return [(say(name_of(SECTORS, sector)), by_sector[sector]) for sector in order]


def _categories() -> dict[str, str]:
    return {key: say(words) for key, words in CATEGORIES.items()}
