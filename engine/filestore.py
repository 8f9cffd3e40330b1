"""Files in the data folder under the hash of their content; the same content lies there once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Final

from sqlalchemy.orm import Session

from engine import clock
from engine.errors import IntegrityError

_FULL: Final = "files"
_SMALL: Final = "small"


@dataclass(frozen=True)
class FileStore:
    """`folder/files/ab/cdef…`; the name is made of the hash alone, never of what people sent."""

    folder: Path

    def put(self, content: bytes) -> bytes:
        """Keep `content`; gives its SHA-256."""
        digest = sha256(content).digest()
        target = self.path(digest)
        now = clock.now().timestamp()
        try:
            # Whoever clears up sees that somebody has just sent it again.
            os.utime(target, (now, now))
        except FileNotFoundError:
            _write_whole(target, content)
            os.utime(target, (now, now))
        return digest

    def get(self, digest: bytes) -> bytes:
        """Give the content under this hash.

        Raises:
            IntegrityError: it is gone or is not what was kept.
        """
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError:
            content = b""
        if sha256(content).digest() != digest:
            raise _not_intact(digest)
        return content

    def put_long(self, write: Callable[[IO[bytes]], None]) -> tuple[bytes, int]:
        """Keep what is too long to be held in memory; gives its SHA-256 and its bytes.

        Args:
            write: writes it into the file it is given.
        """
        folder = self.folder / _FULL
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "w+b") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
                size = file.seek(0, os.SEEK_END)
                file.seek(0)
                digest = file_digest(file, "sha256").digest()
            target = self.path(digest)
            _name(Path(name), target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        now = clock.now().timestamp()
        os.utime(target, (now, now))
        return digest, size

    def open(self, digest: bytes) -> IO[bytes]:
        """Open the content under this hash, however long, once it is seen to be what was kept.

        Raises:
            IntegrityError: it is gone or is not what was kept.
        """
        try:
            file = self.path(digest).open("rb")
        except FileNotFoundError as error:
            raise _not_intact(digest) from error
        if file_digest(file, "sha256").digest() != digest:
            file.close()
            raise _not_intact(digest)
        file.seek(0)
        return file

    def put_small(self, digest: bytes, content: bytes) -> None:
        """Keep the small picture that goes with the content of this hash."""
        target = self.path(digest, _SMALL)
        if not target.exists():
            _write_whole(target, content)

    def get_small(self, digest: bytes) -> bytes | None:
        """Give the small picture that goes with the content of this hash, if it was kept."""
        try:
            return self.path(digest, _SMALL).read_bytes()
        except FileNotFoundError:
            return None

    def forget(self, digest: bytes, sent_before: datetime) -> None:
        """Remove the content of this hash, unless somebody has sent it again since."""
        target = self.path(digest)
        if target.exists() and target.stat().st_mtime < sent_before.timestamp():
            target.unlink()
            self.path(digest, _SMALL).unlink(missing_ok=True)

    def path(self, digest: bytes, part: str = _FULL) -> Path:
        """Give where the content of this hash, or its small picture, lies."""
        name = digest.hex()
        return self.folder / part / name[:2] / name[2:]


def of(session: Session) -> FileStore:
    """Give the file store the session was opened with (`session.info["files"]`)."""
    files: FileStore = session.info["files"]
    return files


def _write_whole(target: Path, content: bytes) -> None:
    """Write next to the target and rename, so that half a file never has its name.

    The name is on the disk, too, when this returns: a row may then cite it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _name(Path(name), target)


def _name(whole: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    whole.replace(target)
    for folder in (target.parent, target.parent.parent):
        _sync(folder)


def _not_intact(digest: bytes) -> IntegrityError:
    return IntegrityError(
        "附件文件缺失或已被改动，请运维人员从备份恢复。",
        "An attached file is missing or was changed; the operator has to restore it.",
        sha256=digest.hex(),
    )


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
