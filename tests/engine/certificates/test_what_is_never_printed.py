"""What a statement leaves out: it cannot leak what it does not hold."""

from __future__ import annotations

import orjson
import pytest

from engine.certificates import facts
from engine.errors import DelegateError
from tests import papers

_TRACES = ("张禤骉", "配电柜", "YH-CN001-2026-00031", "2026-11-08", "11-08", "23:30")


def _text(kind: str, given: dict[str, object]) -> str:
    return orjson.dumps(facts.read(kind, given).printed()).decode()


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_an_unnamed_reporter_leaves_no_trace_in_the_reward(mode: str) -> None:
    text = _text("reward", papers.reward(identity_mode=mode))
    assert [trace for trace in _TRACES if trace in text] == []
    assert '"reported":"2026-11"' in text
    assert '"on_record":false' in text


def test_a_named_reporter_is_thanked_by_name() -> None:
    printed = facts.read("reward", papers.reward()).printed()
    assert printed["recipient"] == "张禤骉同志"
    assert printed["reported"] == "2026-11-08"


def test_several_named_reporters_share_one_certificate() -> None:
    printed = facts.read("reward", papers.reward(recipients=["张一", "李二"])).printed()
    assert printed["recipient"] == "张一、李二同志"


def test_without_a_name_the_certificate_is_that_of_a_confidential_reporter() -> None:
    printed = facts.read("reward", papers.reward(recipients=())).printed()
    assert printed["recipient"] == "报告人（姓名保密）"
    assert printed["title"] is None


def test_no_certificate_takes_a_receipt_code() -> None:
    for kind, given in papers.FACTS.items():
        with pytest.raises(DelegateError, match="receipt_code"):
            facts.read(kind, given(receipt_code="1234123412341234"))


def test_a_closure_takes_no_reporter() -> None:
    for name in ("reporter", "recipients", "identity_mode"):
        with pytest.raises(DelegateError, match=name):
            facts.read("closure", papers.closure(**{name: "张三"}))


def test_a_missing_fact_is_named() -> None:
    given = papers.closure()
    del given["acceptor"]
    with pytest.raises(DelegateError, match="acceptor"):
        facts.read("closure", given)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(DelegateError, match="diploma"):
        facts.read("diploma", {})
