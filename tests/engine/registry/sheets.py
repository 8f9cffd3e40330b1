"""Workbooks for stories about taking them in."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

HEADINGS = ("单位名称", "统一社会信用代码", "行业领域", "主行业主管部门", "街镇", "从业人员数")


def workbook(rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS) -> bytes:
    """Give a workbook with a title, headings and rows."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "生产经营单位名录")
        for at, row in enumerate([headings, *rows]):
            page.write_row(at + 2, 0, row)
    return made.getvalue()


def code(number: int) -> str:
    """Give a fictional social credit code whose check sign is right (GB 32100-2015)."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91310105MA{number:07d}"
    total = sum(signs.index(sign) * pow(3, at, 31) for at, sign in enumerate(body))
    return body + signs[(31 - total % 31) % 31]
