"""A parcel for the press as a ZIP: text, photos, facts, consent, credit line, index (R-20).

Who reported a hazard is never part of a typical case; a consent to stand on the own notice board
(engine/naming) is none to stand in a newspaper, so that no person is named here at all.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import IO, Any, Final

import docx
from flask import current_app, url_for
from flask_babel import gettext
from PIL import Image, ImageOps

from engine import clock, filestore
from engine.archive import Archive
from engine.practices.press import Given
from web import db
from web.look import day
from web.practices.room import shown_all

_QUALITY: Final = 90
#: The shape of a docx: only what changes nothing but the time is fixed.
_FILE_MODE: Final = 0o644 << 16


def write(
    to: IO[bytes], parcel: Any, given: Sequence[Given], gone: Sequence[str], unit: str
) -> None:
    """Write a parcel.

    Args:
        gone: titles of cases that were taken back and are left out. unit: who gives it.
    """
    cases = shown_all(one.row for one in given)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
        archive = Archive(zipped, parcel.made_at)
        for number, (case, one) in enumerate(zip(cases, given, strict=True), start=1):
            folder = "" if len(given) == 1 and not parcel.month else f"{number:02d}/"
            _case(archive, folder, case, one)
        archive.put("credit.txt", [_text(_credit(parcel, unit))])
        if gone:
            lines = [gettext("以下案例已撤回，没有收入，请不要使用："), *gone]
            archive.put("withdrawn.txt", [_text(lines)])
        archive.put("about.txt", [_text(_about(parcel, unit, cases))])
        archive.digests("index.csv")


def _case(archive: Archive, folder: str, case: dict[str, Any], given: Given) -> None:
    paragraphs = list(_paragraphs(case))
    archive.put(f"{folder}text.txt", [_text([words for _style, words in paragraphs])])
    archive.put(f"{folder}text.docx", [_document(archive, paragraphs)])
    archive.table(f"{folder}facts.csv", (gettext("事项"), gettext("内容")), _facts(case))
    archive.put(f"{folder}consent.txt", [_text(_consent(case["row"], len(given.photos)))])
    captions = []
    for number, (attachment, side) in enumerate(given.photos, start=1):
        name = f"{folder}photo-{number}{'-' + side if side else ''}.jpg"
        archive.put(name, [_photo(filestore.of(db.session()).get(attachment.sha256))])
        captions.append((name.removeprefix(folder), _caption(case, side), _lender(case)))
    if captions:
        heading = (gettext("文件"), gettext("说明"), gettext("署名"))
        archive.table(f"{folder}photos.csv", heading, captions)


def _paragraphs(case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the text as (style, words)."""
    yield "Title", case["row"].title
    yield "", "　".join([case["owner"], case["sector"], "、".join(case["dimensions"])])
    for heading, words in case["story"]:
        yield "Heading 1", heading
        for line in words.splitlines():
            if line.strip():
                yield "", line.strip()
    for award in case["awards"]:
        yield "", award


def _document(archive: Archive, paragraphs: Sequence[tuple[str, str]]) -> bytes:
    """Give the text for an editor; the same text at the same moment is the same file."""
    document = docx.Document()
    document.core_properties.author = ""
    document.core_properties.title = paragraphs[0][1]
    for style, words in paragraphs:
        document.add_paragraph(words, style=style or None)
    made, fixed = BytesIO(), BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(fixed, "w") as copy:
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, archive.when)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, _FILE_MODE
            copy.writestr(info, source.read(entry.filename))
    return fixed.getvalue()


def _facts(case: dict[str, Any]) -> list[tuple[str, str]]:
    row = case["row"]
    address = current_app.extensions["base_url"] + url_for("practices.one", slug=row.slug)
    found = [
        (gettext("案例名称"), row.title),
        (gettext("单位"), case["owner"]),
        (gettext("行业"), case["sector"]),
        (gettext("方面"), "、".join(case["dimensions"])),
        (gettext("级别"), case["level"]),
        (gettext("发布日期"), day(row.published_at)),
        (gettext("公开页"), address),
        *((gettext("获奖"), award) for award in case["awards"]),
        (gettext("数据"), row.story.get("data", "")),
    ]
    return [(name, value) for name, value in found if value]


def _consent(row: Any, photos: int) -> list[str]:
    named = gettext("企业同意写明单位名称。") if row.is_named else gettext(
        "企业没有同意写明单位名称，报道里也不要写，不要写能让人认出来的说法。"
    )  # fmt: skip
    return [
        gettext("企业同意公开本案例的文字（第 %(version)s 稿）。", version=row.agreed_version),
        named,
        gettext("企业同意公开的照片：%(count)s 张，见本文件夹。", count=photos),
        gettext(
            "本材料不写任何个人姓名。采访或者写明个人，请另外征得本人同意；不要打听谁报告了隐患。"
        ),
        gettext("企业随时可以撤回。接到撤回通知后，请停止使用并撤下。"),
    ]


def _credit(parcel: Any, unit: str) -> list[str]:
    return [
        gettext("来源：%(unit)s", unit=unit),
        gettext(
            "供%(outlet)s用于新闻报道，可以节选，不能改变原意；转载请注明来源。",
            outlet=parcel.outlet,
        ),
        gettext("照片署名见各案例的 photos.csv。不能用于商业广告。"),
    ]


def _about(parcel: Any, unit: str, cases: Sequence[dict[str, Any]]) -> list[str]:
    return [
        gettext("典型案例媒体素材"),
        gettext("提供单位：%(unit)s", unit=unit),
        gettext("提供给：%(outlet)s", outlet=parcel.outlet),
        gettext("提供日期：%(day)s", day=clock.local_date(parcel.made_at).isoformat()),
        "",
        *(f"{number}. {case['row'].title}" for number, case in enumerate(cases, start=1)),
        "",
        gettext("文件的字节数和 SHA-256 摘要见 index.csv。"),
    ]


def _caption(case: dict[str, Any], side: str) -> str:
    words = {"before": gettext("整改前"), "after": gettext("整改后")}.get(side, "")
    return "　".join(part for part in (words, case["row"].title) if part)


def _lender(case: dict[str, Any]) -> str:
    return str(gettext("图片由%(owner)s提供", owner=case["owner"]))


def _photo(content: bytes) -> bytes:
    """Give a photo as JPEG, with nothing in it but the picture."""
    with Image.open(BytesIO(content)) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    made = BytesIO()
    upright.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()


def _text(lines: Sequence[str]) -> bytes:
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()
