"""Drawing a process otherwise at random, so that what runs could still go on."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from itertools import count
from typing import Any

from lxml import etree

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
#: What begins the id of a task that an edit adds.
ADDED = "added"


class Redrawn:
    """A file being edited; `reached` are the elements that the case was at or is at."""

    def __init__(self, content: bytes, reached: Collection[str], chance: random.Random) -> None:
        self.root = etree.fromstring(content)
        self.reached = reached
        self.chance = chance
        self.done: list[str] = []
        self._numbers = count(1)

    @property
    def content(self) -> bytes:
        return etree.tostring(self.root)

    def edit(self) -> None:
        """Do one edit that is possible here."""
        edits = [self.rename, self.set, self.insert, self.branch, self.remove, self.swap]
        for edit in self.chance.sample(edits, len(edits)):
            if edit():
                self.done.append(edit.__name__)
                return

    def rename(self) -> bool:
        """Call a step something else."""
        node = self.chance.choice(list(self._steps()))
        node.set("name", f"Another name {next(self._numbers)}")
        return True

    def set(self) -> bool:
        """Let a step ask another form of another role by another deadline."""
        node = self.chance.choice(list(self._steps()))
        found = node.find(f"{_BPMN}extensionElements")
        if found is None:
            found = etree.Element(f"{_BPMN}extensionElements")
            node.insert(0, found)
        for old in found.findall(f"{_SPIFF}properties"):
            found.remove(old)
        block = etree.SubElement(found, f"{_SPIFF}properties")
        for name, value in (("formKey", "f2"), ("candidateGroups", "union"), ("dueIn", "9wd")):
            etree.SubElement(block, f"{_SPIFF}property", name=name, value=value)
        return True

    def insert(self) -> bool:
        """Put a task into a flow."""
        flow = self.chance.choice(list(self._flows()))
        added = self._add(flow, "userTask", f"{ADDED}{next(self._numbers)}")
        self._flow(flow, added, flow.get("targetRef"))
        flow.set("targetRef", added)
        return True

    def branch(self) -> bool:
        """Let some cases go by a further task."""
        flow = self.chance.choice(list(self._flows()))
        number = next(self._numbers)
        apart = self._add(flow, "exclusiveGateway", f"apart{number}")
        again = self._add(flow, "exclusiveGateway", f"again{number}")
        added = self._add(flow, "userTask", f"{ADDED}{number}")
        straight = self._flow(flow, apart, again)
        self._node(apart).set("default", straight.get("id"))
        way = self._flow(flow, apart, added)
        etree.SubElement(way, f"{_BPMN}conditionExpression").text = "p"
        self._flow(flow, added, again)
        self._flow(flow, again, flow.get("targetRef"))
        flow.set("targetRef", apart)
        return True

    def remove(self) -> bool:
        """Leave out a task that was never reached."""
        tasks = [task for task in self._plain() if task.get("id") not in self.reached]
        if not tasks:
            return False
        task = self.chance.choice(tasks)
        (before,), (after,) = self._into(task), self._out(task)
        before.set("targetRef", after.get("targetRef"))
        after.getparent().remove(after)
        task.getparent().remove(task)
        return True

    def swap(self) -> bool:
        """Let two tasks that were never reached change places."""
        pairs = [
            (one, other)
            for one in self._plain()
            for other in self._plain()
            if self._out(one)[0].get("targetRef") == other.get("id")
            and not {one.get("id"), other.get("id")} & set(self.reached)
        ]
        if not pairs:
            return False
        one, other = self.chance.choice(pairs)
        first, second = one.get("id"), other.get("id")
        (into,), (between,), (out,) = self._into(one), self._out(one), self._out(other)
        into.set("targetRef", second)
        between.set("sourceRef", second)
        between.set("targetRef", first)
        out.set("sourceRef", first)
        return True

    def _plain(self) -> list[Any]:
        """Tasks of people with one way in and one out, done once and watched by nothing."""
        guarded = {node.get("attachedToRef") for node in self.root.iter(f"{_BPMN}boundaryEvent")}
        return [
            node
            for node in self._steps()
            if len(self._into(node)) == len(self._out(node)) == 1
            and node.get("id") not in guarded
            and node.find(f"{_BPMN}multiInstanceLoopCharacteristics") is None
        ]

    def _steps(self) -> Iterator[Any]:
        return self.root.iter(f"{_BPMN}userTask")

    def _flows(self) -> Iterator[Any]:
        """Flows that a further step may be put into: not those to events a gateway waits for."""
        gateways = {node.get("id") for node in self.root.iter(f"{_BPMN}eventBasedGateway")}
        for flow in self.root.iter(f"{_BPMN}sequenceFlow"):
            if flow.get("sourceRef") not in gateways:
                yield flow

    def _into(self, node: Any) -> list[Any]:
        return self._ends(node, "targetRef")

    def _out(self, node: Any) -> list[Any]:
        return self._ends(node, "sourceRef")

    def _ends(self, node: Any, end: str) -> list[Any]:
        flows = self.root.iter(f"{_BPMN}sequenceFlow")
        return [flow for flow in flows if flow.get(end) == node.get("id")]

    def _node(self, name: str) -> Any:
        return next(node for node in self.root.iter() if node.get("id") == name)

    def _add(self, flow: Any, kind: str, name: str) -> str:
        etree.SubElement(flow.getparent(), f"{_BPMN}{kind}", id=name, name=name)
        return name

    def _flow(self, beside: Any, source: str, target: str | None) -> Any:
        made = etree.SubElement(beside.getparent(), f"{_BPMN}sequenceFlow")
        made.set("id", f"flow{next(self._numbers)}")
        made.set("sourceRef", source)
        made.set("targetRef", target or "")
        return made
