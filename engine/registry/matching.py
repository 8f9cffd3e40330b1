"""Which rows of a sheet are new, which change an enterprise of the register, which are wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import InvalidAnswers
from engine.placing import plain
from engine.registry.batches import CHUNK
from engine.registry.cleaning import carried
from engine.registry.entering import own_axis, parts_of
from engine.registry.fields import BY_KEY, NODES
from engine.registry.sheet import Line
from engine.store import Organisation, organisations_of

_DAYS: Final = frozenset(k for k, one in BY_KEY.items() if one.kind == "date" and one.is_column)


def matched(session: Session, lines: Iterable[Line], *, actor: Actor) -> Iterator[dict[str, Any]]:
    """Yield each row as it is kept for the preview: JSON-plain, with what would become of it."""
    seen: dict[str, int] = {}
    everything = set(session.scalars(organisations_of(actor)))
    remaining = iter(lines)
    while chunk := list(islice(remaining, CHUNK)):
        known = Known(session, chunk, actor, everything)
        for line in chunk:
            yield _judged(session, line, seen, known, actor)


class Known:
    """The enterprises of the register that some rows may be about."""

    def __init__(
        self,
        session: Session,
        lines: Sequence[Line],
        actor: Actor,
        everything: AbstractSet[UUID] | None = None,
    ) -> None:
        """Look them up; `everything` is what the actor may see, where that was asked before."""
        codes = {line.values["uscc"] for line in lines if line.values.get("uscc")}
        names = {line.name for line in lines if line.name and not line.values.get("uscc")}
        mine = organisations_of(actor)
        self.by_code: dict[str, Organisation] = {
            str(row.uscc): row
            for row in session.scalars(select(Organisation).where(Organisation.uscc.in_(codes)))
        }
        self.by_name = {
            row.name: row
            for row in session.scalars(
                select(Organisation).where(
                    Organisation.kind == "enterprise",
                    Organisation.name.in_(names),
                    Organisation.uscc.is_(None),
                    Organisation.id.in_(mine),
                )
            )
        }
        ids = {row.id for row in self.by_code.values()}
        if everything is None:
            everything = set(session.scalars(mine.where(Organisation.id.in_(ids)))) if ids else ids
        self.mine = (ids & everything) | {row.id for row in self.by_name.values()}

    def find(self, line: Line) -> Organisation | None:
        """Give the enterprise a row is about, if it is known."""
        uscc = line.values.get("uscc")
        return self.by_code.get(uscc) if uscc else self.by_name.get(line.name)


def differences(organisation: Organisation, values: dict[str, Any]) -> dict[str, Any]:
    """Give the values that are not what the register says; an empty cell says nothing."""
    columns, profile = parts_of(values)
    kept = organisation.profile or {}
    found = {k: v for k, v in columns.items() if getattr(organisation, k) != v}
    return found | {k: v for k, v in profile.items() if kept.get(k) != v}


def present(organisation: Organisation, keys: Iterable[str]) -> dict[str, Any]:
    """Give what the register says now for some fields."""
    kept = organisation.profile or {}
    return {
        key: getattr(organisation, key) if BY_KEY[key].is_column else kept.get(key) for key in keys
    }


def _judged(
    session: Session, line: Line, seen: dict[str, int], known: Known, actor: Actor
) -> dict[str, Any]:
    organisation = known.find(line)
    _twice(line, seen)
    if organisation is None:
        _new(session, line, actor)
    else:
        _known(line, organisation, known, actor)
    row: dict[str, Any] = {"row": line.number, "name": line.name, "values": plain(line.values)}
    if line.faults:
        faults = [(f.key, f.message.zh, f.message.en, f.value) for f in line.faults]
        return {**row, "is": "bad", "faults": faults}
    if organisation is None:
        return {**row, "is": "new"}
    changed = differences(organisation, line.values)
    before = plain(present(organisation, changed))
    return {**row, "is": "changed" if changed else "same", "id": str(organisation.id),
            "before": before, "after": plain(changed)}  # fmt: skip


def _twice(line: Line, seen: dict[str, int]) -> None:
    """Note a fault when a row above is about the same enterprise."""
    key = line.values.get("uscc") or line.name
    if not key:
        return
    first = seen.setdefault(key, line.number)
    if first != line.number:
        line.wrong(
            "uscc" if line.values.get("uscc") else "name",
            f"与第 {first} 行是同一家单位，请删去一行。",
            f"The same enterprise as in row {first}; delete one of them.",
            key,
        )


def _new(session: Session, line: Line, actor: Actor) -> None:
    is_free = line.values.get("legal_type") == "self_employed"
    if not line.values.get("uscc") and not is_free and not _has_fault(line, "uscc"):
        line.wrong(
            "uscc",
            "没有统一社会信用代码；只有单位类型为个体工商户的可以没有。",
            "No social credit code; only the self-employed may have none.",
        )
    _own(session, line, actor)


def _known(line: Line, organisation: Organisation, known: Known, actor: Actor) -> None:
    if organisation.id not in known.mine or organisation.kind != "enterprise":
        line.wrong(
            "uscc",
            "这个信用代码已经登记，但不归本单位管理，请联系区安委办。",
            "This code is in the register, but not under you; ask the district office.",
            line.values.get("uscc") or line.name,
        )
        return
    if actor.is_system or actor.organisation_kind == "office":
        return
    for key in NODES:
        if key in line.values and line.values[key] != getattr(organisation, key):
            name = BY_KEY[key].name
            line.wrong(
                key,
                f"{name.zh}与名录不同；调整归属请联系区安委办。",
                f"{name.en} differs from the register; ask the office to move it.",
            )


def _own(session: Session, line: Line, actor: Actor) -> None:
    try:
        own_axis(session, line.values, actor)
    except InvalidAnswers as error:
        for key, messages in error.errors.items():
            line.wrong(key, messages[0].zh, messages[0].en)


def _has_fault(line: Line, key: str) -> bool:
    return any(fault.key == key for fault in line.faults)


def as_values(row: dict[str, Any]) -> dict[str, Any]:
    """Give the values of a kept row with ids as ids again, and days as days."""
    return carried({key: _value(key, kept) for key, kept in row["values"].items()})


def _value(key: str, kept: Any) -> Any:
    if key in NODES and kept:
        return UUID(kept)
    return date.fromisoformat(kept) if key in _DAYS and kept else kept
