"""The month's publicity sheet 公示单: looked at, then printed on A3 for the notice board.

The page says beside which rewards a name stands by consent; the names are read from the vault only
for the paper, and their first printing is on record in the case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext

from engine import clock, majors, mechanism, statistics
from engine.clock import LOCAL_ZONE
from engine.errors import NotFound
from engine.majors import Publicity
from web import db, downloads, figures, mechanism_words, print_words
from web.access import current_account, current_actor, requires
from web.labels import HAZARD_STATES, LEVELS, SUGGESTION_STATES, name_of
from web.ledgers import months
from web.pdf import DoesNotFitError, render

blueprint = Blueprint("publicity", __name__)

#: With more lines nobody tries to bring the sheet onto one page.
_ON_A_PAGE: Final = 20


@blueprint.get("/publicity")
@requires("ledger:read", "reward:read")
def show() -> str:
    """Show what the month's sheet says before it is printed."""
    found = _found()
    return render_template(
        "majors/publicity.html",
        found=found,
        rows=[_shown(line) for line in found.lines],
        months=months(),
        signed=sum(line.is_signed for line in found.lines),
        pdf_url=url_for("publicity.sheet", month=found.month),
        nameless_url=url_for("publicity.sheet", month=found.month, names="none"),
    )


@blueprint.get("/publicity.pdf")
@requires("ledger:read", "reward:read")
def sheet() -> Response:
    """Give the sheet as a PDF; with `?names=none` without the names that were agreed to."""
    found = _found()
    names: dict[UUID, str] = {}
    if request.args.get("names") != "none" and any(line.is_signed for line in found.lines):
        names = db.execute(majors.publicity_names, month=found.month)
    return downloads.pdf(_laid_out(found, names), f"publicity-{found.month}.pdf")


def _found() -> Publicity:
    month = request.args.get("month") or statistics.present_month()
    return majors.publicity(db.session(), month=month, actor=current_actor())


def _laid_out(found: Publicity, names: Mapping[UUID, str]) -> bytes:
    account = current_account()
    issuer = account.organisation_name if account else ""
    address = f"{current_app.extensions['config'].base_url}/report"
    today = clock.local_date()
    context = {
        "issuer": issuer,
        "month": print_words.month(found.month),
        "lines": [{**_shown(line), "name": names.get(line.id, "")} for line in found.lines],
        "is_cut": found.is_cut,
        "total": print_words.yuan(found.total_fen),
        "address": address,
        "made": print_words.day(today.isoformat()),
        **_told(),
    }
    one_page = len(found.lines) <= _ON_A_PAGE
    try:
        return _render(context, address, found.month, one_page=one_page)
    except DoesNotFitError:
        return _render(context, address, found.month, one_page=False)


def _render(context: dict[str, Any], address: str, month: str, *, one_page: bool) -> bytes:
    # Printed again the same day, with the same to say, it is the same to the byte.
    today = clock.local_date()
    name = f"publicity {context['issuer']} {month}"
    return render(
        "print/publicity/template.html",
        context,
        styles=("print/base.css", "print/publicity/style.css"),
        created=datetime(today.year, today.month, today.day, tzinfo=LOCAL_ZONE),
        identifier=hashlib.sha256(name.encode()).digest(),
        pictures={"qr": figures.qr(address, "h")},
        one_page=one_page,
    )


def _told() -> dict[str, Any]:
    """Say to whom, how, what and how much, as the mechanism in force says it; or leave room."""
    nothing = {"verifiers": (), "categories": mechanism_words.categories(), "rewards": ()}
    try:
        found = mechanism.read(db.session(), actor=current_actor())
    except NotFound:
        return {**nothing, "anonymous": False}
    return {
        "verifiers": found.people.get("verifier", ()),
        "categories": mechanism_words.categories(),
        "rewards": [
            one
            for one in mechanism_words.rewards(found.loaded)
            if one.amount != mechanism_words.NO_MONEY
        ],
        "anonymous": found.setting("anonymous_reports"),
    }


def _shown(line: Any) -> dict[str, Any]:
    states = SUGGESTION_STATES if line.kind == "suggestion" else HAZARD_STATES
    return {
        "number": line.number or gettext("合理化建议"),
        "description": line.description,
        "place": line.place,
        "level": name_of(LEVELS, line.level).zh if line.level else "",
        "state": name_of(states, line.state).zh,
        "reward_fen": line.reward_fen,
        "is_signed": line.is_signed,
    }
