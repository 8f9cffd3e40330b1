"""What stands behind a sheet: the list of a value, the sheet on paper, all of it as one ZIP."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import clock, people, statistics
from engine.errors import Message
from engine.scoring import behind, rules, schemes, sheets, values
from engine.statistics import FIGURES
from web import db, downloads, exports, ledger_rows
from web.access import current_actor, requires
from web.guidance.room import FOLLOW_UP_STATES
from web.language import say
from web.queries import with_query
from web.returns.words import STATES as RETURN_STATES
from web.scoring.room import KINDS, blueprint, points, rule_words, value_words

_PAGE: Final = 50
_CHUNK: Final = 500
#: So many rows a list of the ZIP holds; who needs more takes the list's own file.
_MOST: Final = 5_000
#: Value → heading of what is named, of what is told of it, and of its day.
_HEADINGS: Final = {
    "visited_rate": (
        Message("企业", "Enterprise"), Message("指导编号", "Visit"), Message("最近一次", "Latest"),
    ),
    "settled_rate": (
        Message("企业", "Enterprise"), Message("请企业做的事", "What was asked"),
        Message("期限", "Due"),
    ),
    "trained_rate": (
        Message("企业", "Enterprise"), Message("培训", "Training"), Message("日期", "Day"),
    ),
    "returns_rate": (Message("月份", "Month"), None, Message("报送日期", "Handed in")),
    "practices": (
        Message("企业", "Enterprise"), Message("案例", "Case"), Message("发布日期", "Published"),
    ),
}  # fmt: skip
#: Value → what its states are called; others have none to show.
_STATES: Final = {"settled_rate": FOLLOW_UP_STATES, "returns_rate": RETURN_STATES}
#: Value → endpoint and parameter by which what is listed opens.
_OPENS: Final = {
    "visited_rate": ("guidance.index", "enterprise"),
    "trained_rate": ("registry.show", "organisation_id"),
    "practices": ("practices.show", "practice_id"),
}


@blueprint.get("/<uuid:scheme_id>/<uuid:scored_id>/values/<value>")
@requires("score:read")
def value_list(scheme_id: UUID, scored_id: UUID, value: str) -> str:
    """List what a value counts, as it is today."""
    row, scheme = _sheet(scheme_id, scored_id)
    page = behind.pieces(
        db.session(), row, value, after=request.args.get("after") or None, limit=_PAGE
    )
    here = url_for("scoring.value_list", scheme_id=scheme_id, scored_id=scored_id, value=value)
    indicator = next((one for one in scheme.indicators if one.value == value), None)
    if indicator is None:
        raise NotFound()
    return render_template(
        "scoring/behind.html",
        row=row,
        name=say(indicator.name),
        value=value_words(indicator, row.items["indicators"].get(indicator.key, {})),
        headings=[say(one) if one else "" for one in _HEADINGS[value]],
        has_states=value in _STATES,
        pieces=[(one, _state(value, one), _opens(value, one)) for one in page.items],
        next_url=with_query(here, {"after": page.next}) if page.next else "",
        back=url_for("scoring.show", scheme_id=scheme_id, scored_id=scored_id),
    )


@blueprint.get("/<uuid:scheme_id>/<uuid:scored_id>/sheet.pdf")
@requires("score:read")
def paper(scheme_id: UUID, scored_id: UUID) -> Response:
    """Give the sheet on paper."""
    row, scheme = _sheet(scheme_id, scored_id)
    return downloads.pdf(exports.printed(_on_paper(row, scheme)), f"{_name(row)}.pdf")


@blueprint.get("/<uuid:scheme_id>/<uuid:scored_id>/evidence.zip")
@requires("score:read")
def bundle(scheme_id: UUID, scored_id: UUID) -> Response:
    """Give the sheet, the list behind each of its values, and an index with digests (R-56)."""
    row, scheme = _sheet(scheme_id, scored_id)
    made, index = BytesIO(), []
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, about, content in _members(row, scheme):
            archive.writestr(name, content)
            index.append({"file": name, "about": about, "sha256": sha256(content).hexdigest()})
        archive.writestr("00 目录.txt", _listed(row, index))
        told = {
            "scheme": row.scheme, "version": row.version, "year": row.year, "scored": row.name,
            "made_at": clock.now().isoformat(), "files": index,
        }  # fmt: skip
        archive.writestr("index.json", json.dumps(told, ensure_ascii=False, indent=2))
    return downloads.kept(made.getvalue(), "application/zip", f"{_name(row)}.zip")


def _sheet(scheme_id: UUID, scored_id: UUID) -> tuple[Any, rules.Scheme]:
    session = db.session()
    row = sheets.get(session, scheme_id, scored_id, actor=current_actor())
    return row, schemes.read(sheets.scheme_of(session, row))


def _name(row: Any) -> str:
    return f"score-{row.code}-{row.year}"


def _state(value: str, piece: behind.Piece) -> str:
    words = _STATES.get(value, {}).get(piece.state)
    return say(words) if words else ""


def _opens(value: str, piece: behind.Piece) -> str:
    endpoint, name = _OPENS.get(value, ("", ""))
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, **{name: piece.id})  # type: ignore[arg-type]


def _on_paper(row: Any, scheme: rules.Scheme) -> exports.Sheet:
    rows = [
        [say(one.name), rule_words(one), value_words(one, found), points(found.get("points")),
         points(one.weight)]
        for one in scheme.indicators
        for found in [row.items["indicators"].get(one.key, {})]
    ]  # fmt: skip
    rows += [
        [say(scheme.bonus_name), one["reason"], "", points(one["points"]), ""]
        for one in row.items.get("bonus", [])
    ]
    signer = people.names(db.session(), [row.signed_by]).get(row.signed_by, "")
    state = (
        gettext("%(name)s 于 %(day)s 签字", name=signer, day=clock.local_date(row.signed_at))
        if row.state == "signed"
        else gettext("草稿，没有签字")
    )
    headings = [(gettext("指标"), 30), (gettext("怎样评分"), 30), (gettext("数值"), 14),
                (gettext("得分"), 8), (gettext("分值"), 8)]  # fmt: skip
    return exports.Sheet(
        title=f"{row.year} {say(scheme.name)}",
        name=_name(row),
        columns=[exports.Column(heading, width=width) for heading, width in headings],
        rows=rows,
        notes=[f"{say(KINDS[row.kind])}：{row.name}",
               gettext("评分办法第 %(version)s 版", version=row.version), state],
        foot=[gettext("合计"), "", "", points(row.total), ""],
        signers=[gettext("评分人"), gettext("负责人")],
        issuer=row.name,
    )  # fmt: skip


def _members(row: Any, scheme: rules.Scheme) -> Iterator[tuple[str, str, bytes]]:
    sheet = _on_paper(row, scheme)
    yield "01 评分表.pdf", sheet.title, exports.printed(sheet)
    yield "01 评分表.xlsx", sheet.title, exports.xlsx(sheet)
    for number, one in enumerate(scheme.indicators, start=2):
        found = _evidence(row, one)
        if found is not None:
            name = say(one.name).replace("/", "／")[:40]
            yield f"{number:02d} {name}.xlsx", found.title, exports.xlsx(found)


def _evidence(row: Any, indicator: rules.Indicator) -> exports.Sheet | None:
    """Give the list behind a value; None where the reader may open none."""
    figure = FIGURES.get(values.FIGURES.get(indicator.value, ""))
    if figure is None:
        return _listing(row, indicator) if indicator.value in behind.VALUES else None
    if not statistics.may_open(current_actor(), figure):
        return None
    asked: dict[str, Any] = {
        "actor": current_actor(), "month": values.month_of_year(row.year),
        "indicator": figure.key, "by": row.kind, "key": str(row.scored_id),
        "cumulative": figure.key in values.YEARLY,
    }  # fmt: skip
    rows = exports.Rows(
        lambda after: statistics.cases(db.session(), **asked, after=after, limit=_CHUNK), "xlsx"
    )
    rows.most = _MOST
    more: dict[str, Any] = {
        "notes": [say(indicator.name), row.name], "is_district": True, "issuer": row.name,
    }  # fmt: skip
    if figure.opens == "hazard":
        return ledger_rows.hazard_sheet(rows, "xlsx", **more)
    if figure.opens == "reward":
        return ledger_rows.reward_sheet(rows, "xlsx", **more)
    columns = [exports.Column(gettext("单位"), width=28),
               exports.Column(gettext("建立日期"), "date"),
               exports.Column(gettext("实施日期"), "date")]  # fmt: skip
    cells = ([one.name, one.established_on, one.implemented_on] for one in rows)
    return exports.Sheet(
        say(indicator.name), "list", columns, cells, more["notes"], warning=rows.warning
    )


def _listing(row: Any, indicator: rules.Indicator) -> exports.Sheet:
    name, about, day = (say(one) if one else "" for one in _HEADINGS[indicator.value])
    rows = exports.Rows(
        lambda after: behind.pieces(
            db.session(), row, indicator.value, after=after, limit=_CHUNK
        ),
        "xlsx",
    )  # fmt: skip
    rows.most = _MOST
    columns = [exports.Column(name, width=28), exports.Column(about, width=40),
               exports.Column(day, "date"), exports.Column(gettext("状态"))]  # fmt: skip
    cells: Iterator[Sequence[Any]] = (
        [one.name, one.about, one.on, _state(indicator.value, one)] for one in rows
    )
    return exports.Sheet(
        say(indicator.name), "list", columns, cells, [row.name], warning=rows.warning
    )


def _listed(row: Any, index: list[dict[str, str]]) -> str:
    lines = [
        f"{row.name}　{row.year} 年{row.scheme}：评分和依据",
        f"生成日期 {clock.local_date().isoformat()}；清单是生成时的情况，评分表以签字时为准。",
        "",
        *(f"{one['file']}\n    {one['about']}\n    SHA-256 {one['sha256']}" for one in index),
    ]
    return "\r\n".join(lines) + "\r\n"
