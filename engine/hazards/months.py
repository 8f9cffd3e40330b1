"""Months as text, "2026-11": they sort as they follow each other."""

from __future__ import annotations


def next_month(month: str) -> str:
    """Give the month after `month`."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1}-01" if number == 12 else f"{year}-{number + 1:02d}"


def months_back(month: str, count: int) -> list[str]:
    """Give `count` months up to `month`, oldest first."""
    last = int(month[:4]) * 12 + int(month[5:]) - 1
    return [f"{at // 12}-{at % 12 + 1:02d}" for at in range(last - count + 1, last + 1)]
