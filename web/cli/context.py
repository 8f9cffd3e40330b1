"""What all commands share: the group they hang on, the session, telling errors and findings."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from engine.errors import DefinitionRefused, EngineError, InvalidAnswers, Message
from web.config import Config

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from engine.store import Organisation


class _Told(click.Group):
    """A group of commands that tells in one sentence what the engine refused, and exits 1."""

    def invoke(self, context: click.Context) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(context)
        except EngineError as error:
            raise click.ClickException(sentence(error)) from error


@click.group(
    cls=_Told, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
def command_line() -> None:
    """Bihuan 闭环: runs the hazard loop of an organisation."""


def sentence(error: EngineError) -> str:
    """Tell an error in the operator's language, with everything that is wrong in detail."""
    lines = [say(error.message)]
    if isinstance(error, InvalidAnswers):
        lines += [f"  {field}: {say(one)}" for field, all_ in error.errors.items() for one in all_]
    if isinstance(error, DefinitionRefused):
        lines += [f"  {one.element}: {say(Message(one.zh, one.en))}" for one in error.problems]
    return "\n".join(lines)


def say(message: Message) -> str:
    """Give the sentence in the language of the terminal: Chinese if it is, else English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return message.in_language("zh" if locale.startswith("zh") else "en")


@contextmanager
def opened_database(config: Config) -> Iterator[Engine]:
    """Open the database of `config`, and close it afterwards."""
    from engine.store import open_database

    database = open_database(config.database_url)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def opened_session(config: Config | None = None) -> Iterator[Session]:
    """Open a session on the database, keys and files of `config`, or of the environment."""
    from sqlalchemy.orm import Session

    from engine.filestore import FileStore
    from engine.secrets import Secrets

    config = config or Config.from_environ()
    with opened_database(config) as database, Session(database, expire_on_commit=False) as session:
        need_current(database)
        session.info["secrets"] = Secrets.open(config.secret_key.encode(), config.data_dir)
        session.info["files"] = FileStore(config.data_dir)
        session.info["base_url"] = config.base_url
        yield session


def need_current(database: Engine) -> None:
    """Raise a click error unless the database has the schema of this version."""
    from engine.store import is_current

    if not is_current(database):
        raise click.ClickException(
            say(
                Message(
                    "数据库还没有升到这个版本。请先执行 bihuan db upgrade。",
                    "The database is not of this version yet; run `bihuan db upgrade` first.",
                )
            )
        )


def organisation_of(session: Session, code: str) -> Organisation:
    """Give the organisation with this short code; a click error when there is none."""
    from engine import organisations

    if (found := organisations.find_by_code(session, code)) is None:
        raise click.ClickException(
            say(
                Message(
                    f"没有代码为 {code} 的单位。请检查 --organisation。",
                    f"There is no organisation with the code {code}; check --organisation.",
                )
            )
        )
    return found


def tell(findings: Iterable[str]) -> None:
    """Print what was found and exit 1; say "ok" when there is nothing."""
    lines = list(findings)
    for line in lines:
        click.echo(line)
    if lines:
        sys.exit(1)
    click.echo("ok")
