"""How pages say moments, days, money and deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from engine.clock import now
from tests.web.gallery.app import create_gallery
from web import look

pytestmark = pytest.mark.usefixtures("clock", "chinese")


@pytest.fixture
def chinese() -> Iterator[None]:
    with create_gallery().test_request_context("/inbox"):
        yield


def test_moments_and_days_are_chinas() -> None:
    late_evening = datetime(2026, 11, 2, 16, 30, tzinfo=UTC)
    assert look.moment(late_evening) == "2026-11-03 00:30"
    assert look.clock(late_evening) == "00:30"
    assert look.day(late_evening) == "2026-11-03"
    assert look.day(date(2026, 11, 2)) == "2026-11-02"
    assert (look.moment(None), look.clock(None), look.day(None)) == ("", "", "")


@pytest.mark.parametrize(
    ("fen", "said"),
    [(0, "0.00"), (5, "0.05"), (20050, "200.50"), (123456789, "1,234,567.89"), (-150, "-1.50")],
)
def test_fen_are_said_as_yuan(fen: int, said: str) -> None:
    assert look.yuan(fen) == said


# Time stands still on Monday at nine.
@pytest.mark.parametrize(
    ("hours", "tone", "words"),
    [
        (-50, "late", "已逾期 2 天"),
        (-1, "late", "今天已到期"),
        (3, "soon", "今天到期"),
        (20, "soon", "明天到期"),
        (30, "calm", "明天到期"),
        (24 * 5, "calm", "还剩 5 天"),
    ],
)
def test_a_deadline_is_said_in_days(hours: int, tone: str, words: str) -> None:
    shown = look.deadline(now() + timedelta(hours=hours))
    assert (shown.tone, shown.words) == (tone, words)


def test_working_days_are_said_when_the_page_knows_them() -> None:
    assert look.deadline(now() + timedelta(days=9), 5).words == "还剩 5 个工作日"
    assert look.deadline(now() - timedelta(days=4), -2).words == "已逾期 2 个工作日"
    assert look.deadline(now() - timedelta(hours=1), 0).words == "今天已到期"


def test_a_day_lasts_until_its_end(clock: time_machine.Traveller) -> None:
    due_on = date(2026, 11, 2)
    clock.shift(timedelta(hours=14))
    assert look.deadline(due_on).words == "今天到期"
    clock.shift(timedelta(hours=2))
    assert look.deadline(due_on).tone == "late"
