"""A RabbitMQ server for the tests: a given one, a local one, or one thrown away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pika
import pytest
from pika.exceptions import AMQPConnectionError

_PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_NO_SERVER = (
    "no RabbitMQ: install Debian's rabbitmq-server package, or give its URL in "
    "BIHUAN_TEST_BROKER_URL"
)


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a running server; skip the test (in CI: fail) without one."""
    given = os.environ.get("BIHUAN_TEST_BROKER_URL") or _url(5672)
    if _answers(given):
        yield given
    elif _PROGRAM.exists():
        with _own_server() as url:
            yield url
    elif os.environ.get("CI"):
        pytest.fail(_NO_SERVER)
    else:
        pytest.skip(_NO_SERVER)


def _url(port: int) -> str:
    return f"amqp://guest:guest@127.0.0.1:{port}"


def _answers(url: str) -> bool:
    try:
        pika.BlockingConnection(pika.URLParameters(url)).close()
    except (AMQPConnectionError, OSError):
        return False
    return True


@contextmanager
def _own_server() -> Iterator[str]:
    """Start a server in a folder of its own, with a name service (epmd) of its own."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-rabbitmq-"))
    port, ports_of_names = _free_port(), _free_port()
    settings = {
        "HOME": folder,
        "ERL_EPMD_PORT": ports_of_names,
        "RABBITMQ_NODENAME": f"bihuan-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": port,
        "RABBITMQ_DIST_PORT": _free_port(),
        "RABBITMQ_MNESIA_BASE": folder / "data",
        "RABBITMQ_LOG_BASE": folder / "log",
        "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "plugins",
        "RABBITMQ_CONFIG_FILE": folder / "none",
        "RABBITMQ_CONF_ENV_FILE": folder / "none",
    }
    environ = os.environ | {name: str(value) for name, value in settings.items()}
    words = [str(_PROGRAM)]
    if os.getuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
        words = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *words]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(words, cwd=folder, env=environ, stdout=output, stderr=output)
    try:
        _wait_for(_url(port))
        yield _url(port)
    finally:
        process.terminate()
        process.wait(30)
        subprocess.run(["epmd", "-port", str(ports_of_names), "-kill"], capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str) -> None:
    for _ in range(120):
        if _answers(url):
            return
        time.sleep(0.5)
    raise TimeoutError(f"RabbitMQ does not answer at {url}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
