"""Hit policies: what follows when several rules hit (DMN 1.3, 8.2.10 and 8.2.11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.decisions import values
from engine.decisions.scope import Scope
from engine.errors import ExpressionError

#: For each output column its values from the most to the least important; () if it has no order.
Orders = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A rule that hit: its number from 1, and its outputs in the order of the columns."""

    number: int
    outputs: tuple[Any, ...]


Choose = Callable[[list[Row], Scope], list[Row]]
Combine = Callable[[list[Any], Scope], Any]


def _every(rows: list[Row], scope: Scope) -> list[Row]:
    return rows


def _as_list(results: list[Any], scope: Scope) -> Any:
    return results


@dataclass(frozen=True, slots=True)
class Policy:
    """How hits become a result.

    name: as the standard writes it, with the aggregation's sign: "COLLECT +".
    choose: picks and orders the rows that count, of at least one.
    many: whether the result is made of all of them by `combine`, else of the first.
    first_only: whether the search may stop at the first hit.
    """

    name: str
    choose: Choose = _every
    many: bool = False
    combine: Combine = _as_list
    first_only: bool = False

    @property
    def aggregates(self) -> bool:
        """Whether many results become one number."""
        return self.combine is not _as_list


def _numbers(rows: Sequence[Row]) -> str:
    return "、".join(str(row.number) for row in rows)


def _only(rows: list[Row], scope: Scope) -> list[Row]:
    if len(rows) == 1:
        return rows
    zh, en = _numbers(rows), ", ".join(str(row.number) for row in rows)
    raise ExpressionError(
        f"第 {zh} 条规则同时命中，但命中策略 UNIQUE 只允许一条。请修改条件，使它们不重叠。",
        f"rules {en} hit at the same time, but the hit policy UNIQUE allows one only; "
        "change their conditions so that they do not overlap",
    )


def _agreeing(rows: list[Row], scope: Scope) -> list[Row]:
    first = rows[0]
    for row in rows[1:]:
        pairs = zip(first.outputs, row.outputs, strict=True)
        if not all(values.equal(one, other, scope) is True for one, other in pairs):
            raise ExpressionError(
                f"第 {first.number}、{row.number} 条规则同时命中但结果不同，命中策略 ANY 不允许。",
                f"rules {first.number} and {row.number} hit at the same time with different "
                "results, which the hit policy ANY forbids",
            )
    return [first]


def _ranked(orders: Orders) -> Choose:
    """Give the choice that orders rows by the importance of their outputs, column by column."""

    def rank(row: Row, scope: Scope) -> tuple[int, ...]:
        pairs = zip(orders, row.outputs, strict=True)
        return tuple(_place(order, value, scope) for order, value in pairs if order)

    def choose(rows: list[Row], scope: Scope) -> list[Row]:
        return sorted(rows, key=lambda row: rank(row, scope))

    return choose


def _place(order: tuple[Any, ...], value: Any, scope: Scope) -> int:
    for place, one in enumerate(order):
        if values.equal(one, value, scope) is True:
            return place
    return len(order)


def _highest(orders: Orders) -> Choose:
    ranked = _ranked(orders)
    return lambda rows, scope: ranked(rows, scope)[:1]


def _checked_numbers(results: list[Any]) -> list[Decimal]:
    if all(type(result) is Decimal for result in results):
        return results
    raise ExpressionError(
        "汇总（COLLECT）的结果必须都是数字。", "COLLECT adds up numbers only; a result is none"
    )


def _sum(results: list[Any], scope: Scope) -> Any:
    total: Any = Decimal(0) if results else None
    for number in _checked_numbers(results):
        total = values.add(total, number, scope)
    return total


def _extreme(pick: Callable[[list[Any]], Any]) -> Combine:
    def combine(results: list[Any], scope: Scope) -> Any:
        if not results:
            return None
        if values.in_order(results):
            return pick(results)
        raise ExpressionError(
            "汇总（COLLECT）的结果无法比较大小。", "COLLECT cannot order these results"
        )

    return combine


def _count(results: list[Any], scope: Scope) -> Any:
    return Decimal(len(results))


_AGGREGATIONS: dict[str, Policy] = {
    "": Policy("COLLECT", many=True),
    "SUM": Policy("COLLECT +", many=True, combine=_sum),
    "MIN": Policy("COLLECT <", many=True, combine=_extreme(min)),
    "MAX": Policy("COLLECT >", many=True, combine=_extreme(max)),
    "COUNT": Policy("COLLECT #", many=True, combine=_count),
}
_PLAIN: dict[str, Policy] = {
    "UNIQUE": Policy("UNIQUE", _only),
    "FIRST": Policy("FIRST", first_only=True),
    "ANY": Policy("ANY", _agreeing),
    "RULE ORDER": Policy("RULE ORDER", many=True),
}


def policy(name: str, aggregation: str, orders: Orders) -> Policy:
    """Give the policy called `name`; raise ExpressionError for one that cannot work here.

    Args:
        name: "UNIQUE", "COLLECT", …; "" means UNIQUE.
        aggregation: "SUM", "MIN", "MAX", "COUNT" or "", for COLLECT.
        orders: the output values of each output column.
    """
    if name == "COLLECT" and aggregation in _AGGREGATIONS:
        return _collecting(aggregation, len(orders))
    if name in ("PRIORITY", "OUTPUT ORDER"):
        return _by_importance(name, orders)
    found = _PLAIN.get(name or "UNIQUE")
    if found is None:
        raise ExpressionError(
            f"不认识命中策略“{name} {aggregation}”。", f"unknown hit policy '{name} {aggregation}'"
        )
    return found


def _collecting(aggregation: str, columns: int) -> Policy:
    if aggregation and columns > 1:
        raise ExpressionError(
            "带汇总的 COLLECT 只能有一个输出列。",
            "COLLECT with an aggregation works with one output column only",
        )
    return _AGGREGATIONS[aggregation]


def _by_importance(name: str, orders: Orders) -> Policy:
    if not any(orders):
        raise ExpressionError(
            f"命中策略 {name} 需要写明输出值的先后顺序。",
            f"the hit policy {name} needs the output values in their order of importance",
        )
    if name == "PRIORITY":
        return Policy(name, _highest(orders))
    return Policy(name, _ranked(orders), many=True)
