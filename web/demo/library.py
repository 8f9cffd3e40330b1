"""The document library of the demonstration: what the office and a department published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from engine import documents
from engine.commands import execute
from web.demo.mechanisms import paper
from web.demo.people import OFFICE, Crew

#: Publisher, role and name; kind, title, number, day; what the sheet says; whether it is public.
_PUBLISHED: Final = (
    (OFFICE, "director", "长宁区安全生产委员会", "policy", "专项行动实施方案（节选）",
     "长安委〔2025〕1号", date(2025, 1, 26),
     "推动建立完善生产经营单位\n事故隐患内部报告奖励机制", True),
    ("YJJ", "officer", "区应急管理局", "guide", "工贸企业报告清单使用指引", "",
     date(2026, 3, 2), "按岗位挑选清单\n班前会讲一条\n每周自查一次", False),
)  # fmt: skip


def begin(session: Session, crews: Mapping[str, Crew]) -> None:
    """Publish what was published."""
    for code, role, issuer, kind, title, number, day, lines, is_public in _PUBLISHED:
        actor = crews[code].who(role)
        file = execute(session, paper, title, lines, actor=actor)
        facts = documents.Facts(
            kind=kind, title=title, number=number, issuer=issuer, issued_on=day,
            files=[str(file)], is_public=is_public,
        )  # fmt: skip
        execute(session, documents.publish, facts, actor=actor)
