"""The case book as a PDF (R-18), and handing cases to the city with 【报送单位】 (R-65)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine import clock, filestore
from engine.hazards.codes import SECTORS
from engine.practices import finding, rules, vetting
from web import db, downloads, exports, figures
from web.access import current_account, current_actor, requires
from web.language import say
from web.pdf import Picture, render
from web.practices.room import blueprint, filters, shown_all

_STYLES: Final = ("print/base.css", "print/case_book/style.css")
#: Photos make a book heavy: two of each case.
_PHOTOS: Final = 2


@blueprint.get("/book.pdf")
@requires("practice:read")
def book() -> Response:
    """Give the published cases, filtered as the list is, as a book."""
    return book_of(filters())


def book_of(chosen: finding.Filters) -> Response:
    """Answer with the published cases that are chosen as a book."""
    rows = finding.for_book(db.session(), filters=chosen)
    pictures = _pictures(rows)
    cases = []
    for number, case in enumerate(shown_all(rows), start=1):
        photos = [name for name in pictures if name.startswith(f"case-{number}-")]
        cases.append({**case, "number": number, "photos": photos})
    content = render(
        "print/case_book/template.html",
        {
            "issuer": _issuer(),
            "cases": cases,
            "by_dimension": _by_dimension(cases),
            "by_sector": _by_sector(cases),
            "made_on": clock.local_date(),
            "year": clock.local_date().year,
        },
        styles=_STYLES,
        created=clock.now(),
        pictures=pictures,
    )
    return downloads.pdf(content, "case-book.pdf", download="download" in request.args)


@blueprint.get("/report.xlsx")
@requires("practice:publish")
def report_sheet() -> Response:
    """Give the published cases of the visitor's area as the city collects them."""
    return report_of()


def report_of() -> Response:
    """Answer with the published cases of the visitor's area as a workbook."""
    rows = _to_report(after=None)
    heads = (
        ("报送单位", 22), ("案例名称", 40), ("单位", 24), ("行业", 12), ("方面", 16),
        ("级别", 8), ("背景", 50), ("做法", 50), ("成效", 50), ("数据", 30), ("可复制的做法", 40),
        ("获奖", 30), ("评审得分", 10), ("报送时间", 16),
    )  # fmt: skip
    columns = [exports.Column(name, width=width) for name, width in heads[:-2]]
    columns.append(exports.Column("评审得分", "number", 10))
    columns.append(exports.Column("报送时间", "moment", 16))
    issuer = _issuer()
    sheet = exports.Sheet(
        title=f"典型案例报送表【{issuer}】",
        name="typical-cases",
        columns=columns,
        rows=[_cells(case, issuer) for case in shown_all(rows)],
        notes=[f"【报送单位】{issuer}"],
        issuer=issuer,
    )
    return exports.answer(sheet, "xlsx")


@blueprint.post("/report")
@requires("practice:publish")
def report() -> AnyResponse:
    """Note that all published cases that were not yet handed over have been."""
    count = db.execute(vetting.hand_over, unreported())
    flash(gettext("已记录报送 %(count)s 个案例。", count=count), "success")
    return redirect(url_for("practices.work", state="published"))


def unreported() -> list[UUID]:
    """Give the published cases of the visitor's area that were not yet handed over."""
    return [row.id for row in _to_report(after=None) if row.reported_at is None]


def _to_report(after: str | None) -> list[Any]:
    chosen = finding.Filters(state="published")
    found: list[Any] = []
    while len(found) < finding.MOST_IN_BOOK:
        page = finding.at_work(
            db.session(), actor=current_actor(), filters=chosen, after=after, limit=100
        )
        found += page.items
        after = page.next
        if after is None:
            break
    return found


def _cells(case: dict[str, Any], issuer: str) -> list[Any]:
    row = case["row"]
    story = [row.story.get(key) or "" for key in rules.STORY]
    about = [issuer, row.title, case["owner"], case["sector"], "、".join(case["dimensions"])]
    awards = "；".join(case["awards"])
    return [*about, case["level"], *story, awards, row.scores.get("total"), row.reported_at]


def _pictures(rows: Sequence[Any]) -> dict[str, Picture]:
    session = db.session()
    store = filestore.of(session)
    found = {}
    for number, row in enumerate(rows, start=1):
        for place in range(1, min(len(row.photos), _PHOTOS) + 1):
            sha256 = finding.photo(session, row, place).sha256
            found[f"case-{number}-{place}"] = figures.photo(store.get(sha256))
    return found


def _by_dimension(cases: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups = [
        (say(words), [case for case in cases if key in case["row"].dimensions])
        for key, words in rules.DIMENSIONS.items()
    ]
    return [(name, members) for name, members in groups if members]


def _by_sector(cases: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups = [
        (say(words), [case for case in cases if case["row"].sector == key])
        for key, words in SECTORS.items()
    ]
    others = [case for case in cases if case["row"].sector not in SECTORS]
    groups.append((gettext("其他"), others))
    return [(name, members) for name, members in groups if members]


def _issuer() -> str:
    account = current_account()
    return account.organisation_name if account else ""
