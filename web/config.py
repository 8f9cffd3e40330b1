"""Every setting, once: read from the environment, checked before anything starts."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from engine.errors import Invalid
from engine.secrets import MINIMUM_KEY_BYTES, keep_first

T = TypeVar("T")

_PREFIX: Final = "BIHUAN_"
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"", "0", "false", "no", "off"})
_DATABASES: Final = frozenset({"sqlite", "postgresql", "postgres"})
_BROKERS: Final = frozenset({"amqp", "amqps"})


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of one running application."""

    #: BIHUAN_DATA_DIR: database (unless elsewhere), files, keys. Made on the first start.
    data_dir: Path
    #: BIHUAN_DATABASE_URL: sqlite:///… or postgresql://…; a file in the data folder by default.
    database_url: str
    #: BIHUAN_SECRET_KEY: signs cookies and keys digests; kept in the data folder by default.
    secret_key: str = field(repr=False)
    #: BIHUAN_BASE_URL: how people reach the site; stands in QR codes and certificates.
    base_url: str = "http://127.0.0.1:8000"
    #: BIHUAN_BROKER_URL: RabbitMQ for workers on several machines, or None.
    broker_url: str | None = field(default=None, repr=False)
    #: BIHUAN_RUNNER: "embedded" runs jobs inside the web process, "off" leaves them to workers.
    runner: str = "embedded"
    #: BIHUAN_PROXIES: how many reverse proxies stand in front and add X-Forwarded-* headers.
    proxies: int = 0
    #: BIHUAN_TESTING: errors are raised to the test instead of shown as a page.
    testing: bool = False

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Read the settings; `environ` is a mapping such as `os.environ`.

        Raises:
            Invalid: a setting is wrong; the sentence names it and says what it may be.
        """
        data_dir = _read(environ, "DATA_DIR", "data", _folder)
        return cls(
            data_dir=data_dir,
            database_url=_read(environ, "DATABASE_URL", _own_database(data_dir), _database_url),
            secret_key=_read(environ, "SECRET_KEY", "", _secret_key) or _own_key(data_dir),
            base_url=_read(environ, "BASE_URL", cls.base_url, _base_url),
            broker_url=_read(environ, "BROKER_URL", "", _broker_url),
            runner=_read(environ, "RUNNER", cls.runner, _runner),
            proxies=_read(environ, "PROXIES", "0", _proxies),
            testing=_read(environ, "TESTING", "", _flag),
        )

    @property
    def is_secure(self) -> bool:
        """Say whether people reach the site over TLS; cookies then travel only there."""
        return self.base_url.startswith("https://")


def _read(environ: Mapping[str, str], name: str, default: str, convert: Callable[[str], T]) -> T:
    text = environ.get(_PREFIX + name, "").strip() or default
    try:
        return convert(text)
    except _SettingError as wrong:
        zh, en = wrong.args
        raise Invalid(
            f"设置 {_PREFIX}{name} 不对：{zh}",
            f"The setting {_PREFIX}{name} is wrong: {en}",
            setting=_PREFIX + name,
        ) from wrong


class _SettingError(Exception):
    """A setting's text is wrong; args are the sentence in Chinese and in English."""


def _folder(text: str) -> Path:
    folder = Path(text).expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _SettingError(
            f"文件夹 {folder} 不能建立（{error.strerror}）。",
            f"the folder {folder} cannot be made ({error.strerror}).",
        ) from error
    if not os.access(folder, os.W_OK):
        raise _SettingError(f"文件夹 {folder} 不能写入。", f"the folder {folder} is not writable.")
    return folder


def _database_url(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise _SettingError(*_DATABASE_WORDS) from error
    if url.get_backend_name() not in _DATABASES:
        raise _SettingError(*_DATABASE_WORDS)
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        url = url.set(database=str(Path(str(url.database)).expanduser().resolve()))
    return url.render_as_string(hide_password=False)


_DATABASE_WORDS: Final = (
    "应为 sqlite:///文件 或 postgresql://用户:密码@主机/库名。",
    "it is sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
)


def _secret_key(text: str) -> str:
    if text and len(text.encode()) < MINIMUM_KEY_BYTES:
        raise _SettingError(
            f"至少 {MINIMUM_KEY_BYTES} 个字符，可用 openssl rand -hex 32 生成。",
            f"it needs at least {MINIMUM_KEY_BYTES} characters; openssl rand -hex 32 makes one.",
        )
    return text


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise _SettingError(
            "应为网址，例如 https://bihuan.example.cn。",
            "it is an address such as https://bihuan.example.cn.",
        )
    return text.rstrip("/")


def _broker_url(text: str) -> str | None:
    if text and urlsplit(text).scheme not in _BROKERS:
        raise _SettingError(
            "应为 amqp://用户:密码@主机:5672，或留空。",
            "it is amqp://USER:PASSWORD@HOST:5672, or empty.",
        )
    return text or None


def _runner(text: str) -> str:
    if text not in ("embedded", "off"):
        raise _SettingError("应为 embedded 或 off。", "it is embedded or off.")
    return text


def _proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > 9:
        raise _SettingError("应为 0 至 9 的数字。", "it is a number from 0 to 9.")
    return int(text)


def _flag(text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise _SettingError("应为 1 或 0。", "it is 1 or 0.")
    return text.lower() in _TRUE


def _own_database(data_dir: Path) -> str:
    return f"sqlite:///{data_dir / 'bihuan.sqlite'}"


def _own_key(data_dir: Path) -> str:
    """Give the key kept in the data folder; it is made on the first start, for the owner only."""
    return keep_first(data_dir / "secret.key", secrets.token_hex(32))
