"""The month on paper 月报表: the figures, the balance, three signatures, the digest of the lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext

from engine import clock, returns
from engine.returns import View
from engine.statistics import COUNTERS
from web import monthly_sheet, print_words
from web.language import say
from web.look import yuan
from web.pdf import render
from web.returns import words

#: So many adjusting rows are printed; the evidence has them all.
_PRINTED: Final = 60


def laid_out(shown: View, year: Mapping[str, int], adjustments: Sequence[Any]) -> bytes:
    """Lay out a month of a unit.

    Args:
        year: the figures from January on, of the months that the unit has locked.
    """
    row = shown.row
    digest = row.digest if row and row.digest else b""
    made = row.locked_at if row and shown.is_frozen and row.locked_at else clock.now()
    groups = [
        (name, [_line(shown, one.key, year) for one in figures if one.key in shown.keys])
        for name, figures in monthly_sheet.groups()
    ]
    return render(
        "print/return/template.html",
        {
            "issuer": shown.unit.name,
            "kind": say(words.KINDS[shown.unit.kind]),
            "month": shown.month,
            "state": say(words.STATES[shown.state]),
            "frozen": shown.is_frozen,
            "digest": digest.hex(),
            "groups": groups,
            "balance": _balance(shown),
            "definitions": shown.definitions,
            "note": row.note if row and row.note else "",
            "missing": "、".join(part.name for part in shown.missing),
            "names": shown.names,
            "moments": _moments(shown),
            "adjustments": [_adjustment(one) for one in adjustments[:_PRINTED]],
            "left_off": max(0, len(adjustments) - _PRINTED),
        },
        styles=("print/base.css", "print/return/style.css"),
        created=made,
        identifier=digest,
    )


def _line(shown: View, key: str, year: Mapping[str, int]) -> tuple[str, str, str, str]:
    name = say(words.figure_name(key, shown))
    if words.unit_of(key) == "fen":
        name += gettext("（元）")
    adjusted = shown.figures.get(returns.ADJUSTED + key, 0)
    return (
        name,
        _shown(key, shown.figures.get(key, 0)),
        f"{_shown(key, adjusted)}" if adjusted else "",
        # Who was there in two months would be two persons in a sum.
        _shown(key, year.get(key, 0))
        if key in COUNTERS and words.unit_of(key) != "persons"
        else "",
    )


def _balance(shown: View) -> list[tuple[str, str, int]]:
    figures = shown.figures
    mark = returns.ADJUSTED
    adjusted = (
        figures.get(f"{mark}verified", 0)
        - figures.get(f"{mark}closed", 0)
        + figures.get(f"{mark}moved_in", 0)
    )
    return [
        ("", gettext("期初未销号"), figures.get("opening", 0)),
        ("+", gettext("本月上账"), returns.counted(figures, "verified")),
        ("−", gettext("本月销号"), returns.counted(figures, "closed")),
        ("+", gettext("调入"), returns.counted(figures, "moved_in")),
        ("−", gettext("调出"), figures.get("moved_out", 0)),
        ("+", gettext("调整"), adjusted),
        ("=", gettext("期末未销号"), figures.get("closing", 0)),
    ]


def _moments(shown: View) -> dict[str, str]:
    row = shown.row
    return {
        name: print_words.moment(moment.isoformat())
        for name in ("signed_at", "locked_at", "submitted_at")
        if row is not None and (moment := getattr(row, name)) is not None
    }


def _adjustment(row: Any) -> tuple[str, ...]:
    one = row.Adjustment
    return (
        one.corrects,
        row.enterprise,
        say(words.figure_name(one.figure)),
        _shown(one.figure, one.delta),
        row.report_number or "",
        say(words.ORIGINS[one.origin]),
        one.reason,
        row.signer,
    )


def _shown(key: str, value: int) -> str:
    return yuan(value) if words.unit_of(key) == "fen" else str(value)
