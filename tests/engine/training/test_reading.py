"""Lists of attendees, however they come: nothing in them stops the reading."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.training.reading import MOST_ROWS, cells_of, read_rows

CELLS = st.one_of(st.none(), st.integers(), st.floats(), st.booleans(), st.text(max_size=300))


@given(st.lists(st.lists(CELLS, max_size=6), max_size=20))
def test_rows_of_anything_are_read_or_named_bad(cells: list[list[object]]) -> None:
    for row in read_rows(cells, "principal"):
        assert row.is_good or row.faults
        assert "\0" not in row.name + row.enterprise
        assert not row.is_good or (0 < len(row.name) <= 100 and row.enterprise)


@given(st.text(max_size=400))
def test_any_text_is_cells(text: str) -> None:
    read_rows(cells_of(text), "staff")


def test_headings_say_which_column_is_which() -> None:
    text = "姓名,岗位,单位名称\n朱任,安全管理人员,甲机械有限公司\n"
    (row,) = read_rows(cells_of(text), "principal")
    assert (row.enterprise, row.name, row.position) == ("甲机械有限公司", "朱任", "safety_officer")


def test_more_lines_than_one_reads_at_once_are_seen_to_be_too_many() -> None:
    text = "甲,朱任\n" * (MOST_ROWS + 5)
    assert len(read_rows(cells_of(text), "staff")) == MOST_ROWS + 1


def test_a_heading_hides_no_line_of_a_list_that_is_too_long() -> None:
    text = "单位,姓名\n" + "甲,朱任\n" * (MOST_ROWS + 1)
    assert len(read_rows(cells_of(text), "staff")) == MOST_ROWS + 1
