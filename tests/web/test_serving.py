"""The server as a process: it listens, stops when it is told to, and finishes what it is at."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.bells import PATIENCE, left, plan
from tests.cast import Cast
from web.config import Config

ROOT = Path(__file__).parents[2]
#: `bihuan serve`, with a job that takes a while.
SLOW = """
import sys, time
from engine import jobs
def ring(session, job):
    open(sys.argv[1], "a").write("begun ")
    time.sleep(1.5)
    open(sys.argv[1], "a").write("done")
jobs._HANDLERS["ring"] = ring
from web.server import Listening, serve
serve(Listening(port=int(sys.argv[2])), when_ready=lambda: print("ready", flush=True))
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(config: Config) -> Iterator[Start]:
    """Start Python with these words on the installation of this test; wait for its first line."""
    started = []
    settings = {
        "BIHUAN_DATA_DIR": str(config.data_dir),
        "BIHUAN_DATABASE_URL": config.database_url,
        "BIHUAN_SECRET_KEY": config.secret_key,
        "PYTHONUNBUFFERED": "1",
    }

    def run(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline()
        return process

    yield run
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(
    session: Session, cast: Cast, start: Start, port: int, how: signal.Signals
) -> None:
    process = start("-m", "bihuan", "serve", "--port", str(port))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE) as page:
        assert page.status == 200
    # A terminal sends Ctrl-C to everybody, a service manager TERM to the first.
    (os.killpg if how == signal.SIGINT else os.kill)(process.pid, how)
    assert process.wait(PATIENCE) == 0
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_finishes_the_job_in_hand(
    session: Session, cast: Cast, start: Start, port: int, tmp_path: Path, how: signal.Signals
) -> None:
    told = tmp_path / "told"
    plan(session, cast)
    process = start("-c", SLOW, str(told), str(port))
    while not told.exists():
        assert process.poll() is None
    os.killpg(process.pid, how)
    assert process.wait(PATIENCE) == 0
    assert told.read_text() == "begun done"
    assert left(session) == 0


_TO_US = b"Host: bihuan.example\r\nConnection: close\r\n"
_FORM = b"POST /sign-in HTTP/1.1\r\n" + _TO_US
NO_HTTP = {
    "a chunk without a size": _FORM + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nxx\r\n0\r\n\r\n",
    "a chunk that is cut off": _FORM + b"Transfer-Encoding: chunked\r\n\r\nFF\r\nxx",
    "a body in two ways": _FORM
    + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
    "a body of less than nothing": _FORM + b"Content-Length: -1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\n" + _TO_US + b"\r\n",
    "a line in a header": b"GET / HTTP/1.1\r\n" + _TO_US + b"X: a\r\n b\r\n\r\n",
    "a header without end": b"GET / HTTP/1.1\r\n" + _TO_US + b"X: " + b"a" * 20_000 + b"\r\n\r\n",
    "an address without end": b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n" + _TO_US + b"\r\n",
    "bytes that are no text": b"GET /\xff\x00 HTTP/1.1\r\n" + _TO_US + b"\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


def test_what_is_no_http_is_refused(session: Session, cast: Cast, start: Start, port: int) -> None:
    start("-m", "bihuan", "serve", "--port", str(port))
    for name, request in NO_HTTP.items():
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(4096)
        assert answer.startswith(b"HTTP/1.1 4"), (name, answer)
        assert b"bihuan.example" not in answer


def test_the_host_that_a_request_names_leads_nobody_astray(
    session: Session, cast: Cast, start: Start, port: int
) -> None:
    start("-m", "bihuan", "serve", "--port", str(port))
    for host in (b"evil.example", b'evil.example"><script>', b"evil.example:99999"):
        for path in (b"/tasks", b"/sign-in", b"/api/v1/openapi.json", b"/static//mark.svg"):
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
                named = b"Host: " + host + b"\r\nX-Forwarded-Host: " + host
                request = b"GET " + path + b" HTTP/1.1\r\n" + named
                connection.sendall(request + b"\r\nConnection: close\r\n\r\n")
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
            assert answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4")), answer
            assert b"evil.example" not in answer, answer
