"""Reads the logic of a decision or model: a table, a literal expression, an invocation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from lxml import etree

from engine.decisions import source
from engine.decisions.closures import call, unsupported
from engine.decisions.decision import Cell, Formula, Logic
from engine.decisions.drawing import Drawing
from engine.decisions.grammar import Vocabulary
from engine.decisions.policies import policy
from engine.decisions.scope import Closure, Literal, Scope, Test
from engine.decisions.table import Input, Output, Rule, Table, named
from engine.decisions.types import ItemType
from engine.decisions.unary import read_expression, read_tests, read_values
from engine.errors import DecisionError, ExpressionError
from engine.expressions.language import CALCULATION_ERRORS

#: Boxed expressions of FEEL proper, which our part of it has not.
_OTHER_LOGIC = frozenset(
    (
        "conditional",
        "context",
        "every",
        "filter",
        "for",
        "functionDefinition",
        "list",
        "relation",
        "some",
    )
)
_MOST_RULES = 2_000
_MOST_COLUMNS = 50


@dataclass
class LogicReader:
    """Reads the logic of one decision and gathers the texts that are in it.

    id, name: the decision's. variable: the name of its result.
    """

    id: str
    name: str
    variable: str
    drawing: Drawing
    vocabulary: Vocabulary
    cells: list[Cell] = field(default_factory=list)

    def logic(self, element: etree._Element) -> Logic:
        """Read the logic among the children of a decision or of a model's encapsulated logic."""
        for one in element.iterchildren(etree.Element):
            kind = source.local(one)
            if kind == "decisionTable":
                return self._table(one)
            if kind == "literalExpression":
                return Formula(self._formula(one, self.variable))
            if kind == "invocation":
                return Formula(self._invocation(one))
            if kind in _OTHER_LOGIC:
                with self._at(""):
                    raise unsupported(kind)
        raise DecisionError(
            f"决策“{self.name}”还没有决策表或表达式。",
            f"the decision '{self.name}' has no table or expression yet",
            decision=self.id,
        )

    @contextmanager
    def _at(self, column: str, rule: int | None = None) -> Iterator[None]:
        """Name the decision, rule and column in whatever goes wrong inside."""
        try:
            yield
        except ExpressionError as error:
            zh, en = error.message.zh, error.message.en
            placed = ExpressionError(f"“{column}”：{zh}", f"'{column}': {en}") if column else error
            raise named(placed, self.id, self.name, rule) from error
        except CALCULATION_ERRORS as error:
            wrong = ExpressionError(f"“{column}”写法有误。", f"'{column}' is not well written")
            raise named(wrong, self.id, self.name, rule) from error

    def _note(self, text: str, column: str, rule: int | None, names: frozenset[str]) -> None:
        if text:
            self.cells.append(Cell(text, column, rule, names))

    def _formula(
        self, element: etree._Element | None, column: str, rule: int | None = None
    ) -> Closure:
        text = source.text_of(element)
        with self._at(column, rule):
            _check_language(element)
            closure, names = read_expression(text, self.vocabulary)
        self._note(text, column, rule, names)
        return closure

    def _test(self, element: etree._Element, column: str, rule: int) -> Test | None:
        text = source.text_of(element)
        with self._at(column, rule):
            _check_language(element)
            test, names = read_tests(text, self.vocabulary)
        self._note(text, column, rule, names)
        return test

    def _invocation(self, element: etree._Element) -> Closure:
        model = source.text_of(source.child(element, "literalExpression"))
        with self._at(self.variable):
            function = self.vocabulary.knowledge.get(model)
            if function is None:
                raise ExpressionError(f"没有“{model}”这个模型。", f"there is no model '{model}'")
            given = dict(self._binding(one) for one in source.children(element, "binding"))
            if given.keys() != set(function.parameters):
                raise ExpressionError(
                    f"调用“{model}”要给出：{'、'.join(function.parameters)}。",
                    f"'{model}' needs exactly: {', '.join(function.parameters)}",
                )
            return call(function, [given[name] for name in function.parameters])

    def _binding(self, element: etree._Element) -> tuple[str, Closure]:
        parameter = source.child(element, "parameter")
        name = "" if parameter is None else source.attribute(parameter, "name")
        return name, self._formula(source.child(element, "literalExpression"), name)

    def _table(self, element: etree._Element) -> Table:
        inputs = tuple(self._input(one) for one in source.children(element, "input"))
        columns = list(source.children(element, "output"))
        outputs = tuple(self._output(one, len(columns)) for one in columns)
        rows = list(source.children(element, "rule"))
        with self._at(""):
            _check_shape(len(inputs), outputs, len(rows))
            orders = tuple(read_values(one.values, self.vocabulary) for one in outputs)
            hit_policy = policy(
                source.attribute(element, "hitPolicy"),
                source.attribute(element, "aggregation"),
                orders,
            )
        rules = tuple(
            self._rule(one, number, inputs, outputs) for number, one in enumerate(rows, 1)
        )
        return Table(self.id, self.name, inputs, outputs, rules, hit_policy)

    def _input(self, element: etree._Element) -> Input:
        expression = source.child(element, "inputExpression")
        text = source.text_of(expression)
        label = source.attribute(element, "label") or text
        with self._at(label):
            if expression is None or not text:
                raise ExpressionError("输入列没有表达式。", "an input column lacks its expression")
            kind = self.drawing.type(source.attribute(expression, "typeRef"))
            allowed = source.text_of(source.child(element, "inputValues"))
            kind = self.drawing.restricted(kind, allowed)
        read = self._formula(expression, label)
        return Input(label, text, kind, self.cells[-1].names, read)

    def _output(self, element: etree._Element, columns: int) -> Output:
        name = source.attribute(element, "name")
        label = source.attribute(element, "label") or name or self.variable
        default = source.child(element, "defaultOutputEntry")
        with self._at(label):
            if columns > 1 and not name:
                raise ExpressionError("输出列没有名称。", "an output column lacks its name")
            kind = self.drawing.type(source.attribute(element, "typeRef"))
            values, allowed = self._output_values(element, kind)
        return Output(
            name or self.variable,
            label,
            replace(kind, allowed=None),
            values,
            allowed,
            None if default is None else self._formula(default, label),
        )

    def _output_values(self, element: etree._Element, kind: ItemType) -> tuple[str, Test | None]:
        text = source.text_of(source.child(element, "outputValues"))
        if not text:
            return kind.allowed_text, kind.allowed
        return text, read_tests(text, self.vocabulary)[0]

    def _rule(
        self,
        element: etree._Element,
        number: int,
        inputs: tuple[Input, ...],
        outputs: tuple[Output, ...],
    ) -> Rule:
        entries = list(source.children(element, "inputEntry"))
        results = list(source.children(element, "outputEntry"))
        if len(entries) != len(inputs) or len(results) != len(outputs):
            wrong = ExpressionError("单元格的个数与列数不符。", "it has a wrong number of cells")
            raise named(wrong, self.id, self.name, number)
        pairs = zip(entries, inputs, strict=True)
        tests = tuple(self._test(entry, column.label, number) for entry, column in pairs)
        cells = tuple(
            self._result(entry, column, number)
            for entry, column in zip(results, outputs, strict=True)
        )
        texts = tuple(source.text_of(entry) for entry in (*entries, *results))
        return Rule(
            number, source.attribute(element, "id"), _annotation(element), tests, cells, texts
        )

    def _result(self, element: etree._Element, column: Output, rule: int) -> Closure:
        closure = self._formula(element, column.label, rule)
        if isinstance(closure, Literal):
            with self._at(column.label, rule):
                return Literal(column.check(closure.value, Scope({})))
        return closure


def _check_language(element: etree._Element | None) -> None:
    language = "" if element is None else source.attribute(element, "expressionLanguage")
    if language and "feel" not in language.lower():
        raise ExpressionError(
            f"单元格只能用 FEEL，不能用 {language}。", f"cells are in FEEL, not in {language}"
        )


def _check_shape(inputs: int, outputs: tuple[Output, ...], rules: int) -> None:
    if not outputs:
        raise ExpressionError("决策表没有输出列。", "the table has no output column")
    if len({column.name for column in outputs}) != len(outputs):
        raise ExpressionError("输出列的名称重复。", "two output columns have the same name")
    if inputs + len(outputs) > _MOST_COLUMNS or rules > _MOST_RULES:
        raise ExpressionError(
            f"决策表太大，最多 {_MOST_COLUMNS} 列、{_MOST_RULES} 条规则。",
            f"the table is too large; {_MOST_COLUMNS} columns and {_MOST_RULES} rules are allowed",
        )


def _annotation(element: etree._Element) -> str:
    notes = [source.text_of(one) for one in source.children(element, "annotationEntry")]
    description = source.child(element, "description")
    if description is not None and description.text:
        notes.insert(0, description.text.strip())
    return "；".join(note for note in notes if note)
