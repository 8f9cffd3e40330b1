"""A demonstration may tell a past; nobody else hears it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from engine import clock

ROOT = Path(__file__).resolve().parents[2]
THEN = datetime(2025, 3, 3, 9, 30, tzinfo=clock.LOCAL_ZONE)


def test_inside_the_block_it_is_then_and_afterwards_it_is_now() -> None:
    with clock.at(THEN):
        assert clock.now() == THEN
        with clock.at(THEN + timedelta(days=1)):
            assert f"{clock.local_date()}" == "2025-03-04"
        assert clock.month_of(clock.now()) == "2025-03"
    assert clock.now() - datetime.now(UTC) < timedelta(seconds=1)


def test_another_thread_does_not_hear_it() -> None:
    heard: list[datetime] = []
    with clock.at(THEN):
        listener = Thread(target=lambda: heard.append(clock.now()))
        listener.start()
        listener.join()
    assert heard[0] > THEN + timedelta(days=1)


@pytest.mark.parametrize(
    "moment",
    [datetime(2025, 3, 3), datetime.now(UTC) + timedelta(hours=1)],  # noqa: DTZ001
)
def test_a_told_moment_is_aware_and_past(moment: datetime) -> None:
    with pytest.raises(ValueError, match="aware and past"), clock.at(moment):
        pass


def test_only_the_demonstration_tells_the_time() -> None:
    tellers = _callers(r"clock\.at\(|clock import .*\bat\b")
    assert {name for name in tellers if not name.startswith("web/demo/")} == set()


def test_a_trial_may_imagine_what_is_to_come() -> None:
    later = datetime.now(UTC) + timedelta(days=400)
    with clock.imagined(later):
        assert clock.now() == later
    assert clock.now() < later
    with pytest.raises(ValueError, match="aware"), clock.imagined(datetime(2025, 3, 3)):  # noqa: DTZ001
        pass


def test_only_trials_imagine_the_time() -> None:
    assert _callers(r"clock\.imagined\(|clock import .*\bimagined\b") == {"engine/spiff/trial.py"}


def _callers(pattern: str) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for room in ("engine", "web", "bihuan")
        for path in sorted((ROOT / room).rglob("*.py"))
        if re.search(pattern, path.read_text("utf-8"))
    }
