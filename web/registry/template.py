"""The sheet to fill in: headings, choices to pick from, and what each column means."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from flask_babel import gettext

from engine.registry import FIELDS, NODES, Field, Node, of_kind
from web.language import say

#: Kinds of what has to stay as it is typed.
_AS_TYPED: Final = ("uscc", "phone", "industry", "region", "text")
#: Down to which row the choices are offered.
_ROWS: Final = 60_000


def workbook(nodes: Sequence[Node]) -> bytes:
    """Give the template as a workbook."""
    import xlsxwriter

    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet(gettext("单位名录"))
        lists = book.add_worksheet(gettext("可选内容"))
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        needed = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F4E3C1"})
        text = book.add_format({"num_format": "@"})
        page.freeze_panes(1, 1)
        for column, each in enumerate(FIELDS):
            # A code or a phone number has to stay as it is typed.
            as_text = text if each.kind in _AS_TYPED else None
            page.set_column(column, column, 18, as_text)
            page.write_string(0, column, say(each.name), needed if each.is_needed else bold)
            if help_ := say(each.help):
                page.write_comment(0, column, help_)
            _offer(page, lists, column, each, nodes, bold)
    return made.getvalue()


def _offer(
    page: Any, lists: Any, column: int, each: Field, nodes: Sequence[Node], bold: Any
) -> None:
    names = _names(each, nodes)
    if not names:
        return
    lists.set_column(column, column, 24)
    lists.write_string(0, column, say(each.name), bold)
    for at, name in enumerate(names, start=1):
        lists.write_string(at, column, name)
    if each.kind == "tags":
        # Several may be named, so none can be enforced.
        return
    from xlsxwriter.utility import xl_range_abs

    source = f"='{lists.get_name()}'!{xl_range_abs(1, column, len(names), column)}"
    page.data_validation(
        1, column, _ROWS, column,
        {"validate": "list", "source": source, "error_type": "warning"},
    )  # fmt: skip


def _names(each: Field, nodes: Sequence[Node]) -> list[str]:
    if each.kind == "node":
        return [node.path or node.name for node in of_kind(nodes, NODES[each.key])]
    return [say(words) for words in each.choices.values()]
