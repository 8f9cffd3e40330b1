"""What an analysis is narrowed to, and what that means for who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine import definitions
from engine.actors import Actor
from engine.analysis.periods import Period, period_of
from engine.errors import Invalid, NotFound
from engine.statistics.filters import LEVELS
from engine.statistics.scope import named_like
from engine.statistics.span import Span
from engine.store import organisations_of, visible_to
from engine.store import tables as t

SOURCES: Final = (
    "staff", "self_check", "special_check", "government", "iot", "ai", "transferred",
)  # fmt: skip
#: The process that is meant when none is chosen.
USUAL: Final = "hazard_report"
#: What is computed depends on these; when what they mean changes, this number does.
_EDITION: Final = 2


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What was chosen; whatever is empty does not narrow."""

    period: str = "last_3_months"
    #: For the period "months".
    first: str = ""
    last: str = ""
    #: The process; empty: `USUAL`.
    key: str = ""
    #: The id of one version of it.
    version: str = ""
    sector: str = ""
    #: The id of a department, town, group or enterprise.
    unit: str = ""
    #: Part of an enterprise's name.
    name: str = ""
    level: str = ""
    source: str = ""
    #: The id of the version that cases are drawn on and held against; empty: they are drawn on
    #: the one in force, and each is held against the one in force at its own enterprise.
    against: str = ""

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Filters:
        """Read filters from what an address says; names it does not know are passed over."""
        known = {field.name for field in fields(cls)}
        given = {key: _plain(value) for key, value in said.items() if key in known}
        return cls(**{key: value for key, value in given.items() if value})

    def query(self) -> dict[str, str]:
        """Give what an address has to say for these filters."""
        plain = asdict(Filters())
        return {key: value for key, value in asdict(self).items() if value != plain[key]}


@dataclass(frozen=True, kw_only=True)
class Question:
    """Filters as they are meant today by one who asks: names found, periods told, all checked."""

    filters: Filters
    actor: Actor
    period: Period
    key: str
    #: The version that ways and heat are drawn on; None when there is no such process.
    against: UUID | None

    @property
    def digest(self) -> str:
        """Name the question: the same for everybody of an organisation who asks the same."""
        told = {
            "edition": _EDITION,
            "filters": asdict(replace(self.filters, period="", first="", last="")),
            "span": [self.period.span.first, self.period.span.last],
            "key": self.key,
            "against": str(self.against),
        }
        return sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def cases(self, span: Span | None = None) -> Select[Any]:
        """Select the organisation and id of the cases that were begun in the period.

        Args:
            span: another span of months instead.
        """
        owner, case = t.Instance.organisation_id, t.Instance
        hazard = and_(t.Hazard.organisation_id == owner, t.Hazard.id == case.id)
        span = span or self.period.span
        chosen: Any = (
            select(owner, case.id)
            .outerjoin(t.Hazard, hazard)
            .where(
                case.key == self.key,
                case.started_at >= span.start,
                case.started_at < span.end,
                *_conditions(self.filters, self.actor),
            )
        )
        narrowed: Select[Any] = visible_to(self.actor, chosen)
        return narrowed


def ask(session: Session, filters: Filters, *, actor: Actor) -> Question:
    """Find out what filters mean today for `actor`.

    Raises:
        Invalid: a filter has a value that does not exist. NotFound: a unit or version is not
            the actor's to see, or there is none.
    """
    _check(session, filters, actor)
    period = period_of(filters.period, filters.first, filters.last)
    key = filters.key or USUAL
    filters = _of_process(session, filters, actor, key)
    return Question(
        filters=filters,
        actor=actor,
        period=period,
        key=key,
        against=_against(session, filters, actor, key),
    )


def keys_of(session: Session, *, actor: Actor) -> dict[str, str]:
    """Give the processes whose cases the actor may see: key → name, as last published."""
    rows = session.execute(
        select(t.Definition.key, t.Definition.name)
        .where(_known_to(session, actor))
        .order_by(t.Definition.created_at, t.Definition.id)
    )
    return dict(sorted({row.key: row.name for row in rows}.items()))


def units_of(session: Session, *, actor: Actor) -> list[tuple[UUID, str, str]]:
    """Give (id, kind, name) of the departments, towns and groups the actor may see."""
    rows = session.execute(
        select(t.Organisation.id, t.Organisation.kind, t.Organisation.name)
        .where(
            t.Organisation.id.in_(organisations_of(actor)),
            t.Organisation.kind.in_(("department", "town", "group")),
            t.Organisation.id != actor.organisation_id,
        )
        .order_by(t.Organisation.kind, t.Organisation.name)
    )
    return [(row.id, row.kind, row.name) for row in rows]


def _conditions(filters: Filters, actor: Actor) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.version:
        found.append(t.Instance.definition_id == id_of("version", filters.version))
    if filters.unit:
        found.append(_stands_at(id_of("unit", filters.unit)))
    if filters.name:
        found.append(t.Instance.organisation_id.in_(named_like(actor, filters.name)))
    if filters.sector:
        owner = select(t.Organisation.sector).where(t.Organisation.id == t.Instance.organisation_id)
        sector = func.coalesce(t.Hazard.sector, owner.scalar_subquery())
        found.append(sector == filters.sector)
    if filters.level:
        found.append(t.Hazard.level == filters.level)
    if filters.source:
        found.append(t.Hazard.source == filters.source)
    return found


def _stands_at(unit: UUID) -> ColumnElement[bool]:
    """Say that a case's enterprise is that unit, or stood under it when the case was reported."""
    return or_(
        t.Instance.organisation_id == unit,
        t.Instance.department_id == unit,
        t.Instance.town_id == unit,
        t.Instance.group_id.in_(group_tree(unit)),
    )


def group_tree(unit: UUID) -> Select[Any]:
    """Select the id of a group and of all under it; of another unit its own."""
    tree = select(t.Organisation.id).where(t.Organisation.id == unit).cte("unit", recursive=True)
    below = select(t.Organisation.id).where(
        t.Organisation.parent_id == tree.c.id, t.Organisation.kind == "group"
    )
    tree = tree.union(below)
    return select(tree.c.id)


def _check(session: Session, filters: Filters, actor: Actor) -> None:
    for name, values in (("level", LEVELS), ("source", SOURCES)):
        value = getattr(filters, name)
        if value and value not in values:
            raise Invalid(
                f"筛选条件里没有“{value[:40]}”这一项，请重新选择。",
                f"The filter '{name}' has no value '{value[:40]}'; choose again.",
                field=name,
            )
    if filters.unit:
        unit = organisations_of(actor).where(t.Organisation.id == id_of("unit", filters.unit))
        if not actor.is_system and session.scalar(unit) is None:
            raise NotFound()
    for name in ("version", "against"):
        if getattr(filters, name):
            id_of(name, getattr(filters, name))


def _plain(value: str) -> str:
    return "".join(sign for sign in value if sign.isprintable()).strip()[:100]


def id_of(name: str, text: str) -> UUID:
    """Give the id that `text` says; Invalid, naming the filter, when it says none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(
            f"筛选条件“{text[:40]}”不对，请重新选择。",
            f"The filter '{name}' cannot be '{text[:40]}'; choose again.",
            field=name,
        ) from error


def _of_process(session: Session, filters: Filters, actor: Actor, key: str) -> Filters:
    """Give the filters without versions of another process: who chose that chose them before.

    Raises:
        NotFound: there is no such version, or none that the actor may know of.
    """
    for name in ("version", "against"):
        text = getattr(filters, name)
        if not text:
            continue
        found = _known_key(session, id_of(name, text), actor)
        if found is None:
            raise NotFound()
        if found != key:
            filters = replace(filters, **{name: ""})
    return filters


def _known_key(session: Session, definition_id: UUID, actor: Actor) -> str | None:
    """Give the process of a version the actor may know of: from the line, or from a case."""
    one = select(t.Definition.key).where(t.Definition.id == definition_id)
    found = session.scalar(one.where(_known_to(session, actor)))
    if found is not None or session.scalar(one) is None:
        return found
    ran = select(t.Instance.key).where(t.Instance.definition_id == definition_id).limit(1)
    return session.scalar(visible_to(actor, ran))


def _against(session: Session, filters: Filters, actor: Actor, key: str) -> UUID | None:
    """Give the version to draw on: the chosen one, the one in force, or the newest.

    In force is what the enterprise that was chosen runs, else what the actor's unit does.
    """
    if filters.against:
        return UUID(filters.against)
    wanted = [UUID(filters.unit)] if filters.unit else []
    wanted += [actor.organisation_id] if actor.organisation_id else []
    for one in wanted:
        unit = session.get(t.Organisation, one)
        if unit is None or (unit.kind != "enterprise" and one != actor.organisation_id):
            continue
        in_force = definitions.find_latest(session, unit, key)
        if in_force is not None:
            return in_force.id
    return session.scalar(
        select(t.Definition.id)
        .where(t.Definition.key == key, _known_to(session, actor))
        .order_by(t.Definition.created_at.desc(), t.Definition.id)
        .limit(1)
    )


def _known_to(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Say which definitions run, or ran, the cases the actor may see.

    They were drawn by the organisations the actor sees, or by those above these: a group stands
    beside the district of its enterprises.
    """
    seen = organisations_of(actor)
    below = aliased(t.Organisation)
    departments = select(below.department_id).where(below.id.in_(seen))
    offices = select(below.parent_id).where(below.id.in_(departments))
    own = session.get(t.Organisation, actor.organisation_id) if actor.organisation_id else None
    line = definitions.inheritance(session, own) if own is not None else []
    owner = t.Definition.organisation_id
    return or_(owner.in_(seen), owner.in_(departments), owner.in_(offices), owner.in_(line))
