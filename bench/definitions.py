"""What drawing costs: to lint a diagram of a hundred elements, to publish a change, to start.

`lint` is asked while somebody draws; `publish` checks the shipped bundle with one word changed and
stores what is new; `start` begins a case of a version that its process has read before (`cached`)
and of one that it has not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from bench import databases, w1_process
from bench.measure import Timer, emit
from bench.w1_world import World, enter, opened
from engine import definitions, reporters, starting
from engine.actors import SYSTEM
from engine.commands import execute
from engine.definitions import Bundle
from engine.spiff.lint import lint
from engine.store import open_database

ROUNDS: Final = 12
#: User tasks in a row, each followed by a gateway with a way back: 4 elements each.
STEPS: Final = 25
_WARMING: Final = 2
_ROOT: Final = Path(__file__).parents[1]


def run() -> None:
    """Print a line for lint, and for each database lines for publishing and starting."""
    _lint()
    with tempfile.TemporaryDirectory(prefix="bihuan-definitions-") as name:
        folder = Path(name)
        for kind in databases.kinds():
            with databases.fresh(kind, folder, "bihuan_definitions") as url:
                _publish_and_start(kind, url, folder)


def _lint() -> None:
    diagram, elements = _long_diagram()
    timer = Timer()
    for number in range(-_WARMING, ROUNDS):
        # Another name each time: nothing that was found before can be given again.
        changed = diagram.replace(b"ROUND", str(number).encode())
        with (timer if number >= 0 else Timer()).lap():
            problems = lint(changed)
        assert not [one for one in problems if one.severity == "error"], problems
    emit(bench="lint", elements=elements, ms_p50=timer.p50, ms_p95=timer.p95)


def _publish_and_start(kind: str, url: str, folder: Path) -> None:
    world = enter(url, folder)
    shipped = definitions.read_folder(_ROOT)
    publishing, first, later = Timer(), Timer(), Timer()
    engine = open_database(url)
    with opened(engine, folder) as session:
        for number in range(-_WARMING, ROUNDS):
            counts = number >= 0
            with (publishing if counts else Timer()).lap():
                _deploy(session, world, _renamed(shipped, number))
            _deploy(session, world, _w1(number))
            for timer in (first, later):
                with (timer if counts else Timer()).lap():
                    _start(session, world, number)
    engine.dispose()
    parts = sum(len(keys) for keys in shipped.contents.values())
    emit(
        bench="publish",
        database=kind,
        files=parts,
        ms_p50=publishing.p50,
        ms_p95=publishing.p95,
    )
    for timer, cached in ((first, False), (later, True)):
        emit(bench="start", database=kind, cached=cached, ms_p50=timer.p50, ms_p95=timer.p95)


def _deploy(session: Session, world: World, bundle: Bundle) -> None:
    made = execute(
        session,
        definitions.deploy,
        bundle,
        organisation_id=world.actor.organisation_id,
        actor=SYSTEM,
    )
    # Else nothing was measured.
    assert made


def _start(session: Session, world: World, number: int) -> None:
    execute(
        session,
        starting.start,
        definition_key="w1",
        answers=w1_process.answers("begin", number),
        actor=world.actor,
        identity=reporters.identity_of(world.actor, mode="named"),
    )


def _renamed(bundle: Bundle, number: int) -> Bundle:
    """Give the shipped bundle with another name on one step."""
    diagrams = dict(bundle.of("bpmn"))
    before = diagrams["hazard_report"]
    diagrams["hazard_report"] = before.replace(
        b'id="verify" name="', f'id="verify" name="{number}'.encode(), 1
    )
    assert diagrams["hazard_report"] != before
    return Bundle({**bundle.contents, "bpmn": diagrams})


def _w1(number: int) -> Bundle:
    bundle = w1_process.bundle()
    renamed = bundle.of("bpmn")["w1"].replace(b'name="W1"', f'name="W1 {number}"'.encode())
    return Bundle({**bundle.contents, "bpmn": {"w1": renamed}})


def _long_diagram() -> tuple[bytes, int]:
    """Give a diagram of steps with ways back, and how many elements it has."""
    parts = list(_steps())
    return (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" '
        b'targetNamespace="https://bihuan.example/bench">'
        b'<process id="long" name="ROUND" isExecutable="true">'
        b'<startEvent id="start"/><endEvent id="end"/>'
        b'<sequenceFlow id="f_start" sourceRef="start" targetRef="meet_0"/>'
        + "".join(parts).encode()
        + b"</process></definitions>",
        3 + sum(part.count("id=") for part in parts),
    )


def _steps() -> Iterator[str]:
    for n in range(STEPS):
        after = f"meet_{n + 1}" if n + 1 < STEPS else "end"
        yield f'<exclusiveGateway id="meet_{n}"/><userTask id="step_{n}" name="第{n}步"/>'
        yield f'<exclusiveGateway id="ask_{n}" name="好吗？" default="on_{n}"/>'
        yield f'<sequenceFlow id="in_{n}" sourceRef="meet_{n}" targetRef="step_{n}"/>'
        yield f'<sequenceFlow id="out_{n}" sourceRef="step_{n}" targetRef="ask_{n}"/>'
        yield f'<sequenceFlow id="on_{n}" sourceRef="ask_{n}" targetRef="{after}"/>'
        yield (
            f'<sequenceFlow id="back_{n}" sourceRef="ask_{n}" targetRef="meet_{n}">'
            f'<conditionExpression>result == "failed"</conditionExpression></sequenceFlow>'
        )
