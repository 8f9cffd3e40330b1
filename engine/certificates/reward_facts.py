"""What a reward certificate says: to whom, for what, and the money or what was given instead.

Of a reporter who is not named neither a spot, nor a day, nor a number that leads to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from engine.clock import local_date
from engine.errors import DelegateError

#: How a reporter is addressed who is not named.
_UNNAMED: Final = {"confidential": "报告人（姓名保密）", "anonymous": "报告人（匿名）"}


@dataclass(frozen=True, kw_only=True)
class RewardFacts:
    """奖励证书 (domain.md C7.1)."""

    #: JL-<org>-YYYY-NNNNN; also the certificate's number.
    reward_number: str
    #: named | confidential | anonymous
    identity_mode: str
    #: Names of the reporters; printed only when `identity_mode` is "named".
    recipients: tuple[str, ...] = ()
    #: hazard | suggestion
    kind: str = "hazard"
    #: A few words on what was reported ("二号车间配电柜进水"); printed only for named reporters.
    title: str | None = None
    hazard_number: str | None = None
    #: general | major
    level: str | None = None
    #: When it was reported; unnamed reporters get only the month.
    reported_on: date | datetime
    #: fen, as paid; None where something else was given.
    amount_fen: int | None = None
    #: What was given instead of money: points | goods | leave | honour.
    given: str | None = None
    #: Which goods, days off or honour; how many points.
    gift: str | None = None
    points: int | None = None
    #: The enterprise's rule, its number or version, and the article.
    rule: str = "事故隐患内部报告奖励制度"
    rule_version: str | None = None
    clause: str | None = None
    #: A title given besides the money, as 安全之星.
    honour: str | None = None
    #: Whether the person's safety record notes it; never for unnamed reporters.
    on_record: bool = True

    def number(self) -> str:
        """Give the reward's own number."""
        return self.reward_number

    def printed(self) -> dict[str, Any]:
        """Give what the certificate says; without a name it is that of a confidential reporter."""
        if (self.amount_fen is None) == (self.given is None):
            raise DelegateError(
                "奖励证书要写明金额，或者写明发放的非现金奖励，二者只取其一。",
                "A reward certificate says an amount or what was given instead, not both.",
            )
        named = self.identity_mode == "named" and bool(self.recipients)
        day = _day(self.reported_on)
        return {
            "named": named,
            "recipient": self._recipient(named),
            "kind": self.kind,
            "title": self.title if named else None,
            "hazard_number": self.hazard_number if named else None,
            "level": self.level,
            "reported": day.isoformat() if named else day.strftime("%Y-%m"),
            **self._said(),
            "rule": self.rule,
            "rule_version": self.rule_version,
            "clause": self.clause,
            "honour": self.honour,
            "on_record": self.on_record and named,
        }

    def _said(self) -> dict[str, Any]:
        """Give the amount, or what was given instead: never an amount as though it were money."""
        if self.given is None:
            return {"amount_fen": self.amount_fen}
        return {"given": self.given, "gift": self.gift, "points": self.points}

    def _recipient(self, named: bool) -> str:
        if named:
            return "、".join(self.recipients) + "同志"
        return _UNNAMED.get(self.identity_mode, _UNNAMED["confidential"])


def _day(value: date | datetime) -> date:
    return local_date(value) if isinstance(value, datetime) else value
