"""What a DMN file draws around its decisions: inputs, types, models, and who requires whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field

from lxml import etree

from engine.decisions import source
from engine.decisions.grammar import Vocabulary
from engine.decisions.lexer import special_names
from engine.decisions.scope import field
from engine.decisions.types import ANY, ItemType, built_in
from engine.decisions.unary import read_tests
from engine.errors import DecisionError, ExpressionError

_MOST_ELEMENTS = 100
_MOST_NAMES = 200
_NAMED = ("inputData", "decision", "businessKnowledgeModel", "itemComponent", "formalParameter")


@dataclass(frozen=True, slots=True)
class Drawing:
    """The elements of a file by their ids, and the names in it that are no plain words."""

    decisions: dict[str, etree._Element]
    models: dict[str, etree._Element]
    inputs: dict[str, etree._Element]
    items: dict[str, etree._Element]
    special: tuple[str, ...]
    types: dict[str, ItemType] = dataclass_field(default_factory=dict)

    def requirements(self, element: etree._Element) -> list[str]:
        """Give the ids of what a decision or model requires; all of them are in the file."""
        found = list(_hrefs(element))
        for one in found:
            if one not in self.decisions and one not in self.models and one not in self.inputs:
                name = source.attribute(element, "name")
                raise DecisionError(
                    f"决策“{name}”需要“{one}”，但文件里没有它。",
                    f"the decision '{name}' requires '{one}', which is not in the file",
                    decision=source.attribute(element, "id"),
                )
        return found

    def type(self, name: str, seen: tuple[str, ...] = ()) -> ItemType:
        """Give the type called `name`, built in or drawn here."""
        found = built_in(name)
        if found is not None:
            return found
        item = self.items.get(name)
        if item is None or name in seen:
            raise ExpressionError(f"没有“{name}”这个类型。", f"there is no type '{name}'")
        if name not in self.types:
            self.types[name] = self._drawn_type(item, name, (*seen, name))
        return self.types[name]

    def _drawn_type(self, item: etree._Element, name: str, seen: tuple[str, ...]) -> ItemType:
        reference = source.child(item, "typeRef")
        base = ANY if reference is None else self.type((reference.text or "").strip(), seen)
        components = {
            source.attribute(part, "name"): self._drawn_type(part, name, seen)
            for part in source.children(item, "itemComponent")
        }
        drawn = replace(
            base,
            name=base.name if base.base else name,
            components=components or base.components,
            collection=base.collection or item.get("isCollection") == "true",
        )
        return self.restricted(drawn, source.text_of(source.child(item, "allowedValues")))

    def restricted(self, item: ItemType, allowed: str) -> ItemType:
        """Give the type `item` with the allowed values written in `allowed`, if any."""
        if not allowed:
            return item
        test, _ = read_tests(allowed, Vocabulary(self.special, field))
        return replace(item, allowed=test, allowed_text=allowed)


def _hrefs(element: etree._Element) -> Iterator[str]:
    for requirement in element.iterchildren(etree.Element):
        if source.local(requirement) in ("informationRequirement", "knowledgeRequirement"):
            for required in requirement.iterchildren(etree.Element):
                yield source.attribute(required, "href").removeprefix("#")


def draw(root: etree._Element) -> Drawing:
    """Gather the elements of a file; raise DecisionError for too many, or for ids used twice."""
    decisions, models = _by_id(root, "decision"), _by_id(root, "businessKnowledgeModel")
    if len(decisions) + len(models) > _MOST_ELEMENTS:
        raise DecisionError(
            f"一个文件最多 {_MOST_ELEMENTS} 个决策。",
            f"a file holds at most {_MOST_ELEMENTS} decisions",
        )
    special = special_names(_names(root))
    if len(special) > _MOST_NAMES:
        raise DecisionError(
            f"带空格或符号的名称太多，最多 {_MOST_NAMES} 个。",
            f"there are too many names with spaces or signs; {_MOST_NAMES} are allowed",
        )
    items = {source.attribute(e, "name"): e for e in source.children(root, "itemDefinition")}
    return Drawing(decisions, models, _by_id(root, "inputData"), items, special)


def _by_id(root: etree._Element, kind: str) -> dict[str, etree._Element]:
    found: dict[str, etree._Element] = {}
    for element in source.children(root, kind):
        key = source.attribute(element, "id")
        if not key or key in found:
            raise DecisionError(
                f"元素“{source.attribute(element, 'name')}”没有 id，或 id“{key}”重复。",
                f"the element '{source.attribute(element, 'name')}' lacks an id, or '{key}' "
                "is used twice",
                decision=key,
            )
        found[key] = element
    return found


def _names(root: etree._Element) -> frozenset[str]:
    """Gather every name a cell may say."""
    found = {source.attribute(element, "name") for element in _named_elements(root)}
    return frozenset(found)


def _named_elements(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter(etree.Element):
        kind = source.local(element)
        if kind in _NAMED or kind in ("variable", "output"):
            yield element
