"""The rules on paper: as a draft for comments, or as they were issued; and the union's opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import orjson

from engine.rulebook.wording import Wording, plain
from web import print_words
from web.pdf import render

_BLANK_DAY = "＿＿＿＿年＿＿月＿＿日"


@dataclass(frozen=True, kw_only=True)
class Issue:
    """How far a text has come: what its head and its end say."""

    number: str = ""
    issued_on: date | None = None
    signer: str = ""
    #: The version that is put before others; None for a text nobody was asked about.
    version: int | None = None
    is_draft: bool = True
    #: When the union was heard.
    heard_on: date | None = None

    @property
    def line(self) -> str:
        """The line under the title."""
        parts = [f"文号：{self.number or '＿＿＿＿＿＿'}"]
        if self.version is not None:
            parts.append(f"第 {self.version} 稿{'（征求意见稿）' if self.is_draft else ''}")
        parts.append(f"发布日期：{_day(self.issued_on)}")
        return "　".join(parts)

    @property
    def signing(self) -> Sequence[str]:
        """The lines at the end."""
        signer = f"{self.signer}　" if self.signer else ""
        return (
            f"征求工会或职工代表大会意见日期：{_day(self.heard_on)}",
            f"主要负责人：{signer}（签字）＿＿＿＿＿＿　　日期：{_day(self.issued_on)}",
            "（单位公章）",
        )


def rules_paper(wording: Wording, issue: Issue, created: datetime) -> bytes:
    """Lay out the rules as PDF; the same text and issue give the same bytes on a day."""
    said = orjson.dumps([plain(wording), issue.line, *issue.signing])
    return render(
        "print/rules/template.html",
        {"wording": wording, "issue": issue, "issuer": wording.issuer},
        styles=("print/base.css", "print/mechanism.css", "print/rules/style.css"),
        created=created,
        identifier=sha256(said).digest(),
    )


def opinion_paper(context: dict[str, Any], created: datetime) -> bytes:
    """Lay out the union's opinion on a version."""
    return render(
        "print/rules_opinion/template.html",
        context,
        styles=("print/base.css", "print/mechanism.css", "print/rules/style.css"),
        created=created,
        identifier=sha256(orjson.dumps(context)).digest(),
    )


def _day(day: date | None) -> str:
    return print_words.day(day.isoformat()) if day else _BLANK_DAY
