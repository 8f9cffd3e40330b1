"""The shipped process, redrawn: two of three determine whether a hazard is major 票签."""

from __future__ import annotations

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, doctor, tasks
from engine.actors import SYSTEM
from engine.commands import execute
from engine.definitions import Bundle, problems_of
from engine.filestore import FileStore
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.spiff.lint.redrawing import B, Node, S, get, redrawn
from tests.engine.stories import begin, open_keys
from tests.engine.vote_stories import seats
from tests.loop import ROOT, Loop
from tests.processes.player import CONFIRMED, REPORT
from web.config import Config

_SETTINGS = {
    "decide": "ratio",
    "ratio": "2/3",
    "voters": "verifier,principal,union",
    "vote_field": "level",
    "vote_for": "major",
    "opinion_field": "determination_note",
}


def put_to_vote(root: Node) -> None:
    """Let the determination be voted on: its question and its note are those of the form."""
    task = get(root, "determine")
    extensions = task.find(f"{B}extensionElements")
    assert extensions is not None
    for name, value in _SETTINGS.items():
        etree.SubElement(extensions[0], f"{S}property", name=name, value=value)
    script = etree.SubElement(extensions, f"{S}postScript")
    script.text = 'level = "major" if determine_result == "passed" else "general"'
    etree.SubElement(task, f"{B}multiInstanceLoopCharacteristics")


def voted() -> Bundle:
    shipped = definitions.read_folder(ROOT)
    bpmn = redrawn("hazard_report", put_to_vote)
    # The scenarios that come with it let one person determine.
    return Bundle({**shipped.contents, "bpmn": bpmn, "scenario": {}})


def test_the_law_and_the_engine_have_nothing_against_it() -> None:
    assert [problem for problem in problems_of(voted()) if problem.severity == "error"] == []


def test_two_of_three_determine_the_level(session: Session, cast: Cast, config: Config) -> None:
    session.info["files"] = FileStore(config.data_dir)
    loop = Loop(session, cast)
    execute(session, definitions.deploy, voted(), organisation_id=cast.enterprise_id, actor=SYSTEM)
    voters = {voter.user_id: voter for voter in (cast.verifier, cast.principal, cast.union)}
    for votes, level in (("major major", "major"), ("general major general", "general")):
        answers = {**REPORT, "kind": "hazard", "photos_before": [loop._photo()]}
        loop.id = begin(session, cast.reporter, "hazard_report", answers=answers)
        loop.does("verifier", "acknowledge")
        loop.does("verifier", "verify", **{**CONFIRMED, "level": "major"})
        assert seats(session, loop.id).keys() == voters.keys()
        for vote in votes.split():
            assert open_keys(session, loop.id)[0] == "determine"
            user_id, task_id = next(iter(seats(session, loop.id).items()))
            given = {"level": vote, "determination_note": "逐条对照过"}
            execute(session, tasks.complete, task_id, given, actor=voters[user_id])
        assert "determine" not in open_keys(session, loop.id)
        hazard = session.scalars(select(t.Hazard).where(t.Hazard.id == loop.id)).one()
        assert (hazard.level, hazard.number is not None) == (level, True)
    assert list(doctor.examine(session)) == []
