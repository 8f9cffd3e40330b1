"""Reward money: always whole fen, typed and read in yuan, shared among those who reported.

What is given instead of money is worth what was approved, and stays apart from what is paid (C4).

How an amount is said in words on a certificate is with the papers (web/print_words.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from typing import Any, Final

from engine.errors import Invalid, Message
from engine.hazards.facts import plain_rate, plain_text

#: Beyond ten billion yuan an amount is a slip of the finger.
MAX_FEN: Final = 10**12
#: Ways of giving a reward that pay no money; any other way pays.
NAMES: Final[Mapping[str, Message]] = {
    "points": Message("积分", "Points"),
    "goods": Message("实物", "Goods"),
    "leave": Message("休假", "Time off"),
    "honour": Message("荣誉", "Honour"),
}
NONCASH: Final = tuple(NAMES)
#: What was given, in so many characters.
MAX_GIFT: Final = 200
#: So many points at most stand for one yuan.
MAX_RATE: Final = 10_000


def to_fen(text: str) -> int:
    """Read an amount in yuan: "200", "200.50", "1,200.00", "¥ 200".

    Raises:
        Invalid: no amount, below nought, more than two decimals, or beyond `MAX_FEN`.
    """
    plain = text.replace(",", "").replace("，", "").strip().lstrip("¥￥").strip()
    try:
        fen = Decimal(plain) * 100 if len(plain) <= 30 else Decimal("NaN")
    except DecimalException:
        # No number, or one beyond all numbers.
        fen = Decimal("NaN")
    if not fen.is_finite() or fen.adjusted() > 20 or fen.adjusted() < -20:
        raise Invalid(
            "这里要填金额，例如 200.00（元）。", "An amount in yuan is needed, such as 200.00."
        )
    if fen != fen.to_integral_value():
        raise Invalid("金额最多两位小数。", "An amount has at most two decimal places.")
    return checked(int(fen))


def checked(fen: int) -> int:
    """Give an amount in fen back; Invalid when it is below nought or beyond `MAX_FEN`."""
    if not 0 <= fen <= MAX_FEN:
        raise Invalid(
            "金额应在 0 元到一百亿元之间，请检查。",
            "The amount should lie between 0 and ten billion yuan; check it.",
        )
    return fen


def to_yuan(fen: int) -> str:
    """Write an amount as it is typed: 20050 → "200.50"."""
    return f"{fen // 100}.{fen % 100:02d}"


def points_for(fen: int, rate: float) -> int:
    """Give how many points an amount comes to, at so many points a yuan; a half counts as one."""
    exact = Decimal(fen) * Decimal(str(rate)) / 100
    return int(exact.to_integral_value(ROUND_HALF_UP))


def worth(fen: int, method: str) -> int:
    """Give what a reward is worth that is not paid: what was approved; an honour has no price."""
    return 0 if method == "honour" else fen


def given(amount: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """Say what is given: the approved amount in money, or what is worth it (domain.md C4).

    Args:
        data: what finance answered: `method`, and `points_rate` or `gift`.
    """
    method = data.get("method")
    if method not in NONCASH:
        return {"method": method, "paid_fen": amount}
    said = {"method": method, "paid_fen": 0, "noncash_fen": worth(amount, method)}
    if method != "points":
        return {**said, "gift": plain_text(data.get("gift"), MAX_GIFT)}
    # A form of before asked for no rate: how many points they were is then not known.
    rate = plain_rate(data.get("points_rate"), MAX_RATE)
    points = None if rate is None else points_for(amount, rate)
    return {**said, "points": points, "points_rate": rate}


def said(given: Mapping[str, Any]) -> Message:
    """Say in words what `given` gave, or a row of the reward ledger has."""
    method, gift, points = (given.get(key) for key in ("method", "gift", "points"))
    if method not in NONCASH:
        yuan = f"{(given.get('paid_fen') or 0) / 100:,.2f}"
        return Message(f"{yuan} 元", f"{yuan} yuan")
    name = NAMES[str(method)]
    if method == "points":
        return Message(f"积分 {points:,} 分", f"{points:,} points") if points else name
    return Message(f"{name.zh}：{gift}", f"{name.en}: {gift}") if gift else name


def split(total_fen: int, shares: Mapping[str, int]) -> dict[str, int]:
    """Share a reward among joint reporters (domain.md C1 22; three shared 2000 yuan, B5).

    What cannot be divided goes, fen by fen, to those whose exact share was cut most, the first
    named first; so nothing is lost and the same shares always give the same amounts.

    Args:
        total_fen: what there is to share.
        shares: reporter → whole per cent, in the order they signed.

    Raises:
        Invalid: a share is not 1 to 100, or they do not make 100 together.
    """
    if any(not 0 < share <= 100 for share in shares.values()) or sum(shares.values()) != 100:
        raise Invalid(
            f"共同报告人的份额合计必须是 100%，现在是 {sum(shares.values())}%。",
            f"The shares must make 100 % together; they make {sum(shares.values())} %.",
        )
    parts = {name: total_fen * share // 100 for name, share in shares.items()}
    by_loss = sorted(shares, key=lambda name: -(total_fen * shares[name] % 100))
    for name in by_loss[: total_fen - sum(parts.values())]:
        parts[name] += 1
    return parts
