"""Unified social credit codes: the fictional but valid ones of the data dictionary."""

from __future__ import annotations

import pytest

from engine.errors import Invalid
from engine.hazards import uscc

VALID = [
    "91310105MA0A00014K",
    "91310105MA0A00022E",
    "12310105000000019B",
    "523101050000000272",
    "91310105000000035U",
]


@pytest.mark.parametrize("code", VALID)
def test_valid_codes_are_taken(code: str) -> None:
    assert uscc.clean(f" {code.lower()} ") == code


@pytest.mark.parametrize("code", VALID)
def test_any_changed_sign_is_noticed(code: str) -> None:
    for place, sign in enumerate(code):
        changed = code[:place] + ("1" if sign != "1" else "2") + code[place + 1 :]
        with pytest.raises(Invalid):
            uscc.clean(changed)


@pytest.mark.parametrize(
    "code", ["", "9131", VALID[0] + "0", VALID[0].replace("M", "I"), "x" * 9999]
)
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(Invalid):
        uscc.clean(code)


def test_the_inner_check_is_a_reason_to_look_twice() -> None:
    assert not uscc.inner_check_fails("91310105MA0A00014K")
    assert uscc.inner_check_fails("91310105MA0A00024K")
