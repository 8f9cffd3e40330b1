"""A flow leaves in one file and arrives elsewhere as it was; what is hostile is refused."""

from __future__ import annotations

import contextlib
import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions import Bundle, read_folder
from engine.definitions.drafts import blank
from engine.definitions.packing import MANIFEST, Pack, pack, unpack
from engine.errors import Invalid

ROOT = Path(__file__).resolve().parents[2]
FLOW = blank.blank("停车场巡查", "parking")
PACKED = pack(Pack(key="parking", name="停车场巡查", version=3, bundle=FLOW))
names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=64)
bundles = st.dictionaries(
    st.sampled_from(["bpmn", "dmn", "form", "checklist", "scenario"]),
    st.dictionaries(names, st.binary(max_size=200), min_size=1, max_size=4),
    min_size=1,
)


def zipped(**files: bytes | str) -> bytes:
    """Give a ZIP of files by path."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return written.getvalue()


def repacked(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Give the pack of FLOW after somebody changed its files."""
    with zipfile.ZipFile(io.BytesIO(PACKED)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    return zipped(**files)


def saying(**values: object) -> bytes:
    """Give the pack of FLOW with other words in its manifest."""

    def change(files: dict[str, bytes]) -> None:
        files[MANIFEST] = orjson.dumps({**orjson.loads(files[MANIFEST]), **values})

    return repacked(change)


def test_what_is_shipped_arrives_byte_for_byte() -> None:
    shipped = read_folder(ROOT)
    arrived = unpack(pack(Pack(key="hazard_report", name="隐患报告", version=1, bundle=shipped)))
    assert isinstance(arrived, Pack)
    assert arrived.bundle.contents == {k: v for k, v in shipped.contents.items() if v}
    assert (arrived.key, arrived.name, arrived.version) == ("hazard_report", "隐患报告", 1)


def test_an_unpacked_pack_is_a_folder_that_can_be_deployed(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(PACKED)) as archive:
        archive.extractall(tmp_path)
    found = read_folder(tmp_path)
    assert found.of("bpmn") == FLOW.of("bpmn")
    assert found.of("form") == FLOW.of("form")


def test_the_same_flow_gives_the_same_file() -> None:
    assert pack(Pack(key="parking", name="停车场巡查", version=3, bundle=FLOW)) == PACKED


@settings(max_examples=60)
@given(bundles)
def test_any_name_of_a_file_survives(contents: dict[str, dict[str, bytes]]) -> None:
    arrived = unpack(pack(Pack(key="any", name="任意", version=None, bundle=Bundle(contents))))
    assert isinstance(arrived, Pack)
    assert arrived.bundle.contents == contents
    assert arrived.version is None


def test_a_zip_without_a_manifest_is_only_its_files() -> None:
    content = zipped(**{"图/流程.bpmn": b"<x/>", "__MACOSX/._x": b"", "图/.DS_Store": b"?"})
    assert unpack(content) == {"图/流程.bpmn": b"<x/>"}


def test_a_manifest_of_somebody_else_is_a_file_like_others() -> None:
    files = {"manifest.json": b'{"name": "app"}', "a.bpmn": b"<x/>"}
    assert unpack(zipped(**files)) == files


def with_link() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        entry = zipfile.ZipInfo("forms/link.json")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return written.getvalue()


def twice() -> bytes:
    return zipped(**{"a.bpmn": b"<a/>", "b.bpmn": b"<b/>"}).replace(b"b.bpmn", b"a.bpmn")


def encrypted() -> bytes:
    """Give a ZIP whose entry says that it is encrypted."""
    content = bytearray(zipped(**{"a.bpmn": b"<a/>"}))
    for place in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        flags = struct.unpack_from("<H", content, place)[0]
        struct.pack_into("<H", content, place, flags | 1)
    return bytes(content)


def lying() -> bytes:
    """Give a bomb that says it is small."""
    content = bytearray(zipped(**{"a.bpmn": b"\0" * 30_000_000}))
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 10)
    return bytes(content)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "打不开"),
    "no zip": (lambda: b"PK\x03\x04" + b"x" * 100, "打不开"),
    "cut off": (lambda: PACKED[: len(PACKED) // 2], "打不开"),
    "damaged": (lambda: PACKED.replace(b"PK\x03\x04", b"PK\x03\x05"), "打不开"),
    "empty": (lambda: zipped(), "没有文件"),
    "bomb": (lambda: zipped(**{"a.bpmn": b"\0" * 50_000_000}), "超过 2 MB"),
    "many bombs": (
        lambda: zipped(**{f"{n}.bpmn": b"\0" * 2_000_000 for n in range(9)}),
        "一共超过 10 MB",
    ),
    "lying bomb": (lying, "打不开|超过"),
    "too many": (lambda: zipped(**{f"{n}.json": b"{}" for n in range(600)}), "太多"),
    "upwards": (lambda: zipped(**{"../../etc/cron.d/x": b"x"}), "路径"),
    "from the root": (lambda: zipped(**{"/etc/passwd": b"x"}), "路径"),
    "of Windows": (lambda: zipped(**{"C:/a.bpmn": b"x"}), "路径"),
    "link": (with_link, "链接"),
    "twice": (twice, "重复"),
    "encrypted": (encrypted, "密码"),
    "another digest": (
        lambda: repacked(lambda files: files.update({"forms/parking_start.json": b"{}"})),
        "摘要不一致",
    ),
    "missing": (lambda: repacked(lambda files: files.pop("forms/parking_start.json")), "缺少文件"),
    "smuggled": (lambda: repacked(lambda files: files.update({"forms/x.json": b"{}"})), "没有列出"),
    "no json": (lambda: repacked(lambda files: files.update({MANIFEST: b"{"})), "不是 JSON"),
    "later": (lambda: saying(format_version=2), "升级"),
    "no list": (lambda: saying(files={}), "没有列出文件"),
    "odd entries": (lambda: saying(files=[None, 1]), "不是文字"),
    "odd kind": (
        lambda: saying(files=[{"kind": "py", "key": "a", "path": "a", "sha256": ""}]),
        "类别不对",
    ),
    "odd name": (lambda: saying(name=["x"]), "name"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_in_words(case: str) -> None:
    make, words = HOSTILE[case]
    with pytest.raises(Invalid) as refused:
        unpack(make())
    assert re.search(words, refused.value.message.zh)
    assert refused.value.message.en


@settings(max_examples=150)
@given(st.data())
def test_a_pack_damaged_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    damaged = bytearray(PACKED)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Invalid):
        unpack(bytes(damaged))
