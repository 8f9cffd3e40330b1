"""How papers say money, days and moments."""

from __future__ import annotations

import pytest

from web.print_words import clip, day, in_words, moment, reported, yuan


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (200_00, "贰佰元整"),
        (200_50, "贰佰元伍角整"),
        (200_05, "贰佰元零伍分"),
        (10_00, "壹拾元整"),
        (1_001_00, "壹仟零壹元整"),
        (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
        (1_680_32, "壹仟陆佰捌拾元叁角贰分"),
        (325_04, "叁佰贰拾伍元零肆分"),
        (10_000_00, "壹万元整"),
        (100_500_00, "壹拾万零伍佰元整"),
        (105_000_00, "壹拾万伍仟元整"),
        (6_007_014_00, "陆佰万柒仟零壹拾肆元整"),
        (100_000_001_00, "壹亿零壹元整"),
        (100_005_000_00, "壹亿零伍仟元整"),
        (1_000_100_010_001_00, "壹万亿零壹亿零壹万零壹元整"),
    ],
)
def test_amounts_in_words(fen: int, words: str) -> None:
    assert in_words(fen) == f"人民币{words}"


_DIGITS = dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True))
_UNITS = {"拾": 10, "佰": 100, "仟": 1000, "万": 10**4, "亿": 10**8}


def _read_back(words: str) -> int:
    """Give the fen that a person reads from an amount in words."""
    total = section = digit = fen = 0
    for char in words.removeprefix("人民币").removesuffix("整"):
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "元":
            total, section, digit = total + section + digit, 0, 0
        elif char in "角分":
            fen, digit = fen + digit * (10 if char == "角" else 1), 0
        elif _UNITS[char] < 10**4:
            section, digit = section + digit * _UNITS[char], 0
        else:
            total, section, digit = total + (section + digit) * _UNITS[char], 0, 0
    return total * 100 + fen


@pytest.mark.parametrize("step", [1, 7, 101, 9973, 100_003, 12_345_679])
def test_words_read_back_give_the_amount(step: int) -> None:
    for fen in range(0, step * 200, step):
        assert _read_back(in_words(fen)) == fen


def test_digits_days_and_moments() -> None:
    assert yuan(123_456_789) == "¥1,234,567.89"
    assert day("2026-11-08T23:30:00+00:00") == "2026年11月9日"
    assert day("2026-11-08") == "2026年11月8日"
    assert moment("2026-11-08T16:05:00+00:00") == "2026年11月9日 00:05"
    assert reported("2026-11") == "2026年11月"
    assert reported("2026-11-08") == "2026年11月8日"


def test_only_what_is_too_long_is_cut() -> None:
    assert clip("隐患", 2) == "隐患"
    assert clip("隐患", None) == "隐患"
    assert clip("隐患多", 2) == "隐患……（全文见系统记录）"
