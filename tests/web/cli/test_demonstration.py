"""The demonstration's folder is made whole or not at all, and found again."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy.orm import Session

from engine import organisations
from engine.actors import SYSTEM
from web import demo
from web.cli.context import opened_session
from web.cli.demonstration import prepare, print_told
from web.config import Config
from web.server import Listening

WHO = {
    "name": "王建国",
    "login": "wang",
    "password": "long-enough",
    "organisation": "甲",
    "roles": ["verifier", "union"],
}
TOLD = {"people": [WHO], "poster": "ABCDEFGHJK", "receipt_code": "1234567890123456"}


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Listening:
    """A free port; what `prepare` writes into the environment is taken back afterwards."""
    monkeypatch.setenv("LC_ALL", "C")
    for name in ("BIHUAN_DATA_DIR", "BIHUAN_BASE_URL"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Listening(port=probe.getsockname()[1])


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Session]:
    """Instead of the whole district, one enterprise; gives the sessions it was built with."""
    sessions: list[Session] = []

    def build(session: Session) -> dict[str, Any]:
        sessions.append(session)
        organisations.create(session, kind="enterprise", name="甲", code="CN001", actor=SYSTEM)
        session.commit()
        return TOLD

    monkeypatch.setattr(demo, "build", build)
    return sessions


def test_it_is_built_once_and_found_again(
    tmp_path: Path, listening: Listening, built: list[Session]
) -> None:
    folder = tmp_path / "demo"
    assert prepare(folder, listening) == TOLD
    assert prepare(folder, listening) == TOLD
    assert len(built) == 1
    assert json.loads((folder / "demo.json").read_text("utf-8")) == TOLD
    config = Config.from_environ()
    assert (config.data_dir, config.base_url) == (folder, listening.url)
    with opened_session(config) as session:
        assert organisations.find_by_code(session, "CN001") is not None


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A program begun in the background is born deaf to SIGINT; hear it all the same."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_leaves_nothing_behind(
    tmp_path: Path, listening: Listening, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    def interrupted(_session: Session) -> list[dict[str, Any]]:
        signal.raise_signal(how)
        raise AssertionError("the signal did not interrupt")

    monkeypatch.setattr(demo, "build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path / "demo", listening)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_else_in_it_is_left_alone(
    tmp_path: Path, listening: Listening, built: list[Session]
) -> None:
    (tmp_path / "letters").write_text("dear all")
    with pytest.raises(click.ClickException, match="holds something else"):
        prepare(tmp_path, listening)
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]
    assert built == []


def test_a_port_in_use_is_told_before_anything_is_built(
    tmp_path: Path, listening: Listening, built: list[Session]
) -> None:
    taken = socket.create_server((listening.host, listening.port))
    with taken, pytest.raises(click.ClickException, match="--port"):
        prepare(tmp_path / "demo", listening)
    assert built == []


def test_who_can_sign_in_and_where_to_look_is_printed_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    print_told(TOLD, "http://127.0.0.1:8000")
    said = capsys.readouterr().out
    assert "wang" in said
    assert "王建国    核查人、工会" in said
    assert "long-enough" in said
    assert "http://127.0.0.1:8000/r/ABCDEFGHJK" in said
    assert "1234 5678 9012 3456" in said
