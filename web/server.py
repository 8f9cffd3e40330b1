"""The web server: gunicorn, started from our own command with settings that fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from gunicorn.app.base import BaseApplication

from web import create_app
from web.config import Config
from web.runner import start_embedded


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where and how to listen. SQLite wants one worker; threads wait for photos and passwords."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 8

    @property
    def url(self) -> str:
        """Give the address a browser on this machine opens."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{host}:{self.port}"


def application() -> Flask:
    """Make the application as the environment says, with its runner of jobs."""
    config = Config.from_environ()
    app = create_app(config)
    start_embedded(app, config.runner)
    return app


def serve(listening: Listening, *, when_ready: Callable[[], None] = lambda: None) -> None:
    """Listen until told to stop; `when_ready` is called when the port is open."""
    _Server(listening, when_ready).run()


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn without its command line and without configuration files."""

    def __init__(self, listening: Listening, when_ready: Callable[[], None]) -> None:
        self._listening = listening
        self._when_ready = when_ready
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn how to run."""
        where = self._listening
        settings = {
            "bind": f"{where.host}:{where.port}",
            "workers": where.workers,
            "threads": where.threads,
            "worker_class": "gthread",
            "loglevel": "warning",
            # Requests are logged by the application, without addresses: they name reporters.
            "accesslog": None,
            "control_socket_disable": True,
            "when_ready": lambda _arbiter: self._when_ready(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application; gunicorn calls this in each worker, after the fork."""
        return application()
