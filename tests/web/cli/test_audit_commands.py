"""The operator proves a history: seals are checked, and files without a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from click.testing import Result
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import commands, sealing
from engine.store import Instance, Seal
from tests.cast import Cast
from tests.databases import on_both
from tests.engine.stories import begin, deploy, do

pytestmark = on_both

Command = Callable[..., Result]


@pytest.fixture
def case(session: Session, cast: Cast, clock: time_machine.Traveller) -> UUID:
    """A case over two days, of which the first is sealed."""
    deploy(session, cast)
    case = begin(session, cast.reporter, "line")
    clock.shift(timedelta(days=1))
    commands.execute(session, sealing.seal_next, cast.enterprise_id)
    do(session, cast.verifier, case, "first")
    return case


def test_a_broken_seal_is_named(command: Command, session: Session, cast: Cast, case: UUID) -> None:
    assert command("audit verify").output == "ok\n"
    session.execute(update(Seal).values(signature=bytes(64)))
    session.commit()
    told = f"organisation {cast.enterprise_id} seal 2026-11-02: signature\n"
    found = command("audit verify")
    assert (found.exit_code, found.output) == (1, told)
    assert command("audit verify --organisation CN001").output == told
    assert command("audit verify --organisation CN003").output == "ok\n"


def test_a_file_is_made_and_checked_without_the_database(
    command: Command, session: Session, cast: Cast, case: UUID, tmp_path: Path
) -> None:
    number = session.get_one(Instance, (cast.enterprise_id, case)).number
    file = tmp_path / "case.jsonl"
    assert command(f"audit export {number} --to {file}").output == ""
    printed = command("audit key").output
    name, key = printed.splitlines()[0].split("\t")
    nowhere = {
        "BIHUAN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "BIHUAN_DATA_DIR": str(tmp_path / "elsewhere"),
    }
    checked = command(f"audit verify --file {file} --key {key}", **nowhere)
    assert checked.exit_code == 0
    assert checked.output.startswith("ok\n")
    assert f"Case {number}: " in checked.output
    assert "sealed up to event " in checked.output
    seal = session.scalars(select(Seal)).one()
    assert f"Newest seal 2026-11-02: {seal.hash.hex()}" in checked.output
    assert "compare it" not in checked.output
    assert (
        f"Signed with the key {name}: compare it" in command(f"audit verify --file {file}").output
    )
    # What OpenSSL and others read is the same key.
    read = load_pem_public_key(printed.partition("\n")[2].encode())
    assert read.public_bytes_raw().hex() == key  # type: ignore[union-attr]

    content = file.read_bytes()
    file.write_bytes(content.replace(b'"instance:started"', b'"instance:stopped"'))
    refused = command(f"audit verify --file {file}", LC_ALL="zh_CN.UTF-8")
    assert refused.exit_code == 1
    assert "签署之后文件被改动过" in refused.output
    file.write_bytes(b"\x89PNG\r\n")
    refused = command(f"audit verify --file {file}")
    assert refused.exit_code == 1
    assert "Line 1: It cannot be read" in refused.output


def test_a_published_seal_is_held_against_the_database(
    command: Command,
    session: Session,
    cast: Cast,
    case: UUID,
    tmp_path: Path,
    clock: time_machine.Traveller,
) -> None:
    """A removed newest seal leaves a chain that holds: only what is outside tells of it."""
    seal = session.scalars(select(Seal)).one()
    printed = command("audit seals").output
    assert printed == f"CN001\t2026-11-02\t{seal.hash.hex()}\n"
    assert command("audit seals --organisation CN003").output == ""
    paper = tmp_path / "published.txt"
    paper.write_text(printed + "\n", "utf-8")
    assert command(f"audit verify --published {paper}").output == "ok\n"
    session.delete(seal)
    session.commit()
    assert command("audit verify").output == "ok\n"
    told = command(f"audit verify --published {paper}")
    assert (told.exit_code, told.output) == (1, "organisation CN001 seal 2026-11-02: published\n")
    # Sealed anew, even by who holds the key, it is another.
    clock.shift(timedelta(minutes=1))
    commands.execute(session, sealing.seal_next, cast.enterprise_id)
    assert "ok" not in command(f"audit verify --published {paper}").output
    paper.write_text("what is this\nCN001\n", "utf-8")
    told = command(f"audit verify --published {paper}")
    assert told.exit_code == 1
    assert "Line 1 of the published list" in told.output
    assert "Line 2 of the published list" in told.output


def test_what_is_not_there_is_told(command: Command, cast: Cast, tmp_path: Path) -> None:
    refused = command(f"audit export YH-404 --to {tmp_path / 'x'}")
    assert (refused.exit_code, (tmp_path / "x").exists()) == (1, False)
    assert "YH-404" in refused.output
    (tmp_path / "x").write_bytes(b"")
    refused = command(f"audit verify --file {tmp_path / 'x'} --key abc")
    assert refused.exit_code == 1
    assert "64 hexadecimal digits" in refused.output


def _first(lines: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(one for one in lines if one["kind"] == kind)


#: What somebody did to a file → what is done to its lines, and what is said to that.
TAMPERED: dict[str, tuple[Callable[[list[dict[str, Any]]], Any], str, str]] = {
    "event": (
        lambda lines: _first(lines, "event").update(tag="x"),
        "条记录已被改动",
        "was altered",
    ),
    "event gone": (lambda lines: lines.remove(_first(lines, "event")), "缺少第 1 条", "is missing"),
    "hash": (lambda lines: _first(lines, "event").update(hash="0" * 64), "已被改动", "was altered"),
    "seal": (lambda lines: _first(lines, "seal").update(root="0" * 64), "封存已被改动", "altered"),
    "seal's key": (
        lambda lines: _first(lines, "seal").update(key="0"),
        "不认识的密钥",
        "unknown key",
    ),
    "proof": (lambda lines: _first(lines, "proof").update(index=7), "不包含", "does not cover"),
    "case": (lambda lines: _first(lines, "case").update(events=9), "不完整", "not complete"),
    "key": (lambda lines: lines.remove(_first(lines, "key")), "不在文件里", "is not in the file"),
    "signature": (
        lambda lines: _first(lines, "signature").update(signature="0" * 128),
        "签名不对",
        "signature is wrong",
    ),
    "cut short": (lambda lines: lines.pop(), "可能缺了结尾", "its end may be missing"),
    "nothing left": (list.clear, "可能缺了结尾", "its end may be missing"),
    "not a file of ours": (lambda lines: lines.insert(0, {"a": 1}), "读不懂", "cannot be read"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(
    what: str, command: Command, session: Session, cast: Cast, case: UUID, tmp_path: Path
) -> None:
    number = session.get_one(Instance, (cast.enterprise_id, case)).number
    file = tmp_path / "case.jsonl"
    command(f"audit export {number} --to {file}")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    change, zh, en = TAMPERED[what]
    change(lines)
    text = "".join(
        json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in lines
    )
    file.write_text(text, "utf-8")
    for language, words in (("zh_CN.UTF-8", zh), ("en_US.UTF-8", en)):
        told = command(f"audit verify --file {file}", LC_ALL=language)
        assert told.exit_code == 1
        assert words in told.output
        assert "ok\n" not in told.output
        assert "Traceback" not in told.output
        assert all(line.endswith(("。", ".")) for line in told.output.splitlines()), told.output


def test_a_file_cut_in_the_middle_of_a_line_and_one_that_is_all_wrong(
    command: Command, session: Session, cast: Cast, case: UUID, tmp_path: Path
) -> None:
    number = session.get_one(Instance, (cast.enterprise_id, case)).number
    file = tmp_path / "case.jsonl"
    command(f"audit export {number} --to {file}")
    content = file.read_bytes()
    for length in (1, len(content) // 3, len(content) // 2, len(content) - 2):
        file.write_bytes(content[:length])
        told = command(f"audit verify --file {file}")
        assert told.exit_code == 1
        assert told.output.count("\n") >= 1
    first, _, rest = content.partition(b"\n")
    file.write_bytes(first + b"\n" + b"{}\n" * 100_000)
    told = command(f"audit verify --file {file}")
    assert told.exit_code == 1
    assert "The rest was not checked." in told.output
    assert told.output.count("\n") < 60
    file.write_bytes(rest)
    assert "Line 1: It cannot be read" in command(f"audit verify --file {file}").output


def test_a_file_of_another_installation_says_whose_key_it_is(
    command: Command, session: Session, cast: Cast, case: UUID, tmp_path: Path
) -> None:
    number = session.get_one(Instance, (cast.enterprise_id, case)).number
    file = tmp_path / "case.jsonl"
    command(f"audit export {number} --to {file}")
    elsewhere = {"BIHUAN_DATA_DIR": str(tmp_path / "elsewhere")}
    theirs = command("audit key", **elsewhere).output.split("\t")[1].split("\n")[0]
    told = command(f"audit verify --file {file} --key {theirs}")
    assert told.exit_code == 1
    assert "is signed with another key" in told.output
