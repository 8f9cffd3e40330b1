"""What a completion may cost, counted: statements, commits and bytes; time is for the bench."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from bench import __main__ as benches
from bench import city, databases, definitions, loop, migrate, pages, w1

#: What the names of a line are, as clients of the bench read them.
W1 = {
    "bench",
    "path",
    "database",
    "instances_per_s",
    "completions_per_s",
    "ms_p50",
    "ms_p95",
    "sql",
    "commits",
    "bytes_per_instance",
    "floor_ratio",
}


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.slow
def test_a_completion_is_one_commit_and_few_statements_and_an_instance_is_small(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(w1, "ROUNDS", 1)
    monkeypatch.setattr(databases, "kinds", lambda: ["sqlite"])
    w1.run()
    lines = _lines(capsys)
    assert [line["path"] for line in lines] == ["floor", "engine", "http"]
    for line in lines:
        assert line.keys() == W1
        assert line["commits"] == 1
        assert line["sql"] <= 15
        assert line["bytes_per_instance"] <= 12_000


def test_a_state_stays_small_however_often_work_is_done_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loop, "ROUNDS", (2, 40))
    monkeypatch.setattr(loop, "_SAMPLES", 1)
    loop.run()
    first, last = _lines(capsys)
    assert last["bytes"] < first["bytes"] * 1.1


@pytest.mark.slow
def test_a_page_asks_the_database_as_often_for_many_hazards_as_for_few(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pages, "FEW", 100)
    monkeypatch.setattr(pages, "MANY", 400)
    monkeypatch.setattr(pages, "ROUNDS", 1)
    monkeypatch.setattr(databases, "kinds", lambda: ["sqlite"])
    pages.run()
    lines = _lines(capsys)
    assert [line["page"] for line in lines] == [page for page, _, _ in pages.PAGES]
    for line in lines:
        assert line["sql_few"] == line["sql_many"] <= 15


@pytest.mark.slow
def test_what_drawing_costs_is_measured_on_diagrams_that_are_right(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ROUNDS", "_WARMING"):
        monkeypatch.setattr(definitions, name, 1)
    monkeypatch.setattr(databases, "kinds", lambda: ["sqlite"])
    definitions.run()
    lines = _lines(capsys)
    assert [line["bench"] for line in lines] == ["lint", "publish", "start", "start"]
    assert lines[0]["elements"] >= 100
    assert [line["cached"] for line in lines[2:]] == [False, True]


def test_every_case_of_the_bench_is_moved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(migrate, "CASES", 6)
    monkeypatch.setattr(databases, "kinds", lambda: ["sqlite"])
    migrate.run()
    (line,) = _lines(capsys)
    assert line.keys() == {
        "bench", "database", "cases", "cases_per_s", "ms_p50", "ms_p95", "dry_run_per_s",
    }  # fmt: skip
    assert line["cases"] == 6


@pytest.mark.slow
@pytest.mark.postgresql
def test_a_city_is_measured_page_by_page(
    postgresql_server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("SIZES", (60,)), ("ROUNDS", 1), ("VARIETY", 1)):
        monkeypatch.setattr(city, name, value)
    monkeypatch.setattr(databases, "_SERVER", postgresql_server)
    city.run()
    (built, *lines, locked) = _lines(capsys)
    for once, name in ((built, "city_build"), (locked, "city_lock")):
        assert once.keys() == {"bench", "hazards", "seconds"}
        assert once["bench"] == name
    assert [line["page"] for line in lines] == list(city.PAGES)
    for line in lines:
        assert line.keys() - {"sql_ms"} == {"bench", "page", "hazards", "ms_p50", "ms_p95", "sql"}
    assert lines[2]["sql"] <= 5


def test_an_unknown_bench_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert benches.main(["w9"]) == 2
    assert "w9" in capsys.readouterr().err
