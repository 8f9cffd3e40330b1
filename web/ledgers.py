"""The hazard ledger 隐患台账 and the reward ledger 奖励台账: lists, filters, files."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import board, registry, statistics
from engine.auditing import grounds
from engine.permissions import allows
from engine.statistics import HazardFilters, Page, RewardFilters
from web import db, exports, ledger_rows
from web.access import current_account, current_actor, requires
from web.labels import (
    CATEGORIES,
    CHANNELS,
    HAZARD_DATES,
    HAZARD_STATES,
    KINDS,
    LEVELS,
    REWARD_DATES,
    REWARD_STATES,
    SOURCES,
    name_of,
)
from web.language import say
from web.queries import chosen, with_query

blueprint = Blueprint("ledgers", __name__)

_PAGE: Final = 50
_CHUNK: Final = 500


@blueprint.get("/hazards")
@requires("ledger:read")
def hazards() -> str:
    """Show the hazard ledger with its balance."""
    filters = hazard_filters()
    is_beside = _beside(filters)
    page = _hazard_page(filters, request.args.get("after") or None, _PAGE, is_beside=is_beside)
    balance, balanced_at = board.months.ledger(db.session(), actor=current_actor())
    return render_template(
        "ledgers/hazards.html",
        rows=[ledger_rows.Hazard(row) for row in page.items],
        filters=filters,
        active=_count(filters),
        choices=_hazard_choices(),
        months=months(),
        balance=balance,
        balanced_at=balanced_at,
        month=statistics.present_month(),
        is_district=is_district(),
        next_url=_next("ledgers.hazards", filters, page),
        is_beside=is_beside,
        files=[] if is_beside else _files("ledgers.hazards_file", filters),
    )


@blueprint.get("/hazards.<kind>")
@requires("ledger:read")
def hazards_file(kind: str) -> Response:
    """Give the filtered hazard ledger as a file."""
    filters = hazard_filters()
    rows = exports.Rows(lambda after: _hazard_page(filters, after, _CHUNK), kind)
    notes = _notes(filters, _hazard_choices())
    return exports.answer(_sheet(ledger_rows.hazard_sheet, rows, kind, notes), kind)


@blueprint.get("/rewards")
@requires("reward:read")
def rewards() -> str:
    """Show the reward ledger; whose hands the money went to is not in it."""
    filters = reward_filters()
    page = _reward_page(filters, request.args.get("after") or None, _PAGE)
    present = statistics.present_month()
    return render_template(
        "ledgers/rewards.html",
        rows=[ledger_rows.Reward(row) for row in page.items],
        filters=filters,
        active=_count(filters),
        choices=_reward_choices(),
        months=months(),
        sums=_sums(present),
        is_district=is_district(),
        next_url=_next("ledgers.rewards", filters, page),
        files=_files("ledgers.rewards_file", filters),
    )


@blueprint.get("/rewards.<kind>")
@requires("reward:read")
def rewards_file(kind: str) -> Response:
    """Give the filtered reward ledger as a file."""
    filters = reward_filters()
    rows = exports.Rows(lambda after: _reward_page(filters, after, _CHUNK), kind)
    notes = _notes(filters, _reward_choices())
    return exports.answer(_sheet(ledger_rows.reward_sheet, rows, kind, notes), kind)


def _sheet(make: Any, rows: Any, kind: str, notes: list[str]) -> exports.Sheet:
    sheet: exports.Sheet = make(rows, kind, notes=notes, is_district=is_district(), issuer=issuer())
    return sheet


def months() -> list[tuple[str, str]]:
    """Give the last two years' months for a choice, the latest first."""
    latest = statistics.months_back(statistics.present_month(), 24)[::-1]
    return [(month, month) for month in latest]


def is_district() -> bool:
    """Say whether the visitor looks on many enterprises."""
    return current_actor().organisation_kind != "enterprise"


def issuer() -> str:
    """Give the name of the visitor's organisation."""
    account = current_account()
    return account.organisation_name if account else ""


def hazard_filters() -> HazardFilters:
    """Read the filters of the hazard ledger from the address."""
    texts = _texts(HazardFilters, ("overdue", "organisation_id"))
    overdue = request.args.get("overdue") == "1"
    return HazardFilters(**texts, overdue=overdue, organisation_id=_organisation())


def reward_filters() -> RewardFilters:
    """Read the filters of the reward ledger from the address."""
    return RewardFilters(
        **_texts(RewardFilters, ("organisation_id",)), organisation_id=_organisation()
    )


def _organisation() -> UUID | None:
    text = request.args.get("organisation_id")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound() from error


def _texts(filters: Any, without: tuple[str, ...]) -> dict[str, Any]:
    names = [field.name for field in fields(filters) if field.name not in without]
    return {name: request.args.get(name, "").strip()[:100] for name in names}


def _count(filters: Any) -> int:
    return sum(bool(getattr(filters, field.name)) for field in fields(filters))


def _beside(filters: HazardFilters) -> bool:
    """Say whether the ledger asked for is of one enterprise supervised besides.

    What such a department is told without a ground is on the enterprise's page; who lists its
    single cases has stated one.
    """
    actor, owner = current_actor(), filters.organisation_id
    if owner is None or not registry.only_beside(db.session(), owner, actor=actor):
        return False
    grounds.require_ground(db.session(), owner, actor=actor)
    return True


def _hazard_page(
    filters: HazardFilters, after: str | None, limit: int, *, is_beside: bool = False
) -> Page[Any]:
    return statistics.hazards(
        db.session(),
        actor=current_actor(),
        filters=filters,
        after=after,
        limit=limit,
        sight="beside" if is_beside else "under",
    )


def _reward_page(filters: RewardFilters, after: str | None, limit: int) -> Page[Any]:
    return statistics.rewards(
        db.session(), actor=current_actor(), filters=filters, after=after, limit=limit
    )


def _next(endpoint: str, filters: Any, page: Page[Any]) -> str:
    if page.next is None:
        return ""
    return with_query(url_for(endpoint), {**_chosen(filters), "after": page.next})


def _files(endpoint: str, filters: Any) -> list[tuple[str, str]]:
    return [
        (with_query(url_for(endpoint, kind=kind), _chosen(filters)), kind.upper())
        for kind in exports.KINDS
    ]


def _chosen(filters: Any) -> dict[str, str]:
    return chosen(field.name for field in fields(filters))


def _notes(filters: Any, choices: dict[str, Any]) -> list[str]:
    """Say in words what was chosen, so that a printed list cannot be taken for the whole."""
    said = [
        f"{label}{gettext('：')}{dict(options).get(value, value) if options else value}"
        for name, (label, options) in choices.items()
        if (value := getattr(filters, name))
    ]
    if getattr(filters, "overdue", False):
        said.append(gettext("只看逾期"))
    return said


def _hazard_choices() -> dict[str, Any]:
    open_ones = ("open", gettext("未销号"))
    return {
        "state": (gettext("状态"), _options(HAZARD_STATES, open_ones)),
        "level": (gettext("等级"), _options(LEVELS)),
        "category": (gettext("类别"), _options(CATEGORIES)),
        "kind": (gettext("类型"), _options(KINDS)),
        "source": (gettext("来源"), _options(SOURCES)),
        "channel": (gettext("途径"), _options(CHANNELS)),
        **_unit_choice(),
        "month": (gettext("月份"), None),
        "dated": (gettext("月份按"), [(key, say(words)) for key, words in HAZARD_DATES.items()]),
        "place": (gettext("地点"), None),
        "text": (gettext("编号或文字"), None),
    }


def _reward_choices() -> dict[str, Any]:
    return {
        "state": (gettext("状态"), _options(REWARD_STATES)),
        **_unit_choice(),
        "month": (gettext("月份"), None),
        "dated": (gettext("月份按"), [(key, say(words)) for key, words in REWARD_DATES.items()]),
        "text": (gettext("编号或凭证号"), None),
    }


def _unit_choice() -> dict[str, Any]:
    return {"unit": (gettext("单位名称"), None)} if is_district() else {}


def _options(words: Any, *before: tuple[str, str]) -> list[tuple[str, str]]:
    named = [(key, say(name_of(words, key))) for key in words]
    return [("", gettext("全部")), *before, *named]


def _sums(month: str) -> dict[str, Any] | None:
    """Give the three sums of the present month for those who may read statistics."""
    actor = current_actor()
    if not allows(actor, "statistics:read"):
        return None
    (point,) = statistics.trend(db.session(), actor=actor, month=month, count=1)
    return {"month": month, **point.figures}
