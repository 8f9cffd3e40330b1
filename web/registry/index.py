"""The register as a list, and the queue of those to be assigned 归属待定."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from engine import registry
from engine.errors import Refused
from engine.hazards.codes import SECTORS
from engine.permissions import allows
from engine.registry import codes
from engine.registry.entering import require_keeper
from engine.statistics import Page
from web import db, exports
from web.access import current_actor, own_organisation, requires
from web.labels import name_of
from web.language import say
from web.ledgers import issuer
from web.queries import chosen, with_query
from web.registry.room import (
    all_nodes,
    blueprint,
    is_keeper,
    is_office,
    node_choices,
)

_PAGE: Final = 50
_QUEUE: Final = 100
_CHUNK: Final = 500
_IDS: Final = ("department_id", "town_id", "group_id")


@blueprint.get("")
@requires("registry:read")
def index() -> str | Answer:
    """Show the register; an enterprise is led to its own entry."""
    actor = current_actor()
    if not is_keeper(actor):
        return redirect(url_for("registry.show", organisation_id=own_organisation()))
    filters = _filters()
    page = _page(filters, request.args.get("after") or None, _PAGE)
    nodes = all_nodes()
    waiting = registry.Filters(gap="any")
    return render_template(
        "registry/index.html",
        rows=page.items,
        filters=filters,
        active=_count(filters),
        choices=_choices(nodes),
        total=registry.count(db.session(), actor=actor, filters=filters),
        waiting=registry.count(db.session(), actor=actor, filters=waiting)
        if is_office(actor)
        else 0,
        is_office=is_office(actor),
        has_beside=actor.organisation_kind == "department",
        may_count=allows(actor, "statistics:read_district"),
        may_manage=allows(actor, "registry:manage"),
        sector=lambda key: say(name_of(SECTORS, key)),
        next_url=_next("registry.index", filters, page),
        files=[
            (with_query(url_for("registry.file", kind=kind), _chosen()), kind.upper())
            for kind in exports.KINDS
        ],
    )


@blueprint.get("/list.<kind>")
@requires("registry:read")
def file(kind: str) -> Response:
    """Give the filtered register as a file."""
    filters = _filters()
    rows = exports.Rows(lambda after: _page(filters, after, _CHUNK), kind)
    columns = [
        each for each in registry.readable(current_actor()) if kind != "pdf" or each.key in _PRINTED
    ]
    # What a sheet reads is its own code; here it also says the one that holds.
    further = [exports.Column(gettext("适用区划代码"), width=18)] if kind != "pdf" else []
    sheet = exports.Sheet(
        title=gettext("生产经营单位名录"),
        name=gettext("生产经营单位名录"),
        columns=[*(exports.Column(say(each.name), _kind(each), 18) for each in columns), *further],
        rows=(
            [*(_cell(each, row) for each in columns), *([row.region or ""] if further else [])]
            for row in rows
        ),
        notes=_notes(filters),
        issuer=issuer(),
        warning=rows.warning,
    )
    return exports.answer(sheet, kind)


@blueprint.get("/unassigned")
@requires("registry:manage")
def unassigned() -> str:
    """Show what has no department or no town yet, to be assigned many at once."""
    require_keeper(current_actor())
    return _queue()


@blueprint.post("/unassigned")
@requires("registry:manage")
def assign() -> Any:
    """Give those that are ticked their department, town or group."""
    try:
        count = db.execute(
            registry.assign,
            [id_ for text in request.form.getlist("organisation") if (id_ := _id(text))],
            {key: _id(request.form.get(key, "")) for key in _IDS},
        )
    except Refused as error:
        return _queue(say(error.message)), error.status
    flash(ngettext("已归入 %(num)s 家。", "已归入 %(num)s 家。", count), "success")
    return redirect(url_for("registry.unassigned", gap=request.form.get("gap") or None))


def _queue(problem: str = "") -> str:
    actor = current_actor()
    gap = request.values.get("gap", "any")
    filters = registry.Filters(gap=gap if gap in registry.GAPS else "any")
    after = request.args.get("after") or None
    page = registry.listed(db.session(), actor=actor, filters=filters, after=after, limit=_QUEUE)
    nodes = all_nodes()
    stays = gettext("不变")
    return render_template(
        "registry/unassigned.html",
        rows=page.items,
        gap=filters.gap,
        total=registry.count(db.session(), actor=actor, filters=filters),
        axes=[
            (key, say(registry.BY_KEY[key].name), node_choices(nodes, kind, stays))
            for key, kind in registry.NODES.items()
        ],
        ticked=set(request.form.getlist("organisation")),
        chosen={key: request.form.get(key, "") for key in _IDS},
        problem=problem,
        is_office=is_office(actor),
        sector=lambda key: say(name_of(SECTORS, key)),
        next_url=with_query(
            url_for("registry.unassigned"), {"gap": filters.gap, "after": page.next}
        )
        if page.next
        else "",
    )


def _filters() -> registry.Filters:
    texts = {
        each.name: request.args.get(each.name, "").strip()[:100]
        for each in fields(registry.Filters)
        if each.name not in _IDS
    }
    ids: dict[str, UUID | None] = {}
    for key in _IDS:
        text = request.args.get(key, "")
        ids[key] = _id(text)
        if text and ids[key] is None:
            raise NotFound()
    return registry.Filters(**texts, **ids)  # type: ignore[arg-type]


def _choices(nodes: Any) -> dict[str, Any]:
    every = gettext("全部")

    def options(words: Any) -> list[tuple[str, str]]:
        return [("", every), *((key, say(name)) for key, name in words.items())]

    sections = {key: name for key, (name, _, _) in codes.SECTIONS.items()}
    gaps = [
        ("any", gettext("部门或街镇")),
        ("department", gettext("部门")),
        ("town", gettext("街镇")),
    ]
    return {
        "text": (gettext("名称或代码"), None),
        **{
            key: (say(registry.BY_KEY[key].name), node_choices(nodes, kind, every))
            for key, kind in registry.NODES.items()
        },
        "sector": (gettext("行业领域"), options(SECTORS)),
        "section": (gettext("国民经济行业门类"), options(sections)),
        "ownership": (gettext("企业性质"), options(codes.OWNERSHIPS)),
        "status": (gettext("状态"), options(codes.STATUSES)),
        "gap": (gettext("归属待定"), [("", every), *gaps]),
    }


def _notes(filters: registry.Filters) -> list[str]:
    """Say in words what was chosen, so that a printed list cannot be taken for the whole."""
    said = []
    for name, (label, offered) in _choices(all_nodes()).items():
        if value := getattr(filters, name):
            words = dict(offered or ()).get(str(value), str(value))
            said.append(f"{label}{gettext('：')}{words}")
    return said


def _page(filters: registry.Filters, after: str | None, limit: int) -> Page[Any]:
    return registry.listed(
        db.session(), actor=current_actor(), filters=filters, after=after, limit=limit
    )


def _next(endpoint: str, filters: registry.Filters, page: Page[Any]) -> str:
    if page.next is None:
        return ""
    return with_query(url_for(endpoint), {**_chosen(), "after": page.next})


def _chosen() -> dict[str, str]:
    return chosen(each.name for each in fields(registry.Filters))


def _count(filters: registry.Filters) -> int:
    return sum(bool(getattr(filters, each.name)) for each in fields(filters))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _kind(each: registry.Field) -> str:
    return "number" if each.kind == "number" else "text"


def _cell(each: registry.Field, row: Any) -> Any:
    organisation = row.Organisation
    if each.kind == "node":
        return getattr(row, each.key.removesuffix("_id")) or ""
    value = (
        getattr(organisation, each.key)
        if each.is_column
        else (organisation.profile or {}).get(each.key)
    )
    if each.kind == "choice":
        return say(name_of(each.names, value)) if value else ""
    if each.kind == "tags":
        return "、".join(say(name_of(each.names, key)) for key in value or [])
    return value if value is not None or each.kind == "number" else ""


#: What fits on paper.
_PRINTED: Final = (
    "name", "uscc", "department_id", "town_id", "sector", "staff_count", "safety_name",
    "safety_phone",
)  # fmt: skip
