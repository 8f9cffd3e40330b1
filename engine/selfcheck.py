"""Self-checks 自查: a round through the checklist at one place, by whoever works there (R-53).

What is found goes the way of every report, with the item it is about; that all is clear is a
record, too. Who makes a check signs it with their name, and so do the reports from it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.answers import items_in_force
from engine.errors import Conflict, InvalidAnswers, Message, NotFound
from engine.permissions import allows, require
from engine.statistics.paging import Page, cursor, older_than
from engine.store import new_id
from engine.store import tables as t

#: What may be found at an item.
FOUND: Final[Mapping[str, Message]] = {
    "ok": Message("没有问题", "In order"),
    "hazard": Message("有隐患", "A hazard"),
    "not_here": Message("这里没有", "Not here"),
}
#: Items of one round: more than that is several rounds.
MOST: Final = 60
#: How the business key of a case that came of a round begins; no program of others may say it.
KEYED: Final = "self-check:"
_LONGEST_NOTE: Final = 300
_PAGE: Final = 50


@dataclass(frozen=True)
class Entry:
    """One item of a round with what was found and the case that came of it."""

    code: str
    #: As it was frozen when the round began.
    item: Mapping[str, Any]
    #: A key of FOUND, "" while nobody looked.
    found: str
    note: str
    instance_id: UUID | None
    number: str


def items(session: Session, *, actor: Actor) -> dict[str, dict[str, Any]]:
    """Give the enterprise's report list 报告清单 in force, by code.

    Raises:
        NotAllowed: the role, or not an enterprise.
    """
    require(actor, "check:make")
    return items_in_force(session, _own(actor))


def begin(session: Session, place: str, codes: Collection[str], *, actor: Actor) -> UUID:
    """Begin a round at a place over some items of the list in force; gives its id.

    Raises:
        NotAllowed: the role. InvalidAnswers: no place, no item, too many, or one that is not in
        force.
    """
    known = items(session, actor=actor)
    place, chosen = " ".join(place.split()), sorted(set(codes))
    errors: dict[str, list[Message]] = {}
    if not 1 <= len(place) <= 100:
        errors["place"] = [Message("请写检查哪里。", "Say which place is checked.")]
    if not chosen or len(chosen) > MOST:
        errors["codes"] = [
            Message(f"请选 1 至 {MOST} 条要检查的事项。", f"Choose 1 to {MOST} items.")
        ]
    elif not known.keys() >= set(chosen):
        errors["codes"] = [
            Message("清单有更新，请重新选择。", "The list has changed; choose again.")
        ]
    if errors:
        raise InvalidAnswers(errors)
    row = t.SelfCheck(
        organisation_id=_own(actor),
        id=new_id(),
        place=place,
        items=[{"code": code, **known[code]} for code in chosen],
        results={},
        begun_at=clock.now(),
        begun_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    return row.id


def fill(
    session: Session, check_id: UUID, results: Mapping[str, Mapping[str, str]], *, actor: Actor
) -> None:
    """Note what was found so far; what is not named stays as it was.

    Args:
        results: code → {"found": a key of FOUND or "", "note": up to 300 characters}.

    Raises:
        NotAllowed, NotFound: not one's own. Conflict: it is signed. InvalidAnswers: by code.
    """
    row = _own_open(session, check_id, actor)
    codes = {one["code"] for one in row.items}
    strange = Message("这次自查没有这一项。", "This is no item of the round.")
    errors: dict[str, list[Message]] = {code: [strange] for code in results.keys() - codes}
    kept = dict(row.results)
    for code in results.keys() & codes:
        found, note = results[code].get("found", ""), results[code].get("note", "").strip()
        if found and found not in FOUND:
            errors[code] = [Message("请选一项。", "Choose one.")]
        elif len(note) > _LONGEST_NOTE:
            most = f"说明不超过 {_LONGEST_NOTE} 字。"
            errors[code] = [Message(most, f"At most {_LONGEST_NOTE} characters.")]
        else:
            kept[code] = {"found": found, "note": note}
    if errors:
        raise InvalidAnswers(errors)
    row.results = kept
    session.flush()


def sign(session: Session, check_id: UUID, *, actor: Actor) -> None:
    """Sign a round: every item was looked at, every hazard is reported or accounted for.

    Raises:
        NotAllowed, NotFound: not one's own. Conflict: it is signed. InvalidAnswers: by code.
    """
    row = _own_open(session, check_id, actor)
    entries = _entries(session, row)
    errors = {one.code: [_lacking(one)] for one in entries if not _is_done(one)}
    if errors:
        raise InvalidAnswers(errors)
    row.signed_at = clock.now()
    row.looked_at, row.hazards = _sums(entries)
    session.flush()


def counted(session: Session, row: t.SelfCheck) -> tuple[int, int]:
    """Give how many items of a round were looked at, and how many hazards are among them."""
    return _sums(_entries(session, row))


def show(session: Session, check_id: UUID, *, actor: Actor) -> tuple[t.SelfCheck, Sequence[Entry]]:
    """Give a round of the actor's enterprise with its items; others' only to who handles cases.

    Raises:
        NotAllowed, NotFound: not theirs to see.
    """
    row = session.get(t.SelfCheck, (_own(actor), check_id))
    if row is None or not _may_see(actor, row):
        raise NotFound()
    return row, _entries(session, row)


def listed(
    session: Session, *, actor: Actor, after: str | None = None, limit: int = _PAGE
) -> Page[Any]:
    """Give the rounds of the enterprise, or one's own, the newest first.

    Columns: those of the check, and `person` who made it.

    Raises:
        NotAllowed: the role. Invalid: the cursor is wrong.
    """
    require(actor, "check:make")
    check = t.SelfCheck
    statement = (
        select(*check.__table__.c, t.User.name.label("person"))
        .join(t.User, t.User.id == check.begun_by)
        .where(check.organisation_id == _own(actor))
    )
    if not allows(actor, "case:list"):
        statement = statement.where(check.begun_by == actor.user_id)
    if after is not None:
        statement = statement.where(older_than(check.begun_at, check.id, after))
    order = (check.begun_at.desc(), check.id.desc())
    rows = session.execute(statement.order_by(*order).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], cursor(last.begun_at, last.id))


def reportable(
    session: Session, check_id: UUID, code: str, *, actor: Actor
) -> tuple[t.SelfCheck, Entry]:
    """Give an open round of one's own, and the item of it that is to be reported.

    Raises:
        NotAllowed, NotFound: not one's own, or not an item of it. Conflict: it is signed, or the
        item is reported already.
    """
    row = _own_open(session, check_id, actor)
    entry = next((one for one in _entries(session, row) if one.code == code), None)
    if entry is None:
        raise NotFound()
    if entry.instance_id is not None:
        raise Conflict(
            f"这一项已经报告，报告编号 {entry.number}。", f"Reported already as {entry.number}."
        )
    return row, entry


def business_key(check_id: UUID, code: str) -> str:
    """Give the name by which a case is known to have come of an item of a round."""
    return f"{KEYED}{check_id.hex}:{code}"


def hold_open(session: Session, key: str | None, *, actor: Actor) -> None:
    """Hold the round that a business key is of, so that nobody signs it before the case is there.

    Asked in the transaction that begins the case: what `reportable` said before may be over.

    Raises:
        NotFound: it is not one's own, or the key is of no round. Conflict: it is signed.
    """
    if key is None or not key.startswith(KEYED):
        return
    try:
        check_id = UUID(hex=key.removeprefix(KEYED).partition(":")[0])
    except ValueError as error:
        raise NotFound() from error
    _own_open(session, check_id, actor)


def _entries(session: Session, row: t.SelfCheck) -> list[Entry]:
    keys = {business_key(row.id, one["code"]): one["code"] for one in row.items}
    instance = t.Instance
    cases = {
        keys[case.business_key]: case
        for case in session.execute(
            select(instance.id, instance.number, instance.business_key).where(
                instance.organisation_id == row.organisation_id,
                instance.business_key.in_(keys),
            )
        )
    }
    entries = []
    for one in row.items:
        said, case = row.results.get(one["code"], {}), cases.get(one["code"])
        # What was reported from here is a hazard, whatever was ticked before.
        found = "hazard" if case is not None else said.get("found", "")
        entries.append(
            Entry(
                one["code"], one, found, said.get("note", ""),
                case.id if case is not None else None, case.number if case is not None else "",
            )
        )  # fmt: skip
    return entries


def _sums(entries: Sequence[Entry]) -> tuple[int, int]:
    looked_at = sum(one.found != "not_here" for one in entries)
    return looked_at, sum(one.found == "hazard" for one in entries)


def _is_done(entry: Entry) -> bool:
    if entry.found == "hazard":
        return entry.instance_id is not None or len(entry.note) >= 4
    return bool(entry.found)


def _lacking(entry: Entry) -> Message:
    if not entry.found:
        return Message("还没有检查。", "Not looked at yet.")
    return Message(
        "请报告这项隐患；已当场消除或者已在台账的，请写明。",
        "Report this hazard; if it was fixed on the spot or is on the ledger, say so.",
    )


def _own(actor: Actor) -> UUID:
    require(actor, "check:make")
    if actor.organisation_kind != "enterprise" or actor.organisation_id is None:
        raise NotFound()
    return actor.organisation_id


def _may_see(actor: Actor, row: t.SelfCheck) -> bool:
    return row.begun_by == actor.user_id or allows(actor, "case:list")


def _own_open(session: Session, check_id: UUID, actor: Actor) -> t.SelfCheck:
    row = session.get(t.SelfCheck, (_own(actor), check_id), with_for_update=True)
    if row is None or row.begun_by != actor.user_id:
        raise NotFound()
    if row.signed_at is not None:
        raise Conflict("这次自查已经签字，不能再改。", "This check is signed and stays as it is.")
    return row
