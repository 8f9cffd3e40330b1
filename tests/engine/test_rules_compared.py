"""What differs between two texts of the rules: sign by sign, and line by line where it is long."""

from __future__ import annotations

import time

from engine.rulebook.wording import Article, Chapter, Table, Wording, differences


def rules(amounts: list[int], text: str = "奖励按下表执行。") -> Wording:
    rows = tuple(
        (f"规则 {at}", "一般隐患，经核查属实，由从业人员在作业场所发现并报告。" * 4, f"{fen} 元")
        for at, fen in enumerate(amounts)
    )
    table = Table(("规则", "情形", "奖励"), rows, (12, 66, 22))
    article = Article("table", 1, text, table=table)
    return Wording(
        title="制度", issuer="甲厂", chapters=(Chapter("rewards", 1, "奖励", (article,)),),
        appendices=(), source="",
    )  # fmt: skip


def test_a_long_table_is_compared_line_by_line_and_soon() -> None:
    before, after = rules([100] * 200), rules([100] * 120 + [150] + [100] * 79)
    began = time.perf_counter()
    (found,) = differences(before, after)
    assert time.perf_counter() - began < 5, "sign by sign it takes minutes"
    gone, new = ([words for what, words in found.pieces if what == one] for one in ("gone", "new"))
    assert [line.partition("｜")[0] for line in gone + new] == ["规则 120"] * 2
    assert ("".join(gone).count("100 元"), "".join(new).count("150 元")) == (1, 1)
    shown = "".join(words for what, words in found.pieces if what != "gone")
    assert shown == "\n".join(after.chapters[0].articles[0].lines)


def test_a_short_text_is_compared_sign_by_sign() -> None:
    (found,) = differences(rules([100]), rules([100], "奖励按附表执行。"))
    assert [piece for piece in found.pieces if piece[0] != "same"] == [
        ("gone", "下"),
        ("new", "附"),
    ]
