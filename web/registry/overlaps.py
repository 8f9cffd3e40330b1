"""The table in which department, town and group reconcile, and what is behind its cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import registry, statistics
from engine.statistics.overlaps import INDICATORS, LETTERS, PARTS
from web import db, ledger_rows
from web.access import current_actor, requires
from web.language import say
from web.ledgers import is_district, months
from web.queries import with_query
from web.registry.beside import area_name as what
from web.registry.room import all_nodes, blueprint, node_choices

_PAGE: Final = 50
#: The sums below the parts: a key for the words, and which parts they are made of.
_SUMS: Final = (
    ("d", tuple(part for part in PARTS if "d" in part)),
    ("t", tuple(part for part in PARTS if "t" in part)),
    ("g", tuple(part for part in PARTS if "g" in part)),
    ("union", tuple(part for part in PARTS if part)),
    ("none", ("",)),
    ("all", PARTS),
)


@blueprint.get("/overlaps")
@requires("statistics:read_district")
def overlaps() -> str:
    """Show the three indicators by every combination of the axes."""
    nodes = _nodes()
    found = statistics.overlaps(db.session(), actor=current_actor(), month=_month(), nodes=nodes)
    figures = [(key, say(statistics.FIGURES[key].name), statistics.FIGURES[key].unit)
               for key in INDICATORS]  # fmt: skip
    known = all_nodes(*nodes.values())
    return render_template(
        "registry/overlaps.html",
        month=found.month,
        months=months(),
        figures=figures,
        axes=[
            (
                letter,
                say(registry.BY_KEY[column].name),
                node_choices(known, registry.NODES[column], gettext("全部")),
                str(nodes.get(letter, "")),
            )
            for letter, column in LETTERS.items()
        ],
        parts=[(part, found.parts[part], _links([part], found.parts[part])) for part in PARTS],
        besides=registry.counted(db.session(), actor=current_actor()),
        what=what,
        sums=[(name, found.of(parts), _links(parts, found.of(parts))) for name, parts in _SUMS],
    )


@blueprint.get("/overlaps/cases")
@requires("statistics:read_district")
def overlap_cases() -> str:
    """Show exactly what a cell of the table counts."""
    parts = _parts()
    region = statistics.region(parts, _nodes())
    figure = statistics.get_figure(request.args.get("indicator", ""))
    if figure.key not in INDICATORS:
        raise NotFound()
    page = statistics.cases(
        db.session(),
        actor=current_actor(),
        month=_month(),
        indicator=figure.key,
        region=region,
        after=request.args.get("after") or None,
        limit=_PAGE,
    )
    found = statistics.overlaps(
        db.session(), actor=current_actor(), month=_month(), nodes=region.nodes
    )
    owners = {row.organisation_id for row in page.items if figure.opens != "enterprise"}
    gone = statistics.out_of_sight(db.session(), current_actor(), owners)
    query = _query(parts, figure.key)
    return render_template(
        "statistics/cases.html",
        figure=figure,
        name=say(figure.name),
        line=_where(parts),
        table={"month": found.month, "by": ""},
        of_year=False,
        files=[],
        value=found.of(parts)[figure.key],
        rows=ledger_rows.dressed(figure.opens, page.items, gone),
        is_district=is_district(),
        back=(with_query(url_for("registry.overlaps"), _chosen()), gettext("口径对账")),
        next_url=with_query(url_for("registry.overlap_cases"), {**query, "after": page.next})
        if page.next
        else "",
    )


def _month() -> str:
    return request.args.get("month") or statistics.present_month()


def _nodes() -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for letter in LETTERS:
        text = request.args.get(letter, "")
        try:
            found |= {letter: UUID(text)} if text else {}
        except ValueError as error:
            raise NotFound() from error
    return found


def _parts() -> list[str]:
    """Read parts as the address says them: "d.dt.none"."""
    named = request.args.get("parts", "").split(".")
    return ["" if part == "none" else part or "?" for part in named]


def _links(parts: Iterable[str], values: Any) -> dict[str, str]:
    """Give the address behind each figure that is not nothing."""
    base = url_for("registry.overlap_cases")
    actor, figures = current_actor(), statistics.FIGURES
    return {
        key: with_query(base, _query(parts, key))
        for key in INDICATORS
        if values[key] and statistics.may_open(actor, figures[key])
    }


def _query(parts: Iterable[str], key: str) -> dict[str, str]:
    named = ".".join(part or "none" for part in parts)
    return {**_chosen(), "month": _month(), "parts": named, "indicator": key}


def _chosen() -> dict[str, str]:
    names = (*LETTERS, "month")
    return {name: value for name in names if (value := request.args.get(name))}


def _where(parts: list[str]) -> str:
    """Say in words which parts of the table it is about."""
    names = {
        "d": gettext("按部门"), "t": gettext("按街镇"), "g": gettext("按集团"),
        "union": gettext("三个口径合起来"), "none": gettext("不在任何口径"), "all": gettext("全部"),
    }  # fmt: skip
    for name, made in _SUMS:
        if set(made) == set(parts):
            return str(names[name])
    return str(gettext("重叠部分"))
