"""Answers to a form in the context of an organisation: choices, files, cited checklist items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import clock, forms, organisations, places
from engine.definitions import Loaded
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.steps import Step


def clean_start(
    session: Session, loaded: Loaded, raw: Mapping[str, Any], organisation_id: UUID
) -> dict[str, Any]:
    """Check answers to the start form; InvalidAnswers names every wrong field."""
    form = loaded.form(loaded.model.start_form or "")
    return forms.clean(
        form,
        raw,
        rights=forms.Rights(),
        choices=choices_for(session, form, organisation_id),
        current={},
    )


def choices_for(
    session: Session, form: forms.Form, organisation_id: UUID
) -> dict[str, list[forms.Choice]]:
    """Give the choices that a form's fields take from the organisation: people, places, items.

    Fields with choices of their own need no question to the database.
    """
    found: dict[str, list[forms.Choice]] = {}
    for form_field in form.fields:
        if form_field.people:
            members = organisations.members_with_role(session, organisation_id, form_field.people)
            found[form_field.key] = [
                forms.Choice(value=str(user_id), label=name, label_en=name)
                for user_id, name in members
            ]
        elif form_field.options == "place":
            found[form_field.key] = [
                forms.Choice(value=place.name, label=place.name, label_en=place.name)
                for place in places.list_places(session, organisation_id)
            ]
        elif form_field.options == "checklist":
            found[form_field.key] = _checklist_choices(session, organisation_id)
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
    code = answers.get("checklist_item")
    if not code:
        return {}
    item = step.session.scalar(
        _items(step.session, step.case.organisation_id)
        .where(t.ChecklistItem.code == code)
        .order_by(t.ChecklistItem.version.desc())
        .limit(1)
    )
    if item is None:
        return {}
    step.record("checklist:cited", by_system=True, item=item.content, version=item.version)
    return {"checklist_level": item.level, "checklist_version": item.version}


def _checklist_choices(session: Session, organisation_id: UUID) -> list[forms.Choice]:
    items = session.scalars(
        _items(session, organisation_id).order_by(t.ChecklistItem.code, t.ChecklistItem.version)
    )
    latest = {item.code: item for item in items}
    return [
        forms.Choice(value=code, label=f"{code} {item.hazard}", label_en=f"{code} {item.hazard}")
        for code, item in latest.items()
    ]


def _items(session: Session, organisation_id: UUID) -> Any:
    """Give a select of the items in force today for an organisation's sector and for all."""
    organisation = session.get_one(t.Organisation, organisation_id)
    chain = [organisation_id]
    if organisation.department_id:
        chain.append(organisation.department_id)
        chain += session.scalars(
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
