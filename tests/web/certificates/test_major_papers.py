"""The papers of a major: everything written is on them, however long, and the same to the byte."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from engine import cases
from engine.certificates import facts, statements
from engine.filestore import FileStore
from engine.hazards.major_facts import SIX_ELEMENTS
from engine.store import Certificate
from tests import readers
from tests.papers import at
from web import papers

HAZARD: dict[str, Any] = {
    "hazard_number": "YH-CN001-2026-00031",
    "description": "调漆间没有装可燃气体报警装置",
    "place": "喷漆房",
    "category": "object",
    "reported_at": at("2026-11-08 14:05"),
    "registered_at": at("2026-11-09 09:30"),
    "determined_at": at("2026-11-09 09:20"),
    "criterion": "应急管理部令第10号 第七条（七）",
    "item": "IT-03 第1版",
    "conditions": ({"text": "使用非水性漆", "met": True, "evidence": "照片一", "pre": True},),
    "plan": {key: f"方案{number}" for number, key in enumerate(SIX_ELEMENTS)},
    "rectifier": "郑改",
    "fund_plan": 4_600_000,
    "due_on": date(2026, 12, 20),
    "interim": ("停用调漆间",),
}
REPORT: dict[str, Any] = {
    **HAZARD,
    "addressee": "authority",
    "addressed_to": "区应急管理局",
    "state_and_cause": "改用油性漆后没有补装",
    "harm_and_difficulty": "可能爆燃，整改约三十天",
}
ACCEPTANCE: dict[str, Any] = {
    **HAZARD,
    "actual": {key: f"完成{number}" for number, key in enumerate(SIX_ELEMENTS)},
    "fund_actual": 4_512_000,
    "rectified_at": at("2026-12-10 16:20"),
    "evaluation": "experts",
    "evaluated_by": "区专家组",
    "conclusion": "治理到位",
    "acceptor": "严收",
    "accepted_at": at("2026-12-11 10:12"),
    "authority_on": date(2026, 11, 9),
    "authority": "区应急管理局",
    "congress_on": date(2026, 11, 10),
    "supervisions": ({"authority": "区应急管理局", "case_number": "督3", "listed_on": "2026-11-12",
                      "applied_on": None, "cancelled_on": None},),
    "resumption_on": date(2026, 12, 12),
}  # fmt: skip


def paper(kind: str, given: dict[str, Any]) -> Certificate:
    """Give a certificate that is in no database."""
    read, moment = facts.read(kind, given), at("2026-12-15 10:00")
    owner = cases.Organisation(UUID(int=1), "CN001", "甲机械有限公司", "industry", {})
    code = "01AB23CD45EF67GH"
    statement = statements.freeze(
        type("Of", (), {"organisation": owner})(), read, kind=kind, number=read.number(),
        code=code, at=moment, base="http://127.0.0.1:8000",
    )  # fmt: skip
    return Certificate(
        organisation_id=owner.id, id=UUID(int=2), instance_id=UUID(int=3), number=read.number(),
        kind=kind, statement=statement, statement_digest=statements.digest(statement), code=code,
        state="pending", template="major", issued_at=moment,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "given"), [("major_authority", REPORT), ("major_acceptance", ACCEPTANCE)]
)
def test_all_of_it_stands_on_one_page_and_comes_out_the_same(
    kind: str, given: dict[str, Any], tmp_path: Any
) -> None:
    files = FileStore(tmp_path)
    row = paper(kind, given)
    pdf = papers.render_certificate(row, files)
    assert papers.render_certificate(row, files) == pdf
    assert readers.pages(pdf) == 1
    said = readers.text(pdf)
    wanted = [row.number, "甲机械有限公司", "喷漆房", *given["plan"].values()]
    wanted += given.get("actual", {}).values()
    wanted += [given[key] for key in ("state_and_cause", "harm_and_difficulty", "conclusion")
               if key in given]  # fmt: skip
    for words in wanted:
        assert "".join(words.split()) in said, words
    assert "（单位公章）" in said
    assert readers.codes(pdf) == [f"http://127.0.0.1:8000/verify/{row.code}"]


def test_a_long_report_takes_more_pages_and_loses_nothing(tmp_path: Any) -> None:
    long = {**REPORT, "addressee": "congress", "state_and_cause": "因" * 990 + "完一"}
    long |= {"plan": {key: "案" * 900 + key[-4:] for key in SIX_ELEMENTS}}
    pdf = papers.render_certificate(paper("major_congress", long), FileStore(tmp_path))
    assert readers.pages(pdf) > 1
    said = readers.text(pdf)
    assert "完一" in said
    assert all(key[-4:] in said for key in SIX_ELEMENTS)
    assert "报职工大会或者职工代表大会" in said


def test_without_a_plan_the_report_says_that_one_follows(tmp_path: Any) -> None:
    pdf = papers.render_certificate(
        paper("major_authority", {**REPORT, "plan": {}, "interim": ()}), FileStore(tmp_path)
    )
    assert "制定后续报" in readers.text(pdf)
