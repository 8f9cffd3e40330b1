"""Reading form definitions: form-js JSON in, a form out, and a clear refusal of anything else."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from engine import forms
from engine.errors import Message, ModelError
from tests.engine.forms.samples import definition, field, form


def test_labels_help_and_choices_are_read_in_both_languages() -> None:
    component = field(
        "radio", "kind", values=["hazard", "suggestion"],
        settings={"label_en": "Kind", "help": "选一个", "help_en": "Choose", "values_en": "A|B"},
    )  # fmt: skip
    read = form({**component, "label": "类型"}).fields[0]
    assert read.label == Message("类型", "Kind")
    assert read.help == Message("选一个", "Choose")
    assert [choice.label.en for choice in read.choices] == ["A", "B"]


def test_without_a_translation_the_chinese_words_stand_for_both() -> None:
    read = form(field("radio", values=["甲"])).fields[0]
    assert read.choices[0].label == Message("甲", "甲")
    assert read.label.en == "it"


def test_fields_of_a_group_know_their_heading() -> None:
    group = {
        "type": "group",
        "label": "更多",
        "properties": {"folded": "true"},
        "components": [field("textfield", "part")],
    }
    read = form(group).fields[0]
    assert (read.group, read.folded) == (Message("更多", "更多"), True)


def test_the_digest_is_of_the_content_not_of_its_spelling() -> None:
    first = definition(field("textfield"))
    turned = dict(reversed(first.items()))
    assert forms.read(first).version_digest == forms.read(orjson.dumps(turned)).version_digest
    other = definition(field("textarea"))
    assert forms.read(first).version_digest != forms.read(other).version_digest


def test_the_sources_of_choices_are_named() -> None:
    read = form(
        field("textfield", "place", settings={"options": "place"}),
        field("select", "who", settings={"people": "rectifier"}),
    )
    assert read.sources == {"place", "rectifier"}


def nested(depth: int) -> dict[str, Any]:
    component = field("textfield")
    for _ in range(depth):
        component = {"type": "group", "label": "组", "components": [component]}
    return definition(component)


BAD: dict[str, Any] = {
    "not JSON": b"{",
    "not text at all": b"\xff\xfe",
    "a list": b"[]",
    "too deep": b'{"id":"a","components":' + b"[" * 5000,
    "too large": b" " * 300_000,
    "no components": {"id": "sample", "type": "default"},
    "a key with a blank": definition(field("textfield", "two words")),
    "an unknown type": definition(field("signature")),
    "no key": definition({"type": "textfield", "label": "x"}),
    "no label": definition({"type": "textfield", "key": "x"}),
    "choices from nowhere": definition(field("select")),
    "a key twice": definition(field("textfield"), field("number")),
    "a condition on itself": definition(
        field("textfield", settings={"showField": "it", "showValues": "a"})
    ),
    "a condition on what comes later": definition(
        field("textfield", "a", settings={"showField": "b", "showValues": "x"}),
        field("textfield", "b"),
    ),
    "a broken pattern": definition(field("textfield", rules={"pattern": "[a"})),
    "a pattern that runs for ever": definition(field("textfield", rules={"pattern": "(a+)+$"})),
    "a pattern too free": definition(field("textfield", rules={"pattern": "a*a*a*a*"})),
    "a lone surrogate": definition(field("textfield"), title="\ud800"),
    "a number beyond JSON": definition(field("number", rules={"max": 10**30})),
    "groups in groups without end": nested(400),
    "settings that are not text": definition(field("textfield", settings={"money": True})),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_what_is_no_form_is_refused_with_a_sentence(content: Any) -> None:
    with pytest.raises(ModelError) as refused:
        forms.read(content)
    assert refused.value.message.zh.startswith("表单定义")
    assert refused.value.message.en.startswith("The form definition")


def test_the_refusal_says_where() -> None:
    with pytest.raises(ModelError, match="components/0/type"):
        forms.read(definition(field("signature")))


@pytest.mark.parametrize("pattern", ["[0-9]{18}", r"\+?[0-9]+", "[*+?]{2}"])
def test_ordinary_patterns_are_fine(pattern: str) -> None:
    assert form(field("textfield", rules={"pattern": pattern})).fields[0].pattern == pattern
