"""The keys of an installation are made once, by whoever starts first, whole or not at all."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.seal_keys import is_signed
from engine.secrets import Secrets
from web.config import Config


def start(folder: Path) -> tuple[str, bytes, bytes]:
    """Start on a data folder; give the keys it works with."""
    config = Config.from_environ({"BIHUAN_DATA_DIR": str(folder)})
    secrets = Secrets.open(config.secret_key.encode(), config.data_dir)
    assert secrets.unseal(secrets.seal(b"a name")) == b"a name"
    key, signature = secrets.seal_keys.sign(b"a day")
    public = secrets.seal_keys.known()[key]
    assert is_signed(public, b"a day", signature)
    return config.secret_key, secrets.public_key, public


def test_many_that_start_at_once_work_with_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(start, [tmp_path] * 64))
    assert len(keys) == 1
    assert keys == {start(tmp_path)}
    files = {"secret.key", "vault.key", "vault.pub", "seal.key", "seal.pub"}
    assert {path.name for path in tmp_path.iterdir()} == files


@pytest.mark.parametrize("call", ["fsync", "link"])
@pytest.mark.parametrize("which", [1, 2, 3, 4, 5])
def test_who_is_killed_in_the_middle_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, which: int
) -> None:
    real, calls = getattr(os, call), iter(range(1, 9))

    def killed(*args: object) -> object:
        if next(calls) == which:
            raise KeyboardInterrupt
        return real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, killed)
        with pytest.raises(KeyboardInterrupt):
            start(tmp_path)
    assert start(tmp_path) == start(tmp_path)


def test_keys_are_for_the_owner_alone(tmp_path: Path) -> None:
    start(tmp_path)
    for name in ("secret.key", "vault.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
