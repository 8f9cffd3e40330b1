"""Deadlines in China's calendar: holidays, make-up days, an enterprise's own days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Invalid
from engine.hazards import deadlines

#: 2026-02-13, a Friday, ten in the morning in China; the Spring Festival is close.
FRIDAY = datetime(2026, 2, 13, 2, tzinfo=UTC)


def last_moment(*day: int) -> datetime:
    """The last second of a day in China, in UTC."""
    return datetime(*day, 15, 59, 59, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # Saturday 14 February is worked to make up; the 15th to the 23rd are off.
        ("1wd", last_moment(2026, 2, 14)),
        ("2wd", last_moment(2026, 2, 24)),
        ("3wd", last_moment(2026, 2, 25)),
        ("15d", last_moment(2026, 2, 28)),
        ("P3D", last_moment(2026, 2, 16)),
        ("24h", FRIDAY + timedelta(hours=24)),
        ("PT24H", FRIDAY + timedelta(hours=24)),
        ("PT90M", FRIDAY + timedelta(minutes=90)),
        ("2026-03-01", last_moment(2026, 3, 1)),
        ("2026-03-01T08:00:00+08:00", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_how_long_each_spelling_gives(text: str, moment: datetime) -> None:
    assert deadlines.due(FRIDAY, text) == moment


def test_the_day_is_that_of_china() -> None:
    late = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # already Tuesday in Shanghai
    assert deadlines.due(late, "1wd") == last_moment(2026, 3, 4)


def test_an_enterprise_overrides_single_days() -> None:
    own = {date(2026, 2, 14): False, date(2026, 2, 16): True}
    assert deadlines.due(FRIDAY, "1wd", own) == last_moment(2026, 2, 16)


def test_in_a_year_without_a_notice_weekends_are_off() -> None:
    monday = datetime(2040, 3, 5, 2, tzinfo=UTC)
    assert deadlines.due(monday, "5wd") == last_moment(2040, 3, 12)


@pytest.mark.parametrize(
    "text",
    ["", "3", "wd", "0wd", "-1d", "3 wd", "1.5h", "三天", "99999999d", "9999h9", "PT", "P1Y",
     "2026-02-30", "2026-13", "0wd" * 1000, "２４h", "PT24H\0"],
)  # fmt: skip
def test_nonsense_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        deadlines.due(FRIDAY, text)
    assert "3wd" in refused.value.message.zh


@pytest.mark.parametrize("text", [None, 3, ["3wd"]])
def test_what_is_no_text_is_refused(text: object) -> None:
    with pytest.raises(Invalid):
        deadlines.due(FRIDAY, text)  # type: ignore[arg-type]


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(Invalid):
        deadlines.due(FRIDAY.replace(tzinfo=None), "1wd")


def test_a_calendar_without_working_days_is_refused() -> None:
    never = {date(2026, 1, 1) + timedelta(days=n): False for n in range(800)}
    with pytest.raises(Invalid):
        deadlines.due(FRIDAY, "1wd", never)


@pytest.mark.parametrize(
    ("due_on", "today", "late"),
    [
        (date(2026, 2, 13), date(2026, 2, 13), 0),
        (date(2026, 2, 13), date(2026, 2, 1), 0),
        (date(2026, 2, 13), date(2026, 2, 14), 1),
        (date(2026, 2, 13), date(2026, 2, 23), 1),
        (date(2026, 2, 13), date(2026, 2, 25), 3),
    ],
)
def test_overdue_counts_working_days(due_on: date, today: date, late: int) -> None:
    assert deadlines.overdue_days(due_on, today) == late


days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
calendars = st.dictionaries(days, st.booleans(), max_size=20)


@given(days, st.integers(1, 60), calendars)
def test_n_working_days_later_one_is_n_working_days_late(
    day: date, count: int, own: dict[date, bool]
) -> None:
    due = deadlines.add_working_days(day, count, own)
    assert deadlines.is_working_day(due, own)
    assert deadlines.overdue_days(day, due, own) == count
