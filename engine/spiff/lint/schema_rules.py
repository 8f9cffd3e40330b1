"""The rules under which breaches of the schema are told."""

from __future__ import annotations

import re
from typing import Final

from engine.spiff.lint.rules import declare

LOOKS_CALCULATED: Final = re.compile(r"[$#]\{")
FORMULA: Final = declare(
    "formula-in-attribute",
    "属性里写的是值，不是公式。",
    "Attributes hold values, not formulas that another engine would calculate.",
    family="engine",
)
RULES: Final = {
    made.id: made
    for made in (
        declare(
            "schema-attribute",
            "元素只有规范允许的属性。",
            "An element has only the attributes that the schema knows.",
        ),
        declare(
            "schema-attribute-missing",
            "元素有规范必需的属性。",
            "An element has the attributes that it must have.",
        ),
        declare(
            "schema-element",
            "元素里只有规范允许的部分，且不多于允许的数量。",
            "An element holds only what the schema allows in it, and no more of it than allowed.",
        ),
        declare(
            "schema-element-missing",
            "元素里有规范必需的部分。",
            "An element holds what it must hold.",
        ),
        declare("schema-text", "元素之间没有散落的文字。", "No text stands loose among elements."),
        declare(
            "schema-value",
            "属性和内容的值合乎规定的类型。",
            "The values of attributes and contents are of the right type.",
        ),
        declare(
            "schema-other",
            "文件合乎 BPMN 2.0 的 XML 规定。",
            "The file keeps to the XML schema of BPMN 2.0.",
        ),
        declare(
            "schema-order",
            "元素里各部分按规范的顺序排列。",
            "The parts of an element stand in the order of the schema.",
            severity="warning",
        ),
    )
}
