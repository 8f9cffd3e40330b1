"""A vote inside the engine: who is asked when, when it is over, what the case learns."""

from __future__ import annotations

from typing import Any

import pytest

from engine.spiff import Workflow
from tests.engine.spiff import diagrams as d


def voting(decide: str, **properties: str) -> bytes:
    """A vote v, then z when it passed and w when it failed."""
    return d.drawn(
        d.start(), d.vote("v", decide, **properties), d.xor("x", "w"), d.user("z"), d.user("w"),
        d.end(), d.flows("s v x w e", "x z? v_result == 'passed'", "z e"),
    )  # fmt: skip


def begin(content: bytes, *voters: str, **data: Any) -> tuple[Workflow, d.World]:
    world = d.World()
    world.voters_of["v"] = list(voters)
    return d.begin(content, world=world, **data), world


def asked(workflow: Workflow) -> list[Any]:
    return [task.seat.voter for task in workflow.open_tasks() if task.seat]


def cast(workflow: Workflow, voter: str | None, decision: str, **more: Any) -> Workflow:
    task = next(t for t in workflow.open_tasks() if t.seat and t.seat.voter == voter)
    workflow.complete(task.id, {"decision": decision, **more})
    return Workflow.load(workflow.model, workflow.dump(), workflow._run.env)


def told(workflow: Workflow) -> list[str]:
    return [news.what for news in workflow.polled]


@pytest.mark.parametrize(
    ("decide", "votes", "ends"),
    [
        ("all", "agree agree agree", "z"),
        ("all", "agree refuse", "w"),
        ("any", "agree", "z"),
        ("any", "refuse", "w"),
        ("ratio", "agree refuse agree", "z"),
        ("ratio", "refuse refuse", "w"),
        ("ratio", "refuse agree refuse", "w"),
        ("sequence", "agree agree agree", "z"),
        ("sequence", "agree refuse", "w"),
    ],
)
def test_it_is_over_at_the_first_sure_moment(decide: str, votes: str, ends: str) -> None:
    workflow, _ = begin(voting(decide, ratio="2/3"), "a", "b", "c")
    for number, said in enumerate(votes.split()):
        assert d.names(workflow) != [ends]
        expected = ["abc"[number]] if decide == "sequence" else list("abc"[number:])
        assert asked(workflow) == expected
        workflow = cast(workflow, "abc"[number], said)
    assert d.names(workflow) == [ends]
    agreed = votes.split().count("agree")
    count = {"voters": 3, "agreed": agreed, "refused": len(votes.split()) - agreed}
    assert workflow.data["v_votes"] == count
    assert workflow.data["v_result"] == ("passed" if ends == "z" else "failed")


def test_what_voters_answer_stays_with_them_unless_one_decides_for_all() -> None:
    workflow, _ = begin(voting("all"), "a", "b", decision="before", note="old")
    workflow = cast(workflow, "a", "agree", note="mine", extra=1)
    workflow = cast(workflow, "b", "agree", note="yours")
    data = d.task(workflow, "z").data
    assert (data["decision"], data["note"], data.get("extra")) == ("before", "old", None)
    workflow, _ = begin(voting("any"), "a", "b", note="old")
    workflow = cast(workflow, "b", "agree", note="mine")
    assert d.task(workflow, "z").data["note"] == "mine"


def test_seats_say_whose_vote_it_is_and_a_round_is_one() -> None:
    workflow, _ = begin(voting("all"), "a", "b")
    one, two = (task.seat for task in workflow.open_tasks())
    assert one is not None
    assert two is not None
    assert (one.voter, one.role, two.voter) == ("a", "verifier", "b")
    assert one.round_id == two.round_id
    assert [news.round_id for news in workflow.polled] == [one.round_id]


@pytest.mark.parametrize(("nobody", "ends"), [("pass", "z"), ("fail", "w")])
def test_nobody_can_vote_and_the_diagram_says_what_then(nobody: str, ends: str) -> None:
    workflow, _ = begin(voting("ratio", ratio="0.5", nobody=nobody))
    assert d.names(workflow) == [ends]
    assert workflow.data["v_votes"] == {"voters": 0, "agreed": 0, "refused": 0}
    assert told(workflow) == ["opened", "nobody", "decided"]
    assert workflow.path == ["s", "v", "x"]


def test_nobody_can_vote_and_the_principal_decides_alone() -> None:
    workflow, _ = begin(voting("all"))
    (task,) = workflow.open_tasks()
    assert task.seat is not None
    assert (task.seat.voter, task.seat.role) == (None, "principal")
    workflow = cast(workflow, None, "agree")
    assert d.names(workflow) == ["z"]


def test_who_leaves_is_counted_out_and_it_is_counted_again() -> None:
    workflow, _ = begin(voting("all"), "a", "b")
    workflow = cast(workflow, "a", "agree")
    assert workflow.count_out("a") is False, "a given vote stays"
    assert workflow.count_out("stranger") is False
    assert workflow.count_out("b") is True
    assert d.names(workflow) == ["z"]
    assert workflow.data["v_votes"] == {"voters": 1, "agreed": 1, "refused": 0}
    assert told(workflow) == ["counted_out", "decided"]


def test_when_all_have_left_the_principal_is_asked() -> None:
    workflow, _ = begin(voting("ratio", ratio="2/3"), "a", "b")
    assert workflow.count_out("a")
    assert asked(workflow) == ["b"]
    assert workflow.count_out("b")
    assert asked(workflow) == [None]


def test_a_sequence_goes_past_who_has_left_before_their_turn() -> None:
    workflow, world = begin(voting("sequence"), "a", "b", "c")
    world.gone.add("b")
    workflow = cast(workflow, "a", "agree")
    assert asked(workflow) == ["c"]
    workflow = cast(workflow, "c", "agree")
    assert workflow.data["v_votes"] == {"voters": 2, "agreed": 2, "refused": 0}


def test_a_sequence_goes_on_when_the_one_asked_leaves() -> None:
    workflow, _ = begin(voting("sequence"), "a", "b")
    assert workflow.count_out("a")
    assert asked(workflow) == ["b"]


def test_a_second_round_has_new_voters_and_no_votes() -> None:
    content = d.drawn(
        d.start(), d.xor("back"), d.vote("v", "all"), d.xor("x", "z"), d.user("z"), d.end(),
        d.flows("s back v x z e", "x back? v_result == 'failed'"),
    )  # fmt: skip
    workflow, world = begin(content, "a", "b")
    first = workflow.polled[0].round_id
    world.voters_of["v"] = ["c"]
    workflow = cast(workflow, "a", "refuse")
    assert asked(workflow) == ["c"]
    assert workflow.data["v_result"] is None, "the old result is not the new one"
    workflow = cast(workflow, "c", "agree")
    assert d.names(workflow) == ["z"]
    assert workflow.open_tasks()[0].seat is None
    assert first is not None


def test_the_process_moves_on_and_the_round_is_ended() -> None:
    content = d.drawn(
        '<message id="m" name="M"/>', d.start(), d.vote("v", "all"),
        d.boundary("b", "v", d.message("m")), d.user("h"), d.end(), d.end("e2"),
        d.flows("s v e", "b h e2"),
    )  # fmt: skip
    workflow, _ = begin(content, "a", "b")
    workflow = cast(workflow, "a", "agree")
    workflow.send_message("M")
    assert d.names(workflow) == ["h"]
    assert told(workflow) == ["ended"]


def test_the_field_and_its_value_may_be_chosen() -> None:
    content = voting("any", vote_field="approved", vote_for="true")
    workflow, _ = begin(content, "a")
    workflow.complete(workflow.open_tasks()[0].id, {"approved": True})
    assert d.names(workflow) == ["z"]
    workflow, _ = begin(content, "a")
    workflow.complete(workflow.open_tasks()[0].id, {"approved": False})
    assert d.names(workflow) == ["w"]


def test_a_vote_within_a_called_process() -> None:
    inner = d.file(d.process(d.start(), d.vote("v", "all"), d.end(), d.flows("s v e"), id="inner"))
    content = d.drawn(
        d.start(), d.call("c", "inner"), d.xor("x", "w"), d.user("z"), d.user("w"), d.end(),
        d.flows("s c x w e", "x z? v_result == 'passed'", "z e"),
    )  # fmt: skip
    world = d.World()
    workflow = d.begin(content, inner, world=world)
    for voter in "abc":
        workflow = cast(workflow, voter, "agree")
    assert d.names(workflow) == ["z"]


def test_a_thousand_voters_and_no_more() -> None:
    workflow, _ = begin(voting("any"), *(f"v{number}" for number in range(1000)))
    assert len(asked(workflow)) == 1000
    workflow = cast(workflow, "v999", "agree")
    assert d.names(workflow) == ["z"]
    with pytest.raises(Exception, match="too many voters"):
        begin(voting("any"), *(f"v{number}" for number in range(1001)))
