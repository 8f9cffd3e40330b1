"""Modellers type what other tools taught them; it is understood where that is safe."""

from __future__ import annotations

import pytest

from engine.errors import ExpressionError
from engine.expressions import evaluate

DATA = {
    "a": True,
    "b": False,
    "n": 5,
    "item": {"ok": False, "true": 1},
    "items": [0],
    "price": None,
    "level": "major",
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("price == null", True),
        ("a == true && b == false", True),
        ("a && b || n > 3", True),
        ("a&&!b", True),
        ("!a", False),
        ("!!a", True),
        ("! ! ! a", False),
        ("!b == true", True),
        ("!n == 5", False),
        ("!item.ok", True),
        ("!items[0]", True),
        ("!(a && b)", True),
        ("!contains(level, 'x') && a", True),
        ("!b && !(n > 6) || false", True),
        ("n != 4", True),
        ("${n > 3}", True),
        ("${a} && !${b}", True),
        ("${ n } + 1", 6),
        ("= n > 3", True),
        ("=n", 5),
        ("  n  ", 5),
        ("n > 3\n  and\n  n < 9", True),
        ("n + 1  # one more", 6),
        ("item['true']", 1),
    ],
)
def test_a_spelling_is_understood(source: str, value: object) -> None:
    assert evaluate(source, DATA) == value


@pytest.mark.parametrize(
    "text", ["true && false", "null || !x", "${n}", "= n", "# no comment", "a != b", "“引号”"]
)
def test_nothing_inside_a_text_is_translated(text: str) -> None:
    assert evaluate(f"'{text}'", {}) == text
    assert evaluate(f'"{text}"', {}) == text


def test_escapes_in_a_text() -> None:
    assert evaluate(r"'it\'s \"so\"\n\\ \u4e2d'", {}) == 'it\'s "so"\n\\ 中'


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("n ＞ 3", "'＞' is a full-width sign; type > instead"),
        ("level == “major”", 'type " instead'),
        ("（n）", "type ( instead"),
        ("n > 3；", "the sign '；' is not allowed"),
        ("level == 'major", "lacks its closing quotation mark"),
        ("(n > 3", "the bracket '(' has no partner"),
        ("n > 3)", "the bracket ')' has no partner"),
        ("${n > 3", "the bracket '${' has no partner"),
        ("n ? 1 : 2", "the sign '?' is not allowed"),
        ("n & 1", "the sign '&' is not allowed"),
        ("!", "'!' has nothing after it"),
        ("a && !", "'!' has nothing after it"),
        ("(!)", "'!' has nothing after it"),
        ("0x10", "a number may not run into 'x10'"),
        ("1_000", "a number may not run into '_000'"),
        ("f'{n}'", "may not directly follow a letter"),
        ("'''n'''", "may not directly follow a letter, a digit or another text"),
        (r"'\d'", r"'\d' is not allowed in a text"),
    ],
)
def test_what_is_not_understood_is_explained(source: str, complaint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(source, DATA)
    assert complaint in caught.value.message.en


def test_an_empty_expression_is_refused() -> None:
    for source in ("", "  \n ", "=", "${}"):
        with pytest.raises(ExpressionError):
            evaluate(source, {})
