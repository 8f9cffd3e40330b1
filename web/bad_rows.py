"""The rows of a sheet that were not taken in, as a file: to be mended and sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine.registry import batches
from web import exports
from web.language import current_language
from web.ledgers import issuer


def answer(
    found: batches.Preview, kind: str, label: Callable[[str], str], who: exports.Column
) -> Response:
    """Give the bad rows of a sheet as a file.

    Args:
        kind: xlsx or csv; there is nothing else.
        label: gives the heading of a column by its key.
        who: the column that names what a row is about.
    """
    if kind not in ("xlsx", "csv"):
        raise NotFound()
    sheet = exports.Sheet(
        title=gettext("需要更正的行"),
        name=gettext("需要更正的行"),
        columns=[
            exports.Column(gettext("第几行"), "number", 8),
            who,
            exports.Column(gettext("哪一栏"), width=20),
            exports.Column(gettext("填的内容"), width=30),
            exports.Column(gettext("哪里不对"), width=60),
        ],
        rows=_faults(found, label),
        notes=[found.batch.name],
        issuer=issuer(),
    )
    return exports.answer(sheet, kind)


def words(zh: str, en: str) -> str:
    """Say what is wrong with a cell in the language of the page."""
    return en if current_language().startswith("en") else zh


def _faults(found: batches.Preview, label: Callable[[str], str]) -> Iterator[list[Any]]:
    for row in found.every("bad"):
        for key, zh, en, value in row["faults"]:
            yield [row["row"], row["name"], label(key), value, words(zh, en)]
