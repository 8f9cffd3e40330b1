"""Answers to a form in the context of an organisation: choices, files, cited checklist items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import checklists, clock, forms, organisations
from engine.actors import TASK_ROLES
from engine.definitions import Loaded
from engine.errors import Message
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.steps import Step


def clean_start(
    session: Session, loaded: Loaded, raw: Mapping[str, Any], organisation_id: UUID
) -> dict[str, Any]:
    """Check answers to the start form; InvalidAnswers names every wrong field."""
    form = loaded.form(loaded.model.start_form or "")
    return forms.clean(form, raw, choices=choices_for(session, form, organisation_id, raw))


def choices_for(
    session: Session, form: forms.Form, organisation_id: UUID, data: Mapping[str, Any]
) -> dict[str, list[forms.Choice]]:
    """Give the choices that a form's fields take from the organisation, by their source.

    A form without such fields asks nothing of the database.

    Args:
        data: what is known of the case: the conditions are those of the item it cites.
    """
    found: dict[str, list[forms.Choice]] = {}
    for source in form.sources:
        if source == "place":
            found[source] = _places(session, organisation_id)
        elif source == "checklist":
            found[source] = _checklist_choices(session, organisation_id)
        elif source == "conditions":
            found[source] = _conditions(session, organisation_id, data)
        elif source in TASK_ROLES:
            found[source] = _people(session, organisation_id, source)
    return found


def files_in(form: forms.Form, answers: Mapping[str, Any]) -> list[UUID]:
    """Give the attachment ids that the form's file fields cite."""
    return [
        UUID(value)
        for form_field in form.fields
        if form_field.type == "filepicker"
        for value in answers.get(form_field.key) or ()
    ]


def cite_checklist(step: Step, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Freeze the version of the checklist item the answers cite (domain.md 0.3 (1)).

    The whole item goes into the history; the process sees its level and conditions. A hit on a
    major criterion only opens a determination, it never sets the level (domain.md 0.3 (3)).
    """
    if not answers.get("checklist_item"):
        return {}
    item = _item(step.session, step.case.organisation_id, answers["checklist_item"])
    if item is None:
        return {}
    step.record("checklist:cited", by_system=True, item=item.content, version=item.version)
    return checklists.cited(item.level, item.version)


def _people(session: Session, organisation_id: UUID, role: str) -> list[forms.Choice]:
    members = organisations.members_with_role(session, organisation_id, role)
    return [forms.Choice(str(user_id), Message(name, name)) for user_id, name in members]


def _places(session: Session, organisation_id: UUID) -> list[forms.Choice]:
    names = session.scalars(
        select(t.Place.name)
        .where(t.Place.organisation_id == organisation_id, t.Place.revoked_at.is_(None))
        .distinct()
        .order_by(t.Place.name)
    )
    return [forms.Choice(name, Message(name, name)) for name in names]


def _checklist_choices(session: Session, organisation_id: UUID) -> list[forms.Choice]:
    items = session.scalars(
        _items(session, organisation_id).order_by(t.ChecklistItem.code, t.ChecklistItem.version)
    )
    latest = {item.code: item for item in items}
    return [
        forms.Choice(code, Message(f"{code} {item.hazard}", f"{code} {item.hazard}"))
        for code, item in latest.items()
    ]


def items_in_force(session: Session, organisation_id: UUID) -> dict[str, dict[str, Any]]:
    """Give the checklist items that may be cited today, as they were frozen, by their codes."""
    rows = session.scalars(
        _items(session, organisation_id).order_by(t.ChecklistItem.code, t.ChecklistItem.version)
    )
    return {row.code: {**row.content, "level": row.level, "version": row.version} for row in rows}


def _conditions(
    session: Session, organisation_id: UUID, data: Mapping[str, Any]
) -> list[forms.Choice]:
    """Give the conditions that the cited criterion asks to be ticked one by one."""
    item = _item(session, organisation_id, data.get("checklist_item"))
    return conditions_of(item.content) if item else []


def conditions_of(content: Mapping[str, Any]) -> list[forms.Choice]:
    """Give the conditions of a checklist item, as it was frozen, by their numbers."""
    return [
        forms.Choice(number, Message(text, text))
        for number, text in checklists.conditions_of(content)
    ]


def _item(session: Session, organisation_id: UUID, code: object) -> t.ChecklistItem | None:
    if not isinstance(code, str):
        return None
    found: t.ChecklistItem | None = session.scalar(
        _items(session, organisation_id)
        .where(t.ChecklistItem.code == code)
        .order_by(t.ChecklistItem.version.desc())
        .limit(1)
    )
    return found


def _items(session: Session, organisation_id: UUID) -> Any:
    """Give a select of the items in force today for an organisation's sector and for all."""
    organisation = session.get_one(t.Organisation, organisation_id)
    chain = [organisation_id]
    if organisation.department_id:
        chain.append(organisation.department_id)
        chain += session.scalars(  # type: ignore[arg-type]
            select(t.Organisation.parent_id).where(
                t.Organisation.id == organisation.department_id,
                t.Organisation.parent_id.is_not(None),
            )
        ).all()
    today = clock.local_date()
    item = t.ChecklistItem
    return select(item).where(
        item.organisation_id.in_(chain),
        item.sector.in_([organisation.sector, "general"]),
        or_(item.effective_from.is_(None), item.effective_from <= today),
        or_(item.effective_to.is_(None), item.effective_to >= today),
    )
