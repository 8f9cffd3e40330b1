"""Who has looked into which histories: read by the enterprise, by who looked, and by those who
watch over the looking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.actors import Actor
from engine.auditing.grounds import KINDS
from engine.auditing.looks import WAYS
from engine.errors import Invalid
from engine.permissions import require
from engine.statistics.paging import Page, newest_first
from engine.statistics.span import month_span
from engine.store import organisations_of
from engine.store import tables as t

#: Whose looks are asked for → the permission: those into our cases, my own, those of our people.
SIDES: Final = {
    "ours": "auditing:seen",
    "mine": "auditing:state",
    "all": "auditing:oversee",
}
_FROM: Final = aliased(t.Organisation)
_LOOK: Final = t.AuditLook
_HAS_GROUND: Final = and_(
    t.AuditGround.organisation_id == _LOOK.from_organisation_id,
    t.AuditGround.id == _LOOK.ground_id,
)


@dataclass(frozen=True, kw_only=True)
class LookFilters:
    """Which looks to list; whatever is empty does not narrow."""

    #: "2026-11"
    month: str = ""
    what: str = ""
    #: The ground's kind.
    kind: str = ""
    #: Part of the name of who looked, or of the organisation at the other end.
    text: str = ""

    @property
    def narrows(self) -> int:
        """Give how many of them are set."""
        return sum(map(bool, (self.month, self.what, self.kind, self.text.strip())))


def looks(
    session: Session,
    side: str,
    *,
    actor: Actor,
    filters: LookFilters | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Row[Any]]:
    """Give a page of looks, the latest first.

    Each row has the columns of the look, `person`, `from_organisation`, `enterprise`, `kind`,
    `reference`, `purpose` (kept from the enterprise), `number` and `title` of the case.

    Args:
        side: a key of `SIDES`.

    Raises:
        NotAllowed: the actor may not read them. Invalid: a filter or the cursor is wrong.
    """
    require(actor, SIDES[side])
    keys: Any = select(_LOOK.organisation_id, _LOOK.id)
    chosen = keys.where(*_narrowed(filters or LookFilters(), side))
    if side == "all":
        owners, whose = _watched(actor), _LOOK.from_organisation_id
    else:
        owners, whose, chosen = None, None, chosen.where(_side(side, actor))
    return newest_first(
        session, _shown(side), chosen, _LOOK.at, after, limit, owners=owners, owner=whose
    )


def of_case(session: Session, row: Any, *, limit: int = 200) -> Sequence[Any]:
    """Give the looks into one case, the latest first, to whoever may read it.

    Args:
        row: the instance's columns.
    """
    statement = _shown("ours").where(
        _LOOK.organisation_id == row.organisation_id, _LOOK.instance_id == row.id
    )
    return session.execute(statement.order_by(_LOOK.at.desc(), _LOOK.id).limit(limit)).all()


def by_organisation(session: Session, month: str, *, actor: Actor) -> Sequence[Any]:
    """Sum up a month of looks for those who watch over them, the most first.

    Columns: `name`, `looks`, `cases`, `enterprises`, `people`, `kinds` (how many sorts of ground).

    Raises:
        NotAllowed: the actor watches over nobody. Invalid: it is no month.
    """
    require(actor, "auditing:oversee")
    span = month_span(month)
    return session.execute(
        select(
            _FROM.name,
            func.count().label("looks"),
            func.count(_LOOK.instance_id.distinct()).label("cases"),
            func.count(_LOOK.organisation_id.distinct()).label("enterprises"),
            func.count(_LOOK.user_id.distinct()).label("people"),
            func.count(t.AuditGround.kind.distinct()).label("kinds"),
        )
        .select_from(_LOOK)
        .join(_FROM, _FROM.id == _LOOK.from_organisation_id)
        .join(t.AuditGround, _HAS_GROUND)
        .where(_side("all", actor), _LOOK.at >= span.start, _LOOK.at < span.end)
        .group_by(_FROM.id, _FROM.name)
        .order_by(func.count().desc(), _FROM.name)
    ).all()


def _side(side: str, actor: Actor) -> ColumnElement[bool]:
    own = actor.organisation_id
    match side:
        case "ours":
            return _LOOK.organisation_id == own
        case "mine":
            return and_(_LOOK.from_organisation_id == own, _LOOK.user_id == actor.user_id)
    return _LOOK.from_organisation_id.in_(_watched(actor))


def _watched(actor: Actor) -> Select[Any]:
    """Select the organisations whose people's looks the actor watches over."""
    return organisations_of(actor).where(t.Organisation.kind != "enterprise")


def _narrowed(filters: LookFilters, side: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.month:
        span = month_span(filters.month)
        found += [_LOOK.at >= span.start, _LOOK.at < span.end]
    if filters.what:
        _require_known(filters.what, WAYS)
        found.append(_LOOK.what == filters.what)
    if filters.kind:
        _require_known(filters.kind, KINDS)
        found.append(exists().where(_HAS_GROUND, t.AuditGround.kind == filters.kind))
    if words := filters.text.strip():
        end = _LOOK.from_organisation_id if side == "ours" else _LOOK.organisation_id
        found.append(
            or_(
                exists().where(
                    t.User.id == _LOOK.user_id, t.User.name.contains(words, autoescape=True)
                ),
                exists().where(
                    t.Organisation.id == end, t.Organisation.name.contains(words, autoescape=True)
                ),
            )
        )
    return found


def _require_known(value: str, known: Any) -> None:
    if value not in known:
        raise Invalid("没有这种筛选条件。", "There is no such filter.", field="filter")


def _shown(side: str) -> Any:
    """Give the select of what is told of a look; its purpose is between those above."""
    purpose = () if side == "ours" else (t.AuditGround.purpose,)
    return (
        select(
            *_LOOK.__table__.c,
            t.User.name.label("person"),
            _FROM.name.label("from_organisation"),
            t.Organisation.name.label("enterprise"),
            t.AuditGround.kind,
            t.AuditGround.reference,
            *purpose,
            t.Instance.number,
            t.Instance.title,
        )
        .select_from(_LOOK)
        .join(t.User, t.User.id == _LOOK.user_id)
        .join(_FROM, _FROM.id == _LOOK.from_organisation_id)
        .join(t.Organisation, t.Organisation.id == _LOOK.organisation_id)
        .join(t.AuditGround, _HAS_GROUND)
        .outerjoin(
            t.Instance,
            and_(
                t.Instance.organisation_id == _LOOK.organisation_id,
                t.Instance.id == _LOOK.instance_id,
            ),
        )
    )
