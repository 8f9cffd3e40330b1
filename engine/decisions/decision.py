"""A decision, ready to be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.decisions.scope import Closure, Scope
from engine.decisions.table import Input, Output, Result, Rule, Table, named
from engine.errors import DecisionError, ExpressionError
from engine.expressions.language import CALCULATION_ERRORS
from engine.values.plain import to_plain


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule the result comes from, in plain data: what a record of the computation keeps.

    rule: its number from 1; id and annotation: as drawn.
    inputs: values read, by the label of their column; outputs: values given, by name.
    """

    rule: int
    id: str
    annotation: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of S-FEEL text, where it stands, and the variables it uses.

    rule: counts from 1; None for a column's head or an expression outside a table.
    """

    text: str
    column: str
    rule: int | None
    names: frozenset[str]


class Logic(Protocol):
    """How a decision is made: a table or a formula."""

    def decide(self, scope: Scope) -> Result:
        """Give the result for what `scope` sees."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A decision that is an expression or the invocation of a model."""

    run: Closure

    def decide(self, scope: Scope) -> Result:
        """Give the value of the expression."""
        return Result(self.run(scope))


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a DMN file.

    id, name: as drawn. outputs: of a formula there is one, named by the decision's variable.
    names: the fields of the data it needs, with those of the decisions it requires.
    """

    id: str
    name: str
    logic: Logic
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    names: frozenset[str]
    cells: tuple[Cell, ...]

    @property
    def hit_policy(self) -> str:
        """The hit policy with its sign ("COLLECT +"), "" for a formula."""
        return self.logic.policy.name if isinstance(self.logic, Table) else ""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rows of the table as they are drawn; none for a formula."""
        return self.logic.rules if isinstance(self.logic, Table) else ()

    def evaluate(self, data: Mapping[str, Any]) -> Any:
        """Give the result for `data`: a value, a record of several outputs, or a list of either.

        Numbers are Decimals, dates are dates; `to_plain` makes them fit for process data.

        Raises:
            DecisionError: a field is missing or of the wrong kind, or rules contradict each other.
        """
        return self._decide(Scope(data)).value

    def explain(self, data: Mapping[str, Any]) -> list[Hit]:
        """Give the rules the result for `data` comes from, in the order they count.

        The list is empty where no rule hits (then the default counts) and for a formula.
        """
        result = self._decide(Scope(data))
        return [self._hit(result, number) for number in range(len(result.rows))]

    def expressions(self) -> tuple[Cell, ...]:
        """Give every text of this decision that is calculated, for checking."""
        return self.cells

    def result(self, scope: Scope) -> Any:
        """Give the result within the evaluation of another decision, worked out only once."""
        if self.id not in scope.results:
            scope.results[self.id] = self._decide(scope).value
        return scope.results[self.id]

    def _decide(self, scope: Scope) -> Result:
        try:
            return self.logic.decide(scope)
        except ExpressionError as error:
            raise named(error, self.id, self.name) from error
        except CALCULATION_ERRORS as error:
            raise self._failed() from error

    def _failed(self) -> DecisionError:
        return DecisionError(
            f"决策“{self.name}”算不出来，请检查数据的类型和大小。",
            f"the decision '{self.name}' cannot be calculated; "
            "check the kinds and sizes of its data",
            decision=self.id,
        )

    def _hit(self, result: Result, place: int) -> Hit:
        row = result.rows[place]
        rule = self.logic.rules[row.number - 1] if isinstance(self.logic, Table) else None
        return Hit(
            rule=row.number,
            id=rule.id if rule else "",
            annotation=rule.annotation if rule else "",
            inputs=_plain(self.inputs, [column.label for column in self.inputs], result.inputs),
            outputs=_plain(self.outputs, [column.name for column in self.outputs], row.outputs),
        )


def _plain(columns: Any, labels: list[str], values: tuple[Any, ...]) -> dict[str, Any]:
    return {label: to_plain(value) for label, value in zip(labels, values, strict=True)}
