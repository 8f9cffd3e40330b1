"""The operator proves a history: seals are checked, and files without a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
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
from tests.engine.stories import begin, deploy, do

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
