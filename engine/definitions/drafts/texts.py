"""Files as the text that an editor shows, and back: what was not touched keeps its very bytes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Any, Final

from engine.definitions.bundle import Bundle
from engine.errors import Invalid

_DECLARED: Final = re.compile(r"""^(<\?xml[^>]*?encoding\s*=\s*["'])([A-Za-z0-9._-]+)(["'])""")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Texts = dict[str, dict[str, str]]


def to_text(content: bytes) -> str:
    """Give a file as text, in the encoding it declares; what cannot be read is marked with �."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    declared = _DECLARED.match(content[:200].decode("latin-1"))
    try:
        return content.decode(declared[2] if declared else "utf-8")
    except (UnicodeDecodeError, LookupError):
        return content.decode("utf-8", errors="replace")


def to_bytes(text: str, before: bytes | None = None) -> bytes:
    """Give text as a file in UTF-8; when it is what `before` was read as, give `before`."""
    if before is not None and to_text(before) == text:
        return before
    try:
        return _DECLARED.sub(r"\g<1>UTF-8\g<3>", text, count=1).encode()
    except UnicodeEncodeError as error:
        raise Invalid(
            "文件里有不成字的字符，请删去后再保存。",
            "A file holds characters that are none; remove them and save again.",
        ) from error


def texts_of(bundle: Bundle) -> Texts:
    """Give all files of a bundle as text, by kind and key."""
    return {
        kind: {key: to_text(content) for key, content in keys.items()}
        for kind, keys in bundle.contents.items()
    }


def bundle_from(files: Any, before: Bundle | None = None) -> Bundle:
    """Give the bundle that texts by kind and key stand for.

    Args:
        before: what was there; files whose text is still the same keep their bytes.

    Raises:
        Invalid: it is not texts by kind and key.
    """
    if not isinstance(files, Mapping) or not all(map(_are_texts, files.values())):
        raise Invalid(
            "files 应按类别和名称给出各文件的文字。",
            "'files' has to give the text of each file by kind and name.",
        )
    known = before or Bundle()
    return Bundle(
        {
            kind: {key: to_bytes(text, known.of(kind).get(key)) for key, text in keys.items()}
            for kind, keys in files.items()
            if keys
        }
    )


def _are_texts(keys: Any) -> bool:
    return isinstance(keys, Mapping) and all(isinstance(text, str) for text in keys.values())
