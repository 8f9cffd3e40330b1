"""The register of major hazards 重大事故隐患台账: its list, its files, one page a major (R-52)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final, Literal
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from engine import majors
from engine.hazards.codes import SECTORS
from engine.majors import MajorFilters
from engine.statistics import Page
from web import db, exports
from web.access import current_account, current_actor, requires
from web.language import say
from web.majors import events, words  # noqa: F401 - importing events registers what it tells
from web.majors.file import MajorFile
from web.majors.rows import Line, Major, sheet
from web.queries import chosen, with_query

blueprint = Blueprint("majors", __name__)

_PAGE: Final = 50
_CHUNK: Final = 200
_FILTERS: Final = tuple(field.name for field in fields(MajorFilters))
_ASKED: Final = (*_FILTERS, "beside")


@blueprint.get("/majors")
@requires("major:read")
def index() -> str:
    """Show the register: what is open and how old, what is missing, and the majors."""
    chosen_filters = _filters()
    page = _page(chosen_filters, request.args.get("after") or None, _PAGE)
    return render_template(
        "majors/index.html",
        rows=[Major(row) for row in page.items],
        filters=chosen_filters,
        active=sum(bool(getattr(chosen_filters, name)) for name in _FILTERS),
        choices=_choices(),
        overview=majors.overview(db.session(), actor=current_actor(), sight=_sight()),
        is_district=is_district(),
        is_beside=_sight() == "beside",
        next_url=_next(page),
        files=_files(),
        words=words,
    )


@blueprint.get("/majors.<any(xlsx,csv):kind>")
@requires("major:read")
def file(kind: str) -> Response:
    """Give the filtered register as a file."""
    chosen_filters = _filters()
    rows = exports.Rows(lambda after: _lines(chosen_filters, after), kind)
    account = current_account()
    made = sheet(
        rows,
        notes=_notes(chosen_filters),
        is_district=is_district(),
        issuer=account.organisation_name if account else "",
    )
    return exports.answer(made, kind)


@blueprint.get("/majors/<uuid:instance_id>")
@requires("major:read")
def show(instance_id: UUID) -> str:
    """Show one major: all that is known of it, what is missing, what can be done."""
    return render_template("majors/show.html", file=MajorFile.open(instance_id), words=words)


def is_district() -> bool:
    """Say whether the visitor looks on many enterprises."""
    return current_actor().organisation_kind != "enterprise"


def _page(filters: MajorFilters, after: str | None, limit: int) -> Page[Any]:
    return majors.register(
        db.session(),
        actor=current_actor(),
        filters=filters,
        after=after,
        limit=limit,
        sight=_sight(),
    )


def _sight() -> Literal["under", "beside"]:
    """Say whose majors are asked for: `beside=1` are those of enterprises supervised besides."""
    return "beside" if request.args.get("beside") == "1" else "under"


def _lines(filters: MajorFilters, after: str | None) -> Page[Line]:
    page = _page(filters, after, _CHUNK)
    read = majors.dossiers(db.session(), page.items, actor=current_actor())
    return Page([Line(Major(one.row), one) for one in read], page.next)


def _filters() -> MajorFilters:
    texts = {
        name: request.args.get(name, "").strip()[:100] for name in _FILTERS if name != "supervised"
    }
    return MajorFilters(**texts, supervised=request.args.get("supervised") == "1")


def _choices() -> dict[str, Any]:
    def options(given: Any, everything: str = gettext("全部")) -> list[tuple[str, str]]:
        return [("", everything), *((key, say(name)) for key, name in given.items() if key)]

    shown: dict[str, Any] = {
        "standing": (gettext("范围"), options(words.STANDINGS, say(words.STANDINGS[""]))),
        "missing": (
            gettext("缺什么"),
            [("", gettext("不限")), ("any", gettext("有缺项")), *options(words.MISSING)[1:]],
        ),
        "age": (gettext("账龄"), options(words.AGES, gettext("不限"))),
        "month": (gettext("上账月份"), None),
        "text": (gettext("编号或文字"), None),
    }
    if is_district():
        shown |= {
            "sector": (gettext("行业"), options(SECTORS)),
            "unit": (gettext("单位名称"), None),
        }
    return shown


def _next(page: Page[Any]) -> str:
    if page.next is None:
        return ""
    return with_query(url_for("majors.index"), {**chosen(_ASKED), "after": page.next})


def _files() -> list[tuple[str, str]]:
    return [
        (with_query(url_for("majors.file", kind=kind), chosen(_ASKED)), kind.upper())
        for kind in ("xlsx", "csv")
    ]


def _notes(filters: MajorFilters) -> list[str]:
    """Say in words what was chosen, so that a file cannot be taken for the whole."""
    said = [
        f"{label}{gettext('：')}{dict(options).get(value, value) if options else value}"
        for name, (label, options) in _choices().items()
        if (value := getattr(filters, name))
    ]
    said += [gettext("只看挂牌督办")] if filters.supervised else []
    return [*said, gettext("协管单位的重大隐患")] if _sight() == "beside" else said
