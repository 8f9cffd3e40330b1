"""The demonstration's folder: made once, whole or not at all, and found again afterwards."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import click

from engine.errors import Message
from web.cli.context import opened_database, opened_session, say
from web.config import Config
from web.server import Listening

_PEOPLE = "demo.json"


def prepare(folder: Path, listening: Listening) -> list[dict[str, Any]]:
    """Make the demonstration in `folder` unless it is there; give who can sign in.

    The environment then says what the server needs to serve it.
    """
    _need_free(listening)
    if not (folder / _PEOPLE).exists():
        _make(folder, listening)
    config = _point_at(folder, listening)
    with opened_database(config) as database:
        from engine.store import upgrade

        upgrade(database)
    people: list[dict[str, Any]] = json.loads((folder / _PEOPLE).read_text("utf-8"))["people"]
    return people


def print_people(people: list[dict[str, Any]], url: str) -> None:
    """Print where to go and who can sign in."""
    click.echo(f"\n  {url}\n")
    for person in people:
        who = f"{person['name']}（{person['organisation']}，{'、'.join(person['roles'])}）"
        click.echo(f"  {person['login']:<16}{person['password']:<24}{who}")
    click.echo(say(Message("\n  按 Ctrl-C 结束。", "\n  Ctrl-C ends it.")))


def _make(folder: Path, listening: Listening) -> None:
    """Build in a folder beside, then rename: an interrupted build leaves nothing behind."""
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(
            say(
                Message(
                    f"文件夹 {folder} 里已有别的东西。请换一个空的 --data-dir。",
                    f"The folder {folder} holds something else; give an empty --data-dir.",
                )
            )
        )
    click.echo(say(Message("· 演示数据 …", "· demonstration data …")), err=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _build(beside, listening)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _build(folder: Path, listening: Listening) -> None:
    from engine.store import upgrade
    from web import demo

    config = _point_at(folder, listening)
    with opened_database(config) as database:
        upgrade(database)
    with opened_session(config) as session:
        people = demo.build(session)
    text = json.dumps({"people": people}, ensure_ascii=False, indent=2)
    (folder / _PEOPLE).write_text(text + "\n", "utf-8")


def _point_at(folder: Path, listening: Listening) -> Config:
    """Let the environment name the folder and the address; give the settings it makes."""
    os.environ["BIHUAN_DATA_DIR"] = str(folder)
    os.environ.setdefault("BIHUAN_BASE_URL", listening.url)
    return Config.from_environ()


def _need_free(listening: Listening) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listening.host, listening.port))
        except OSError as error:
            raise click.ClickException(
                say(
                    Message(
                        f"端口 {listening.port} 已被占用。请用 --port 换一个。",
                        f"Port {listening.port} is in use; choose another with --port.",
                    )
                )
            ) from error
