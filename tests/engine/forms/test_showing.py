"""Conditional fields, rights, prefilled values and groups that repeat."""

from __future__ import annotations

import pytest

from engine import forms
from engine.errors import InvalidAnswers, Message, NotAllowed
from tests.engine.forms.samples import field, form

VERIFY = form(
    field("radio", "finding", values=["confirmed", "unfounded"]),
    field(
        "radio", "level", values=["general", "major"], rules={"required": True},
        settings={"showField": "finding", "showValues": "confirmed, partly"},
    ),
    field(
        "textfield", "clause", rules={"required": True},
        settings={"showField": "level", "showValues": "major"},
    ),
)  # fmt: skip


def keys(form: forms.Form, values: dict[str, object], **more: object) -> list[str]:
    return [shown.key for shown in forms.visible(form, values, **more)]  # type: ignore[arg-type]


def test_a_field_is_asked_while_its_condition_holds() -> None:
    assert keys(VERIFY, {}) == ["finding"]
    assert keys(VERIFY, {"finding": "confirmed"}) == ["finding", "level"]
    assert keys(VERIFY, {"finding": "confirmed", "level": "major"}) == [
        "finding",
        "level",
        "clause",
    ]


def test_what_hangs_on_a_hidden_field_is_hidden_too() -> None:
    assert keys(VERIFY, {"finding": "unfounded", "level": "major"}) == ["finding"]


def test_answers_to_fields_that_are_not_asked_are_dropped() -> None:
    sent = {"finding": "unfounded", "level": "major", "clause": "x"}
    assert forms.clean(VERIFY, sent) == {"finding": "unfounded"}


def test_only_fields_that_are_asked_are_required() -> None:
    with pytest.raises(InvalidAnswers) as refused:
        forms.clean(VERIFY, {"finding": "confirmed", "level": "major"})
    assert list(refused.value.errors) == ["clause"]


def test_a_condition_may_look_at_process_data() -> None:
    plan = form(field("textfield", "goal", settings={"showField": "level", "showValues": "major"}))
    assert forms.clean(plan, {"goal": "x"}, current={"level": "general"}) == {}
    assert forms.clean(plan, {"goal": "x"}, current={"level": "major"}) == {"goal": "x"}


def test_ticks_and_lists_can_be_conditions() -> None:
    sample = form(
        field("checkbox", "yes"),
        field("checklist", "some", values=["a", "b"]),
        field("textfield", "x", settings={"showField": "yes", "showValues": "false"}),
        field("textfield", "y", settings={"showField": "some", "showValues": "b"}),
    )
    assert keys(sample, {"yes": False, "some": ["a", "b"]}) == ["yes", "some", "x", "y"]
    assert keys(sample, {"yes": True, "some": ["a"]}) == ["yes", "some"]


def test_a_group_may_have_a_condition_of_its_own() -> None:
    inner = field("textfield", "when", settings={"showField": "case", "showValues": "true"})
    group = {
        "type": "group",
        "label": "核销",
        "properties": {"showField": "signed", "showValues": "true"},
        "components": [inner],
    }
    sample = form(field("checkbox", "signed"), group)
    assert keys(sample, {"signed": True, "case": True}) == ["signed", "when"]
    assert keys(sample, {"signed": False, "case": True}) == ["signed"]
    assert keys(sample, {"signed": True, "case": False}) == ["signed"]


RIGHTS = forms.Rights.of({"readonly": " level ,", "hidden": "clause"})


def test_rights_are_read_from_the_element() -> None:
    assert forms.Rights(readonly=frozenset({"level"}), hidden=frozenset({"clause"})) == RIGHTS
    assert forms.Rights.of({}) == forms.Rights()


def test_hidden_fields_are_not_shown() -> None:
    shown = keys(VERIFY, {"finding": "confirmed", "level": "major"}, rights=RIGHTS)
    assert shown == ["finding", "level"]


CURRENT = {"finding": "confirmed", "level": "major", "clause": "13"}


@pytest.mark.parametrize("sent", [{"level": "general"}, {"clause": "14"}, {"clause": "13"}])
def test_posting_a_field_by_hand_is_refused(sent: dict[str, str]) -> None:
    with pytest.raises(NotAllowed) as refused:
        forms.clean(VERIFY, sent, rights=RIGHTS, current=CURRENT)
    assert refused.value.details["field"] in sent


def test_sending_a_readonly_field_back_unchanged_is_no_offence() -> None:
    sent = {"finding": "confirmed", "level": "major"}
    kept = forms.clean(VERIFY, sent, rights=RIGHTS, current=CURRENT)
    assert kept == {"finding": "confirmed"}


def test_a_field_may_be_readonly_by_its_own_definition() -> None:
    sample = form(field("textfield", "number", settings={"readonly": "true"}))
    with pytest.raises(NotAllowed):
        forms.clean(sample, {"number": "2"}, current={"number": "1"})


def test_prefilled_shows_earlier_answers_then_defaults_and_never_stale_verdicts() -> None:
    sample = form(
        field("textfield", "place"),
        field("radio", "mode", values=["a", "b"], defaultValue="a"),
        field("radio", "result", values=["passed"], settings={"fresh": "true"}),
        field("textfield", "empty"),
    )
    current = {"place": "门口", "result": "passed"}
    assert forms.prefilled(sample, current) == {"place": "门口", "mode": "a"}


DETERMINE = form(
    {
        "type": "group",
        "label": "逐条判定",
        "properties": {"each": "conditions"},
        "components": [
            field("radio", "met", values=["yes", "no"], rules={"required": True}, label="{each}"),
            field(
                "textfield", "evidence", rules={"required": True},
                settings={"showField": "met", "showValues": "yes"},
            ),
        ],
    },
    field("radio", "level", values=["general", "major"]),
)  # fmt: skip
CONDITIONS = {
    "conditions": [
        forms.Choice("1", Message("没有台账", "no ledger")),
        forms.Choice("2", Message("没有标志", "no sign")),
    ]
}


def test_a_repeated_group_asks_once_for_each_entry() -> None:
    written = forms.expand(DETERMINE, CONDITIONS)
    assert [f.key for f in written.fields] == [
        "met_1",
        "evidence_1",
        "met_2",
        "evidence_2",
        "level",
    ]
    assert written.fields[2].label == Message("没有标志", "no sign")


def test_conditions_inside_a_repeated_group_stay_with_their_entry() -> None:
    sent = {"met_1": "yes", "met_2": "no", "level": "general"}
    with pytest.raises(InvalidAnswers) as refused:
        forms.clean(DETERMINE, sent, choices=CONDITIONS)
    assert list(refused.value.errors) == ["evidence_1"]
    kept = forms.clean(DETERMINE, {**sent, "evidence_1": "照片"}, choices=CONDITIONS)
    assert kept == {**sent, "evidence_1": "照片"}


def test_without_entries_a_repeated_group_asks_nothing() -> None:
    assert forms.clean(DETERMINE, {"level": "general"}) == {"level": "general"}
