"""The list of months, one month, and the cases behind its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for

from engine import permissions, returns, statistics
from engine.returns import View, below
from web import db, ledger_rows, monthly_sheet
from web.access import current_actor, requires
from web.language import say
from web.queries import chosen, with_query
from web.returns import words
from web.returns.room import address, blueprint, month_url, shown_month, unit_asked

_LINES: Final = 100
_CASES: Final = 50
#: So many adjusting rows a page shows; the evidence has all of them.
_ADJUSTMENTS: Final = 200


@blueprint.get("")
@requires("returns:read")
def index() -> str:
    """Show a unit's months, and who below it has handed in the last one."""
    session, actor = db.session(), current_actor()
    unit_id = unit_asked()
    of_others = unit_id is not None and unit_id != actor.organisation_id
    due = statistics.months_back(statistics.present_month(), 2)[0]
    month = request.args.get("month") or due
    parts, day, is_late = returns.received(session, month, actor=actor)
    return render_template(
        "returns/index.html",
        unit=returns.get_unit(session, unit_id, actor=actor),
        months=returns.months(session, actor=actor, unit_id=unit_id),
        present=statistics.present_month(),
        parts=() if of_others else below.compare(session, month, parts, actor=actor),
        keys=below.KEYS,
        day=day,
        is_late=is_late,
        month=month,
        choices=[(m, m) for m in reversed(statistics.months_back(due, 12))],
        may_remind=permissions.allows(actor, "returns:lock"),
        may_manage=permissions.allows(actor, "returns:manage"),
        words=words,
        month_url=month_url,
    )


@blueprint.get("/<month>")
@requires("returns:read")
def month(month: str) -> str:
    """Show a month: its totals, what is to be done next, and its lines."""
    session, actor = db.session(), current_actor()
    shown = shown_month(month)
    name, after = request.args.get("name", "").strip()[:100], request.args.get("after")
    page = returns.lines(session, shown, name=name, after=after, limit=_LINES)
    adjusted = _adjustments(shown)
    more = {"name": name} if name else {}
    return render_template(
        "returns/month.html",
        shown=shown,
        here=month_url(shown.month, shown.unit.id),
        lines=page.items,
        name=name,
        next_url=month_url(shown.month, shown.unit.id, after=page.next, **more)
        if page.next
        else "",
        groups=_groups(shown),
        figure=_Figures(shown),
        adjustments=adjusted[:_ADJUSTMENTS],
        more_adjustments=len(adjusted) > _ADJUSTMENTS,
        is_own=shown.unit.id == actor.organisation_id,
        may={key: permissions.allows(actor, f"returns:{key}") for key in _RIGHTS},
        evidence=_evidence(shown),
        profiles=returns.profiles(session, shown.unit),
        entered=returns.entered(session, shown.unit, shown.month),
        words=words,
        month_url=month_url,
        address=address,
    )


@blueprint.get("/<month>/cases")
@requires("returns:read")
def cases(month: str) -> str:
    """Show exactly what a figure counts: as it was locked, or of a draft as it is now."""
    shown = shown_month(month)
    key = request.args.get("figure", "")
    enterprise = _id(request.args.get("enterprise"))
    page = returns.behind(
        db.session(),
        shown,
        key,
        actor=current_actor(),
        enterprise_id=enterprise,
        after=request.args.get("after"),
        limit=_CASES,
    )
    adjusted = _adjustments(shown, figure=key, enterprise_id=enterprise)
    query = chosen(("figure", "enterprise", "unit"))
    here = url_for("returns.cases", month=month)
    opens = returns.opens(key)
    return render_template(
        "returns/cases.html",
        shown=shown,
        key=key,
        name=say(words.figure_name(key, shown)),
        meaning=words.meaning(key, shown),
        unit=words.unit_of(key),
        opens=opens,
        rows=[(one, _dressed(opens, one.row)) for one in page.items],
        adjustments=adjusted[:_ADJUSTMENTS],
        more_adjustments=len(adjusted) > _ADJUSTMENTS,
        of_one=enterprise is not None,
        value=shown.figures.get(key, 0),
        counted=returns.counted(shown.figures, key),
        next_url=with_query(here, {**query, "after": page.next}) if page.next else "",
        back=month_url(shown.month, shown.unit.id),
        words=words,
    )


def _adjustments(shown: View, **chosen: Any) -> Sequence[Any]:
    """Give the adjusting rows that a page shows, and one more where there are more."""
    return returns.adjustments(
        db.session(), shown.unit, shown.month, limit=_ADJUSTMENTS + 1, **chosen
    )


def _evidence(shown: View) -> returns.Bundle | None:
    """Say how it stands with the evidence, to those who may take it out once it is locked."""
    actor = current_actor()
    if not shown.is_frozen or not permissions.allows(actor, "returns:export"):
        return None
    return returns.evidence_of(db.session(), shown, actor=actor)


class _Figures:
    """A month's figures for its page: what each is and where it leads."""

    def __init__(self, shown: View) -> None:
        self.shown = shown
        actor = current_actor()
        self._open = {key for key in returns.KEYS if returns.may_open(actor, key)}

    def url(self, key: str, line: Any = None) -> str:
        """Give the address of what a figure counts; nothing for one that shows none."""
        figures: Mapping[str, int] = line.figures if line else self.shown.figures
        if key not in self._open or not figures.get(key):
            return ""
        more = {"enterprise": line.enterprise_id} if line else {}
        return address("returns.cases", self.shown.month, self.shown.unit.id, figure=key, **more)

    def value(self, key: str, line: Any = None) -> int:
        """Give a figure with its adjusting rows."""
        figures: Mapping[str, int] = line.figures if line else self.shown.figures
        return figures.get(key, 0)

    def adjusted(self, key: str, line: Any = None) -> int:
        """Give how much of a figure comes from adjusting rows."""
        figures: Mapping[str, int] = line.figures if line else self.shown.figures
        return figures.get(returns.ADJUSTED + key, 0)

    def raw(self, key: str, line: Any = None) -> int:
        """Give what was counted within the month."""
        return self.value(key, line) - self.adjusted(key, line)


_RIGHTS: Final = ("sign", "lock", "export", "manage")


def _groups(shown: View) -> list[tuple[str, list[str]]]:
    """Give the figures under the three indicators, with what moved beside the balance."""
    groups = [
        (name, [one.key for one in figures if one.key in shown.keys])
        for name, figures in monthly_sheet.groups()
    ]
    for _name, keys in groups:
        if "closing" in keys:
            at = keys.index("closing")
            keys[at:at] = list(returns.MOVES)
    return groups


def _dressed(opens: str, row: Any) -> Any:
    match opens:
        case "hazard":
            return ledger_rows.Hazard(row)
        case "reward":
            return ledger_rows.Reward(row)
    return row


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)
