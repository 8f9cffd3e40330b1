"""Who looked into which histories: the enterprise's page, one's own log, the audit of audits."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from engine import statistics
from engine.auditing import grounds, looks, record
from engine.auditing.record import SIDES, LookFilters
from engine.permissions import allows
from web import db, exports
from web.access import current_account, current_actor, requires
from web.auditing import blueprint
from web.labels import name_of
from web.language import say
from web.ledgers import months
from web.queries import chosen, with_query

_PAGE: Final = 50
_CHUNK: Final = 500
_FIELDS: Final = ("month", "what", "kind", "text")
#: Side → its page, what it is called, what it says.
_PAGES: Final = {
    "ours": ("auditing.looks_into_ours", lazy_gettext("查阅记录"), lazy_gettext(
        "监管单位的人员查看本单位办理记录，每一次都记在这里，也记进该事项的经过。")),
    "mine": ("auditing.own_looks", lazy_gettext("我的查阅"), lazy_gettext(
        "您查看企业办理记录的留痕，企业能看到同样的内容，看不到查阅目的。")),
    "all": ("auditing.all_looks", lazy_gettext("查阅监督"), lazy_gettext(
        "本级及所属单位的人员查看了哪些企业、凭什么依据。查阅本身也要接受检查。")),
}  # fmt: skip


@blueprint.get("/audit/looks")
@requires("auditing:seen")
def looks_into_ours() -> str:
    """Show the enterprise who has looked into its cases."""
    return _shown("ours")


@blueprint.get("/audit/looks/mine")
@requires("auditing:state")
def own_looks() -> str:
    """Show what the visitor has looked at."""
    return _shown("mine")


@blueprint.get("/audit/looks/all")
@requires("auditing:oversee")
def all_looks() -> str:
    """Show those who answer for an organisation what its people have looked at."""
    month = _filters().month or statistics.present_month()
    sums = record.by_organisation(db.session(), month, actor=current_actor())
    return _shown("all", sums=sums, month=month)


@blueprint.get("/audit/looks/<any(ours,mine,all):side>.<kind>")
@requires()
def looks_file(side: str, kind: str) -> Response:
    """Give the filtered looks as a file."""
    filters = _filters()
    rows = exports.Rows(lambda after: _listed(side, filters, after, _CHUNK), kind)
    account = current_account()
    sheet = exports.Sheet(
        title=str(_PAGES[side][1]),
        name=f"looks-{side}",
        columns=[exports.Column(str(heading), *more) for heading, *more in _columns(side)],
        rows=(_cells(side, row) for row in rows),
        notes=[account.organisation_name] if account else [],
    )
    return exports.answer(sheet, kind)


def _shown(side: str, **more: Any) -> str:
    filters = _filters()
    page = _listed(side, filters, request.args.get("after") or None, _PAGE)
    endpoint, title, lead = _PAGES[side]
    query = chosen(_FIELDS)
    next_url = with_query(url_for(endpoint), {**query, "after": page.next}) if page.next else ""
    files = [
        (with_query(url_for("auditing.looks_file", side=side, kind=kind), query), kind.upper())
        for kind in exports.KINDS
    ]
    return render_template(
        "auditing/looks.html",
        side=side,
        title=title,
        lead=lead,
        here=url_for(endpoint),
        tabs=_tabs(side),
        rows=page.items,
        filters=filters,
        months=[("", gettext("全部月份")), *months()],
        ways=_choices(gettext("全部方式"), looks.WAYS),
        kinds=_choices(gettext("全部依据"), grounds.KINDS),
        way_name=lambda key: say(name_of(looks.WAYS, key)),
        kind_name=lambda key: say(name_of(grounds.KINDS, key)),
        next_url=next_url,
        files=files,
        may_grant=allows(current_actor(), "auditing:grant"),
        may_read_granted=side == "ours" and allows(current_actor(), "auditing:granted"),
        **more,
    )


def _listed(side: str, filters: LookFilters, after: str | None, limit: int) -> Any:
    return record.looks(
        db.session(), side, actor=current_actor(), filters=filters, after=after, limit=limit
    )


def _filters() -> LookFilters:
    return LookFilters(**chosen(_FIELDS))


def _choices(everything: str, names: Any) -> list[tuple[str, str]]:
    return [("", everything), *((key, say(name)) for key, name in names.items())]


def _tabs(side: str) -> list[tuple[str, str, None, bool]]:
    """Give the sides the visitor may see, when there are several."""
    found = [
        (url_for(_PAGES[one][0]), str(_PAGES[one][1]), None, one == side)
        for one, permission in SIDES.items()
        if allows(current_actor(), permission)
    ]
    return found if len(found) > 1 else []


def _columns(side: str) -> list[tuple[Any, ...]]:
    other = gettext("查阅单位") if side == "ours" else gettext("企业")
    return [
        (gettext("时间"), "moment", 18),
        (gettext("人员"),),
        (other, "text", 24),
        (gettext("事项"), "text", 24),
        (gettext("方式"),),
        (gettext("依据"),),
        (gettext("文号或编号"), "text", 28),
    ]


def _cells(side: str, row: Any) -> list[Any]:
    return [
        row.at,
        row.person,
        row.from_organisation if side == "ours" else row.enterprise,
        row.number or gettext("全部事项"),
        say(name_of(looks.WAYS, row.what)),
        say(name_of(grounds.KINDS, row.kind)),
        row.reference,
    ]
