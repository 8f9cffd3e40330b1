"""W1 over HTTP: the server as it is started for production, and a few clients that keep alive."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson

from bench import w1_process
from bench.measure import Timer, quiet, watched
from bench.w1_world import SECRET_KEY, World
from web import create_app
from web.config import Config
from web.db import db

#: Requests under way at once: enough to keep one worker busy, no more.
CLIENTS: Final = 4
_API: Final = "/api/v1"
_PATIENCE_SECONDS: Final = 60


class OverHttp:
    """A running server, and clients with one kept connection each."""

    def __init__(self, port: int, world: World, traffic: tuple[float, float]) -> None:
        self.traffic = traffic
        self._pool = ThreadPoolExecutor(CLIENTS)
        self._clients = [Kept(world.token, port) for _ in range(CLIENTS)]
        self._started: list[tuple[int, str]] = []

    @classmethod
    @contextmanager
    def opened(cls, url: str, folder: Path, world: World) -> Iterator[OverHttp]:
        """Give the clients of a server on that database."""
        traffic = _traffic(url, folder, world)
        port = _free_port()
        with served(url, folder, port):
            way = cls(port, world, traffic)
            yield way
            way.close()

    def start(self, numbers: Sequence[int]) -> None:
        """Start an instance for each number, and ask where it waits."""
        for client in self._clients:
            # The server hangs up on those who were silent while others had their turn.
            client.close()
        self._started = self._each(Client.start, numbers, Timer())

    def finish(self, timer: Timer) -> None:
        """Complete the five tasks of each instance just started."""
        self._each(Client.finish, self._started, timer)

    def close(self) -> None:
        """Hang up."""
        self._pool.shutdown()
        for client in self._clients:
            client.close()

    def _each(self, job: Callable[..., Any], items: Sequence[Any], timer: Timer) -> list[Any]:
        """Do the job for every item; each client takes its share, one after the other."""
        shares = [items[number::CLIENTS] for number in range(CLIENTS)]
        results = self._pool.map(
            lambda client, share: [job(client, item, timer) for item in share],
            self._clients,
            shares,
        )
        return [found for share in results for found in share]


class Client(ABC):
    """A program with a key that starts instances and completes their tasks."""

    def __init__(self, token: str) -> None:
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def start(self, number: int, _timer: Timer) -> tuple[int, str]:
        """Start an instance and ask where it waits; give its number and its first task's id."""
        said = {"definition_key": "w1", "answers": w1_process.answers("begin", number)}
        started = self.ask("POST", "/instances", said)
        instance = self.ask("GET", f"/instances/{started['instance_id']}")
        return number, str(instance["open_tasks"][0]["id"])

    def finish(self, started: tuple[int, str], timer: Timer) -> None:
        """Complete an instance's tasks one after the other."""
        number, task_id = started
        for key in w1_process.TASKS:
            said = {"answers": w1_process.answers(key, number)}
            with timer.lap():
                outcome = self.ask("POST", f"/tasks/{task_id}/complete", said)
            task_id = outcome["open_tasks"][0]["id"] if outcome["open_tasks"] else ""
        assert outcome["state"] == "completed"

    def ask(self, method: str, path: str, said: Any = None) -> Any:
        """Send a request and give the JSON of its answer."""
        content = None if said is None else orjson.dumps(said)
        status, found = self.send(method, _API + path, content)
        if status not in (200, 201):
            raise RuntimeError(f"{method} {path}: {status} {found.decode()}")
        return orjson.loads(found)

    @abstractmethod
    def send(self, method: str, path: str, content: bytes | None) -> tuple[int, bytes]:
        """Send a request; give status and body."""


class Kept(Client):
    """A client over the network, with one connection that is kept."""

    def __init__(self, token: str, port: int) -> None:
        super().__init__(token)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def send(self, method: str, path: str, content: bytes | None) -> tuple[int, bytes]:
        """Send a request; give status and body."""
        self._connection.request(method, path, content, self.headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        """Hang up; the next request connects again."""
        self._connection.close()


class Inside(Client):
    """A client inside the process, without a network."""

    def __init__(self, token: str, client: Any) -> None:
        super().__init__(token)
        self._client = client

    def send(self, method: str, path: str, content: bytes | None) -> tuple[int, bytes]:
        """Send a request; give status and body."""
        answer = self._client.open(path, method=method, data=content, headers=self.headers)
        return answer.status_code, answer.data


@contextmanager
def served(url: str, folder: Path, port: int) -> Iterator[None]:
    """Run `bihuan serve` with its default single worker until the block ends."""
    environment = {
        **os.environ,
        "BIHUAN_DATABASE_URL": url,
        "BIHUAN_DATA_DIR": str(folder),
        "BIHUAN_SECRET_KEY": SECRET_KEY,
    }
    with (folder / f"serve-{port}.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "bihuan", "serve", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(port)
            yield
        finally:
            server.terminate()
            server.wait(_PATIENCE_SECONDS)


def _wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"no server answers on port {port}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def _traffic(url: str, folder: Path, world: World) -> tuple[float, float]:
    """Give the statements and commits of a completion, counted inside the application."""
    config = Config(data_dir=folder, database_url=url, secret_key=SECRET_KEY, runner="off")
    app = create_app(config)
    client = Inside(world.token, app.test_client())
    with app.app_context():
        engine = db.engine
    with quiet(), watched(engine) as traffic:
        started = client.start(0, Timer())
        before = replace(traffic)
        client.finish(started, Timer())
    engine.dispose()
    count = len(w1_process.TASKS)
    statements = traffic.statements - before.statements
    return statements / count, (traffic.commits - before.commits) / count
