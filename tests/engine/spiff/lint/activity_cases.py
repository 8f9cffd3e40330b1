"""Activities that are right BPMN, but would not run as drawn."""

from __future__ import annotations

from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.builders import (
    MESSAGE,
    NUMBER,
    Case,
    Cases,
    choice,
    line,
    loop,
    many,
    task,
)

ACTIVITIES: Cases = {
    "service-operator": Case(
        [(line(d.node("serviceTask", "x")), "x")], [line(d.service("x", "notify", to='"a"'))]
    ),
    "service-parameter": Case(
        [(line(d.service("x", "notify", to="1").replace('id="to" ', "")), "x")],
        [line(d.service("x", "notify", to="1"))],
    ),
    "decision-missing": Case(
        [(line(d.node("businessRuleTask", "x")), "x")], [line(d.rule("x", "level"))]
    ),
    "script-missing": Case(
        [(line(d.node("scriptTask", "x")), "x"), (line(d.script("x", "  ")), "x")],
        [line(d.script("x", "a = 1"))],
    ),
    "script-language": Case(
        [(line(d.node("scriptTask", "x", "<script>a = 1</script>", scriptFormat="groovy")), "x")],
        [line(d.node("scriptTask", "x", "<script>a = 1</script>", scriptFormat="python"))],
    ),
    "call-nothing": Case(
        [(line(d.node("callActivity", "x")), "x")], [line(d.call("x", "other"))]
    ),
    "call-foreign": Case(
        [
            (line(d.call("x", "gt"), declared=()).replace(
                b"<process ", b'<globalTask id="gt"/><process '), "x"),
            (line(d.call("x", "a").replace('"a"', '"${which}"')), "x"),
        ],
        [line(d.call("x", "other"))],
    ),
    "call-elsewhere": Case(
        [(line(d.call("x", "other")), "x")],
        [
            d.file(d.process(d.start(), d.call("x", "q"), d.end(), d.flows("s x e")),
                   d.process(d.start("s2"), d.end("e2"), d.flows("s2 e2"), id="q")),
        ],
    ),
    "call-circular": Case(
        [
            (line(d.call("x", "p")), "x"),
            (d.file(d.process(d.start(), d.call("x", "q"), d.end(), d.flows("s x e")),
                    d.process(d.start("s2"), d.call("y", "p"), d.end("e2"), d.flows("s2 y e2"),
                              id="q")), "x"),
        ],
        [line(d.call("x", "other"))],
    ),
    "quantity-unsupported": Case(
        [(line(d.node("userTask", "x", startQuantity="2")), "x")],
        [line(d.node("userTask", "x", startQuantity="1"))],
    ),
    "repeat-unclear": Case(
        [
            (many(""), "x"),
            (many(NUMBER + "<loopDataInputRef>i</loopDataInputRef>"), "x"),
            (many("<loopCardinality>-2</loopCardinality>"), "x"),
        ],
        [many(NUMBER)],
    ),
    "repeat-output": Case(
        [
            (many(NUMBER + "<loopDataOutputRef>res</loopDataOutputRef>"), "x"),
            (many(NUMBER + '<outputDataItem id="out"/>'), "x"),
        ],
        [many("<loopDataInputRef>i</loopDataInputRef><loopDataOutputRef>res</loopDataOutputRef>"
              '<outputDataItem id="out"/>')],
    ),
    "vote-setting": Case(
        [
            (line(d.user("x", decide="most")), "x"),
            (line(d.node("manualTask", "x", d.extensions(decide="all"))), "x"),
            (line(d.vote("x", "all", nobody="wait")), "x"),
            (line(d.vote("x", "all", vote_open="yes")), "x"),
        ],
        [line(d.user("x", decide="one")), line(d.vote("x", "all", nobody="pass"))],
    ),
    "vote-marker": Case(
        [
            (line(d.user("x", decide="all")), "x"),
            (line(d.user("x", d.several(sequential=True), decide="any")), "x"),
            (line(d.user("x", d.several(), decide="sequence")), "x"),
            (line(d.user("x", d.several(number="3"), decide="all")), "x"),
            (line(d.user("x", d.several(until="done"), decide="ratio", ratio="0.5")), "x"),
            (line(d.user("x", "<standardLoopCharacteristics loopMaximum='3'/>", decide="any")),
             "x"),
        ],
        [line(d.vote("x", "all")), line(d.vote("x", "sequence"))],
    ),
    "vote-ratio": Case(
        [
            (line(d.vote("x", "ratio", **({"ratio": said} if said else {}))), "x")
            for said in ("", "0", "1.01", "101%", "-0.5", "3/2", "1/0", "half", "1e-5", "1/2/3",
                         "²")
        ],
        [
            line(d.vote("x", "ratio", ratio=said))
            for said in ("1", "2/3", "0.6", ".5", "60%", " 66.7 % ", "100%")
        ],
    ),
    "repeat-behavior": Case([(many(NUMBER, 'behavior="None"'), "x")], [many(NUMBER)]),
    "loop-unclear": Case(
        [
            (loop(), "x"),
            (loop('loopMaximum="many"'), "x"),
            (loop('loopMaximum="-1"'), "x"),
            (loop('loopMaximum="²"'), "x"),
        ],
        [loop('loopMaximum="3"')],
    ),
    "expression-unusable": Case(
        [
            (choice("x a? ((", "x b", default="x.b"), "x.a"),
            (choice("x a? open('/etc/passwd')", "x b", default="x.b"), "x.a"),
            (line(d.service("x", "notify", to="1 +")), "x"),
            (many("<loopCardinality>2 +</loopCardinality>"), "x"),
            (loop("", "<loopCondition>(</loopCondition>"), "x"),
            (line(d.catch("x", d.timer("timeDuration", "PT1H"))), "x"),
            (line(d.catch("x", d.timer("timeDuration", "PT1Hour"))), "x"),
            (line(d.catch("x", d.timer("timeDuration", "PT.1S"))), "x"),
            (line(d.catch("x", d.timer("timeDate", "2030-01-01T00:00:00Z"))), "x"),
            (line(d.catch("x", d.timer("timeDuration", '"1 hour"'))), "x"),
            (line(d.throw("x", d.message("m", d.extensions(d.said("messagePayload", "(")))),
                  declared=(MESSAGE,)), "x"),
        ],
        [
            choice("x a? ${n == 1 && m}", "x b", default="x.b"),
            line(d.catch("x", d.timer("timeDate", 'due_in("3wd")'))),
        ],
    ),
    "script-unusable": Case(
        [
            (line(d.script("x", "def (")), "x"),
            (line(d.script("x", "import os")), "x"),
            (line(task("x", d.extensions(d.said("preScript", "while True: pass")))), "x"),
        ],
        [line(d.script("x", "a = 1"))],
    ),
}  # fmt: skip
