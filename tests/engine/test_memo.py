"""What was read once is remembered, as far as it fits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.memo import Memo


def test_what_is_used_again_stays_and_the_rest_makes_room() -> None:
    memo, made = Memo(10), []

    def ask(key: str, weight: int = 4) -> str:
        return memo.get(key, weight, lambda: made.append(key) or key.upper())

    assert [ask("a"), ask("b"), ask("a"), ask("c"), ask("a")] == ["A", "B", "A", "C", "A"]
    assert made == ["a", "b", "c"]
    ask("b")
    assert made == ["a", "b", "c", "b"]
    assert ask("heavier than all", 11) == "HEAVIER THAN ALL"
    made.clear()
    ask("heavier than all", 11)
    assert made == ["heavier than all"]


def test_an_exception_is_not_remembered() -> None:
    memo = Memo(10)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            memo.get("x", 1, lambda: 1 // 0)
    assert memo.get("x", 1, lambda: None) is None


def test_threads_that_ask_at_once_leave_the_weight_right() -> None:
    memo = Memo(50)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: memo.get(n % 13, 7, lambda: n % 13), range(3000)))
    assert found == [n % 13 for n in range(3000)]
    assert memo._weight == sum(weight for weight, _ in memo._known.values()) <= 50
