"""Commands run on the test's own installation."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from web.cli import command_line
from web.config import Config


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, config: Config) -> Callable[..., Result]:
    """Run a command on the test's installation."""
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(config.data_dir))
    monkeypatch.setenv("BIHUAN_DATABASE_URL", config.database_url)
    monkeypatch.setenv("BIHUAN_SECRET_KEY", config.secret_key)
    monkeypatch.setenv("BIHUAN_RUNNER", "off")
    monkeypatch.setenv("LC_ALL", "C")

    def run(line: str, **environ: str) -> Result:
        words = shlex.split(line)
        return CliRunner().invoke(command_line, words, env=environ, catch_exceptions=False)

    return run
