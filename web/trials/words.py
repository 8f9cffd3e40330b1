"""A trial in words: what happened, what was computed, who would have been told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask_babel import gettext

from engine.actors import ROLES, TASK_ROLES
from engine.definitions import Loaded
from engine.definitions.scenarios.expecting import Expected
from engine.definitions.trials import OpenStep, Played
from engine.definitions.trials.world import DOCUMENT, Happening, stand_in
from engine.forms import Field, Form
from engine.spiff import Element
from web import certificates, event_words
from web.answer_words import Change, Words
from web.event_details import output_label, output_words
from web.given import of_facts
from web.language import drawn, say
from web.look import yuan

#: Data of a case that people ask after, in the order in which it comes up.
_NUMBERS: Final = ("report_no", "hazard_no", "closure_no", "reward_no")
_WORDS: Final = Words()
#: Outputs of a decision that are shown unfolded.
_FEW: Final = 3


def entries(played: Played) -> list[dict[str, Any]]:
    """Give what happened as a timeline shows it, oldest first."""
    return [_entry(played, one) for one in played.happened]


def computed(played: Played) -> list[dict[str, str]]:
    """Give the numbers and the money of the case as facts."""
    names = {
        "report_no": gettext("报告编号"),
        "hazard_no": gettext("隐患编号"),
        "closure_no": gettext("销号编号"),
        "reward_no": gettext("奖励编号"),
    }
    found = [
        {"label": names[key], "value": str(played.data[key]), "code": True}
        for key in _NUMBERS
        if played.data.get(key)
    ]
    amount = played.data.get("amount", played.data.get("amount_fen"))
    if isinstance(amount, int) and not isinstance(amount, bool):
        found.append({"label": gettext("奖励金额"), "value": f"¥{yuan(amount)}"})
    return found


def decisions(played: Played) -> list[dict[str, Any]]:
    """Give each decision as it was made last: its name, the rules that hit, what it gave."""
    last = {h.data["decision"]: h for h in played.happened if h.tag == "decision:made"}
    return [_decision(played.loaded, one) for one in last.values()]


def told(played: Played) -> list[dict[str, Any]]:
    """Give the messages that would have been sent."""
    return [
        {"at": one.at, "to": _addressees(one.to), "words": say(one.words)}
        for one in played.happened
        if one.words is not None
    ]


def documents(played: Played) -> list[dict[str, Any]]:
    """Give the documents that would have been issued."""
    return [
        {"at": one.at, "name": _document(one)} for one in played.happened if one.tag == DOCUMENT
    ]


def waiting(played: Played) -> list[dict[str, Any]]:
    """Give the open tasks as the page offers them."""
    return [_open(played, one) for one in played.open]


def elsewhere(played: Played) -> list[str]:
    """Give the names of events that are waited for and that no person and no clock brings."""
    elements = (played.loaded.model.elements[key] for key in sorted(played.waits_at))
    kinds = ("intermediateCatchEvent", "receiveTask", "serviceTask")
    return [name_of(one) for one in elements if one.kind in kinds]


def name_of(element: Element | None) -> str:
    """Give what an element is called."""
    return drawn(element.name) or element.id if element is not None else ""


def role(key: str) -> str:
    """Give what a role is called."""
    return say(ROLES[key]) if key in ROLES else key


def answer(loaded: Loaded, key: str, value: Any) -> tuple[str, str]:
    """Give the label of a field and a value of it in words."""
    one = _field(loaded, key)
    if one is not None:
        return say(one.label), _said(one, value)
    columns = (column for each in loaded.decisions.values() for column in each.outputs)
    label = next((column.label for column in columns if column.name == key), "")
    return output_label(key, label), output_words(key, value)


def expects(loaded: Loaded, wanted: Expected) -> list[str]:
    """Say what a scenario expects, in a few words each."""

    def name(key: str) -> str:
        return name_of(loaded.model.elements.get(key)) or key

    said = [gettext("到达“%(name)s”", name=name(wanted.ends))] if wanted.ends else []
    for key, value in wanted.fields.items():
        label, words = answer(loaded, key, value)
        said.append(f"{label}{gettext('：')}{words}")
    said += [gettext("经过“%(name)s”", name=name(key)) for key in wanted.passes]
    return said + [gettext("不经过“%(name)s”", name=name(key)) for key in wanted.avoids]


def _field(loaded: Loaded, key: str) -> Field | None:
    found: list[Field] = [
        one for form in loaded.forms.values() if (one := form.find(key)) is not None
    ]
    return min(found, key=lambda one: not one.money, default=None)


def _open(played: Played, one: OpenStep) -> dict[str, Any]:
    return {
        "name": name_of(one.element),
        "process": played.loaded.model.names().get(one.element.process, ""),
        "role": role(one.role),
        "item": "" if one.task.item is None else _person(str(one.task.item)),
        "due_at": one.due_at,
        "is_late": one.due_at is not None and one.due_at < played.at,
        "not_by": [_doer(played.loaded, key) for key in sorted(one.not_by)],
    }


def _doer(loaded: Loaded, key: str) -> str:
    """Say who did a task whose doer may not do this one."""
    if key == "report":
        return say(TASK_ROLES["reporter"])
    named = (name_of(one) for one in loaded.model.elements.values() if one.id == key)
    return str(gettext("办理“%(step)s”的人", step=next(named, key)))


def _entry(played: Played, one: Happening) -> dict[str, Any]:
    look = event_words.look_of(one.tag)
    details = _DETAILS.get(one.tag, _plain)(played, one)
    return {
        "at": one.at,
        "what": look.what,
        "icon": look.icon,
        "tone": look.tone,
        "who": name_of(one.element),
        "role": "",
        **details,
    }


def _plain(_played: Played, one: Happening) -> dict[str, Any]:
    """Say a fact of the ledgers: its number, its money, and why."""
    sums = [one.data.get(key) for key in ("computed_fen", "approved_fen")]
    words = [
        str(one.data.get("number") or ""),
        next((f"¥{yuan(fen)}" for fen in sums if isinstance(fen, int)), of_facts(one.data)),
        str(one.data.get("rule") or ""),
        gettext("在免审限额以内，自动批准") if one.data.get("automatic") else "",
        str(one.data.get("reason") or ""),
    ]
    return {"text": " · ".join(word for word in words if word)}


def _answered(played: Played, one: Happening) -> dict[str, Any]:
    key = one.element.properties.get("formKey") if one.element else played.loaded.model.start_form
    form = played.loaded.forms.get(key or "")
    what = {"what": name_of(one.element), "who": ""} if one.element else {}
    return {**what, "changes": list(_changes(form, one.data["answers"]))}


def _changes(form: Form | None, answers: Mapping[str, Any]) -> Iterator[Change]:
    fields = {field.key: field for field in form.fields} if form else {}
    for key, value in answers.items():
        if value not in (None, "", []):
            field = fields.get(key)
            label = say(field.label) if field is not None else key
            yield Change(key, label, _said(field, value))


def _said(field: Field | None, value: Any) -> str:
    if field is not None and field.type == "filepicker" and isinstance(value, list):
        return str(gettext("%(count)s 个文件", count=len(value)))
    if field is not None and field.people and isinstance(value, str):
        return _person(value)
    return _WORDS.say(field, value)


def _person(value: str) -> str:
    """Say the name of a made-up person."""
    key, _dash, number = value.removeprefix("@").partition("-")
    if not value.startswith("@") or key not in TASK_ROLES:
        return value
    return f"{say(stand_in(key).label)}{number}"


def _decided(played: Played, one: Happening) -> dict[str, Any]:
    found = _decision(played.loaded, one)
    return {"what": found["name"], "text": found["rules"], "changes": found["changes"]}


def _decision(loaded: Loaded, one: Happening) -> dict[str, Any]:
    decision = loaded.decisions.get(one.data["decision"])
    labels = {column.name: column.label for column in decision.outputs} if decision else {}
    numbers = "、".join(map(str, one.data["rules"]))
    rules = (
        gettext("第 %(numbers)s 条规则", numbers=numbers)
        if numbers
        else gettext("没有规则命中，取默认值")
    )
    notes = "；".join(one.data["notes"])
    return {
        "name": drawn(decision.name) if decision else one.data["decision"],
        "rules": f"{rules}{gettext('：')}{notes}" if notes else rules,
        "is_short": len(one.data["outputs"]) <= _FEW,
        "changes": [
            Change(key, output_label(key, labels.get(key) or ""), output_words(key, value))
            for key, value in one.data["outputs"].items()
        ],
    }


def _said_to(_played: Played, one: Happening) -> dict[str, Any]:
    words = say(one.words) if one.words is not None else ""
    return {"text": f"{_addressees(one.to)}{gettext('：')}{words}"}


def _addressees(to: tuple[str, ...]) -> str:
    names = (gettext("行业主管部门") if one == "department" else role(one) for one in to)
    return "、".join(names)


def _issued(_played: Played, one: Happening) -> dict[str, Any]:
    return {"what": gettext("出具文书"), "icon": "seal", "text": _document(one)}


def _document(one: Happening) -> str:
    kind = str(one.data.get("kind") or "")
    return str(certificates.NAMES.get(kind, kind))


def _voted(_played: Played, one: Happening) -> dict[str, Any]:
    """Say how many vote, and what it came to."""
    if "result" not in one.data:
        count = one.data.get("voters")
        return {"text": gettext("共 %(count)s 人表决", count=count) if count else ""}
    passed = one.data["result"] == "passed"
    words = gettext(
        "同意 %(agreed)s，不同意 %(refused)s，共 %(voters)s 人",
        agreed=one.data.get("agreed"),
        refused=one.data.get("refused"),
        voters=one.data.get("voters"),
    )
    what = gettext("表决通过") if passed else gettext("表决没有通过")
    return {"what": what, "text": words, "tone": "done" if passed else "late"}


def _failed(_played: Played, one: Happening) -> dict[str, Any]:
    return {"text": str(one.data.get("error") or "")}


_DETAILS: Final = {
    "instance:started": _answered,
    "task:completed": _answered,
    "decision:made": _decided,
    "reporter:told": _said_to,
    "people:notified": _said_to,
    "case:escalated": _said_to,
    DOCUMENT: _issued,
    "delegate:failed": _failed,
    "vote:opened": _voted,
    "vote:decided": _voted,
}
