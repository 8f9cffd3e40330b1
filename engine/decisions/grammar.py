"""Reads S-FEEL expressions (DMN 1.3, 9.1 and 10.3.1) straight into closures.

One method a level of the grammar, from loosest to tightest:
choice, or, and, comparison, sum, product, power, sign, path, primary.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.decisions import values
from engine.decisions.closures import call, entry, in_turn, three_valued, unsupported
from engine.decisions.cursor import Cursor
from engine.decisions.functions import FUNCTIONS, Function, at_literal
from engine.decisions.lexer import tokens
from engine.decisions.scope import Closure, Literal, Test
from engine.errors import ExpressionError
from engine.values.limits import MAX_NODES

_MAX_NESTING = 20
_KEYWORDS = {"true": True, "false": False, "null": None}
_UNSUPPORTED = frozenset(("for", "some", "every", "function", "instance"))
_RESERVED = frozenset(("and", "or", "between", "in", "then", "else"))


@dataclass(frozen=True)
class Vocabulary:
    """What the names in a cell stand for.

    special: names that are no plain words, the longest first.
    variable: gives the closure that reads a name.
    knowledge: functions made from business knowledge models, by name.
    """

    special: tuple[str, ...]
    variable: Callable[[str], Closure]
    knowledge: dict[str, Function] = field(default_factory=dict)


class Reader(Cursor, ABC):
    """Reads one expression. `names` gathers the variables it uses, `asks` whether it says `?`."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        super().__init__(tokens(text, vocabulary.special))
        self.vocabulary = vocabulary
        self.names: set[str] = set()
        self.asks = False
        self.depth = 0
        self._nodes = 0

    def end(self) -> None:
        """Check that everything was read; a filter (`list[1]`) is what modellers try most."""
        if self.sees("["):
            raise unsupported("[…]")
        super().end()

    def expression(self) -> Closure:
        """Read an expression of any kind."""
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise ExpressionError("嵌套太深，请拆开写。", "it is nested too deeply; split it up")
        closure = self._choice() if self.take("if") else self._either()
        self.depth -= 1
        return closure

    def _choice(self) -> Closure:
        test = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        no = self.expression()
        return lambda scope: yes(scope) if test(scope) is True else no(scope)

    def _either(self) -> Closure:
        return self._logic("or", self._both, decides=True)

    def _both(self) -> Closure:
        return self._logic("and", self._comparison, decides=False)

    def _logic(self, word: str, operand: Callable[[], Closure], *, decides: bool) -> Closure:
        parts = [operand()]
        while self.take(word):
            parts.append(operand())
        return parts[0] if len(parts) == 1 else three_valued(parts, decides=decides)

    def _comparison(self) -> Closure:
        left = self.sum()
        if sign := self.take(*values.COMPARISONS):
            compare, right = values.COMPARISONS[sign], self.sum()
            return lambda scope: compare(left(scope), right(scope), scope)
        if self.take("between"):
            return self._between(left)
        if self.take("in"):
            return self._membership(left)
        return left

    def _between(self, value: Closure) -> Closure:
        low = self.sum()
        self.expect("and")
        high = self.sum()
        not_below, not_above = values.COMPARISONS[">="], values.COMPARISONS["<="]
        tests: list[Closure] = [
            lambda scope: not_below(value(scope), low(scope), scope),
            lambda scope: not_above(value(scope), high(scope), scope),
        ]
        return three_valued(tests, decides=False)

    def _membership(self, value: Closure) -> Closure:
        test = self.membership()
        return lambda scope: test(value(scope), scope)

    @abstractmethod
    def membership(self) -> Test:
        """Read what follows the word `in`: the grammar of tests, which contains this one."""

    def sum(self) -> Closure:
        """Read a sum: what the endpoint of an interval may be."""
        return self._chain(values.SUMS, self._product)

    def _product(self) -> Closure:
        return self._chain(values.PRODUCTS, self._power)

    def _power(self) -> Closure:
        return self._chain({"**": values.power}, self._signed)

    def _chain(
        self, operations: dict[str, values.Operation], operand: Callable[[], Closure]
    ) -> Closure:
        """Read operands with signs of one strength between them; they apply from left to right."""
        first = operand()
        rest: list[tuple[values.Operation, Closure]] = []
        while sign := self.take(*operations):
            rest.append((operations[sign], operand()))
        return in_turn(first, rest) if rest else first

    def _signed(self) -> Closure:
        minus = False
        while self.take("-"):
            minus = not minus
        operand = self._path()
        if not minus:
            return operand
        if isinstance(operand, Literal):
            return Literal(values.negate(operand.value))
        return lambda scope: values.negate(operand(scope))

    def _path(self) -> Closure:
        holder, path = self._primary(), self.tokens[self.place - 1].text
        while self.take("."):
            name = self.advance()
            if name.kind != "name":
                raise self.unexpected("字段名", "a field name")
            path = f"{path}.{name.text}"
            holder = entry(holder, name.text, path)
        return holder

    def _primary(self) -> Closure:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise ExpressionError("太复杂，请拆开写。", "it is too complex; split it up")
        token = self.advance()
        if token.kind in ("number", "text"):
            return Literal(token.value)
        if token.kind == "name":
            return self._name(token.text)
        if token.text in _SIGNS:
            return _SIGNS[token.text](self)
        self.place -= token.kind != "end"
        raise self.unexpected("数值、文字或名称", "a value or a name")

    def _name(self, name: str) -> Closure:
        if name in _KEYWORDS:
            return Literal(_KEYWORDS[name])
        if name in _UNSUPPORTED:
            raise unsupported(name)
        if name in _RESERVED:
            self.place -= 1
            raise self.unexpected("数值、文字或名称", "a value or a name")
        if self.take("("):
            return self._call(name)
        self.names.add(name)
        return self.vocabulary.variable(name)

    def _call(self, name: str) -> Closure:
        function = self.vocabulary.knowledge.get(name) or FUNCTIONS.get(name)
        if function is None:
            raise ExpressionError(f"没有“{name}”这个函数。", f"there is no function '{name}'")
        arguments = self._list_up_to(")")
        if not function.least <= len(arguments) <= function.most:
            raise ExpressionError(
                f"函数 {name} 的参数个数不对。",
                f"the function {name} has a wrong number of arguments",
            )
        return call(function, arguments)

    def _list_up_to(self, closing: str) -> list[Closure]:
        entries: list[Closure] = []
        while not self.sees(closing):
            entries.append(self.expression())
            if not self.take(","):
                break
        self.expect(closing)
        return entries

    def bracket(self) -> Closure:
        """Read what follows an opening round bracket."""
        inner = self.expression()
        self.expect(")")
        return inner

    def list(self) -> Closure:
        """Read what follows an opening square bracket."""
        entries = self._list_up_to("]")
        return lambda scope: [entry(scope) for entry in entries]

    def question(self) -> Closure:
        """Read `?`: the value of the input whose cell this is."""
        self.asks = True
        return lambda scope: scope.question

    def at(self) -> Closure:
        """Read the text of a date, time or duration after `@`."""
        token = self.advance()
        if token.kind != "text":
            raise ExpressionError("@ 后面要写带引号的日期。", "'@' needs a date in quotation marks")
        return Literal(at_literal(token.value))


_SIGNS: dict[str, Callable[[Reader], Closure]] = {
    "(": Reader.bracket,
    "[": Reader.list,
    "?": Reader.question,
    "@": Reader.at,
}
