"""What must hold where a task is given to one person."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final
from uuid import UUID

from engine.hazards import duties
from engine.spiff import Element, Problem

#: `assignee` names whoever did that task last, or one person by their id, instead of a field.
DOER: Final = "doer:"
PERSON: Final = "user:"


def assigned(
    element: Element, people: Collection[str], tasks: Collection[str]
) -> Iterator[Problem]:
    """Give the problems of an element's `assignee`.

    Args:
        people: fields that hold a person. tasks: keys of the tasks for people.
    """
    said = element.properties.get("assignee", "").strip()
    if said.startswith(DOER):
        yield from _doer(element, said.removeprefix(DOER).strip(), tasks)
    elif said.startswith(PERSON):
        yield from _named(element, said.removeprefix(PERSON).strip())
    elif said and said not in people:
        yield _problem(
            "assignee-unknown",
            element,
            f"“{element.name}”要交给字段“{said}”里的人，但没有这样的选人字段。",
            f"'{element.name}' is for the person in the field '{said}', but no field of that name "
            "holds a person.",
        )


def _doer(element: Element, key: str, tasks: Collection[str]) -> Iterator[Problem]:
    if key not in tasks:
        yield _problem(
            "assignee-unknown",
            element,
            f"“{element.name}”要交给办过“{key}”的人，但流程里没有这个任务。",
            f"'{element.name}' is for whoever did '{key}', but no task has that key.",
        )
    elif key in duties.forbidden(element.id, element.properties):
        yield _problem(
            "assignee-barred",
            element,
            f"“{element.name}”要交给办过“{key}”的人，但办过“{key}”的人不能办这一步。请二者去其一。",
            f"'{element.name}' is for whoever did '{key}', who may not do it; drop one of the two.",
            severity="error",
        )


def _named(element: Element, user_id: str) -> Iterator[Problem]:
    try:
        UUID(user_id)
    except ValueError:
        yield _problem(
            "assignee-unknown",
            element,
            f"“{element.name}”指定的办理人“{user_id[:40]}”认不出来，请重新选择。",
            f"The person '{user_id[:40]}' named for '{element.name}' is nobody; choose again.",
        )


def _problem(
    rule: str, element: Element, zh: str, en: str, *, severity: str = "warning"
) -> Problem:
    return Problem(
        rule=rule, family="deployment", element=element.id, severity=severity, zh=zh, en=en
    )
