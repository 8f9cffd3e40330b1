"""Legal rules that an enterprise sets aside, as they are sent and as a draft keeps them."""

from __future__ import annotations

from typing import Any, Final

from engine.errors import Invalid
from engine.spiff.lint import Override

LONGEST_REASON: Final = 500
_MOST: Final = 50


def clean(overrides: Any) -> list[dict[str, str]]:
    """Give overrides as a draft keeps them: {"rule", "element", "reason"} each.

    Raises:
        Invalid: they are something else, or too many or too long.
    """
    if not isinstance(overrides, list):
        raise Invalid(
            "overrides 应为列表，每项写明 rule 和 reason。",
            "'overrides' has to be a list, each entry with 'rule' and 'reason'.",
        )
    if len(overrides) > _MOST:
        raise Invalid(
            f"最多可以有 {_MOST} 条不适用的条款。", f"At most {_MOST} rules may be set aside."
        )
    return [_clean(each) for each in overrides]


def read(overrides: Any) -> list[Override]:
    """Give overrides as the checks take them; raises as `clean`."""
    return [Override(each["rule"], each["reason"]) for each in clean(overrides)]


def _clean(override: Any) -> dict[str, str]:
    given = override if isinstance(override, dict) else {}
    texts = {name: given.get(name, "") for name in ("rule", "element", "reason")}
    plain = all(isinstance(text, str) and "\0" not in text for text in texts.values())
    if not plain or not texts["rule"]:
        raise Invalid(
            "不适用的条款要写明规则和理由。", "Rules set aside need the rule and a reason, as text."
        )
    if any(len(text) > LONGEST_REASON for text in texts.values()):
        raise Invalid(
            f"不适用条款的理由最多 {LONGEST_REASON} 个字。",
            f"The reason for setting a rule aside has at most {LONGEST_REASON} characters.",
        )
    return texts
