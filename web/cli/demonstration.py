"""The demonstration's folder: made once, whole or not at all, and found again afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import tempfile
import unicodedata
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from engine import clock
from engine.actors import ENTERPRISE_ROLES, OVERSIGHT_ROLES
from engine.errors import Message
from web.cli.context import opened_database, opened_session, say
from web.config import Config
from web.server import Listening

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

_TOLD = "demo.json"
#: How many enterprises and hazards; None for as many as suit the database.
Size = tuple[int | None, int | None]
#: In the order of a case's way.
_ROLES: Final = {**ENTERPRISE_ROLES, **OVERSIGHT_ROLES}


def prepare(folder: Path, listening: Listening, size: Size | None = None) -> dict[str, Any]:
    """Make the demonstration in `folder` unless it is there; give what demo.json says of it.

    The environment then says what the server needs to serve it.

    Args:
        size: of a whole city; None for the district with its stories.
    """
    _need_free(listening)
    if not (folder / _TOLD).exists():
        _make(folder, listening, size)
    config = _point_at(folder, listening)
    with opened_database(config) as database:
        from engine.store import upgrade

        upgrade(database)
    told: dict[str, Any] = json.loads((folder / _TOLD).read_text("utf-8"))
    return told


def print_told(told: dict[str, Any], url: str) -> None:
    """Print who can sign in, by organisation, and where to look first."""
    for organisation, members in groupby(told["people"], key=itemgetter("organisation")):
        click.echo(f"\n  {organisation}")
        for one in members:
            known = [role for role in _ROLES if role in one["roles"]]
            roles = say(Message("、", ", ")).join(say(_ROLES[role]) for role in known)
            click.echo(f"    {one['login']:<20}{_wide(one['name'], 10)}{roles}")
    passwords = " / ".join(sorted({one["password"] for one in told["people"]}))
    poster = told.get("poster")
    lines = (
        ("密码（所有人）", "Password (everybody)", passwords),
        ("打开", "Open", url),
        ("扫码报告，不用登录", "Report by a poster", f"{url}/r/{poster}" if poster else ""),
        (
            "查进度 /status，凭证码",
            "Ask at /status by code",
            _in_fours(told.get("receipt_code", "")),
        ),
    )
    click.echo()
    for zh, en, value in lines:
        if not value:
            continue
        click.echo(f"  {_wide(say(Message(zh, en)), 26)}{value}")
    click.echo(say(Message("\n  按 Ctrl-C 结束。", "\n  Ctrl-C ends it.")))


def _wide(text: str, columns: int) -> str:
    """Fill `text` with blanks up to so many columns; a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(columns - taken, 1)


def _in_fours(digits: str) -> str:
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _make(folder: Path, listening: Listening, size: Size | None) -> None:
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
    began = clock.now()
    click.echo(say(Message("· 演示数据 … ", "· demonstration data … ")), nl=False, err=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    # A service manager's TERM interrupts as Ctrl-C does.
    on_term = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _build(beside, listening, size)
        beside.rename(folder)
        click.echo(f"{(clock.now() - began).seconds} s", err=True)
    finally:
        signal.signal(signal.SIGTERM, on_term)
        shutil.rmtree(beside, ignore_errors=True)


def _build(folder: Path, listening: Listening, size: Size | None) -> None:
    from engine.store import upgrade
    from web import demo

    config = _point_at(folder, listening)
    with opened_database(config) as database:
        upgrade(database)
        _need_empty(database)
    with opened_session(config) as session:
        told = demo.build(session) if size is None else _build_city(session, size)
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (folder / _TOLD).write_text(text + "\n", "utf-8")


def _build_city(session: Session, size: Size) -> dict[str, Any]:
    from web.demo import city

    is_server = session.get_bind().dialect.name == "postgresql"
    usual = city.ON_A_SERVER if is_server else city.IN_A_FILE
    enterprises, hazards = (given or one for given, one in zip(size, usual, strict=True))
    return city.build(session, enterprises=enterprises, hazards=hazards)


def _need_empty(database: Engine) -> None:
    """Refuse to build on top of somebody's data: BIHUAN_DATABASE_URL may name any database."""
    from sqlalchemy import select

    from engine.store import Organisation

    with database.connect() as connection:
        if connection.execute(select(Organisation.id).limit(1)).one_or_none() is None:
            return
    raise click.ClickException(
        say(
            Message(
                "BIHUAN_DATABASE_URL 指的数据库里已有单位，演示只建在空的数据库里。",
                "The database of BIHUAN_DATABASE_URL holds organisations already; "
                "the demonstration is built in an empty one only.",
            )
        )
    )


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
