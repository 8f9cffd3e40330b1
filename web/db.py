"""The database in a request: one session, one way to change anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, TypeVar, cast

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as RequestSession
from sqlalchemy.orm import Session

from engine import commands
from engine.filestore import FileStore
from engine.secrets import Secrets
from engine.store import Base, normal_url, prepare
from web.access import current_actor
from web.config import Config

R = TypeVar("R")


class _Session(RequestSession):
    """A session that carries the keys and the files of the application it works for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.info["secrets"] = current_app.extensions["secrets"]
        self.info["files"] = current_app.extensions["files"]
        self.info["base_url"] = current_app.extensions["base_url"]


db = SQLAlchemy(
    metadata=Base.metadata,
    # What an operation gives back is shown after the commit; it must not be read once more.
    session_options={"class_": _Session, "expire_on_commit": False},
)


def set_up(app: Flask, config: Config) -> None:
    """Connect `app` to its database and its keys."""
    app.config["SQLALCHEMY_DATABASE_URI"] = normal_url(config.database_url)
    # Error texts would carry what people wrote, and what the vault keeps, into the log.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True}
    app.extensions["secrets"] = Secrets.open(config.secret_key.encode(), config.data_dir)
    app.extensions["files"] = FileStore(config.data_dir)
    app.extensions["base_url"] = config.base_url
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def session() -> Session:
    """Give the request's session, for reading."""
    return cast(Session, db.session())


def execute(operation: Callable[Concatenate[Session, ...], R], /, *args: Any, **kwargs: Any) -> R:
    """Run an operation in one transaction and commit it; `actor` is the one of the request.

    A caller may name another `actor`, such as the reporter a receipt code stands for.
    """
    if "actor" not in kwargs:
        kwargs["actor"] = current_actor()
    return commands.execute(session(), operation, *args, **kwargs)
