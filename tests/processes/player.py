"""Plays the shipped processes without a database: real forms, tables and diagrams, noted services.

Answers go through the forms, so a story fails when a form does not ask what its diagram needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from engine import clock, decisions, forms, spiff
from engine.definitions.pack_files import owned
from engine.errors import Message
from engine.hazards import deadlines

ROOT = Path(__file__).parents[2]
PHOTO = "0192d3c4-0000-7000-8000-000000000001"
#: A person for each role the stories need; the value of a people picker.
PEOPLE = {"rectifier": "0192d3c4-0000-7000-8000-0000000000aa"}

REPORT: dict[str, Any] = {
    "place": "一号车间",
    "description": "配电柜进水",
    "identity_mode": "confidential",
}
CONFIRMED: dict[str, Any] = {"finding": "confirmed", "category": "object", "level": "general"}
PLAN: dict[str, Any] = {
    "rectifier": PEOPLE["rectifier"],
    "measures": "更换防水配电柜",
    "fund_plan": "3000.00",
    "due_on": "2026-03-20",
    "contingency": "断电，派人看守",
    "interim_controls": "拉警戒，停用",
}
SIX_ELEMENTS: dict[str, Any] = {
    f"plan_{name}": "见方案"
    for name in ("goal", "methods", "resources", "people", "schedule", "safety")
}
DONE: dict[str, Any] = {
    "done_note": "已更换",
    "photos_after": [PHOTO],
    "control_type": "engineering",
}
PAID: dict[str, Any] = {"paid_on": "2026-03-05", "voucher": "记-0305-12"}
AUTHORITY: dict[str, Any] = {
    "reported_to_authority": "2026-03-02",
    "authority_name": "区应急管理局",
    "authority_method": "system",
    "authority_proof": "回执 2026-0302",
    "hazard_state": "配电柜进水",
    "hazard_harm": "可能触电",
}
UNION: dict[str, Any] = {
    "reported_to_union": "2026-03-02",
    "union_method": "congress",
    "union_proof": "三月职代会纪要",
}


@cache
def bundle(kind: str) -> Mapping[str, bytes]:
    """Give the general files of a kind by their key: "processes/bpmn", "forms", …

    What belongs to a sector pack is looked at by itself (test_sectors.py).
    """
    ending = {"processes/bpmn": "*.bpmn", "processes/dmn": "*.dmn"}.get(kind, "*.json")
    paths = sorted((ROOT / kind).glob(ending))
    apart = {*(name for _kind, name in owned(ROOT)), "schema"}
    return {path.stem: path.read_bytes() for path in paths if path.stem not in apart}


@cache
def all_forms() -> Mapping[str, forms.Form]:
    """Give every shipped form."""
    return {key: forms.read(content) for key, content in bundle("forms").items()}


@cache
def all_decisions() -> Mapping[str, decisions.Decision]:
    """Give every shipped decision."""
    tables = bundle("processes/dmn").values()
    return {key: found for xml in tables for key, found in decisions.parse(xml).items()}


@cache
def model(key: str) -> spiff.Model:
    """Give a shipped process, built once."""
    return spiff.build(bundle("processes/bpmn"), key)


class Case:
    """One report on its way. `services` notes what was called: (operator, params)."""

    def __init__(
        self,
        key: str = "hazard_report",
        *,
        limit_fen: int = 20_000,
        known: Mapping[str, Any] | None = None,
        conditions: tuple[str, ...] = (),
        **answers: Any,
    ) -> None:
        self.services: list[tuple[str, dict[str, Any]]] = []
        self.conditions = conditions
        self.passed: list[str] = []
        built = model(key)
        cleaned = self.clean(built.start_form or "", answers, {})
        data = {"reward_limit_fen": limit_fen, **(known or {}), **cleaned}
        self.workflow = spiff.Workflow.start(built, data, self)
        self._save()

    # -- what the engine gives a process

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """The calendar function diagrams use."""
        return {"due_in": lambda text: deadlines.due(clock.now(), text).isoformat()}

    def call(
        self, element: spiff.Element, operator: str, params: dict[str, Any], data: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Note a service and give what the real one puts into the data."""
        self.services.append((operator, params))
        gives: dict[str, Callable[[], dict[str, Any]]] = {
            "register_hazard": lambda: {"hazard_no": "YH-T-2026-00001"},
            "close_hazard": lambda: {"closure_no": "XH-T-2026-00001"},
            "propose_reward": lambda: {"reward_no": "JL-1", "amount": data["amount_fen"]},
        }
        return gives.get(operator, dict)()

    def decide(
        self, element: spiff.Element, decision_id: str, data: dict[str, Any]
    ) -> dict[str, Any]:
        """Make a decision; what was not asked counts as empty."""
        decision = all_decisions()[decision_id]
        known = {**dict.fromkeys(decision.names), **data}
        result = decisions.to_plain(decision.evaluate(known))
        assert isinstance(result, dict)
        return result

    # -- what people do

    def open(self) -> list[str]:
        """Give the keys of the open tasks."""
        return [task.element.id for task in self.workflow.open_tasks()]

    def does(self, key: str, **answers: Any) -> Case:
        """Complete the open task `key` with answers to its form, saving and loading around it."""
        task = next(task for task in self.workflow.open_tasks() if task.element.id == key)
        cleaned = self.clean(task.element.properties["formKey"], answers, task.data)
        self.workflow.complete(task.id, cleaned)
        self._save()
        return self

    def clean(
        self, form_key: str, answers: Mapping[str, Any], data: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Judge answers as the server does."""
        people = {role: [forms.Choice(user, Message(role, role))] for role, user in PEOPLE.items()}
        ticks = [
            forms.Choice(str(n), Message(text, text)) for n, text in enumerate(self.conditions, 1)
        ]
        choices = {**people, "conditions": ticks}
        return forms.clean(all_forms()[form_key], answers, choices=choices, current=data)

    def wait(self, until: datetime) -> None:
        """Let timers fire; the test's clock stands at `until`."""
        due = self.workflow.next_due()
        while due is not None and due <= until and self.workflow.fire_timers():
            due = self.workflow.next_due()
        self._save()

    # -- what came of it

    def called(self, operator: str, **params: Any) -> int:
        """Count calls of a service with at least these parameters."""
        return sum(
            name == operator and params.items() <= given.items() for name, given in self.services
        )

    @property
    def done(self) -> bool:
        """Whether the process has come to its end."""
        return self.workflow.completed

    @property
    def data(self) -> dict[str, Any]:
        """What is known."""
        return self.workflow.data

    def _save(self) -> None:
        """Save and load, as happens between any two steps."""
        assert not self.workflow.failures
        self.passed += self.workflow.path
        self.workflow = spiff.Workflow.load(self.workflow.model, self.workflow.dump(), self)
