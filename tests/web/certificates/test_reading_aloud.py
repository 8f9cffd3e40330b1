"""A paper can be read aloud and archived: tagged, in Chinese, with words for its pictures."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from pypdf.generic import DictionaryObject, IndirectObject

from engine.filestore import FileStore
from tests import papers, readers
from tests.pictures import photo

LayOut = Callable[..., bytes]


def _figures(pdf: bytes) -> list[str]:
    """Give the alternative texts of all figures in the structure tree."""
    found: list[str] = []

    def walk(node: object) -> None:
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        if isinstance(node, DictionaryObject):
            if node.get("/S") == "/Figure":
                found.append(str(node.get("/Alt", "")))
            if "/K" in node:
                walk(node["/K"])

    walk(readers.open_pdf(pdf).trailer["/Root"]["/StructTreeRoot"])
    return found


@pytest.mark.parametrize("kind", papers.FACTS)
def test_the_file_is_tagged_titled_and_in_chinese(lay_out: LayOut, kind: str) -> None:
    reader = readers.open_pdf(lay_out(kind))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert papers.loose(kind).number in str(reader.metadata.title)
    assert reader.metadata.author == "甲机械有限公司"


def test_every_picture_has_words(lay_out: LayOut, files: FileStore) -> None:
    before, after = files.put(photo("brown")), files.put(photo("green"))
    pdf = lay_out("closure", photos_before=[before.hex(), after.hex()], photos_after=[after.hex()])
    figures = _figures(pdf)
    assert [words for words in figures if "照片" in words] == [
        "整改前照片1",
        "整改前照片2",
        "整改后照片1",
    ]
    assert any("核验二维码" in words for words in figures)
    assert all(figures)


@pytest.mark.parametrize("kind", papers.FACTS)
def test_every_font_lies_in_the_file_and_no_glyph_is_missing(lay_out: LayOut, kind: str) -> None:
    fonts = _fonts(lay_out(kind, issuer="䶮禤骉鱻烎㛃公司"))
    assert fonts
    for name, program in fonts.items():
        assert "Bihuan" in name or "Noto" in name
        assert len(TTFont(BytesIO(program)).getGlyphOrder()) > 1


def _fonts(pdf: bytes) -> dict[str, bytes]:
    found = {}
    for page in readers.open_pdf(pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            program = descriptor.get("/FontFile3") or descriptor["/FontFile2"]
            found[str(inner["/BaseFont"])] = program.get_object().get_data()
    return found
