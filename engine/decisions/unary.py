"""Reads unary tests: the conditions in the cells of a table (DMN 1.3, 9.1 and 10.3.2.10)."""

from __future__ import annotations

from typing import Any

from engine.decisions import values
from engine.decisions.closures import unsupported
from engine.decisions.grammar import Reader, Vocabulary
from engine.decisions.scope import Closure, Literal, Scope, Test
from engine.errors import ExpressionError


class CellReader(Reader):
    """Reads expressions and tests."""

    def tests(self) -> Test | None:
        """Read a whole cell of tests; None if it lets everything through ("-" or empty)."""
        if self.token.kind == "end" or self._only_dash():
            return None
        negated = self._take_not()
        test = any_of(self._tests())
        if negated:
            self.expect(")")
        self.end()
        return _negation(test) if negated else test

    def membership(self) -> Test:
        """Read the test after `in`: one, or several in brackets."""
        if self.sees("(", "[", "]") and (interval := self._interval()):
            return interval
        if not self.take("("):
            return self._test()
        test = any_of(self._tests())
        self.expect(")")
        return test

    def _only_dash(self) -> bool:
        return self.token.text == "-" and self.tokens[self.place + 1].kind == "end"

    def _take_not(self) -> bool:
        """Take `not(` if its bracket closes at the end of the cell."""
        if self.token.text != "not" or self.tokens[1].text != "(" or not self._closes_last():
            return False
        self.place += 2
        return True

    def _closes_last(self) -> bool:
        depth = 0
        for place, token in enumerate(self.tokens[1:], 1):
            if token.kind == "sign":
                depth += (token.text == "(") - (token.text == ")")
            if depth == 0:
                return self.tokens[place + 1].kind == "end"
        return False

    def _tests(self) -> list[Test]:
        tests = [self._test()]
        while self.take(","):
            tests.append(self._test())
        return tests

    def _test(self) -> Test:
        if sign := self.take(*values.COMPARISONS):
            return _against(values.COMPARISONS[sign], self.sum())
        if self.sees("(", "[", "]") and (interval := self._interval()):
            return interval
        asked, self.asks = self.asks, False
        expression = self.expression()
        asks, self.asks = self.asks, asked or self.asks
        return _asking(expression) if asks else _matching(expression)

    def _interval(self) -> Test | None:
        """Read `[1..5]`, `(1..5)` or `]1..5[`; None, and nothing taken, if it is something else."""
        place, depth = self.place, self.depth
        opening = self.advance().text
        try:
            low = self.sum()
            is_interval = bool(self.take(".."))
        except ExpressionError:
            is_interval = False
        if not is_interval:
            self.place, self.depth = place, depth
            return None
        high = self.sum()
        closing = self.take("]", ")", "[")
        if not closing:
            raise self.unexpected("“]”", "']'")
        above = _against(values.COMPARISONS[">=" if opening == "[" else ">"], low)
        below = _against(values.COMPARISONS["<=" if closing == "]" else "<"], high)
        return _both(above, below)


def _against(compare: values.Operation, bound: Closure) -> Test:
    if isinstance(bound, Literal):
        fixed = bound.value
        return lambda value, scope: compare(value, fixed, scope)
    return lambda value, scope: compare(value, bound(scope), scope)


def _both(above: Test, below: Test) -> Test:
    def test(value: Any, scope: Scope) -> bool | None:
        first = above(value, scope)
        return below(value, scope) if first is True else first

    return test


def _asking(expression: Closure) -> Test:
    """Give the test of a cell that says `?`: it passes when the expression is true."""

    def test(value: Any, scope: Scope) -> bool | None:
        outer, scope.question = scope.question, value
        result = expression(scope)
        scope.question = outer
        return result if type(result) is bool else None

    return test


def _matching(expression: Closure) -> Test:
    """Give the test of a cell that says a value: equal to it, in it, or plainly true."""
    if isinstance(expression, Literal):
        fixed = expression.value
        return lambda value, scope: values.equal(value, fixed, scope)

    def test(value: Any, scope: Scope) -> bool | None:
        wanted = expression(scope)
        if type(wanted) is bool and type(value) is not bool:
            return wanted
        if type(wanted) is list and type(value) is not list:
            scope.spend(len(wanted))
            return any(values.equal(value, one, scope) is True for one in wanted)
        return values.equal(value, wanted, scope)

    return test


def any_of(tests: list[Test]) -> Test:
    """Join tests: one that passes is enough."""
    if len(tests) == 1:
        return tests[0]

    def test(value: Any, scope: Scope) -> bool | None:
        result: bool | None = False
        for one in tests:
            passed = one(value, scope)
            if passed is True:
                return True
            if passed is None:
                result = None
        return result

    return test


def _negation(test: Test) -> Test:
    def negated(value: Any, scope: Scope) -> bool | None:
        passed = test(value, scope)
        return None if passed is None else not passed

    return negated


def read_values(text: str, vocabulary: Vocabulary) -> tuple[Any, ...]:
    """Read a list of constants; give () if it holds anything else, such as an interval."""
    reader = CellReader(text, vocabulary)
    try:
        entries = [reader.expression()]
        while reader.take(","):
            entries.append(reader.expression())
        reader.end()
    except ExpressionError:
        return ()
    found = [entry.value for entry in entries if isinstance(entry, Literal)]
    return tuple(found) if len(found) == len(entries) else ()


def read_expression(text: str, vocabulary: Vocabulary) -> tuple[Closure, frozenset[str]]:
    """Read an expression; give its closure and the variables it uses. An empty one is null."""
    reader = CellReader(text, vocabulary)
    if reader.token.kind == "end":
        return Literal(None), frozenset()
    closure = reader.expression()
    reader.end()
    if reader.asks:
        raise unsupported("?")
    return closure, frozenset(reader.names)


def read_tests(text: str, vocabulary: Vocabulary) -> tuple[Test | None, frozenset[str]]:
    """Read the tests of a cell; give None for a cell that lets everything through."""
    reader = CellReader(text, vocabulary)
    test = reader.tests()
    return test, frozenset(reader.names)
