"""Decision tables: columns, rules, and which rules hit (DMN 1.3, chapter 8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.decisions.policies import Policy, Row
from engine.decisions.scope import Closure, Scope, Test
from engine.decisions.types import ItemType, not_allowed
from engine.errors import DecisionError, ExpressionError


@dataclass(frozen=True, slots=True)
class Input:
    """An input column.

    label: what people call it; expression: what it reads, names: the fields in that.
    """

    label: str
    expression: str
    type: ItemType
    names: frozenset[str]
    _read: Closure

    def read(self, scope: Scope) -> Any:
        """Give the value of this column for the data of `scope`."""
        return self.type.convert(self._read(scope), self.label)


@dataclass(frozen=True, slots=True)
class Output:
    """An output column; `values` is the text of its allowed values, the most important first."""

    name: str
    label: str
    type: ItemType
    values: str = ""
    _allowed: Test | None = None
    _default: Closure | None = None

    def check(self, value: Any, scope: Scope) -> Any:
        """Give `value` in this column's type; refuse one that is not allowed."""
        value = self.type.convert(value, self.name)
        if value is None or self._allowed is None or self._allowed(value, scope) is True:
            return value
        raise not_allowed(value, self.name, self.values)

    def default(self, scope: Scope) -> Any:
        """Give the value for when no rule hits."""
        return None if self._default is None else self.check(self._default(scope), scope)

    @property
    def has_default(self) -> bool:
        """Whether a default was drawn."""
        return self._default is not None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row. `number` counts from 1; a test that is None lets everything through.

    texts: its cells as they were written, inputs first.
    """

    number: int
    id: str
    annotation: str
    tests: tuple[Test | None, ...]
    cells: tuple[Closure, ...]
    texts: tuple[str, ...] = ()

    def hits(self, values: list[Any], scope: Scope) -> bool:
        """Tell whether every input passes its test."""
        scope.spend(1)
        return all(
            test is None or test(value, scope) is True
            for test, value in zip(self.tests, values, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What evaluating gave: its value, the rows it comes from in order, the inputs read."""

    value: Any
    rows: tuple[Row, ...] = ()
    inputs: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table. `decision` and `name` are those of the decision it belongs to."""

    decision: str
    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    policy: Policy

    def decide(self, scope: Scope) -> Result:
        """Find the rules that hit and what follows from them."""
        values = [column.read(scope) for column in self.inputs]
        rows: list[Row] = []
        for rule in self._hitting(values, scope):
            rows.append(self._row(rule, scope))
            if self.policy.first_only:
                break
        if not rows:
            return Result(self._default(scope), inputs=tuple(values))
        chosen = self._choose(rows, scope)
        return Result(self._value(chosen, scope), tuple(chosen), tuple(values))

    def _hitting(self, values: list[Any], scope: Scope) -> Iterator[Rule]:
        for rule in self.rules:
            try:
                hit = rule.hits(values, scope)
            except ExpressionError as error:
                raise self.error(error, rule.number) from error
            if hit:
                yield rule

    def _row(self, rule: Rule, scope: Scope) -> Row:
        try:
            values = tuple(
                column.check(cell(scope), scope)
                for column, cell in zip(self.outputs, rule.cells, strict=True)
            )
        except ExpressionError as error:
            raise self.error(error, rule.number) from error
        return Row(rule.number, values)

    def _choose(self, rows: list[Row], scope: Scope) -> list[Row]:
        try:
            return self.policy.choose(rows, scope)
        except ExpressionError as error:
            raise self.error(error) from error

    def _value(self, rows: list[Row], scope: Scope) -> Any:
        results = [self.record(row.outputs) for row in rows]
        try:
            return self.policy.combine(results, scope) if self.policy.many else results[0]
        except ExpressionError as error:
            raise self.error(error) from error

    def record(self, outputs: tuple[Any, ...]) -> Any:
        """Give the value of one output, or a record of several."""
        if len(outputs) == 1:
            return outputs[0]
        return {column.name: value for column, value in zip(self.outputs, outputs, strict=True)}

    def _default(self, scope: Scope) -> Any:
        if not any(column.has_default for column in self.outputs):
            return self.policy.combine([], scope) if self.policy.many else None
        value = self.record(tuple(column.default(scope) for column in self.outputs))
        return [value] if self.policy.many and not self.policy.aggregates else value

    def error(self, error: ExpressionError, rule: int | None = None) -> DecisionError:
        """Name the decision and the rule in front of what went wrong."""
        return named(error, self.decision, self.name, rule)


def named(
    error: ExpressionError, decision: str, name: str, rule: int | None = None
) -> DecisionError:
    """Give the error as one of the decision `decision`, called `name`, and of its rule."""
    zh_rule, en_rule = (f"第 {rule} 条规则", f", rule {rule}") if rule else ("", "")
    return DecisionError(
        f"决策“{name}”{zh_rule}：{error.message.zh}",
        f"in the decision '{name}'{en_rule}: {error.message.en}",
        decision=decision,
        rule=rule,
    )
