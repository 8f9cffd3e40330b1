# mypy: allow-subclassing-any
"""A task that several people vote on: one instance a voter, ended as soon as it is decided.

Who may vote is found once, when the round begins, and kept with the votes in `internal_data` of the
container: the round's id is the container's. Another round is another container.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from engine.errors import ModelError
from engine.hazards.votes import Ballot
from engine.spiff import data
from engine.spiff.specs.loops import MOST_INSTANCES, Loop
from engine.spiff.task import FINISHED, READY, STARTED, Task

#: The seat of whoever is principal when nobody else can vote.
PRINCIPAL: Final = "principal"


class Voting(Loop):
    """Asks each voter, at once or one after the other, and counts."""

    def __init__(
        self, wf_spec: Any, bpmn_id: str, task_spec: str, ballot: Ballot, **kwargs: Any
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec = task_spec
        self.ballot = ballot

    def child_completed(self, my_task: Task, child: Task) -> None:
        """Count a vote."""
        if my_task._state != STARTED or not child.triggered:
            return
        info = my_task.internal_data
        info["done"] += 1
        info["votes"].append([child.internal_data["index"], self.ballot.is_for(child.data)])
        if self.ballot.decide == "any":
            my_task.data = dict(child.data)
        self._settle(my_task)

    def count_out(self, my_task: Task, voter: str) -> bool:
        """Count again without somebody who has not voted; say whether they were to vote."""
        info = my_task.internal_data
        if my_task._state != STARTED or voter not in info["keys"]:
            return False
        index = info["keys"].index(voter)
        if index in info["out"] or index in _voted(my_task):
            return False
        self._leave_out(my_task, index)
        self._settle(my_task)
        return True

    def key(self, my_task: Task, index: int) -> str:
        """Give whose seat it is: a user's id, or `PRINCIPAL`."""
        return str(my_task.internal_data["keys"][index])

    def role(self, my_task: Task, index: int) -> str:
        """Give the role in which a voter votes."""
        return str(my_task.internal_data["roles"][index])

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        voters = my_task.workflow.top_workflow.voters(my_task, self)
        if len(voters.seats) > MOST_INSTANCES:
            raise self._too_many()
        info = my_task.internal_data
        info["keys"] = [voter for voter, _role in voters.seats]
        info["roles"] = [role for _voter, role in voters.seats]
        info["done"], info["votes"], info["out"] = 0, [], []
        my_task.data = {**my_task.data, **self._fields(my_task, None)}
        self._tell(my_task, "opened", voters=len(info["keys"]), left_out=voters.left_out)
        my_task._set_state(STARTED)
        if info["keys"] and not self.ballot.is_sequence:
            for index in range(len(info["keys"])):
                self._make(my_task, index, {})
        else:
            self._settle(my_task)
        return False

    def _run_hook(self, my_task: Task) -> bool:
        my_task.internal_data = {"done": my_task.internal_data["done"]}
        return True

    def _on_cancel(self, my_task: Task) -> None:
        """The process moved on before the round was decided."""
        self._tell(my_task, "ended")
        super()._on_cancel(my_task)

    def _settle(self, my_task: Task) -> None:
        """Count; end the round, or ask the next in a sequence."""
        info = my_task.internal_data
        voters = len(info["keys"]) - len(info["out"])
        if voters == 0:
            self._nobody(my_task)
            return
        result = self.ballot.outcome([vote for _index, vote in info["votes"]], voters)
        if result != "open":
            self._decide(my_task, result)
        elif self.ballot.is_sequence and not _asked(my_task):
            self._ask_next(my_task)

    def _ask_next(self, my_task: Task) -> None:
        info = my_task.internal_data
        gone = {*info["out"], *_voted(my_task)}
        index = next(number for number in range(len(info["keys"])) if number not in gone)
        voter = self.key(my_task, index)
        if voter == PRINCIPAL or my_task.workflow.top_workflow.may_still_vote(self, voter):
            self._make(my_task, index, {})
            return
        self._leave_out(my_task, index)
        self._settle(my_task)

    def _leave_out(self, my_task: Task, index: int) -> None:
        my_task.internal_data["out"].append(index)
        for child in my_task.children:
            if child.internal_data.get("index") == index and not child._state & FINISHED:
                child.cancel()
        self._tell(my_task, "counted_out", voter=self.key(my_task, index))

    def _nobody(self, my_task: Task) -> None:
        """Nobody can vote: the principal decides alone, or the diagram says what it comes to."""
        self._tell(my_task, "nobody", nobody=self.ballot.nobody)
        if self.ballot.nobody != PRINCIPAL:
            self._decide(my_task, "passed" if self.ballot.nobody == "pass" else "failed")
            return
        info = my_task.internal_data
        info["keys"].append(PRINCIPAL)
        info["roles"].append(PRINCIPAL)
        self._make(my_task, len(info["keys"]) - 1, {})

    def _decide(self, my_task: Task, result: str) -> None:
        my_task.data = {**my_task.data, **self._fields(my_task, result)}
        spared = [self.key(my_task, task.internal_data["index"]) for task in _asked(my_task)]
        super()._on_cancel(my_task)
        counted = self._counted(my_task)
        self._tell(my_task, "decided", result=result, spared=spared, **counted)
        my_task._set_state(READY)

    def _fields(self, my_task: Task, result: str | None) -> data.Data:
        """Give what the case learns of it: the result, and how many, never who."""
        name = "" if self.element is None else self.element.id
        return {f"{name}_result": result, f"{name}_votes": self._counted(my_task)}

    def _counted(self, my_task: Task) -> dict[str, int]:
        info = my_task.internal_data
        agreed = sum(vote for _index, vote in info["votes"])
        return {
            "voters": len(info["keys"]) - len(info["out"]),
            "agreed": agreed,
            "refused": len(info["votes"]) - agreed,
        }

    def _tell(self, my_task: Task, what: str, **facts: Any) -> None:
        my_task.workflow.top_workflow.ballots.append((my_task, what, facts))

    def _too_many(self) -> ModelError:
        name = "" if self.element is None else self.element.name or self.element.id
        return ModelError(
            f"“{name}”的表决人太多，最多 {MOST_INSTANCES} 人。请改由较少的人表决。",
            f"'{name}' has too many voters; {MOST_INSTANCES} are allowed. Let fewer people vote.",
            element="" if self.element is None else self.element.key,
        )


def count_out(tasks: Iterable[Task], voter: str) -> bool:
    """Count a voter out of all the rounds among `tasks`; say whether they were to vote in any."""
    rounds = [task for task in tasks if isinstance(task.task_spec, Voting)]
    counted = [task.task_spec.count_out(task, voter) for task in rounds]
    return any(counted)


def _voted(my_task: Task) -> set[int]:
    return {index for index, _vote in my_task.internal_data["votes"]}


def _asked(my_task: Task) -> list[Task]:
    """Give the instances that wait for their voters."""
    return [child for child in my_task.children if not child._state & FINISHED]
