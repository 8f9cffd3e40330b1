"""Reading a ZIP file that somebody sent: small, plain, and inside its own folder."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from engine.errors import Invalid

MOST_FILES: Final = 500
LARGEST_FILE: Final = 2 * 1024 * 1024
LARGEST_WHOLE: Final = 10 * 1024 * 1024
_LONGEST_PATH: Final = 300
#: What begins the entry of a file in the table at the end of a ZIP.
_ENTRY: Final = b"PK\x01\x02"
_ENCRYPTED: Final = 0x1
#: What systems put into a ZIP unasked.
_UNASKED: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def is_zip(content: bytes) -> bool:
    """Say whether a file begins as a ZIP does."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def files_in(content: bytes) -> dict[str, bytes]:
    """Give path → content of the files in a ZIP.

    Raises:
        Invalid: it is no ZIP, holds too much, is encrypted, or a path leads out of it.
    """
    if content.count(_ENTRY) > MOST_FILES:
        raise _too_many()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return dict(_read(archive))
    except _BROKEN as error:
        raise Invalid(
            "这个 ZIP 文件打不开，可能没有下载完整。请重新导出后再试。",
            "This ZIP file cannot be read; it may be incomplete. Export it again.",
        ) from error


def _read(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    left = LARGEST_WHOLE
    for entry in archive.infolist():
        path = entry.filename
        if entry.is_dir() or any(part in path for part in _UNASKED):
            continue
        _check(entry, seen)
        seen.add(path)
        found = _read_at_most(archive, entry, min(LARGEST_FILE, left))
        left -= len(found)
        yield path, found


def _read_at_most(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack one file, but no more than it may have: what the ZIP says of its size may be a lie."""
    with archive.open(entry) as file:
        found = file.read(most + 1)
    if len(found) <= most:
        return found
    if most == LARGEST_FILE:
        raise Invalid(
            f"“{_shown(entry)}”解开后超过 {LARGEST_FILE // 1024**2} MB，不能导入。",
            f"'{_shown(entry)}' has more than {LARGEST_FILE // 1024**2} MB when unpacked.",
        )
    raise Invalid(
        f"ZIP 里的文件解开后一共超过 {LARGEST_WHOLE // 1024**2} MB，不能导入。",
        f"The files in the ZIP have more than {LARGEST_WHOLE // 1024**2} MB when unpacked.",
    )


def _check(entry: zipfile.ZipInfo, seen: set[str]) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise Invalid(
            "ZIP 里的文件加了密码。请导出不加密的 ZIP。",
            "The files in the ZIP are encrypted; export it without a password.",
        )
    path = entry.filename
    parts = path.split("/")
    odd = "\\" in path or ":" in path or not path.isprintable() or len(path) > _LONGEST_PATH
    if odd or path in seen or any(part in ("", ".", "..") for part in parts):
        raise Invalid(
            f"ZIP 里的路径“{_shown(entry)}”不能用：要在包内，不能重复，也不能有特殊符号。",
            f"The path '{_shown(entry)}' in the ZIP cannot be used: it has to stay inside, occur "
            "once and be plain.",
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Invalid(
            f"ZIP 里的“{_shown(entry)}”是链接，不是文件，不能导入。",
            f"'{_shown(entry)}' in the ZIP is a link, not a file.",
        )


def _shown(entry: zipfile.ZipInfo) -> str:
    return "".join(c if c.isprintable() else "�" for c in entry.filename[:80])


def _too_many() -> Invalid:
    return Invalid(
        f"ZIP 里的文件太多，最多 {MOST_FILES} 个。",
        f"There are too many files in the ZIP; at most {MOST_FILES} are allowed.",
    )
