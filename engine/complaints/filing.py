"""Complaining of retaliation: by receipt code or signed in, about a report or in general."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import answers as answering
from engine import (
    attachments,
    clock,
    definitions,
    forms,
    idempotency,
    progress,
    reporters,
    starting,
    steps,
)
from engine.actors import Actor
from engine.complaints import check_ins, rooms
from engine.complaints.record import KEY
from engine.definitions import in_force
from engine.errors import InvalidAnswers, NotFound
from engine.hazards import numbers
from engine.permissions import require
from engine.reporters import Identity
from engine.store import next_number
from engine.store import tables as t

#: How openly one complains: the union may learn the name, or nobody.
MODES: Final = ("confidential", "anonymous")
MOST_FILES: Final = 9
_REASON_LENGTH: Final = 500


def enterprise_of(session: Session, *, actor: Actor) -> t.Organisation:
    """Give the enterprise that somebody complains about: the one they report to.

    Raises:
        NotAllowed, NotFound: they do not belong to an enterprise.
    """
    require(actor, "report:create")
    found = session.get(t.Organisation, actor.organisation_id)
    if found is None or found.kind != "enterprise":
        raise NotFound()
    return found


def choices(session: Session, *, actor: Actor) -> list[rooms.Union]:
    """Give the unions one may choose from; what one's own union cannot handle is left out.

    There are none while no process for complaints is deployed.
    """
    enterprise = enterprise_of(session, actor=actor)
    try:
        _definition(session, enterprise)
    except NotFound:
        return []
    return [one for one in rooms.choices(session, enterprise) if _others(one, actor)]


def start_form(session: Session, *, actor: Actor) -> forms.Form:
    """Give what is asked; NotFound while there is no process, and so no union to choose."""
    enterprise = enterprise_of(session, actor=actor)
    definition = _definition(session, enterprise)
    return definitions.load(session, definition.id).start_form


def open_room(session: Session, union: str, *, actor: Actor) -> Actor:
    """Give the nameless one in the room of the chosen union, for the files of a complaint."""
    chosen = _chosen(session, union, actor)
    rooms.open_room(session, chosen)
    return rooms.guest(chosen.organisation_id)


def file(
    session: Session,
    answers: Mapping[str, Any],
    *,
    union: str,
    identity: Identity,
    barred: Collection[str] = (),
    files: Sequence[str] = (),
    report_id: UUID | None = None,
    idempotency_key: str | None = None,
    actor: Actor,
) -> tuple[UUID, UUID]:
    """Complain; gives the room and the id of the complaint, whose receipt code opens it.

    Args:
        answers: raw answers to the start form. union: "own" or "district".
        identity: who complains, as `identity_of` gives it; sealed in the vault.
        barred: ids of people of the union who shall not see it.
        files: ids of photos uploaded in the union's room.
        report_id: the actor's own report that it is about.
        idempotency_key: the same key with the same answers complains once.

    Raises:
        NotAllowed, NotFound: not theirs to do, or not their report.
        InvalidAnswers: field by field; nobody of that union is left to handle it.
    """
    enterprise = enterprise_of(session, actor=actor)
    report = progress.get_own(session, report_id, actor=actor) if report_id else None
    # Whose report it is may be known; a complaint without a name does not lead there.
    leads_to = "" if report is None or _would_name(report, identity) else str(report.id)
    chosen = _chosen(session, union, actor)
    room = rooms.open_room(session, chosen)
    guest = rooms.guest(chosen.organisation_id)
    request = {"answers": dict(answers), "union": union, "report": str(report_id or "")}
    known = idempotency.find_answer(session, guest, "complain", idempotency_key, request)
    if known is not None:
        return room.id, UUID(known["id"])
    case, step = _new_step(session, enterprise, chosen, room, identity, guest)
    cleaned = answering.clean_start(session, step.loaded, answers, room.id)
    shut_out = _shut_out(chosen, barred, str(cleaned.get("accused") or ""), actor)
    if len(files) > MOST_FILES:
        raise InvalidAnswers.at(
            "files", f"最多 {MOST_FILES} 个文件。", f"At most {MOST_FILES} files."
        )
    district = rooms.district_of(session, enterprise)
    given = {
        "handler": str(chosen.organisation_id),
        "handler_code": _code(session, chosen.organisation_id),
        "enterprise": str(enterprise.id),
        "enterprise_name": enterprise.name,
        "district": str(district.id) if district else None,
        "report": leads_to or None,
        "barred": shut_out,
        "evidence": [str(UUID(one)) for one in files],
    }
    case.title = "权益投诉"
    starting.begin(step, cleaned, given, identity=identity, kind="complaint")
    attachments.cite(session, room.id, case.id, files)
    if report_id is not None:
        check_ins.fix(session, enterprise.id, report_id)
    idempotency.keep_answer(
        session, guest, "complain", idempotency_key, request, {"id": str(case.id)}
    )
    return room.id, case.id


def identity_of(actor: Actor, *, mode: str, name: str = "", contact: str = "") -> Identity:
    """Give who complains: named to the union (confidential), or known by the code only.

    Raises:
        InvalidAnswers: the mode is unknown, or the union shall know a name and none is given.
    """
    if mode not in MODES:
        raise InvalidAnswers.at("mode", "请选择一项。", "Choose one.")
    return reporters.identity_of(actor, mode=mode, name=name, contact=contact)


def _would_name(report: Any, identity: Identity) -> bool:
    return identity.is_anonymous and bool(report.identity_mode != "anonymous")


def _definition(session: Session, enterprise: t.Organisation) -> t.Definition:
    """Give the process: of those above, so that no employer draws how it is complained of."""
    above = in_force.find_inherited(session, enterprise, KEY)
    return above or definitions.get_latest(session, enterprise, KEY)


def _chosen(session: Session, union: str, actor: Actor) -> rooms.Union:
    for one in choices(session, actor=actor):
        if one.key == union:
            return one
    raise InvalidAnswers.at("union", "请选择由谁办理。", "Choose who handles it.")


def _new_step(
    session: Session,
    enterprise: t.Organisation,
    union: rooms.Union,
    room: t.Organisation,
    identity: Identity,
    guest: Actor,
) -> tuple[Any, steps.Step]:
    year = clock.local_date().year
    count = next_number(session, room.id, f"complaint-{year}")
    number = numbers.complaint_number(_code(session, union.organisation_id), year, count)
    definition = _definition(session, enterprise)
    case = starting.new_case(room, definition, number, identity.mode)
    return case, steps.new_step(session, case, actor=guest, role="reporter")


def _code(session: Session, organisation_id: UUID) -> str:
    return session.get_one(t.Organisation, organisation_id).code


def _others(union: rooms.Union, actor: Actor) -> list[rooms.Person]:
    return [one for one in union.people if one.id != actor.user_id]


def _shut_out(union: rooms.Union, barred: Collection[str], accused: str, actor: Actor) -> list[str]:
    """Give the ids of those kept out; somebody has to be left.

    Raises:
        InvalidAnswers: nobody is left.
    """
    out = {str(one.id) for one in union.people} & set(barred)
    left = [
        one for one in _others(union, actor) if str(one.id) not in out and one.name not in accused
    ]
    if not left:
        raise InvalidAnswers.at(
            "union",
            "这个工会没有别的人可以办理了，请改选区总工会，或少排除一人。",
            "Nobody of this union is left to handle it; choose the district's union, or keep "
            "fewer people out.",
        )
    return sorted(out)
