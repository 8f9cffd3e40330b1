"""Reading a scheme, and giving points for values; pure.

A value is in hundredths: 95.5 % is 9550, two cases are 200. Points are in hundredths as well.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import Invalid, Message

KINDS: Final = ("enterprise", "department", "town", "group")
RULES: Final = ("share", "steps", "deduct")
#: What an indicator may be computed from, and its unit.
VALUES: Final[Mapping[str, str]] = {
    "established_rate": "percent",
    "implemented_rate": "percent",
    "reports_each": "number",
    "verified_rate": "percent",
    "closed_rate": "percent",
    "major_closed_rate": "percent",
    "overdue_count": "count",
    "paid_rate": "percent",
    "visited_rate": "percent",
    "settled_rate": "percent",
    "trained_rate": "percent",
    "returns_rate": "percent",
    "practices": "count",
}
_LONGEST: Final = 50_000
_MOST: Final = 40


@dataclass(frozen=True)
class Indicator:
    """One line of a scheme."""

    key: str
    name: Message
    #: A key of `VALUES`.
    value: str
    #: Hundredths of a point.
    weight: int
    #: share: in proportion up to `full`; steps: by thresholds; deduct: `each` off for each.
    rule: str
    full: int = 10_000
    steps: tuple[tuple[int, int], ...] = ()
    each: int = 0

    @property
    def unit(self) -> str:
        """Give percent, number or count."""
        return VALUES[self.value]


@dataclass(frozen=True)
class Scheme:
    """What a version of a scheme says."""

    key: str
    name: Message
    kinds: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    #: Hundredths of a point that people may add in all.
    bonus_most: int
    bonus_name: Message

    @property
    def most(self) -> int:
        """Give the points there are without the bonus."""
        return sum(one.weight for one in self.indicators)


def points(indicator: Indicator, value: int | None) -> int:
    """Give the points of a value; where there is nothing to count, nothing is missing.

    Args:
        value: in hundredths; None when there is nothing it could be counted over.
    """
    if value is None:
        return indicator.weight
    match indicator.rule:
        case "share":
            return min(indicator.weight, indicator.weight * max(value, 0) // indicator.full)
        case "steps":
            reached = [given for least, given in indicator.steps if value >= least]
            return min(indicator.weight, max(reached, default=0))
        case _:
            return max(0, indicator.weight - max(value, 0) * indicator.each // 100)


def parse(text: str) -> dict[str, Any]:
    """Give the content of a scheme as written in TOML.

    Raises:
        Invalid: it is no scheme; the message says what is wrong.
    """
    if len(text) > _LONGEST:
        raise _wrong("太长", "is too long")
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        said = str(error)[:200]
        raise _wrong(f"不是正确的 TOML：{said}", f"is not valid TOML: {said}") from None
    return content_of(read(content))


def content_of(scheme: Scheme) -> dict[str, Any]:
    """Give a scheme as it is kept and written out: what was understood of it, and nothing else."""
    return {
        "key": scheme.key,
        "name": _words(scheme.name),
        "kinds": list(scheme.kinds),
        "bonus": {"most": _number(scheme.bonus_most), "name": _words(scheme.bonus_name)},
        "indicators": [
            {
                "key": one.key,
                "value": one.value,
                "weight": _number(one.weight),
                "rule": one.rule,
                **_how(one),
                "name": _words(one.name),
            }
            for one in scheme.indicators
        ],
    }


def read(content: Mapping[str, Any]) -> Scheme:
    """Read a scheme.

    Raises:
        Invalid: something in it is missing or wrong.
    """
    try:
        bonus = content.get("bonus") or {"most": 0, "name": {"zh": "加分", "en": "Bonus"}}
        scheme = Scheme(
            key=str(content["key"]),
            name=_message(content["name"]),
            kinds=tuple(kind for kind in content["kinds"] if kind in KINDS),
            indicators=tuple(_indicator(one) for one in content["indicators"]),
            bonus_most=_hundredths(bonus["most"]),
            bonus_name=_message(bonus["name"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _wrong(
            f"缺少或写错了：{error}", f"lacks something, or has it wrong: {error}"
        ) from None
    keys = [one.key for one in scheme.indicators]
    if not scheme.kinds or not keys or len(keys) > _MOST or len(set(keys)) < len(keys):
        raise _wrong(
            "的对象或指标不对：指标编号不能重复，最多 40 个",
            "has no kinds, no indicators, too many of them, or one key twice",
        )
    return scheme


def _indicator(said: Mapping[str, Any]) -> Indicator:
    if said["value"] not in VALUES or said["rule"] not in RULES:
        raise ValueError(f"{said['key']}: value / rule")
    found = Indicator(
        key=_plain(said["key"])[:40],
        name=_message(said["name"]),
        value=said["value"],
        weight=_hundredths(said["weight"]),
        rule=said["rule"],
        full=_hundredths(said.get("full", 100)),
        steps=tuple((_hundredths(at), _hundredths(give)) for at, give in said.get("steps", ())),
        each=_hundredths(said.get("each", 0)),
    )
    if found.full <= 0 or found.weight <= 0 or (found.rule == "steps" and not found.steps):
        raise ValueError(f"{found.key}: weight / full / steps")
    return found


def _message(said: Mapping[str, str]) -> Message:
    zh = _plain(said["zh"])
    return Message(zh, _plain(said.get("en") or zh))


def _plain(said: Any) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in str(said))[:200]


def _how(one: Indicator) -> dict[str, Any]:
    """Give what the rule of an indicator goes by."""
    match one.rule:
        case "share":
            return {"full": _number(one.full)}
        case "steps":
            return {"steps": [[_number(at), _number(give)] for at, give in one.steps]}
        case _:
            return {"each": _number(one.each)}


def _words(message: Message) -> dict[str, str]:
    return {"zh": message.zh, "en": message.en}


def _number(hundredths: int) -> int | float:
    return hundredths / 100 if hundredths % 100 else hundredths // 100


def _hundredths(number: Any) -> int:
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < 10**7:
        raise ValueError(f"{number!r}")
    return round(number * 100)


def _wrong(zh: str, en: str) -> Invalid:
    return Invalid(f"评分办法{zh}。", f"The scheme {en}.", field="content")
