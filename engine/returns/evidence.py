"""The evidence of a locked month as one ZIP (R-56, R-57).

The same return gives the same bytes, as long as its signers keep their names. It is written piece
by piece, so that a city's month needs no more memory than a town's. Only what was frozen goes in,
and of a case only what never changes: its numbers and when it was reported.
"""

from __future__ import annotations

import html
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.archive import Archive, Row
from engine.errors import Conflict
from engine.permissions import require
from engine.returns.adjusting import adjustments
from engine.returns.digests import head_of, in_batches, lines_in_order
from engine.returns.packing import AMOUNTS, BITS, unpack
from engine.returns.showing import View
from engine.statistics.span import month_span
from engine.store import tables as t

_AT_ONCE: Final = 500


def bundle(session: Session, shown: View, to: IO[bytes], *, actor: Actor) -> None:
    """Write the evidence of a locked return.

    Raises:
        NotAllowed: the role may not take whole months out. Conflict: it is not locked.
    """
    require(actor, "returns:export")
    row, locked_at = require_locked(shown)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        parts = _Parts(archive, locked_at)
        parts.json("return.json", _head(shown, row))
        parts.json("definitions.json", _definitions(shown))
        parts.table("lines.csv", (*_LINE_HEADING, *shown.keys), _lines(session, shown))
        parts.table("cases.csv", _CASE_HEADING, _cases(session, shown))
        parts.table("rewards.csv", _reward_heading(shown), _rewards(session, shown))
        parts.table("adjustments.csv", _ADJUSTMENT_HEADING, _adjustments(session, shown))
        parts.table("seals.csv", _SEAL_HEADING, _seals(session, shown))
        parts.index(shown)


def require_locked(shown: View) -> tuple[t.MonthlyReturn, datetime]:
    """Give the row of a locked return, and when it was locked.

    Raises:
        Conflict: it is not locked.
    """
    row = shown.row
    if not shown.is_frozen or row is None or row.locked_at is None:
        raise Conflict(
            f"{shown.month} 的月报还没有锁定，锁定后才有佐证材料包。",
            f"The return of {shown.month} is not locked; its evidence follows from the lock.",
        )
    return row, row.locked_at


class _Parts(Archive):
    """The files of a return."""

    def index(self, shown: View) -> None:
        """Write what is in here, for people and for programs."""
        files = list(self.written)
        self.digests("index.csv")
        cells = "".join(
            f"<tr><td><a href='{name}'>{name}</a></td><td>{_MEANINGS[name]}</td>"
            f"<td>{size}</td><td><code>{digest}</code></td></tr>"
            for name, size, digest in files
        )
        digest = shown.row.digest.hex() if shown.row and shown.row.digest else ""
        page = _PAGE.format(
            unit=html.escape(shown.unit.name), month=shown.month, digest=digest, cells=cells
        )
        self.put("index.html", [page.encode()])


def _head(shown: View, row: t.MonthlyReturn) -> dict[str, Any]:
    return {
        **head_of(row),
        "unit_name": shown.unit.name,
        "state": shown.state,
        "names": {key: shown.names[key] for key in ("signed_by", "locked_by")},
        "digest": row.digest.hex() if row.digest else "",
    } | {"state": "locked"}


def _definitions(shown: View) -> dict[str, Any]:
    known = shown.definitions
    return {
        "version": known.version,
        "sha256": known.digest.hex(),
        "basis": known.basis,
        "indicators": {
            one.key: {"zh": [one.name.zh, one.meaning.zh], "en": [one.name.en, one.meaning.en]}
            for one in known.indicators.values()
        },
    }


def _lines(session: Session, shown: View) -> Iterator[Row]:
    for line in lines_in_order(session, shown.unit.id, shown.month):
        figures = [line.figures.get(key, 0) for key in shown.keys]
        yield (str(line.enterprise_id), line.name, line.sector, *figures)


def _cases(session: Session, shown: View) -> Iterator[Row]:
    for some in _some(session, shown, has_cases=True):
        pairs = [(line, unpack(line.cases).hazards) for line in some]
        known = _numbers(session, {id_ for _, hazards in pairs for id_ in hazards}, some)
        for line, hazards in pairs:
            for id_, mask in sorted(hazards.items()):
                counted = " ".join(key for place, key in enumerate(BITS) if mask >> place & 1)
                yield (line.name, *known.get(id_, ("", "")), counted, str(id_))


def _rewards(session: Session, shown: View) -> Iterator[Row]:
    for some in _some(session, shown, has_cases=True):
        pairs = [(line, unpack(line.cases).rewards) for line in some]
        wanted = {one.instance_id for _, rewards in pairs for one in rewards.values()}
        known = _numbers(session, wanted, some)
        for line, rewards in pairs:
            for id_, one in sorted(rewards.items()):
                counted = [key for place, key in enumerate(BITS) if one.mask >> place & 1]
                number = known.get(one.instance_id, ("", ""))[0]
                amounts = (
                    getattr(one, name) / 100 if any(AMOUNTS.get(k) == name for k in counted) else ""
                    for name in ("approved_fen", "given_fen")
                )
                yield (line.name, number, *amounts, " ".join(counted), str(id_))


def _adjustments(session: Session, shown: View) -> Iterator[Row]:
    rows = adjustments(session, shown.unit, shown.month)
    names = _names_then(session, shown, {row.Adjustment.enterprise_id for row in rows})
    for row in rows:
        one: t.Adjustment = row.Adjustment
        yield (
            names.get(one.enterprise_id, row.enterprise),
            one.corrects,
            one.figure,
            one.delta,
            row.report_number or "",
            one.origin,
            one.reason,
            row.signer,
            _shown(one.signed_at),
            str(one.id),
        )


def _names_then(session: Session, shown: View, ids: set[UUID]) -> dict[UUID, str]:
    """Give the enterprises' names as they were locked."""
    rows = session.execute(
        select(t.ReturnLine.enterprise_id, t.ReturnLine.name).where(
            t.ReturnLine.organisation_id == shown.unit.id,
            t.ReturnLine.month == shown.month,
            t.ReturnLine.enterprise_id.in_(ids),
        )
    )
    return {row.enterprise_id: row.name for row in rows}


def _seals(session: Session, shown: View) -> Iterator[Row]:
    """Name the seal under which each enterprise's histories stood when the month ended."""
    last_on = month_span(shown.month).last_on
    for some in _some(session, shown):
        ids = [line.enterprise_id for line in some]
        newest = (
            select(t.Seal.organisation_id, func.max(t.Seal.day).label("day"))
            .where(t.Seal.organisation_id.in_(ids), t.Seal.day <= last_on)
            .group_by(t.Seal.organisation_id)
            .subquery()
        )
        found = session.execute(
            select(t.Organisation.code, t.Seal.day, t.Seal.hash)
            .join(t.Organisation, t.Organisation.id == t.Seal.organisation_id)
            .join(
                newest,
                (newest.c.organisation_id == t.Seal.organisation_id) & (newest.c.day == t.Seal.day),
            )
            .order_by(t.Seal.organisation_id)
        )
        yield from ((row.code, row.day.isoformat(), row.hash.hex()) for row in found)


def _some(session: Session, shown: View, *, has_cases: bool = False) -> Iterator[list[Any]]:
    rows = lines_in_order(session, shown.unit.id, shown.month, has_cases=has_cases)
    return in_batches(rows, _AT_ONCE)


def _numbers(session: Session, ids: set[UUID], lines: Sequence[Any]) -> dict[UUID, tuple[str, str]]:
    """Give report number and moment of cases: neither ever changes."""
    if not ids:
        return {}
    rows = session.execute(
        select(t.Hazard.id, t.Hazard.report_number, t.Hazard.reported_at).where(
            t.Hazard.organisation_id.in_([line.enterprise_id for line in lines]),
            t.Hazard.id.in_(ids),
        )
    )
    return {row.id: (row.report_number, _shown(row.reported_at)) for row in rows}


def _reward_heading(shown: View) -> Row:
    given = "发放（元，非现金的为折值）" if "noncash_fen" in shown.keys else "发放（元）"
    return ("单位", "报告编号", "批准（元）", given, "计入的指标", "奖励编号")


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(clock.LOCAL_ZONE):%Y-%m-%d %H:%M:%S}"


_LINE_HEADING: Final = ("单位编号", "单位", "行业")
_CASE_HEADING: Final = ("单位", "报告编号", "报告时间", "计入的指标", "事项编号")
_ADJUSTMENT_HEADING: Final = (
    "单位", "更正月份", "指标", "增减", "报告编号", "来源", "理由", "签字人", "签字时间", "编号",
)  # fmt: skip
_SEAL_HEADING: Final = ("单位代码", "封存日", "封存哈希")
_MEANINGS: Final = {
    "return.json": "月报表头、合计数和数字摘要",
    "definitions.json": "各项指标的口径",
    "lines.csv": "逐家单位的数字",
    "cases.csv": "每个数字计入的隐患和建议",
    "rewards.csv": "每个数字计入的奖励和金额",
    "adjustments.csv": "调整行",
    "seals.csv": "月末时各单位办理记录的每日封存，可用 bihuan audit verify 核对",
    "index.csv": "文件清单",
}
_PAGE: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{unit} {month} 月报佐证材料</title></head>
<body><h1>{unit} {month} 月报佐证材料</h1>
<p>锁定时的数字摘要（SHA-256）：<code>{digest}</code></p>
<table border="1" cellpadding="6"><tr><th>文件</th><th>内容</th><th>字节数</th><th>SHA-256</th></tr>
{cells}</table></body></html>
"""
