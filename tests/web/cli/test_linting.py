"""`lint` tells about every file, one line each, and fails when one would be refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web.cli import command_line

ROOT = Path(__file__).resolve().parents[3]
GOOD = [
    ROOT / "processes" / "bpmn" / "hazard_report.bpmn",
    ROOT / "forms" / "verify.json",
    *sorted((ROOT / "processes" / "dmn").glob("*.dmn"))[:1],
    *sorted((ROOT / "processes" / "checklists").glob("*.json"))[:1],
]


def lint(*words: object) -> Result:
    return CliRunner().invoke(command_line, ["lint", *map(str, words)], catch_exceptions=False)


def test_what_bihuan_ships_is_good() -> None:
    done = lint(*GOOD, "--json")
    lines = [json.loads(line) for line in done.output.splitlines()]
    assert [line["file"] for line in lines] == [str(path) for path in GOOD]
    assert all(line["ok"] for line in lines)
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.bpmn", "this is no diagram"),
        ("a.dmn", "<nothing/>"),
        ("a.json", '{"components": 7}'),
        ("b.json", '{"items": [{}]}'),
        ("missing.bpmn", None),
    ],
)
def test_a_bad_file_is_told_in_both_languages_and_the_others_still_looked_at(
    tmp_path: Path, name: str, content: str | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    done = lint(path, GOOD[0], "--json")
    bad, good = (json.loads(line) for line in done.output.splitlines())
    assert done.exit_code == 1
    assert (bad["file"], bad["ok"], good["ok"]) == (str(path), False, True)
    for problem in bad["problems"]:
        assert problem.keys() >= {"rule", "element", "line", "severity", "zh", "en"}
        assert problem["zh"] != problem["en"]


def test_a_person_reads_lines_instead_of_json(tmp_path: Path) -> None:
    done = lint(tmp_path / "missing.bpmn")
    assert done.output.splitlines()[0].startswith(str(tmp_path))
    assert "error file-refused" in done.output.splitlines()[1]


def test_diagrams_given_together_are_seen_together(tmp_path: Path) -> None:
    called = ROOT / "processes" / "bpmn"
    files = [called / f"{name}.bpmn" for name in ("hazard_report", "rectification", "reward")]
    alone = json.loads(lint(files[0], "--json").output)
    together = [json.loads(line) for line in lint(*files, "--json").output.splitlines()]
    assert {problem["rule"] for problem in alone["problems"]} == {"call-elsewhere"}
    assert [line["problems"] for line in together] == [[], [], []]


def test_the_rules_can_be_listed() -> None:
    listed = [line.split("\t") for line in lint("--rules").output.splitlines()]
    assert len(listed) > 100
    assert {len(line) for line in listed} == {5}
    families = {family for _id, family, _severity, _zh, _en in listed}
    assert {"bpmn", "engine", "flow", "law", "practice"} <= families


def test_without_files_there_is_nothing_to_check() -> None:
    assert lint().exit_code == 2
