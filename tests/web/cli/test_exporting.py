"""`bihuan export platform`: a drop is there whole with its digests, or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import Result
from sqlalchemy.orm import Session

from engine import registry
from engine.clock import LOCAL_ZONE
from engine.outbound import rows
from tests.cast import Cast
from tests.histories import Pen

Command = Callable[..., Result]
OFFICE = "O"
LATER = datetime(2027, 3, 1, 9, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def told(session: Session, cast: Cast, clock: time_machine.Traveller) -> Pen:
    """An enterprise whose name a spreadsheet would run, with an open hazard."""
    clock.move_to(LATER)
    registry.correct(session, cast.enterprise_id, {"name": "=甲"}, actor=cast.office)
    pen = Pen(session)
    pen.register(pen.case(cast.enterprise_id, LATER, description="张三"), LATER)
    session.commit()
    return pen


def drops(out: Path) -> list[Path]:
    return sorted(out.iterdir())


def manifest(drop: Path) -> dict[str, Any]:
    """Give a drop's manifest, after its digests were found to be true."""
    said: dict[str, Any] = json.loads((drop / "manifest.json").read_text("utf-8"))
    for file in said["files"]:
        content = (drop / file["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["bytes"]
    assert {path.name for path in drop.iterdir()} == {
        "manifest.json", *(file["name"] for file in said["files"])
    }  # fmt: skip
    return said


def test_a_drop_has_everything_and_the_next_only_what_changed(
    command: Command, told: Pen, cast: Cast, tmp_path: Path, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(minutes=10))
    out = tmp_path / "drop"
    done = command(f"export platform --out {out} --organisation {OFFICE} --since last")
    assert done.exit_code == 0, done.output
    (first,) = drops(out)
    assert done.output.splitlines()[-1] == str(first)
    said = manifest(first)
    assert (said["since"], said["organisation"]) == (None, OFFICE)
    counts = {file["name"]: file["rows"] for file in said["files"]}
    assert counts["hazards.csv"] == 1
    text = (first / "enterprises.csv").read_text("utf-8")
    told_rows = list(csv.DictReader(StringIO(text)))
    assert len(told_rows) == counts["enterprises.csv"] >= 2
    assert "'=甲" in {row["单位名称"] for row in told_rows}
    assert "张三" not in text + (first / "hazards.csv").read_text("utf-8")
    # Two in one second stand side by side.
    assert command(f"export platform --out {out}").exit_code == 0
    assert len(drops(out)) == 2
    clock.shift(timedelta(hours=1))
    again = f"export platform --out {out} --organisation {OFFICE} --since last"
    assert command(again).exit_code == 0
    said = manifest(drops(out)[-1])
    assert [file["rows"] for file in said["files"]] == [0, 0]
    assert said["since"] == manifest(first)["next_since"]


def test_files_of_ones_own_shape_as_lines(
    command: Command, told: Pen, cast: Cast, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "h.toml").write_text(
        'key = "own"\nname = "自己的"\nrows = "hazard"\n[[columns]]\nheading = "lv"\n'
        'field = "level"\ncodes = "l"\n[codes.l]\ngeneral = "G"\n',
        "utf-8",
    )
    line = f"export platform --out {tmp_path / 'out'} --format jsonl --profiles {own}"
    assert command(line).exit_code == 0
    (drop,) = drops(tmp_path / "out")
    assert (drop / "hazards.jsonl").read_text("utf-8") == '{"lv": "G"}\n'
    (own / "h.toml").write_text("rows = 1", "utf-8")
    refused = command(line)
    assert refused.exit_code == 1
    assert "h.toml" in refused.output


def test_what_fails_leaves_nothing(
    command: Command, told: Pen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    for line in ("--since gestern", "--organisation NONE"):
        assert command(f"export platform --out {out} {line}").exit_code == 1
    (tmp_path / "file").write_text("x")
    assert command(f"export platform --out {tmp_path / 'file' / 'x'}").exit_code == 1

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the machine stopped")

    monkeypatch.setattr(rows, "hazards", broken)
    with pytest.raises(RuntimeError):
        command(f"export platform --out {out}")
    assert drops(out) == []
