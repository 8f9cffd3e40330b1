"""Turns a DMN file into decisions that can be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from engine.decisions import source
from engine.decisions.decision import Decision, Logic
from engine.decisions.drawing import Drawing, draw
from engine.decisions.functions import Function
from engine.decisions.grammar import Vocabulary
from engine.decisions.reading import LogicReader
from engine.decisions.scope import Closure, Scope, field
from engine.decisions.table import Output, Table, named
from engine.decisions.types import ANY, ItemType
from engine.errors import DecisionError, ExpressionError
from engine.expressions.language import CALCULATION_ERRORS


def parse(xml: bytes) -> Mapping[str, Decision]:
    """Read a DMN file (1.1 to 1.5) and give its decisions by id.

    Raises:
        DecisionError: the file is unsafe, not DMN, or any part of it cannot be made to work;
            it names the decision and the rule.
    """
    try:
        builder = _Builder(draw(source.read(xml)))
        for key in builder.drawing.decisions:
            builder.decision(key)
    except (ExpressionError, *CALCULATION_ERRORS) as error:
        raise DecisionError(
            f"决策文件有误：{error}", f"the decision file is not well made: {error}"
        ) from error
    return builder.built


class _Builder:
    """Builds decisions and models, each after those it requires."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.built: dict[str, Decision] = {}
        self._models: dict[str, Function] = {}
        self._open: list[str] = []

    def decision(self, key: str) -> Decision:
        """Build the decision with the id `key`, once."""
        if key not in self.built:
            self._enter(key)
            self.built[key] = self._decision(key, self.drawing.decisions[key])
            self._open.pop()
        return self.built[key]

    def model(self, key: str) -> Function:
        """Build the business knowledge model with the id `key`, once."""
        if key not in self._models:
            self._enter(key)
            self._models[key] = self._model(key, self.drawing.models[key])
            self._open.pop()
        return self._models[key]

    def _enter(self, key: str) -> None:
        if key in self._open:
            raise DecisionError(
                f"决策“{key}”绕了一圈又需要它自己。",
                f"the decision '{key}' requires itself in a circle",
                decision=key,
            )
        self._open.append(key)

    def _decision(self, key: str, element: etree._Element) -> Decision:
        required = [self.decision(one) for one in self._required(element, self.drawing.decisions)]
        sources = dict(self._result_names(required))
        reader = self._reader(key, element, sources)
        logic = reader.logic(element)
        own = frozenset(name for cell in reader.cells for name in cell.names if name not in sources)
        return Decision(
            id=key,
            name=reader.name,
            logic=logic,
            inputs=logic.inputs if isinstance(logic, Table) else (),
            outputs=_outputs(logic, reader.variable),
            names=own.union(*(one.names for one in required)),
            cells=tuple(reader.cells),
        )

    def _reader(
        self, key: str, element: etree._Element, sources: Mapping[str, Decision]
    ) -> LogicReader:
        """Give the reader of a decision's logic, whose names are results or fields of the data."""

        def variable(name: str) -> Closure:
            return sources[name].result if name in sources else self._data(key, name)

        vocabulary = Vocabulary(self.drawing.special, variable, self._knowledge(element))
        return LogicReader(key, self._title(key), _variable(element), self.drawing, vocabulary)

    def _result_names(self, required: list[Decision]) -> Iterator[tuple[str, Decision]]:
        """Give the names a required decision's result goes by: its id, name and variable."""
        for one in required:
            for name in (one.id, one.name, _variable(self.drawing.decisions[one.id])):
                yield name, one

    def _data(self, key: str, name: str) -> Closure:
        """Give the closure that reads a field of the data, in the type drawn for it."""
        kind = self._input_type(key, name)
        return field(name) if kind is ANY else _typed(name, kind)

    def _input_type(self, key: str, name: str) -> ItemType:
        for element in self.drawing.inputs.values():
            if source.attribute(element, "name") == name:
                variable = source.child(element, "variable")
                typed = element if variable is None else variable
                try:
                    return self.drawing.type(source.attribute(typed, "typeRef"))
                except ExpressionError as error:
                    raise named(error, key, self._title(key)) from error
        return ANY

    def _title(self, key: str) -> str:
        return source.attribute(self.drawing.decisions[key], "name") or key

    def _required(self, element: etree._Element, among: Mapping[str, etree._Element]) -> list[str]:
        return [one for one in self.drawing.requirements(element) if one in among]

    def _knowledge(self, element: etree._Element) -> dict[str, Function]:
        keys = self._required(element, self.drawing.models)
        return {source.attribute(self.drawing.models[key], "name"): self.model(key) for key in keys}

    def _model(self, key: str, element: etree._Element) -> Function:
        logic_element = source.child(element, "encapsulatedLogic")
        name = source.attribute(element, "name") or key
        if logic_element is None:
            raise DecisionError(
                f"模型“{name}”没有内容。", f"the model '{name}' is empty", decision=key
            )
        parameters = self._parameters(logic_element, key, name)
        vocabulary = Vocabulary(
            self.drawing.special,
            lambda one: _argument(one, parameters),
            self._knowledge(element),
        )
        reader = LogicReader(key, name, name, self.drawing, vocabulary)
        return _function(reader.logic(logic_element).decide, parameters)

    def _parameters(self, element: etree._Element, key: str, name: str) -> dict[str, ItemType]:
        try:
            return {
                source.attribute(one, "name"): self.drawing.type(source.attribute(one, "typeRef"))
                for one in source.children(element, "formalParameter")
            }
        except ExpressionError as error:
            raise named(error, key, name) from error


def _outputs(logic: Logic, variable: str) -> tuple[Output, ...]:
    return logic.outputs if isinstance(logic, Table) else (Output(variable, variable, ANY),)


def _variable(element: etree._Element) -> str:
    """Give the name of a decision's result: its variable's, its own, or its id."""
    variable = source.child(element, "variable")
    name = "" if variable is None else source.attribute(variable, "name")
    return name or source.attribute(element, "name") or source.attribute(element, "id")


def _typed(name: str, kind: ItemType) -> Closure:
    read = field(name)
    return lambda scope: kind.convert(read(scope), name)


def _argument(name: str, parameters: Mapping[str, ItemType]) -> Closure:
    if name not in parameters:
        raise ExpressionError(f"模型没有参数“{name}”。", f"the model has no parameter '{name}'")
    return lambda scope: scope.parameters[name]


def _function(decide: Any, parameters: dict[str, ItemType]) -> Function:
    """Make a function of a model: its arguments are all it sees."""

    def run(scope: Scope, *arguments: Any) -> Any:
        outer = scope.parameters
        scope.parameters = {
            name: kind.convert(value, name)
            for (name, kind), value in zip(parameters.items(), arguments, strict=True)
        }
        try:
            return decide(scope).value
        finally:
            scope.parameters = outer

    return Function(run, len(parameters), len(parameters), pure=False, parameters=tuple(parameters))
