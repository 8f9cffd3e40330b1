"""Schemes and rankings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine import clock, organisations
from engine.errors import NotFound, Refused
from engine.permissions import allows
from engine.scoring import schemes, sheets
from engine.scoring.writing import to_text
from web import db, exports
from web.access import current_account, current_actor, requires
from web.language import say
from web.scoring.room import KINDS, blueprint, points, value_words

Page = str | tuple[str, int] | AnyResponse


@blueprint.get("")
@requires("score:read")
def index() -> Page:
    """List the schemes of those who score, and the sheets about those who are scored."""
    return _index()


@blueprint.post("/adopt")
@requires("score:sign")
def adopt() -> Page:
    """Take a shipped scheme for a year."""
    key, _, kind = request.form.get("scheme", "").partition(":")
    year = request.form.get("year", "")
    try:
        number = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0
        row = db.execute(schemes.adopt, key, kind, number)
    except NotFound:
        return _index(gettext("请从列表里选一份办法。")), 422
    except Refused as refusal:
        return _index(say(refusal.message)), refusal.status
    return redirect(url_for("scoring.ranking", scheme_id=row.id))


@blueprint.get("/<uuid:scheme_id>")
@requires("score:work")
def ranking(scheme_id: UUID) -> Page:
    """Show who stands where."""
    return _ranking(scheme_id)


@blueprint.get("/<uuid:scheme_id>.xlsx")
@requires("score:work")
def ranking_file(scheme_id: UUID) -> Response:
    """Give the ranking with every indicator as a workbook."""
    session, actor = db.session(), current_actor()
    scheme_row = schemes.get(session, scheme_id, actor=actor)
    scheme = schemes.read(scheme_row)
    rows = sheets.ranking(session, scheme_id, actor=actor)
    columns = [exports.Column("名次", "number", 6), exports.Column("单位", width=26)]
    for one in scheme.indicators:
        columns += [exports.Column(one.name.zh, width=18), exports.Column("得分", "decimal", 8)]
    columns += [exports.Column(scheme.bonus_name.zh, "decimal", 10)]
    columns += [exports.Column("总分", "decimal", 8), exports.Column("签字", "moment", 16)]
    account = current_account()
    sheet = exports.Sheet(
        title=f"{scheme_row.year} 年{scheme.name.zh}",
        name=f"scores-{scheme_row.key}-{scheme_row.kind}-{scheme_row.year}",
        columns=columns,
        rows=[_cells(place, row, scheme) for place, row in enumerate(rows, start=1)],
        notes=[f"评分办法第 {scheme_row.version} 版"],
        issuer=account.organisation_name if account else "",
    )
    return exports.answer(sheet, "xlsx")


@blueprint.post("/<uuid:scheme_id>/compute")
@requires("score:work")
def compute(scheme_id: UUID) -> Page:
    """Compute the sheets anew; enterprises are named by their codes."""
    try:
        count = db.execute(_compute, scheme_id, request.form.get("codes", "")[:2000])
    except Refused as refusal:
        return _ranking(scheme_id, say(refusal.message)), refusal.status
    flash(gettext("已计算 %(count)s 份，签过字的不变。", count=count), "success")
    return redirect(url_for("scoring.ranking", scheme_id=scheme_id))


@blueprint.get("/<uuid:scheme_id>/edit")
@requires("score:sign")
def edit(scheme_id: UUID) -> Page:
    """Show a scheme as text, to be changed."""
    row = schemes.get(db.session(), scheme_id, actor=current_actor())
    return render_template("scoring/edit.html", row=row, text=to_text(row.content), wrong="")


@blueprint.post("/<uuid:scheme_id>/edit")
@requires("score:sign")
def change(scheme_id: UUID) -> Page:
    """Store a changed scheme as the next version."""
    text = request.form.get("content", "")
    try:
        row = db.execute(schemes.change, scheme_id, text.replace("\r\n", "\n"))
    except Refused as refusal:
        row = schemes.get(db.session(), scheme_id, actor=current_actor())
        wrong = say(refusal.message)
        page = render_template("scoring/edit.html", row=row, text=text, wrong=wrong)
        return page, refusal.status
    flash(gettext("已存为第 %(version)s 版，请重新计算。", version=row.version), "success")
    return redirect(url_for("scoring.ranking", scheme_id=row.id))


def _compute(session: Any, scheme_id: UUID, codes: str, *, actor: Any) -> int:
    row = schemes.get(session, scheme_id, actor=actor)
    if row.kind != "enterprise":
        return sheets.compute(session, scheme_id, actor=actor)
    for sign in "，、;；\n":
        codes = codes.replace(sign, ",")
    named = [code.strip() for code in codes.split(",") if code.strip()][:20]
    rows = [organisations.find_by_code(session, code) for code in named]
    ids = [one.id for one in rows if one is not None]
    return sheets.compute(session, scheme_id, actor=actor, scored_ids=ids)


def _index(wrong: str = "") -> str:
    session, actor = db.session(), current_actor()
    works = allows(actor, "score:work")
    kinds = schemes.may_score(actor)
    offered = [
        (f"{one.key}:{kind}", f"{say(one.name)} · {say(KINDS[kind])}")
        for one in schemes.shipped()
        for kind in one.kinds
        if kind in kinds
    ]
    year = clock.local_date().year
    return render_template(
        "scoring/index.html",
        schemes=[
            (row, say(schemes.read(row).name), say(KINDS[row.kind]))
            for row in (schemes.listed(session, actor=actor) if works else ())
        ],
        own=sheets.of_own(session, actor=actor),
        offered=offered if allows(actor, "score:sign") else [],
        years=[str(year), str(year - 1)],
        points=points,
        works=works,
        is_enterprise=actor.organisation_kind == "enterprise",
        wrong=wrong,
    )


def _ranking(scheme_id: UUID, wrong: str = "") -> str:
    session, actor = db.session(), current_actor()
    row = schemes.get(session, scheme_id, actor=actor)
    scheme = schemes.read(row)
    return render_template(
        "scoring/ranking.html",
        row=row,
        name=say(scheme.name),
        kind=say(KINDS[row.kind]),
        most=points(scheme.most),
        bonus=(say(scheme.bonus_name), points(scheme.bonus_most)),
        rows=list(enumerate(sheets.ranking(session, scheme_id, actor=actor), start=1)),
        points=points,
        may_change=allows(actor, "score:sign"),
        codes=request.form.get("codes", ""),
        wrong=wrong,
    )


def _cells(place: int, row: Any, scheme: Any) -> list[Any]:
    cells: list[Any] = [place, row.name]
    for one in scheme.indicators:
        found = row.items["indicators"].get(one.key, {})
        cells += [value_words(one, found), found.get("points", 0) / 100]
    bonus = min(scheme.bonus_most, sum(one["points"] for one in row.items.get("bonus", ())))
    return [*cells, bonus / 100, row.total / 100, row.signed_at]
