"""What the enterprises under a unit told of a month, on a page and as a file (R-61; C5 16)."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import returns, statistics
from engine.registry.contacts import contact_of
from engine.returns import enterprises as told
from web import db, exports
from web.access import current_actor, requires
from web.language import say
from web.ledgers import issuer
from web.queries import chosen, with_query
from web.returns.room import blueprint, month_url, unit_asked

_PAGE: Final = 50
_CHUNK: Final = 500
_NAMES: Final = ("unit", "which")


@blueprint.get("/<month>/enterprises")
@requires("returns:read")
def enterprises(month: str) -> str:
    """List the enterprises under a unit with what each told of the month."""
    session, unit, which = db.session(), _unit(), request.args.get("which", "")
    page = _page(month, request.args.get("after") or None, _PAGE)
    query = chosen(_NAMES)
    here = url_for("returns.enterprises", month=month)
    return render_template(
        "returns/enterprises.html",
        unit=unit,
        month=month,
        which=which,
        counts=told.how_many(session, unit, month, actor=current_actor()),
        names={key: say(words) for key, words in told.TOLD.items()},
        rows=[(row, contact_of(row.profile, "principal")) for row in page.items],
        url_of=lambda key: with_query(here, {**query, "which": key} if key else _of_unit()),
        back=month_url(month, unit.id),
        return_of=lambda row: month_url(month, row.id),
        next_url=with_query(here, {**query, "after": page.next}) if page.next else "",
        files=[
            (with_query(url_for("returns.enterprises_file", month=month, kind=kind), query), name)
            for kind, name in (("xlsx", "XLSX"), ("csv", "CSV"))
        ],
    )


@blueprint.get("/<month>/enterprises.<any(xlsx,csv):kind>")
@requires("returns:read")
def enterprises_file(month: str, kind: str) -> Response:
    """Give the list as a file, with whom to call."""
    rows = exports.Rows(lambda after: _page(month, after, _CHUNK), kind)
    names = {key: say(words) for key, words in told.TOLD.items()}
    columns = [
        exports.Column(gettext("单位"), width=28),
        exports.Column(gettext("报送情况"), width=24),
        exports.Column(gettext("收到隐患报告"), "number", 12),
        exports.Column(gettext("报送时间"), "moment", 18),
        exports.Column(gettext("签认时间"), "moment", 18),
        exports.Column(gettext("主要负责人")),
        exports.Column(gettext("电话"), width=16),
    ]
    cells = (
        [row.name, names[row.told], row.reported, row.submitted_at, row.signed_at,
         *contact_of(row.profile, "principal")]
        for row in rows
    )  # fmt: skip
    sheet = exports.Sheet(
        title=gettext("%(month)s 企业报送情况", month=month),
        name=f"told-{month}",
        columns=columns,
        rows=cells,
        notes=[_unit().name],
        issuer=issuer(),
        warning=rows.warning,
    )
    return exports.answer(sheet, kind)


def _unit() -> returns.Unit:
    unit = returns.get_unit(db.session(), unit_asked(), actor=current_actor())
    if unit.kind == "enterprise":
        raise NotFound()
    return unit


def _of_unit() -> dict[str, str]:
    return chosen(("unit",))


def _page(month: str, after: str | None, limit: int) -> statistics.Page[Any]:
    return told.enterprises(
        db.session(),
        _unit(),
        month,
        actor=current_actor(),
        which=request.args.get("which", ""),
        after=after,
        limit=limit,
    )
