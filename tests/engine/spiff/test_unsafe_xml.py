"""Files that are meant to hurt, and files that are merely wrong."""

from __future__ import annotations

import resource
from contextlib import suppress
from itertools import combinations
from pathlib import Path

import pytest

from engine.errors import DefinitionRefused
from engine.spiff import Workflow, build
from engine.spiff.lint import lint
from engine.spiff.xml import DEEPEST, MOST_BYTES, MOST_ELEMENTS
from tests.engine.spiff import diagrams as d
from tests.work import calls

GOOD = d.drawn(d.start(), d.user("x"), d.end(), d.flows("s x e"))
SPEAKING = d.drawn(
    d.start(), d.node("userTask", "x", "<documentation>SPOT</documentation>"), d.end(),
    d.flows("s x e"),
)  # fmt: skip


def with_doctype(inside: str, spot: str) -> bytes:
    head = f'<?xml version="1.0"?>\n<!DOCTYPE definitions [{inside}]>\n'
    return head.encode() + SPEAKING.replace(b"SPOT", spot.encode())


def refusal(content: bytes) -> str:
    """The rule for which a file is refused by lint and build alike."""
    with pytest.raises(DefinitionRefused) as refused:
        build({"p.bpmn": content}, "p")
    (problem,) = refused.value.problems
    assert lint(content) == [problem]
    assert problem.zh
    assert problem.en
    return str(problem.rule)


def test_an_external_entity_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    content = with_doctype(f'<!ENTITY x SYSTEM "file://{secret}">', "&x;")
    assert refusal(content) == "file-dtd"
    content = content.split(b"?>", 1)[1].decode()  # type: ignore[assignment]
    utf16 = f'<?xml version="1.0" encoding="utf-16"?>{content}'.encode("utf-16")
    assert refusal(utf16) == "file-dtd"


def test_an_external_document_type_is_not_fetched() -> None:
    content = GOOD.replace(
        b"<definitions", b'<!DOCTYPE definitions SYSTEM "http://127.0.0.1:9/x.dtd"><definitions', 1
    )
    assert refusal(content) == "file-dtd"


def test_a_billion_laughs_are_not_laughed() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10)
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(with_doctype(entities, "&a9;")) in ("file-dtd", "file-not-xml")
    # Two thousand million letters were not written out.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "file-not-xml"),
        (b"hello", "file-not-xml"),
        (GOOD[:200], "file-not-xml"),
        (b"\xff\xfe\x00", "file-not-xml"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "file-not-xml"),
        (GOOD.replace(b'id="x"', b'id="x\x00"'), "file-not-xml"),
        (b"<html/>", "file-not-bpmn"),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "file-not-bpmn"),
        (GOOD + b" " * MOST_BYTES, "file-too-large"),
        (b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1), "file-too-complex"),
        (b"<a>" + b"<b/>" * MOST_ELEMENTS + b"</a>", "file-too-complex"),
        (b"<a>" * 100_000, "file-not-xml"),
    ],
    ids=range(12),
)
def test_what_is_no_bpmn_is_refused_in_words(content: bytes, rule: str) -> None:
    assert refusal(content) == rule


def test_a_broken_file_names_its_line() -> None:
    (problem,) = lint(b"<definitions>\n<process>\n</definitions>")
    assert problem.line == 3


def test_comments_and_instructions_are_of_no_consequence() -> None:
    content = d.drawn(
        d.start(), "<!-- a note -->", "<?php system('x') ?>",
        '<scriptTask id="q"><!-- why --><script>a = <!-- and how -->1</script></scriptTask>',
        d.user("u"), d.end(), d.flows("s q u e"),
    )  # fmt: skip
    assert d.begin(content).data == {"a": 1}


def test_five_thousand_steps_in_a_row_are_read_and_run() -> None:
    """No recursion for every step: the library's parser gives up at four hundred."""

    def play(steps: int) -> None:
        names = [f"t{number}" for number in range(steps)]
        tasks = [d.node("userTask", name) for name in names]
        content = d.drawn(d.start(), *tasks, d.end(), d.flows(" ".join(["s", *names, "e"])))
        workflow = d.begin(content)
        for name in names[:50]:
            d.do(workflow, name)
        assert d.names(workflow) == ["t50"]
        assert len(workflow.dump()) < 200

    play(100)
    # Ten times the steps are ten times the work, and no more.
    assert calls(lambda: play(5000)) < 11 * calls(lambda: play(500))


def test_a_wide_split_is_read_and_run() -> None:
    names = [f"t{number}" for number in range(300)]
    content = d.drawn(
        d.start(), d.both("g"), *(d.user(name) for name in names), d.both("j"), d.user("z"),
        d.end(), d.flows("s g", "j z e"), *(d.flows(f"g {name} j") for name in names),
    )  # fmt: skip
    workflow = d.begin(content)
    for name in names:
        d.do(workflow, name, **{name: 1})
    assert d.names(workflow) == ["z"]
    assert len(workflow.data) == 300


def test_sub_processes_in_one_another_are_read_and_run() -> None:
    inner = d.user("u")
    first = last = "u"
    for number in range(15):
        name = f"sp{number}"
        inner = d.subprocess(
            name, d.start(f"s{number}"), inner, d.end(f"e{number}"),
            d.flows(f"s{number} {first} e{number}"),
        )  # fmt: skip
        first = last = name
    workflow = d.begin(d.drawn(d.start(), inner, d.end(), d.flows(f"s {last} e")))
    d.do(d.reloaded(workflow), "u", x=1)
    d.do(workflow, "u", x=1)
    assert workflow.completed
    assert workflow.data == {"x": 1}


def tangled(gateways: int, kind: str) -> str:
    """Give gateways, each of which leads to all that come after it."""
    names = [f"g{number}" for number in range(gateways)]
    between = (d.flow(*pair) for pair in combinations(names, 2))
    return d.file(d.process(
        d.start(), *(d.node(kind, name) for name in names), d.user("u"), d.end(), *between,
        d.flows(f"s {names[0]}", f"{names[-1]} u e"), id="p",
    ))  # fmt: skip


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway", "exclusiveGateway"])
def test_a_tangle_that_would_take_minutes_to_check_is_refused(kind: str) -> None:
    assert refusal(tangled(90, kind)) == "file-too-complex"


def test_processes_without_number_are_refused() -> None:
    many = (d.process(d.start(), d.end(), d.flows("s e"), id=f"p{n}") for n in range(101))
    assert refusal(d.file(*many)) == "file-too-complex"


def test_tasks_that_hang_in_the_air_are_checked_in_proportion() -> None:
    """Twice as many tasks are twice the work."""

    def check(tasks: int) -> None:
        names = (d.user(f"t{number}") for number in range(tasks))
        assert lint(d.file(d.process(*names, id="p")))

    check(10)
    assert calls(lambda: check(2000)) < 2.2 * calls(lambda: check(1000))


@pytest.mark.parametrize("name", ["'", '"', "x' or '1'='1", "]]", "a" * 5000, "ns:x", "../x", "é"])
def test_odd_names_do_no_harm(name: str) -> None:
    message = d.node("message", "m", name=name)
    event = f"<messageEventDefinition messageRef={d.quoteattr(name)}/>"
    for content in (
        d.drawn(message, d.start(), d.catch("w", event), d.end(), d.flows("s w e")),
        d.drawn(
            d.start(), f"<userTask id={d.quoteattr(name)}/>", d.end(),
            f"<sequenceFlow id='f' sourceRef='s' targetRef={d.quoteattr(name)}/>",
            f"<sequenceFlow id='g' sourceRef={d.quoteattr(name)} targetRef='e'/>",
        ),
        d.drawn(d.start(), d.call("c", "q").replace('"q"', d.quoteattr(name)), d.end(),
                d.flows("s c e")),
    ):  # fmt: skip
        with suppress(DefinitionRefused):
            workflow = Workflow.start(build({"p": content}, "p"), {}, d.World())
            assert d.names(workflow) in ([name], [])
