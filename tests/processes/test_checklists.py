"""The shipped report checklists, and finding one's way in them."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import checklists
from engine.errors import ModelError
from engine.hazards.codes import SECTORS
from engine.hazards.levels import Tick, criterion_of, determine
from tests.processes.player import bundle

FILES = bundle("processes/checklists")
ITEMS = [item for content in FILES.values() for item in checklists.read_items(content)]
BY_CODE = {item.code: item for item in ITEMS}


def test_there_is_a_file_for_every_sector() -> None:
    assert FILES.keys() == SECTORS.keys()
    assert {item.sector for item in ITEMS} == SECTORS.keys()
    assert all(orjson.loads(content)["sector"] == key for key, content in FILES.items())


def test_what_nobody_has_read_is_not_shipped() -> None:
    assert len(ITEMS) == len(BY_CODE) == 121
    assert BY_CODE.keys().isdisjoint({"ED-07", "EL-12", "MA-13"})


def test_what_was_read_on_one_mirror_only_is_to_be_checked() -> None:
    reviews = {(item.confidence, item.review) for item in ITEMS}
    assert reviews == {("A", "read"), ("B", "to_be_checked")}


def test_every_item_says_what_to_do_and_on_what_ground() -> None:
    for item in ITEMS:
        assert item.precaution, item.code
        assert item.basis, item.code


def test_every_listed_major_has_conditions_and_nothing_else_has() -> None:
    for item in ITEMS:
        assert bool(item.conditions) == (item.level == "major_listed"), item.code


@pytest.mark.parametrize(
    ("code", "ticks", "verdict"),
    [
        # 令10号 第十三条（一）: no ledger and no sign, both at once.
        ("IT-09", "yyy", "major"),
        ("IT-09", "yyn", "general"),
        ("IT-09", "nyy", "general"),
        # 令10号 第十三条（二）: any of the three.
        ("IT-10", "ynny", "major"),
        ("IT-10", "ynnn", "general"),
        # 建城规〔2023〕4号 第九条: found on inspection and not told in writing, and one of the two.
        ("GA-10", "yynn", "general"),
        ("GA-10", "yyny", "major"),
        ("GA-10", "ynyy", "general"),
        # 建质规〔2024〕5号 第五条（二）: dug too deep and no measures.
        ("CO-04", "yy", "major"),
        ("CO-04", "yn", "general"),
        ("HC-01", "y", "major"),
    ],
)
def test_the_criteria_keep_their_and_or_and_preconditions(
    code: str, ticks: str, verdict: str
) -> None:
    criterion = criterion_of(checklists.freeze(BY_CODE[code]))
    assert criterion is not None
    found = determine(criterion, [Tick(tick == "y", "照片") for tick in ticks])
    assert found.verdict == verdict


def test_an_item_is_in_force_between_its_dates() -> None:
    item = BY_CODE["HC-11"]
    assert item.effective_from == date(2026, 5, 1)
    assert not item.at(date(2026, 4, 30))
    assert item.at(date(2026, 5, 1))
    assert BY_CODE["GEN-01"].at(date(2000, 1, 1))


def test_the_frozen_version_is_plain_and_whole() -> None:
    for item in ITEMS:
        frozen = checklists.freeze(item)
        assert orjson.loads(orjson.dumps(frozen)) == frozen
        shipped = orjson.dumps({"sector": item.sector, "items": [frozen]})
        assert checklists.read_items(shipped) == [item]


@pytest.mark.parametrize(
    ("text", "sector", "first"),
    [
        ("疏散通道被杂物堵塞", "commercial", "MA-01"),
        ("有限空间作业没有监护人员", "industry_trade", "IT-10"),
        ("脚手架没有连墙件", "construction", "CO-05"),
        ("可燃气体报警装置没装", "gas", "GA-11"),
        ("it-09", None, "IT-09"),
    ],
)
def test_words_of_a_report_find_an_item(text: str, sector: str | None, first: str) -> None:
    found = [item.code for item in checklists.find(ITEMS, text, sector)]
    assert first in found[:3]


def test_finding_keeps_to_the_sector_and_to_what_holds_in_all() -> None:
    found = checklists.find(ITEMS, "消防通道", "education")
    assert {item.sector for item in found} <= {"education", "general"}


@given(st.text(max_size=60), st.sampled_from([None, *SECTORS]))
def test_the_same_words_always_find_the_same(text: str, sector: str | None) -> None:
    found = checklists.find(ITEMS, text, sector)
    assert found == checklists.find(list(reversed(ITEMS)), text, sector)


def one(**changes: Any) -> bytes:
    """Give a checklist of one item, changed; None takes a field away."""
    item = copy.deepcopy(orjson.loads(FILES["industry_trade"])["items"][8])
    item = {key: value for key, value in {**item, **changes}.items() if value is not None}
    return orjson.dumps({"sector": "industry_trade", "items": [item]})


@pytest.mark.parametrize(
    "changes",
    [
        {"code": None},
        {"hazard": None},
        {"hazard": ""},
        {"category": "5"},
        {"category": ["human"]},
        {"level": "huge"},
        {"confidence": "C"},
        {"version": 0},
        {"version": True},
        {"basis": "安全生产法"},
        {"conditions": []},
        {"conditions": "甲"},
        {"conditions": [{"pre": True}]},
        {"logic": "maybe"},
        {"effective_from": "soon"},
        {"superseded_by": 3},
    ],
)
def test_an_incomplete_item_is_refused(changes: dict[str, Any]) -> None:
    assert checklists.read_items(one())
    with pytest.raises(ModelError) as refused:
        checklists.read_items(one(**changes))
    assert refused.value.message.zh.startswith("报告清单")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"items": [3]}', b"\xff", b" " * 3_000_000]
)
def test_what_is_no_checklist_is_refused(content: bytes) -> None:
    with pytest.raises(ModelError):
        checklists.read_items(content)


def test_an_item_may_not_stand_there_twice() -> None:
    document = orjson.loads(one())
    document["items"] *= 2
    with pytest.raises(ModelError, match="twice"):
        checklists.read_items(orjson.dumps(document))
