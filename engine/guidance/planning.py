"""Planning a guidance visit, and calling one off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import answers as answering
from engine import clock, definitions, forms, starting, steps
from engine.actors import Actor
from engine.errors import Conflict, Invalid, InvalidAnswers, NotFound
from engine.hazards import numbers
from engine.permissions import require, role_for
from engine.store import next_number, visible_to
from engine.store import tables as t

KEY: Final = "guidance_visit"
#: Whoever inspects comes with another (行政执法 as everywhere; domain.md C6).
_FEWEST: Final = 2


def plan(
    session: Session, enterprise_id: UUID, answers: Mapping[str, Any], *, actor: Actor
) -> UUID:
    """Plan a visit to an enterprise; gives the id of the visit and of its instance.

    Args:
        answers: raw answers to the start form of the process `guidance_visit`.

    Raises:
        NotAllowed, NotFound: not theirs to visit, or no such process is deployed.
        InvalidAnswers: field by field; fewer than two people go.
    """
    require(actor, "guidance:visit")
    visitor = _visitor(session, actor)
    enterprise = find_enterprise(session, enterprise_id, actor=actor)
    definition = definitions.get_latest(session, visitor, KEY)
    year = clock.local_date().year
    count = next_number(session, visitor.id, f"visit-{year}")
    case = starting.new_case(visitor, definition, numbers.visit_number(visitor.code, year, count))
    step = steps.new_step(session, case, actor=actor, role=role_for(actor, "guidance:visit"))
    cleaned = answering.clean_start(session, step.loaded, answers, visitor.id)
    names = _names(session, cleaned, visitor.id)
    case.title = f"合规指导：{enterprise.name}"[:60]
    given = {
        "enterprise": str(enterprise.id),
        "enterprise_name": enterprise.name,
        "visitor_names": "、".join(names),
    }
    starting.begin(step, cleaned, given, kind="guidance")
    return case.id


def start_form(session: Session, *, actor: Actor) -> tuple[forms.Form, dict[str, Any]]:
    """Give what is asked to plan a visit, and the choices it takes from the visitors' own people.

    Raises:
        NotAllowed: the actor visits nobody. NotFound: no such process is deployed.
    """
    loaded, visitor = _loaded(session, actor)
    return loaded.start_form, answering.choices_for(session, loaded.start_form, visitor.id, {})


def start_source(session: Session, *, actor: Actor) -> bytes:
    """Give the definition of the form of `start_form` as it was deployed. Raises as that does."""
    loaded, _visitor = _loaded(session, actor)
    return loaded.form_sources[loaded.start_form.key]


def find_enterprise(session: Session, enterprise_id: UUID, *, actor: Actor) -> t.Organisation:
    """Give an enterprise that the actor's unit oversees or supervises besides, or NotFound."""
    wanted = select(t.Organisation).where(
        t.Organisation.id == enterprise_id,
        t.Organisation.kind == "enterprise",
        t.Organisation.status == "active",
    )
    found: t.Organisation | None = session.scalar(visible_to(actor, wanted, sight="both"))
    if found is None:
        raise NotFound()
    return found


def cancel(session: Session, visit_id: UUID, *, reason: str, actor: Actor) -> None:
    """Call a visit off, for a reason that stays in its history.

    Raises:
        NotAllowed, NotFound: it is not of the actor's organisation. Conflict: it is over, or its
        letter has been issued. Invalid: no reason is given.
    """
    require(actor, "guidance:visit")
    row = session.get(t.Visit, (actor.organisation_id, visit_id))
    if row is None:
        raise NotFound()
    if not reason.strip():
        raise Invalid("请写明撤销的理由。", "Say why it is called off.", field="reason")
    role = role_for(actor, "guidance:visit")
    with steps.step(session, row.organisation_id, visit_id, actor=actor, role=role) as step:
        # Only now nobody else can issue the letter.
        session.refresh(row)
        if row.state not in ("planned", "visited"):
            raise Conflict(
                "意见书已经出具，不能撤销；请复查后结束。",
                "The letter has been issued; check again and close the visit instead.",
                instance_id=str(visit_id),
            )
        step.workflow.cancel()
        step.case.state = "cancelled"
        step.case.ended_at = step.at
        step.record("instance:cancelled", reason=reason.strip()[:500])


def _loaded(session: Session, actor: Actor) -> tuple[definitions.Loaded, t.Organisation]:
    require(actor, "guidance:visit")
    visitor = _visitor(session, actor)
    definition = definitions.get_latest(session, visitor, KEY)
    return definitions.load(session, definition.id), visitor


def _visitor(session: Session, actor: Actor) -> t.Organisation:
    found = session.get(t.Organisation, actor.organisation_id)
    if found is None or found.kind == "enterprise":
        raise NotFound()
    return found


def _names(session: Session, answers: Mapping[str, Any], visitor_id: UUID) -> list[str]:
    """Give who goes, by name.

    Raises:
        InvalidAnswers: they are fewer than two.
    """
    own = [UUID(one) for one in answers.get("visitors") or ()]
    members = select(t.Membership.user_id).where(t.Membership.organisation_id == visitor_id)
    people = select(t.User.name).where(t.User.id.in_(own), t.User.id.in_(members))
    names = list(session.scalars(people.order_by(t.User.name)))
    others = str(answers.get("other_visitors") or "")
    for sign in "，,;；\n":
        others = others.replace(sign, "、")
    names += [name.strip() for name in others.split("、") if name.strip()]
    if len(dict.fromkeys(names)) < _FEWEST:
        raise InvalidAnswers.at(
            "visitors",
            "合规指导至少两人前往。请再选一人，或在“其他去的人”里写上。",
            "At least two people visit; choose another, or name them under who else goes.",
        )
    return list(dict.fromkeys(names))
