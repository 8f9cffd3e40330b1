"""The words and bounds of typical cases (R-16, R-17; domain.md C6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.definitions.scoring_files import scoring_files
from engine.errors import InvalidAnswers, Message
from engine.values.signs import writable

#: Six, not the four classes of hazards (R-17).
DIMENSIONS: Final[Mapping[str, Message]] = {
    "human": Message("人", "People"),
    "machine": Message("机", "Machines"),
    "material": Message("物", "Materials"),
    "environment": Message("环", "Surroundings"),
    "management": Message("管", "Management"),
    "culture": Message("文化", "Culture"),
}
#: What a case tells; the first three always.
STORY: Final[Mapping[str, Message]] = {
    "background": Message("背景", "Background"),
    "action": Message("做法", "What was done"),
    "effect": Message("成效", "Effect"),
    "data": Message("数据", "Figures"),
    "replicable": Message("可复制的做法", "What others can copy"),
}
_NEEDED: Final = ("background", "action", "effect")
LEVELS: Final[Mapping[str, Message]] = {
    "district": Message("区级", "District"),
    "city": Message("市级", "City"),
    "nation": Message("国家级", "Nation"),
}
#: By staff, from and below (工信部联企业〔2011〕300号, industry).
SIZES: Final[Mapping[str, tuple[Message, int, int]]] = {
    "micro": (Message("微型（20 人以下）", "Micro (under 20)"), 0, 20),
    "small": (Message("小型（20 至 299 人）", "Small (20 to 299)"), 20, 300),
    "medium": (Message("中型（300 至 999 人）", "Medium (300 to 999)"), 300, 1000),
    "large": (Message("大型（1000 人以上）", "Large (1000 and more)"), 1000, 10**9),
}
MOST_PHOTOS: Final = 6
_LONGEST_TITLE: Final = 100
_LONGEST: Final = 2000


@dataclass(frozen=True)
class Criterion:
    """One thing that vetting gives points for."""

    key: str
    name: Message
    most: int


def criteria() -> tuple[Criterion, ...]:
    """Give what vetting looks at, as `processes/scoring/cases.toml` says."""
    said = scoring_files()["cases"]["criteria"]
    return tuple(Criterion(one["key"], Message(**one["name"]), one["most"]) for one in said)


def pass_mark() -> int:
    """Give the points from which a case can be published."""
    return int(scoring_files()["cases"]["pass"])


def clean_text(
    title: str, dimensions: Sequence[str], story: Mapping[str, str]
) -> tuple[str, list[str], dict[str, str]]:
    """Give title, dimensions and story as they are kept: without signs that no feed can hold.

    Raises:
        InvalidAnswers: field by field.
    """
    errors: dict[str, list[Message]] = {}
    title = " ".join(writable(title).split())
    if not 4 <= len(title) <= _LONGEST_TITLE:
        errors["title"] = [
            Message(
                f"标题请写 4 至 {_LONGEST_TITLE} 个字。",
                f"The title has 4 to {_LONGEST_TITLE} characters.",
            )
        ]
    chosen = [key for key in DIMENSIONS if key in dimensions]
    if not chosen:
        errors["dimensions"] = [Message("请至少选一个方面。", "Choose at least one dimension.")]
    told = {key: writable(story.get(key, "")).strip() for key in STORY}
    for key, text in told.items():
        if len(text) > _LONGEST:
            errors[key] = [
                Message(f"太长，最多 {_LONGEST} 个字。", f"Too long; at most {_LONGEST}.")
            ]
        elif key in _NEEDED and not text:
            errors[key] = [Message("请填写这一项。", "Please answer this.")]
    if errors:
        raise InvalidAnswers(errors)
    return title, chosen, {key: text for key, text in told.items() if text}


def clean_scores(scores: Mapping[str, Any]) -> dict[str, int]:
    """Give the points a person gave, by criterion, with their sum as ``total``.

    Raises:
        InvalidAnswers: a criterion has no whole number within its bounds.
    """
    errors: dict[str, list[Message]] = {}
    found: dict[str, int] = {}
    for one in criteria():
        text = str(scores.get(one.key, "")).strip()
        if text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= one.most:
            found[one.key] = int(text)
        else:
            errors[one.key] = [
                Message(f"请填 0 至 {one.most} 的整数。", f"A whole number from 0 to {one.most}.")
            ]
    if errors:
        raise InvalidAnswers(errors)
    return {**found, "total": sum(found.values())}
