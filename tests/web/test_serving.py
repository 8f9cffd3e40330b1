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


@pytest.mark.parametrize("database_kind", ["sqlite"])
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


@pytest.mark.parametrize("database_kind", ["sqlite"])
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
