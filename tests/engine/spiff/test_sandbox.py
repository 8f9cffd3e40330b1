"""Nothing a diagram says is ever executed as Python, at any place where it may say something."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from engine.errors import DefinitionRefused, EngineError, ExpressionError
from engine.spiff import Workflow
from tests.engine.spiff import diagrams as d

#: Ways in Python from an expression to the operating system; {} is where to leave a trace.
PAYLOADS = {
    "import": "[__import__('pathlib').Path('{}').touch(), {value}][1]",
    "open": "[open('{}', 'w'), {value}][1]",
    "subclasses": (
        "[[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]"
        ".__init__.__globals__['system']('touch {}'), {value}][1]"
    ),
    "helper": "[len.__self__.open('{}', 'w'), {value}][1]",
    "format": "['{{0.__class__.__init__.__globals__}}'.format(len), open('{}', 'w'), {value}][2]",
    "lambda": "(lambda: [open('{}', 'w'), {value}][1])()",
    "walrus": "[(o := open), o('{}', 'w'), {value}][2]",
    "string": "[eval(\"open('{}', 'w')\"), {value}][1]",
}


def _around(element: str, id: str = "x") -> bytes:
    """s, the element, e."""
    return d.drawn(d.start(), element, d.end(), d.flows(f"s {id} e"))


def _throwing(*declared: str, event: str) -> bytes:
    return d.drawn(*declared, d.start(), d.throw("x", event), d.end(), d.flows("s x e"))


def _correlating(p: str) -> bytes:
    found = (
        '<correlationProperty id="cp"><correlationPropertyRetrievalExpression messageRef="m">'
        f"<formalExpression>{d.escape(p)}</formalExpression>"
        "</correlationPropertyRetrievalExpression></correlationProperty>"
    )
    payload = d.message("m", d.extensions(d.said("messagePayload", '{"k": 1}')))
    return _throwing('<message id="m" name="M"/>', found, event=payload)


def _signalling(p: str) -> bytes:
    signal = d.node("signal", "sg", d.extensions(d.said("payloadExpression", p)), name="SG")
    return _throwing(signal, event='<signalEventDefinition signalRef="sg"/>')


def _gateway(p: str) -> bytes:
    return d.drawn(
        d.start(), d.xor("g", "e"), d.user("u"), d.end(), d.flows(f"g u? {p}", "s g e", "u e")
    )


def _inclusive(p: str) -> bytes:
    return _gateway(p).replace(b"exclusiveGateway", b"inclusiveGateway")


def _task(*inner: str) -> bytes:
    return _around(d.user("x", *inner))


def _conditional(p: str) -> bytes:
    condition = f"<condition>{d.escape(p)}</condition>"
    event = f"<conditionalEventDefinition>{condition}</conditionalEventDefinition>"
    return d.drawn(
        d.start(), d.user("x"), d.boundary("b", "x", event), d.end(), d.end("e2"),
        d.flows("s x e", "b e2"),
    )  # fmt: skip


def _adhoc(p: str) -> bytes:
    condition = f"<completionCondition>{d.escape(p)}</completionCondition>"
    inner = d.node("dataObject", "D") + d.user("a1") + condition
    return _around(d.node("adHocSubProcess", "x", inner))


def _loop(p: str) -> bytes:
    condition = f"<loopCondition>{d.escape(p)}</loopCondition>"
    loop = f'<standardLoopCharacteristics loopMaximum="2">{condition}</standardLoopCharacteristics>'
    return _task(loop)


def _timing(kind: str) -> Callable[[str], bytes]:
    return lambda p: _around(d.catch("x", d.timer(kind, p)))


def _repeating(p: str) -> bytes:
    beside = d.boundary("b", "x", d.timer("timeCycle", p), interrupting=False)
    return d.drawn(d.start(), d.user("x"), beside, d.end(), d.end("e2"), d.flows("s x e", "b e2"))


#: Place → a diagram that says the payload there, and what the place wants as a value.
SITES: dict[str, tuple[Callable[[str], bytes], str]] = {
    "script": (lambda p: _around(d.script("x", f"a = {p}")), "1"),
    "exclusive gateway": (_gateway, "True"),
    "inclusive gateway": (_inclusive, "True"),
    "pre-script": (lambda p: _task(d.extensions(d.said("preScript", f"a = {p}"))), "1"),
    "post-script": (lambda p: _task(d.extensions(d.said("postScript", f"a = {p}"))), "1"),
    "date": (_timing("timeDate"), "'2020-01-01T00:00:00Z'"),
    "duration": (_timing("timeDuration"), "'PT0S'"),
    "cycle": (_repeating, "'R3/PT1H'"),
    "cardinality": (lambda p: _task(d.several(number=p)), "1"),
    "collection": (lambda p: _task(d.several(items=d.escape(p))), "[1]"),
    "completion": (lambda p: _task(d.several(number="2", until=p)), "True"),
    "loop": (_loop, "False"),
    "conditional event": (_conditional, "False"),
    "message payload": (
        lambda p: _throwing(
            '<message id="m" name="M"/>',
            event=d.message("m", d.extensions(d.said("messagePayload", p))),
        ),
        "1",
    ),
    "correlation": (_correlating, "1"),
    "ad-hoc completion": (_adhoc, "True"),
    "service parameter": (lambda p: _around(d.service("x", "operator", p=p)), "1"),
    "signal payload": (_signalling, "1"),
}


#: Places that are refused whatever they say.
UNSUPPORTED = {"conditional event", "ad-hoc completion"}


def spin(workflow: Workflow) -> None:
    """Do everything there is to do."""
    for _ in range(4):
        for task in workflow.open_tasks()[:1]:
            workflow.complete(task.id, {})
        for waiting in workflow.deferred():
            workflow.retry(waiting.task_id)
        workflow.fire_timers()
        workflow.run()
    for failure in workflow.failures:
        raise failure.error


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("site", SITES)
def test_a_diagram_cannot_execute_anything(site: str, payload: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    draw, value = SITES[site]
    content = draw(PAYLOADS[payload].replace("{}", str(canary)).replace("{value}", value))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises((DefinitionRefused, ExpressionError)):
            spin(d.begin(content))
    assert not canary.exists()


@pytest.mark.parametrize("site", [site for site in SITES if site not in UNSUPPORTED])
def test_the_same_places_accept_what_is_harmless(site: str) -> None:
    draw, value = SITES[site]
    spin(d.begin(draw(value)))


@pytest.mark.parametrize("site", SITES)
def test_data_cannot_bring_code_along(site: str, tmp_path: Path) -> None:
    """What people fill in is only ever data, even where a diagram calculates with it."""
    canary = tmp_path / "canary"
    draw, _value = SITES[site]
    words = f"__import__('pathlib').Path({str(canary)!r}).touch()"
    with suppress(EngineError):
        spin(d.begin(draw("field"), field=words))
    assert not canary.exists()


def test_a_form_field_cannot_hide_a_function() -> None:
    world = d.World()
    world.functions = {"due_in": lambda: 100}
    content = d.drawn(
        d.start(), d.script("x", "a = due_in()\nb = len([1, 2])"), d.user("u"), d.end(),
        d.flows("s x u e"),
    )  # fmt: skip
    workflow = d.begin(content, world=world, due_in="attacker", len="attacker")
    assert workflow.data["a"] == 100
    assert workflow.data["b"] == 2
