"""Checklists 报告清单: hazards with their precaution and legal basis, versioned (R-33, R-36).

An item has an end as law has: `effective_from`, `effective_to`, `superseded_by`. A report freezes
the version it cites (domain.md 0.3 (1)). Items nobody has read the clause of (confidence C) are
never shipped; those read on one mirror only (B) say that they are to be checked (domain.md D0).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from engine.errors import ModelError
from engine.hazards.codes import CATEGORIES, ITEM_LEVELS
from engine.hazards.words import in_words_of_lists

#: What an item and a text have to share before it is shown: one word said, or one meant wholly.
_LEAST: Final = 3
MAX_BYTES: Final = 2_000_000
#: Fields and the words they may hold; confidence C is never shipped.
_WORDS: Final[Mapping[str, Collection[str]]] = {
    "category": CATEGORIES,
    "level": ITEM_LEVELS,
    "confidence": ("A", "B"),
}
_TEXTS: Final = ("code", "hazard", "category", "level", "confidence", "precaution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One version of one item of a checklist."""

    code: str
    version: int
    sector: str
    hazard: str
    #: human, object, environment or management
    category: str
    #: Accident types by their GB 6441-2025 names.
    risk_types: tuple[str, ...]
    precaution: str
    #: Law or standard and clause, as far as it was read.
    basis: tuple[str, ...]
    #: major_listed, needs_judgement or general
    level: str
    #: A read in an official copy or two that agree, B on one mirror only
    confidence: str
    #: read, or to_be_checked 待核对 by a person against the official text
    review: str
    effective_from: date | None = None
    effective_to: date | None = None
    #: Code of the item that takes its place.
    superseded_by: str | None = None
    #: For a listed major: the conditions {"text", "pre"} and whether all or any are needed.
    conditions: tuple[Mapping[str, Any], ...] = ()
    logic: str = "all"
    note: str = ""

    def at(self, day: date) -> bool:
        """Say whether the item is in force on `day`."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)


def read_items(content: bytes) -> list[Item]:
    """Read the items of one checklist file.

    Raises:
        ModelError: it is no checklist, or an item is incomplete; the message names the item.
    """
    if len(content) > MAX_BYTES:
        raise _wrong("", f"太大，最多 {MAX_BYTES // 1000} kB", "is too large")
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _wrong("", f"第 {error.lineno} 行不是正确的 JSON", "is not valid JSON") from None
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise _wrong("", "缺少 items 列表", "has no list 'items'")
    items = [_item(entry, document.get("sector")) for entry in document["items"]]
    codes = [(item.code, item.version) for item in items]
    for item in items:
        if codes.count((item.code, item.version)) > 1:
            raise _wrong(item.code, "出现了两次", "stands there twice")
    return items


def freeze(item: Item) -> dict[str, Any]:
    """Give the item as plain data: the version a report cites for ever."""
    return {
        "code": item.code,
        "version": item.version,
        "sector": item.sector,
        "hazard": item.hazard,
        "category": item.category,
        "risk_types": list(item.risk_types),
        "precaution": item.precaution,
        "basis": list(item.basis),
        "level": item.level,
        "confidence": item.confidence,
        "review": item.review,
        "effective_from": item.effective_from.isoformat() if item.effective_from else None,
        "effective_to": item.effective_to.isoformat() if item.effective_to else None,
        "superseded_by": item.superseded_by,
        "conditions": [dict(condition) for condition in item.conditions],
        "logic": item.logic,
        "note": item.note,
    }


def cited(level: str, version: int) -> dict[str, Any]:
    """Give what a case's data says of the item it cites."""
    return {"checklist_level": level, "checklist_version": version}


def conditions_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give (number, text) of the conditions of an item as it was frozen."""
    found = enumerate(content.get("conditions") or (), 1)
    return [(str(number), _condition_text(condition)) for number, condition in found]


def _condition_text(condition: Any) -> str:
    return str(condition["text"]) if isinstance(condition, Mapping) else str(condition)


def find(items: Iterable[Item], text: str, sector: str | None = None) -> list[Item]:
    """Give the items that resemble `text`, the best first; always the same for the same words.

    Args:
        text: what a reporter wrote, or a code.
        sector: keep to this sector and to what holds in all.
    """
    wanted = _pairs(text)
    code = text.strip().upper()
    scored = [
        (_score(item, wanted) + (1000 if item.code == code else 0), item)
        for item in items
        if sector is None or item.sector in (sector, "general")
    ]
    hits = [(score, item) for score, item in scored if score]
    return [item for _score, item in sorted(hits, key=lambda hit: (-hit[0], hit[1].code))]


def alike(items: Collection[Item], text: str) -> list[Item]:
    """Give the items that a reporter's everyday words may mean, the best first.

    Beside the words themselves, those of the lists that they stand for are looked for; what half
    the list says (安全, 设备) is no sign of anything.

    Args:
        text: what is wrong, in the words of whoever saw it.
    """
    said, meant = _pairs(text), _pairs(in_words_of_lists(text))
    spoken = Counter(pair for item in items for pair in _pairs(item.hazard))
    common = {pair for pair, count in spoken.items() if count > max(4, len(items) / 8)}
    scored = []
    for item in items:
        own = _pairs(item.hazard) - common
        score = 3 * len(own & said) + 2 * len(own & (meant - said))
        if score >= _LEAST:
            scored.append((-score, item.code, item))
    return [item for _score, _code, item in sorted(scored, key=lambda hit: hit[:2])]


def shared(one: str, other: str) -> int:
    """Give in how many pairs of neighbouring signs two texts agree."""
    return len(_pairs(one) & _pairs(other))


def _score(item: Item, wanted: frozenset[str]) -> int:
    around = " ".join((*item.risk_types, item.precaution))
    return 3 * len(wanted & _pairs(item.hazard)) + len(wanted & _pairs(around))


def _pairs(text: str) -> frozenset[str]:
    """Give each two neighbouring signs of the words in `text`: Chinese has no spaces to cut at."""
    words = "".join(
        sign if sign.isalnum() else " " for sign in unicodedata.normalize("NFKC", text[:2000])
    )
    return frozenset(
        word[place : place + 2].lower() for word in words.split() for place in range(len(word) - 1)
    )


def _item(entry: Any, sector: Any) -> Item:
    code = entry.get("code") if isinstance(entry, dict) else None
    if not isinstance(code, str) or not isinstance(sector, str):
        raise _wrong("", "有一条没有编号 code，或清单没有 sector", "lacks a code or its sector")
    for problem in _problems(entry):
        raise _wrong(code, f"的 {problem} 没有填写或不正确", f"has a missing or wrong '{problem}'")
    return Item(
        code=code,
        version=entry["version"],
        sector=sector,
        hazard=entry["hazard"],
        category=entry["category"],
        risk_types=tuple(entry["risk_types"]),
        precaution=entry["precaution"],
        basis=tuple(entry["basis"]),
        level=entry["level"],
        confidence=entry["confidence"],
        review=entry.get("review", "to_be_checked"),
        effective_from=_day(entry, "effective_from"),
        effective_to=_day(entry, "effective_to"),
        superseded_by=entry.get("superseded_by"),
        conditions=tuple(entry.get("conditions", ())),
        logic=entry.get("logic", "all"),
        note=entry.get("note", ""),
    )


def _problems(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of fields that cannot be right."""
    yield from (name for name in _TEXTS if not _is_text(entry.get(name)))
    yield from (name for name in ("risk_types", "basis") if not _are_texts(entry.get(name)))
    yield from (name for name, words in _WORDS.items() if not _is_one_of(entry.get(name), words))
    if type(entry.get("version")) is not int or entry["version"] < 1:
        yield "version"
    if not _is_one_of(entry.get("logic", "all"), ("all", "any")):
        yield "logic"
    conditions = entry.get("conditions", [])
    if not isinstance(conditions, list) or not all(map(_is_condition, conditions)):
        yield "conditions"
    if entry.get("level") == "major_listed" and not conditions:
        yield "conditions"
    for name in ("superseded_by", "note", "review"):
        if not isinstance(entry.get(name, ""), str | None):
            yield name


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 2000


def _is_one_of(value: object, words: Collection[str]) -> bool:
    return isinstance(value, str) and value in words


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_condition(value: object) -> bool:
    return isinstance(value, dict) and _is_text(value.get("text"))


def _day(entry: Mapping[str, Any], name: str) -> date | None:
    value = entry.get(name)
    try:
        return date.fromisoformat(value) if value is not None else None
    except (TypeError, ValueError):
        raise _wrong(
            entry["code"], f"的 {name} 不是日期", f"has no date in '{name}'; write 2026-03-01"
        ) from None


def _wrong(code: str, zh: str, en: str) -> ModelError:
    return ModelError(
        f"报告清单{f'“{code}”' if code else ''}{zh}，请改正。",
        f"The checklist{f' item {code}' if code else ''} {en}; mend it.",
        item=code,
    )
