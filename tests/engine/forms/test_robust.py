"""Whatever is sent, the answer is plain data or a refusal; nothing else ever happens."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import expressions, forms
from engine.errors import InvalidAnswers, Message, ModelError
from engine.forms.model import STATIC_TYPES

FORMS = {
    path.stem: forms.read(path.read_bytes())
    for path in sorted((Path(__file__).parents[3] / "forms").glob("*.json"))
    if path.name != "schema.json"
}
CHOICES = {"conditions": [forms.Choice("1", Message("甲", "A"))]}

texts = st.text(st.characters(), max_size=30) | st.sampled_from(["\0", "\ud800", "1e999", "９", ""])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.binary(max_size=4)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def answers_to(form: forms.Form) -> st.SearchStrategy[dict[str, Any]]:
    """Give raw answers: for each field absurdities, or something near the mark."""
    fields = [f for f in forms.expand(form, CHOICES).fields if f.type not in STATIC_TYPES]
    near = {
        f.key: st.sampled_from([c.value for c in f.choices] or ["2026-03-01", "12", "文字", "true"])
        for f in fields
    }
    return st.fixed_dictionaries({}, optional={key: near[key] | anything for key in near})


@pytest.mark.parametrize("key", FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_answers_to_any_shipped_form_are_plain_or_refused(key: str, data: Any) -> None:
    form = FORMS[key]
    raw = data.draw(answers_to(form))
    current = data.draw(st.dictionaries(st.sampled_from(["level", "finding"]), texts, max_size=2))
    try:
        kept = forms.clean(form, raw, choices=CHOICES, current=current)
    except InvalidAnswers:
        return
    expressions.check_data(kept)
    orjson.dumps(kept)
    assert forms.clean(form, kept, choices=CHOICES, current=current) == kept


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.dictionaries(texts, anything, max_size=5))
def test_any_definition_is_a_form_or_refused(content: Any) -> None:
    with contextlib.suppress(ModelError):
        assert forms.read(content).version_digest
