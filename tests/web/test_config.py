"""Settings: each once, checked before anything starts, told in both languages when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Invalid
from web.config import Config


def read(tmp_path: Path, **settings: str) -> Config:
    given = {f"BIHUAN_{name}": value for name, value in settings.items()}
    return Config.from_environ({"BIHUAN_DATA_DIR": str(tmp_path / "data"), **given})


def test_without_settings_it_starts_in_a_folder(tmp_path: Path) -> None:
    config = read(tmp_path)
    assert config.data_dir.is_dir()
    assert config.database_url == f"sqlite:///{tmp_path / 'data' / 'bihuan.sqlite'}"
    assert (config.runner, config.broker_url, config.testing) == ("embedded", None, False)
    assert not config.is_secure


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o077 == 0
    assert first.secret_key not in repr(first)


def test_settings_are_read(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        DATABASE_URL="postgresql://me:pw@db/bihuan",
        SECRET_KEY="k" * 32,
        BASE_URL="https://bihuan.example.cn/",
        BROKER_URL="amqp://me:pw@queue:5672",
        RUNNER="off",
        PROXIES="1",
        TESTING="1",
    )
    assert config.database_url == "postgresql://me:pw@db/bihuan"
    assert config.base_url == "https://bihuan.example.cn"
    assert config.is_secure
    assert (config.runner, config.proxies, config.testing) == ("off", 1, True)
    assert "pw@queue" not in repr(config)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "nonsense"),
        ("SECRET_KEY", "short"),
        ("BASE_URL", "bihuan.example.cn"),
        ("BASE_URL", "ftp://x"),
        ("BROKER_URL", "redis://x"),
        ("RUNNER", "yes"),
        ("PROXIES", "-1"),
        ("PROXIES", "many"),
        ("TESTING", "maybe"),
        ("DATA_DIR", "/proc/nowhere"),
    ],
)
def test_a_bad_setting_stops_the_start_with_a_sentence(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, **{name: value})
    message = refused.value.message
    assert f"BIHUAN_{name}" in message.zh
    assert f"BIHUAN_{name}" in message.en
    assert message.en.isascii()
