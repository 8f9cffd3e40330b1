"""What differs between two states of a decision, as a table of changed rules and cells (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from engine.decisions import Decision
from engine.decisions.table import Rule
from engine.values.compared import ADDED, CHANGED, REMOVED, Aspect, aspects

#: Where a rule's annotation stands among its cells.
NOTE: Final = "note"
_NO_LIMIT: Final = ("", "-")


@dataclass(frozen=True)
class Column:
    """A column of both states together; state: "" when it was there and is."""

    key: str
    label: str
    is_output: bool
    state: str


@dataclass(frozen=True)
class Cell:
    """What stood in a column, and what stands there; None where there was or is no such rule."""

    before: str | None
    after: str | None

    @property
    def differs(self) -> bool:
        """Whether it is not the same."""
        return self.before != self.after


@dataclass(frozen=True)
class RuleChange:
    """A rule that was added, removed or changed; numbers count from 1."""

    state: str
    before: int | None
    after: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class TableChange:
    """A decision that was added, removed or changed.

    aspects: name, policy, formula. columns: all of both, the annotation last.
    """

    file: str
    key: str
    name: str
    state: str
    aspects: tuple[Aspect, ...] = ()
    columns: tuple[Column, ...] = ()
    rules: tuple[RuleChange, ...] = ()

    @property
    def shown(self) -> tuple[int, ...]:
        """Which columns say something about the changed rules: not those in which all is open."""
        return tuple(
            place
            for place, column in enumerate(self.columns)
            if column.is_output or column.state or self._says(place)
        )

    def _says(self, place: int) -> bool:
        cells = [rule.cells[place] for rule in self.rules]
        return any(text not in (None, "", "-") for c in cells for text in (c.before, c.after))


def tables(
    file: str, before: Mapping[str, Decision], after: Mapping[str, Decision]
) -> Iterator[TableChange]:
    """Yield the decisions of a file that differ."""
    for key in sorted({*before, *after}):
        found = _table(file, key, before.get(key), after.get(key))
        if found is not None:
            yield found


def _table(file: str, key: str, old: Decision | None, new: Decision | None) -> TableChange | None:
    shown = new or old
    if shown is None:
        return None
    differing = aspects(_facts(old), _facts(new)) if old and new else ()
    columns = _columns(old, new)
    rules = tuple(_rules(old, new, columns))
    rearranged = any(column.state for column in columns)
    if old and new and not (differing or rules or rearranged):
        return None
    state = CHANGED if old and new else (ADDED if new else REMOVED)
    return TableChange(file, key, shown.name, state, differing, columns, rules)


def _facts(decision: Decision) -> dict[str, str]:
    said = {"name": decision.name, "policy": decision.hit_policy}
    if not decision.rules:
        said["formula"] = "；".join(cell.text for cell in decision.cells)
    # Heads of columns are calculated, too; what stands in rules is told rule by rule.
    heads = [cell.text for cell in decision.cells if decision.rules and cell.rule is None]
    return said | ({"heads": "；".join(heads)} if heads else {})


def _columns(old: Decision | None, new: Decision | None) -> tuple[Column, ...]:
    before, after = _labels(old), _labels(new)
    found = [
        Column(key, label, is_output, "" if key in before or not old else ADDED)
        for key, (label, is_output) in after.items()
    ]
    found += [
        Column(key, label, is_output, REMOVED if new else "")
        for key, (label, is_output) in before.items()
        if key not in after
    ]
    return tuple(sorted(found, key=lambda column: (column.key == NOTE, column.is_output)))


def _labels(decision: Decision | None) -> dict[str, tuple[str, bool]]:
    if decision is None or not decision.rules:
        return {}
    inputs = {f"in {one.expression}": (one.label, False) for one in decision.inputs}
    outputs = {f"out {one.name}": (one.label, True) for one in decision.outputs}
    return {**inputs, **outputs, NOTE: ("", False)}


def _rules(
    old: Decision | None, new: Decision | None, columns: Sequence[Column]
) -> Iterator[RuleChange]:
    """Pair rules that are the same, then those between them in their order."""
    before, after = _rows(old), _rows(new)
    places = SequenceMatcher(
        None,
        [_same(row, columns) for _number, row in before],
        [_same(row, columns) for _number, row in after],
        autojunk=False,
    )
    for tag, i, j, k, m in places.get_opcodes():
        if tag == "equal":
            continue
        pairs = min(j - i, m - k)
        for step in range(pairs):
            yield _rule(before[i + step], after[k + step], columns)
        for row in before[i + pairs : j]:
            yield _rule(row, None, columns)
        for row in after[k + pairs : m]:
            yield _rule(None, row, columns)


_Row = tuple[int, dict[str, str]]


def _rows(decision: Decision | None) -> list[_Row]:
    if decision is None:
        return []
    keys = list(_labels(decision))
    return [(rule.number, dict(zip(keys, _texts(rule), strict=False))) for rule in decision.rules]


def _texts(rule: Rule) -> tuple[str, ...]:
    return (*("-" if text in _NO_LIMIT else text for text in rule.texts), rule.annotation)


def _same(row: Mapping[str, str], columns: Sequence[Column]) -> tuple[str, ...]:
    """Give what has to be equal for two rules to be the same: what stands in columns of both."""
    return tuple(row.get(column.key, "") for column in columns if not column.state)


def _rule(old: _Row | None, new: _Row | None, columns: Sequence[Column]) -> RuleChange:
    state = CHANGED if old and new else (ADDED if new else REMOVED)
    cells = tuple(
        Cell(
            old[1].get(column.key, "") if old else None,
            new[1].get(column.key, "") if new else None,
        )
        for column in columns
    )
    return RuleChange(state, old[0] if old else None, new[0] if new else None, cells)
