"""What a sheet of enterprises says, row by row: good, or wrong with what and where (R-07)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from engine.errors import Invalid, InvalidAnswers, Message
from engine.registry.cleaning import carried, clean
from engine.registry.fields import BY_KEY, FIELDS, NODES, Field
from engine.registry.nodes import Node
from engine.registry.workbook import LONGEST_CELL, Row, rows

#: The headings stand in one of the first rows; above them may be a title and hints.
_HEADINGS_WITHIN: Final = 10
_NEEDED: Final = ("name", "sector")
_OFFERED: Final = 3


@dataclass
class Fault:
    """What is wrong in one cell."""

    key: str
    message: Message
    value: str = ""


@dataclass
class Line:
    """One row of the sheet."""

    number: int
    #: Field key → cleaned value, of the cells that say anything.
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    name: str = ""

    def wrong(self, key: str, zh: str, en: str, value: object = "") -> None:
        """Note a fault."""
        self.faults.append(Fault(key, Message(zh, en), str(value)[:60]))


def read(content: bytes, found: Sequence[Node]) -> Iterator[Line]:
    """Yield the lines of a workbook below its headings.

    Args:
        found: the nodes of the district, which the sheet calls by name.

    Raises:
        Invalid: it is no workbook, too large, or a column is missing.
    """
    reader = _Reader(found)
    headings: dict[int, Field] | None = None
    for seen, row in enumerate(rows(content)):
        if headings is None:
            headings = _headings(row, is_last=seen + 1 >= _HEADINGS_WITHIN)
            continue
        line = reader.line(row, headings)
        if line is not None:
            yield line
    if headings is None:
        raise _no_headings()


def _headings(row: Row, *, is_last: bool) -> dict[int, Field] | None:
    by_name = {name: each for each in FIELDS for name in (each.name.zh, each.name.en, each.key)}
    found: dict[int, Field] = {}
    for column, value in row[1].items():
        plain = str(value).replace("*", "").replace("（选填）", "").strip()
        if plain in by_name and by_name[plain] not in found.values():
            found[column] = by_name[plain]
    keys = {each.key for each in found.values()}
    if keys.issuperset(_NEEDED):
        return found
    if is_last or "name" in keys:
        raise _no_headings()
    return None


class _Reader:
    """Cleans rows; what was wrong with a name of a node is found out once a name."""

    def __init__(self, found: Sequence[Node]) -> None:
        self.nodes: dict[str, dict[str, UUID]] = {kind: {} for kind in NODES.values()}
        for node in found:
            for name in (node.name, node.path):
                if name:
                    self.nodes[node.kind][name] = node.id
        self.near = lru_cache(maxsize=10_000)(self._near)

    def line(self, row: Row, headings: Mapping[int, Field]) -> Line | None:
        """Give a row cleaned; None when it says nothing under the headings."""
        line = Line(row[0])
        for column, each in headings.items():
            value = row[1].get(column)
            if value is None:
                continue
            if isinstance(value, str) and len(value) > LONGEST_CELL:
                value = value[:LONGEST_CELL]
            self._cell(line, each, value)
        if not line.values and not line.faults:
            return None
        line.values = carried(line.values)
        line.name = str(line.values.get("name") or "")
        wrong = {fault.key for fault in line.faults}
        for key in _NEEDED:
            if key not in line.values and key not in wrong:
                name = BY_KEY[key].name
                line.wrong(key, f"{name.zh}没有填。", f"{name.en} is empty.")
        return line

    def _cell(self, line: Line, each: Field, value: Any) -> None:
        if each.kind == "node":
            self._node(line, each, " ".join(str(value).split()))
            return
        try:
            cleaned = clean(each, value)
        except InvalidAnswers as error:
            line.faults += [Fault(each.key, m, str(value)[:60]) for m in error.errors[each.key]]
            return
        if cleaned not in (None, []):
            line.values[each.key] = cleaned

    def _node(self, line: Line, each: Field, name: str) -> None:
        kind = NODES[each.key]
        known = self.nodes[kind].get(name)
        if known is not None:
            line.values[each.key] = known
            return
        near = self.near(kind, name)
        zh, en = each.name.zh, each.name.en
        line.wrong(
            each.key,
            f"没有名为“{name[:30]}”的{zh}" + (f"，是不是：{'、'.join(near)}？" if near else "。"),
            f"No {en.lower()} is called “{name[:30]}”"
            + (f"; perhaps {', '.join(near)}?" if near else "."),
            name,
        )

    def _near(self, kind: str, name: str) -> list[str]:
        names = list(self.nodes[kind])
        inside = [each for each in names if name and (name in each or each in name)]
        return (inside or get_close_matches(name, names, _OFFERED, 0.4))[:_OFFERED]


def _no_headings() -> Invalid:
    return Invalid(
        "没有找到表头：需要“单位名称”和“行业领域”两列。请用下载的模板填写。",
        "The headings were not found: “Name” and “Sector” are needed. Fill in the template.",
    )
