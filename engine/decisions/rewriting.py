"""Writing other values into the result cells of a decision file; everything else stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.decisions import source
from engine.errors import DecisionError

_RULE: Final = "rule"
_OUTPUT: Final = "outputEntry"


def with_outputs(content: bytes, decision: str, column: str, values: Mapping[int, str]) -> bytes:
    """Give a decision file in which rules of a table result in something else.

    Args:
        decision: its id. column: the name of the output. values: number of the rule, counted
            from 1 as `Rule.number`, → the new text of its cell.

    Raises:
        DecisionError: the file is none, or has no such table, column or rule.
    """
    source.read(content)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    table = next(
        (one for one in root.iter("{*}decisionTable") if _decision_of(one) == decision), None
    )
    if table is None:
        raise _missing(decision)
    names = [one.get("name") for one in source.children(table, "output")]
    rules = list(source.children(table, _RULE))
    if column not in names or not all(0 < number <= len(rules) for number in values):
        raise _missing(decision)
    for number, text in values.items():
        cells = list(source.children(rules[number - 1], _OUTPUT))
        said = next(source.children(cells[names.index(column)], "text"))
        said.text = text
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _decision_of(table: etree._Element) -> str | None:
    parent = table.getparent()
    return parent.get("id") if parent is not None else None


def _missing(decision: str) -> DecisionError:
    return DecisionError(
        f"决策表“{decision}”里没有要改的规则，请在设计里修改。",
        f"The table '{decision}' has no such rule; change it in the studio.",
        decision=decision,
    )
