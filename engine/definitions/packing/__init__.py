"""A flow as one file: a ZIP of everything it runs with, which another installation imports.

Inside it lies as it does in a folder that `bihuan deploy` takes, with a manifest that says what
each file is and what its content has to be. The same files always give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from engine.definitions.bundle import Bundle
from engine.definitions.packing.zipped import files_in
from engine.errors import Invalid

MANIFEST: Final = "manifest.json"
_FORMAT: Final = "bihuan-pack"
_FORMAT_VERSION: Final = 1
#: Kind → where its files lie, and how their names end.
_PLACES: Final = {
    "bpmn": ("processes/bpmn", "bpmn"),
    "dmn": ("processes/dmn", "dmn"),
    "form": ("forms", "json"),
    "checklist": ("processes/checklists", "json"),
    "scenario": ("processes/scenarios", "json"),
}
_PLAIN: Final = re.compile(r"\w[\w.-]{0,63}")
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A flow with everything it runs with.

    key, name: the process that is started, and what people call it; empty for a bare ZIP.
    version: which version it was where it comes from; None for a draft.
    """

    key: str
    name: str
    version: int | None
    bundle: Bundle


def pack(packed: Pack) -> bytes:
    """Give the ZIP of a flow; its files are the very bytes of the bundle."""
    placed = list(_placed(packed.bundle))
    manifest = {
        "format": _FORMAT,
        "format_version": _FORMAT_VERSION,
        "key": packed.key,
        "name": packed.name,
        "version": packed.version,
        "files": [
            {"path": path, "kind": kind, "key": key, "sha256": _digest(content)}
            for path, kind, key, content in placed
        ],
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        head = orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n"
        for path, content in [(MANIFEST, head), *((path, text) for path, _k, _n, text in placed)]:
            archive.writestr(_entry(path), content)
    return written.getvalue()


def unpack(content: bytes) -> Pack | Mapping[str, bytes]:
    """Read a ZIP: a pack with a manifest of ours, or else the files of any other ZIP by path.

    Raises:
        Invalid: it cannot be read safely, or its files are not what the manifest says.
    """
    files = files_in(content)
    if not files:
        raise Invalid("这个 ZIP 里没有文件。", "There are no files in this ZIP.")
    manifest = _manifest(files)
    if manifest is None:
        return files
    return Pack(
        key=_text(manifest, "key")[:64],
        name=_text(manifest, "name")[:_LONGEST_NAME],
        version=_version(manifest),
        bundle=_bundle(manifest, files),
    )


def opened(content: bytes) -> Pack:
    """Read a ZIP that has to be a pack of ours; raises as `unpack`."""
    found = unpack(content)
    if not isinstance(found, Pack):
        raise Invalid(
            f"这个 ZIP 不是流程包：里面没有 {MANIFEST}。",
            f"This ZIP is no pack: it has no {MANIFEST}.",
        )
    return found


def _placed(bundle: Bundle) -> Iterator[tuple[str, str, str, bytes]]:
    """Yield path, kind, key and content; a key that is no plain file name goes by a number."""
    for kind, (folder, ending) in _PLACES.items():
        taken: set[str] = set()
        for number, (key, content) in enumerate(sorted(bundle.of(kind).items()), 1):
            stem = key if _PLAIN.fullmatch(key) else f"{kind}-{number}"
            # Some systems do not tell capital letters apart.
            while stem.lower() in taken:
                stem = f"{stem}-{number}"
            taken.add(stem.lower())
            yield f"{folder}/{stem}.{ending}", kind, key, content


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any] | None:
    """Give the manifest, None when there is none of ours."""
    if MANIFEST not in files:
        return None
    try:
        found = orjson.loads(files[MANIFEST])
    except orjson.JSONDecodeError as error:
        raise _wrong("它不是 JSON", "it is not JSON") from error
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        return None
    if found.get("format_version") != _FORMAT_VERSION:
        raise Invalid(
            "这个流程包是更新的版本导出的，请先升级本系统。",
            "This pack was exported by a later version; upgrade first.",
        )
    return found


def _bundle(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Bundle:
    listed = manifest.get("files")
    if not isinstance(listed, list):
        raise _wrong("没有列出文件", "it lists no files")
    contents: dict[str, dict[str, bytes]] = {}
    for one in listed:
        said = one if isinstance(one, dict) else {}
        kind, key, path = (_text(said, name) for name in ("kind", "key", "path"))
        keys = contents.setdefault(kind, {})
        if kind not in _PLACES or key in keys:
            raise _wrong(f"“{key[:64]}”的类别不对，或重复", f"'{key[:64]}' is odd or occurs twice")
        keys[key] = _checked(files, path, _text(said, "sha256"))
    unlisted = files.keys() - {str(one["path"]) for one in listed} - {MANIFEST}
    if unlisted:
        name = min(unlisted)
        raise _wrong(f"没有列出“{name[:80]}”", f"it does not list '{name[:80]}'")
    return Bundle(contents)


def _checked(files: Mapping[str, bytes], path: str, digest: str) -> bytes:
    content = files.get(path)
    if content is None:
        raise _wrong(f"缺少文件“{path[:80]}”", f"the file '{path[:80]}' is missing")
    if _digest(content) != digest:
        raise Invalid(
            f"流程包里的“{path[:80]}”和清单上的摘要不一致，可能被改过或没有传完整。"
            "请向对方重新要一份。",
            f"'{path[:80]}' in the pack is not what its manifest says: it was changed or is "
            "incomplete. Ask for the pack again.",
        )
    return content


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.isprintable():
        raise _wrong(f"{name} 不是文字", f"'{name}' is not text")
    return value


def _version(manifest: Mapping[str, Any]) -> int | None:
    value = manifest.get("version")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _wrong(zh: str, en: str) -> Invalid:
    return Invalid(
        f"流程包的清单 {MANIFEST} 不对：{zh}。请重新导出。",
        f"The pack's {MANIFEST} is wrong: {en}. Export it again.",
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
