"""What each kind of field makes of what people and clients send."""

from __future__ import annotations

from typing import Any

import pytest

from engine import forms
from engine.errors import InvalidAnswers, Message
from tests.engine.forms.samples import answer, field, form

LINE, TEXT = field("textfield"), field("textarea")
COUNT, MONEY = field("number"), field("number", settings={"money": "fen"})
RATE = field("number", decimalDigits=2)
ONE = field("radio", values=["general", "major"])
SOME = field("checklist", values=["a", "b", "c"])
TICK, DAY = field("checkbox"), field("datetime")
MOMENT = field("datetime", subtype="datetime")
FILES, FILE = field("filepicker", multiple=True), field("filepicker")
ID = "0192d3c4-0000-7000-8000-000000000001"

GOOD: list[tuple[dict[str, Any], object, object]] = [
    (LINE, "  一号\n车间 ", "一号 车间"),
    (LINE, "", None),
    (LINE, None, None),
    (LINE, "e\u0301", "é"),
    (TEXT, "一\r\n二  \n", "一\n二"),
    (COUNT, "12", 12),
    (COUNT, 12.0, 12),
    (COUNT, "", None),
    (RATE, "1.25", 1.25),
    (MONEY, "200", 20_000),
    (MONEY, "¥1,200.50", 120_050),
    (MONEY, "0", 0),
    (MONEY, 20_000, 20_000),
    (ONE, "major", "major"),
    (ONE, "", None),
    (SOME, ["b", "a", "b"], ["b", "a"]),
    (SOME, "c", ["c"]),
    (SOME, None, []),
    (TICK, True, True),
    (TICK, "on", True),
    (TICK, "false", False),
    (TICK, None, False),
    (DAY, "2026-03-01", "2026-03-01"),
    (MOMENT, "2026-03-01T08:30", "2026-03-01T08:30:00+08:00"),
    (MOMENT, "2026-03-01T00:30:00Z", "2026-03-01T08:30:00+08:00"),
    (FILES, [ID.upper(), ID], [ID]),
    (FILE, ID, [ID]),
]


@pytest.mark.parametrize(("component", "raw", "kept"), GOOD)
def test_a_good_answer_is_kept_in_its_plain_form(
    component: dict[str, Any], raw: object, kept: object
) -> None:
    value = answer(component, raw)
    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize(("component", "raw", "kept"), GOOD)
def test_cleaning_again_changes_nothing(
    component: dict[str, Any], raw: object, kept: object
) -> None:
    assert answer(component, answer(component, raw)) == kept


BAD: list[tuple[dict[str, Any], object]] = [
    (LINE, 5),
    (LINE, ["a"]),
    (LINE, {"a": 1}),
    (LINE, "x" * 201),
    (LINE, "x" * 1_000_000),
    (LINE, "a\0b"),
    (LINE, "a\ud800b"),
    (TEXT, "长" * 2001),
    (COUNT, "twelve"),
    (COUNT, "1.5"),
    (COUNT, True),
    (COUNT, float("nan")),
    (COUNT, 10**400),
    (COUNT, "9" * 1000),
    (COUNT, "1e400"),
    (MONEY, "1.234"),
    (MONEY, "-1"),
    (MONEY, 1.5),
    (MONEY, "NaN"),
    (MONEY, 10**30),
    (ONE, "huge"),
    (ONE, ["major"]),
    (SOME, ["a", "z"]),
    (SOME, {"a": 1}),
    (SOME, [["a"]]),
    (SOME, ["a"] * 1000),
    (TICK, "maybe"),
    (TICK, [True]),
    (DAY, "1 March"),
    (DAY, "2026-02-30"),
    (DAY, "0001-01-01"),
    (DAY, 20260301),
    (MOMENT, "2026-03-01T25:00"),
    (FILES, ["not an id"]),
    (FILES, [1]),
    (FILE, [ID, ID[:-1] + "2"]),
]


@pytest.mark.parametrize(("component", "raw"), BAD)
def test_a_bad_answer_is_refused_in_both_languages(component: dict[str, Any], raw: object) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        answer(component, raw)
    (message,) = refused.value.errors["it"]
    assert message.zh
    assert message.en
    assert message.zh != message.en


@pytest.mark.parametrize(
    ("component", "nothing"),
    [(LINE, " "), (ONE, ""), (SOME, []), (TICK, False), (FILES, []), (DAY, None), (MONEY, "")],
)
def test_a_required_field_has_to_be_answered(component: dict[str, Any], nothing: object) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        answer({**component, "validate": {"required": True}}, nothing)
    assert list(refused.value.errors) == ["it"]


def test_nought_is_an_answer() -> None:
    assert answer({**MONEY, "validate": {"required": True}}, "0") == 0


@pytest.mark.parametrize(
    ("rules", "raw", "words"),
    [
        ({"minLength": 3}, "ab", "Too short; write at least 3 characters."),
        ({"pattern": "[A-Z]{2}[0-9]+"}, "A1", "The format is wrong; follow the hint."),
    ],
)
def test_rules_of_a_text(rules: dict[str, Any], raw: str, words: str) -> None:
    component = field("textfield", rules=rules)
    with pytest.raises(InvalidAnswers) as refused:
        answer(component, raw)
    assert refused.value.errors["it"][0].en == words
    assert answer(component, "AB123") == "AB123"


def test_bounds_of_money_are_told_in_yuan() -> None:
    component = field("number", settings={"money": "fen"}, rules={"min": 1_000, "max": 2_000_000})
    with pytest.raises(InvalidAnswers) as low:
        answer(component, "9.99")
    with pytest.raises(InvalidAnswers) as high:
        answer(component, "20000.01")
    assert "10" in low.value.errors["it"][0].zh
    assert "20000" in high.value.errors["it"][0].zh


def test_every_wrong_field_is_named_at_once() -> None:
    sample = form({**field("textfield", "a"), "validate": {"required": True}}, field("number", "b"))
    with pytest.raises(InvalidAnswers) as refused:
        forms.clean(sample, {"b": "x"})
    assert set(refused.value.errors) == {"a", "b"}


def test_choices_are_passed_in_by_name_of_their_list_or_by_field() -> None:
    who = field("select", "who", settings={"people": "rectifier"})
    anna = [forms.Choice("u1", Message("安娜", "Anna"))]
    assert answer(who, "u1", choices={"rectifier": anna}) == "u1"
    assert answer(who, "u1", choices={"who": anna}) == "u1"
    with pytest.raises(InvalidAnswers):
        answer(who, "u2", choices={"rectifier": anna})


def test_suggestions_for_a_text_do_not_bind() -> None:
    place = field("textfield", settings={"options": "place"})
    assert answer(place, "二号门外", choices={"place": []}) == "二号门外"


def test_keys_the_form_does_not_know_are_ignored() -> None:
    assert forms.clean(form(LINE), {"it": "x", "rights": "all"}) == {"it": "x"}


def test_what_was_not_sent_keeps_its_answer_or_its_default() -> None:
    sample = form(
        field("textfield", "kept"),
        field("textfield", "default", defaultValue="d"),
        field("textfield", "fresh", settings={"fresh": "true"}),
        field("checkbox", "tick"),
    )
    current = {"kept": "earlier", "fresh": "earlier"}
    assert forms.clean(sample, {}, current=current) == {
        "kept": "earlier",
        "default": "d",
        "fresh": None,
        "tick": False,
    }
    assert forms.clean(sample, {"kept": ""}, current=current)["kept"] is None


def test_answers_that_are_no_record_are_refused() -> None:
    with pytest.raises(InvalidAnswers):
        forms.clean(form(LINE), ["it"])  # type: ignore[arg-type]
