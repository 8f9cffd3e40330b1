"""What an enterprise hands in for the review of its standardization 标准化评审 (R-66): one ZIP."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

from flask import Response, current_app
from werkzeug.exceptions import NotFound

from engine import clock, filestore, mechanism, organisations, statistics
from engine.errors import NotFound as Missing
from engine.rulebook import answers, finding
from engine.scoring.samples import closures
from engine.statistics.monthly import line as line_of
from web import db, downloads, exports, mechanism_papers, papers
from web.access import current_actor, own_organisation, requires
from web.scoring.room import blueprint

_MONTHS: Final = 12
#: Figure of the monthly table → what its column is called, and how it is written.
_COLUMNS: Final = (
    ("reported", "报告数", "number"), ("verified", "查实上账", "number"),
    ("verified_major", "其中重大", "number"), ("closed", "销号", "number"),
    ("closing", "期末未销号", "number"), ("overdue", "其中逾期", "number"),
    ("approved_fen", "批准奖励", "money"), ("paid_fen", "发放奖励", "money"),
    ("noncash_count", "非现金奖励件数", "number"), ("noncash_fen", "非现金奖励折值", "money"),
    ("reporters", "报告人次", "number"),
)  # fmt: skip


@blueprint.get("/evidence.zip")
@requires("score:read", "certificate:read")
def pack() -> Response:
    """Give rules, twelve months of figures, sample closures and an index."""
    if current_actor().organisation_kind != "enterprise":
        raise NotFound()
    owner = organisations.get(db.session(), own_organisation(), actor=current_actor())
    made = BytesIO()
    index = []
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, about, content in _members(owner):
            archive.writestr(name, content)
            index.append({"file": name, "about": about, "sha256": sha256(content).hexdigest()})
        archive.writestr("00 目录.txt", _listed(owner, index))
        told = {"organisation": owner.name, "made_at": clock.now().isoformat(), "files": index}
        archive.writestr("index.json", json.dumps(told, ensure_ascii=False, indent=2))
    name = f"evidence-{owner.code}-{clock.local_date():%Y%m%d}.zip"
    return downloads.kept(made.getvalue(), "application/zip", name)


def _members(owner: Any) -> Iterator[tuple[str, str, bytes]]:
    try:
        found = mechanism.read(db.session(), actor=current_actor(), sector=owner.sector)
    except Missing:
        found = None
    if found is not None:
        base = current_app.extensions["config"].base_url
        yield "01 制度.pdf", "事故隐患内部报告奖励制度", _rules(found, base)
    yield "02 近十二个月统计.xlsx", "每月报告、上账、销号和奖励", exports.xlsx(_figures(owner))
    found_closures = closures(db.session(), actor=current_actor())
    for number, row in enumerate(found_closures, start=1):
        content = papers.original(db.session(), row)
        if content is not None:
            name = f"03 销号证明样例/{number:02d} {row.number}.pdf"
            yield name, f"事故隐患闭环销号证明 {row.number}", content


def _rules(found: mechanism.Mechanism, base_url: str) -> bytes:
    """Give the rules as they were issued; where nobody issued any here, as they read now."""
    session = db.session()
    issued = finding.issued(session, found.organisation.id)
    if issued is not None:
        return filestore.of(session).get(finding.pdf(session, issued).sha256)
    given = answers.current(session, found)
    return mechanism_papers.rules(session, found, given, base_url=base_url, created=clock.now())


def _figures(owner: Any) -> exports.Sheet:
    rows = []
    for month in statistics.months_back(statistics.present_month(), _MONTHS):
        found = line_of(
            db.session(), actor=current_actor(), month=month, by="enterprise", key=str(owner.id)
        )
        figures = found.figures if found else {}
        rows.append([month, *(figures.get(key, 0) for key, _name, _kind in _COLUMNS)])
    columns = [exports.Column("月份"), *(exports.Column(name, kind) for _k, name, kind in _COLUMNS)]
    return exports.Sheet(
        title="近十二个月统计", name="months", columns=columns, rows=rows, issuer=owner.name
    )


def _listed(owner: Any, index: list[dict[str, str]]) -> str:
    lines = [
        f"{owner.name}　标准化创建、评审佐证材料：事故隐患内部报告奖励机制",
        f"生成日期 {clock.local_date().isoformat()}",
        "",
        *(f"{one['file']}\n    {one['about']}\n    SHA-256 {one['sha256']}" for one in index),
    ]
    return "\r\n".join(lines) + "\r\n"
