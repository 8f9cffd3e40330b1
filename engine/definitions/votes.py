"""What must hold between tasks that several decide on, their voters, forms and results."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from engine.actors import TASK_ROLES
from engine.forms import Field, Form
from engine.hazards.votes import Ballot
from engine.spiff import Element, Model, Problem

Forms = Mapping[str, Form]


def vote_problems(
    models: Collection[Model], forms: Forms, known: Collection[str], read: Collection[str]
) -> Iterator[Problem]:
    """Give what is wrong with the votes of processes deployed together.

    Args:
        known: fields that may be in a case. read: fields that something in the processes reads.
    """
    for model in models:
        for element in model.elements.values():
            if element.ballot is not None:
                yield from _voters(element, element.ballot, known)
                yield from _form(element, element.ballot, forms)
                yield from _unread(element, element.ballot, read)


def asked_by_voters_only(models: Collection[Model], forms: Forms) -> set[str]:
    """Give the keys of forms whose answers stay with the voters and become no fields of a case."""
    voted: set[str] = set()
    others: set[str] = set()
    for model in models:
        for element in model.elements.values():
            stays = element.ballot is not None and element.ballot.decide != "any"
            (voted if stays else others).add(element.properties.get("formKey", ""))
    return (voted - others) & forms.keys()


def answers_read(
    read: Collection[tuple[str, str]], fields: Collection[str], known: Collection[str]
) -> Iterator[Problem]:
    """What each voter answers is not in the case; only the result is.

    Args:
        read: (element, field). fields: asked of voters. known: given by anything else.
    """
    for element, name in sorted(read):
        if name in fields and name not in known:
            yield _problem(
                "vote-answer-read",
                element,
                f"“{element}”要读“{name}”，但它是每个表决人各自的回答，不进入事项数据。"
                "请改读“任务编号_result”（passed 或 failed）。",
                f"'{element}' reads '{name}', which each voter answers alone and the case does "
                "not keep; read '<task key>_result' (passed or failed) instead.",
            )


def _voters(element: Element, ballot: Ballot, known: Collection[str]) -> Iterator[Problem]:
    """Who votes is named by roles that exist, or by a field that will hold them."""
    names = [name.strip() for name in ballot.voters.split(",") if name.strip()]
    unknown = [name for name in names if name not in TASK_ROLES]
    if unknown and not (len(names) == 1 and names[0] in known):
        yield _problem(
            "voters-unknown",
            element.id,
            f"“{element.name}”的表决人“{unknown[0][:40]}”既不是岗位，也不是字段。",
            f"'{unknown[0][:40]}', who is to vote on '{element.name}', is neither a role nor a "
            "field.",
        )


def _form(element: Element, ballot: Ballot, forms: Forms) -> Iterator[Problem]:
    """The form of a vote asks for the vote, and one of its answers agrees."""
    key = element.properties.get("formKey", "")
    if key and key not in forms:
        return
    asked = forms[key].fields if key else ()
    field = next((one for one in asked if one.key == ballot.field), None)
    if field is None:
        yield _problem(
            "vote-form",
            element.id,
            f"“{element.name}”的表单没有表决字段“{ballot.field}”，请在表单里加上，"
            "或用 vote_field 写明是哪个字段。",
            f"The form of '{element.name}' does not ask for the vote '{ballot.field}'; add that "
            "field, or say with vote_field which one it is.",
        )
    elif not _can_be(field, ballot.agrees):
        yield _problem(
            "vote-form",
            element.id,
            f"“{element.name}”的表决字段“{ballot.field}”没有“{ballot.agrees}”这一项，谁也无法同意。"
            "请改 vote_for 或表单的选项。",
            f"The vote '{ballot.field}' of '{element.name}' cannot be answered with "
            f"'{ballot.agrees}', so nobody could agree; change vote_for or the choices.",
        )


def _can_be(field: Field, value: str) -> bool:
    if field.type == "checkbox":
        return value in ("true", "false")
    if field.type in ("select", "radio") and field.choices:
        return value in {choice.value for choice in field.choices}
    return True


def _unread(element: Element, ballot: Ballot, read: Collection[str]) -> Iterator[Problem]:
    """What a vote came to is asked by something behind it."""
    results = {f"{element.id}_result", f"{element.id}_votes"}
    if ballot.decide == "any":
        results.add(ballot.field)
    if results.isdisjoint(read):
        yield _problem(
            "vote-unread",
            element.id,
            f"“{element.name}”表决以后，没有条件读它的结果“{element.id}_result”，"
            "不论通过与否都一样往下走。",
            f"Nothing behind '{element.name}' reads its result '{element.id}_result': the process "
            "goes on alike whether it passed or failed.",
            severity="warning",
        )


def _problem(rule: str, element: str, zh: str, en: str, *, severity: str = "error") -> Problem:
    return Problem(rule=rule, family="deployment", element=element, severity=severity, zh=zh, en=en)
