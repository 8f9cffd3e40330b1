"""What the law forbids is refused with its article, whoever redraws the diagram."""

from __future__ import annotations

import pytest

from engine.spiff.lint import RULES, Override, lint, lint_all
from engine.spiff.lint.law_rules import ARTICLES, MAY_BE_SET_ASIDE
from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.builders import line, task
from tests.engine.spiff.lint.redrawing import (
    Edit,
    calling,
    law,
    leading,
    on_condition,
    redrawn,
    saying,
    without,
)
from tests.processes.player import bundle

#: Rule → redrawings it refuses: the file, the element, the edits.
REFUSED: dict[str, list[tuple[str, str, list[Edit]]]] = {
    "law-acceptance": [
        ("rectification", "close", [without("accept")]),
        ("rectification", "close", [leading("result_gate_to_rectify", target="sign_gate")]),
        ("rectification", "close", [leading("spot_gate_to_set_record_date", target="may_close")]),
        ("rectification", "close", [on_condition("result_gate_to_rectify", 'result == "no"')]),
        ("rectification", "close", [leading("rectify_late_to_escalate_rectify", target="close")]),
        ("rectification", "close", [leading("accept_to_result_gate", target="sign_gate")]),
    ],
    "law-unsettled": [
        ("hazard_report", "reported", [without("dismiss")]),
        ("hazard_report", "reported", [without("rectify_hazard")]),
        ("hazard_report", "reported", [leading("acknowledge_to_verify", target="finished")]),
    ],
    "law-own-work": [
        ("rectification", "accept", [saying("accept", "reviewer_not", None)]),
        ("rectification", "accept", [saying("accept", "reviewer_not", "report")]),
    ],
    "law-double-report": [
        ("rectification", "close", [without("report_authority")]),
        ("rectification", "close", [without("report_union")]),
        ("rectification", "close", [on_condition("report_gate_to_report_authority", "urgent")]),
        (
            "rectification",
            "close",
            [on_condition("report_gate_to_report_authority", 'level == "general"')],
        ),
    ],
    "law-feedback": [
        (
            "hazard_report",
            "reported",
            [without("tell_dismissed")],
        ),
    ],
}
BAD = [
    pytest.param(rule, *case, id=f"{rule}-{number}")
    for rule, cases in REFUSED.items()
    for number, case in enumerate(cases)
]
#: Redrawings that the law leaves to the enterprise.
LEFT_TO_IT: list[tuple[str, list[Edit]]] = [
    ("rectification", [without("plan")]),
    ("rectification", [without("set_record_date")]),
    ("hazard_report", [without("second_opinion")]),
    ("hazard_report", [without("issue_receipt")]),
    ("reward", [without("confirm_reward")]),
    ("reward", [without("approve_reward")]),
    ("hazard_report", [without("reward_dismissed")]),
    ("rectification", [saying("accept", "reviewer_not", "rectify,plan")]),
]


def sequential() -> dict[str, bytes]:
    """The reward only once the hazard has been rectified."""
    return redrawn(
        "hazard_report",
        leading("both_start_to_reward_reporter", target="both_done"),
        leading("rectify_hazard_to_both_done", target="reward_reporter"),
    )


@pytest.mark.parametrize("key", bundle("processes/bpmn"))
def test_what_is_shipped_keeps_the_law(key: str) -> None:
    assert law(dict(bundle("processes/bpmn")), key) == []
    others = [content for name, content in bundle("processes/bpmn").items() if name != key]
    assert lint(bundle("processes/bpmn")[key], others=others) == []


def test_all_files_at_once_are_judged_as_each_with_the_others() -> None:
    cut = redrawn("rectification", without("accept"))
    for files in (sequential(), {**cut, "broken": b"<x"}, {**cut, "alone": b"<definitions/>"}):
        apart = [
            (name, problem)
            for name, content in files.items()
            for problem in lint(content, others=[c for n, c in files.items() if n != name])
        ]
        assert list(lint_all(files)) == apart
        assert any(problem.family == "law" for _name, problem in apart)


@pytest.mark.parametrize(("rule", "key", "element", "edits"), BAD)
def test_a_redrawing_that_breaks_the_law_is_refused_with_its_article(
    rule: str, key: str, element: str, edits: list[Edit]
) -> None:
    found = [p for p in law(redrawn(key, *edits), key) if p.rule == rule]
    assert element in [problem.element for problem in found]
    for problem in found:
        assert problem.severity == "error"
        assert problem.line is not None
        assert ARTICLES[rule].zh in problem.zh
        assert ARTICLES[rule].en in problem.en


@pytest.mark.parametrize(("key", "edits"), LEFT_TO_IT)
def test_what_the_law_leaves_open_is_left_open(key: str, edits: list[Edit]) -> None:
    files = redrawn(key, *edits)
    assert [problem for each in files for problem in law(files, each)] == []


def test_a_reward_that_waits_for_rectification_is_refused() -> None:
    files = sequential()
    (problem, *_more) = law(files, "reward")
    assert (problem.rule, problem.severity) == ("law-reward-waits", "error")
    assert law(files, "hazard_report") == []


def test_a_call_to_what_is_not_at_hand_is_taken_for_the_shipped_process() -> None:
    (problem,) = [p for p in lint(sequential()["hazard_report"]) if p.family == "law"]
    assert (problem.rule, problem.element) == ("law-reward-waits", "reward_reporter")


def test_a_diagram_alone_is_judged_by_what_it_draws() -> None:
    content = redrawn("rectification", without("accept"))["rectification"]
    assert "law-acceptance" in [problem.rule for problem in lint(content)]


def test_feedback_that_some_way_loses_is_missed() -> None:
    files = redrawn("hazard_report", calling("tell_dismissed", "issue_certificate"))
    assert [problem.rule for problem in law(files, "hazard_report")] == ["law-feedback"]


def test_a_process_that_is_no_hazard_report_is_not_judged() -> None:
    content = line(task("accept"), id="accept")
    assert lint(content) == []
    assert law({"p": content}, "p") == []


def test_an_enterprise_may_set_aside_what_no_article_says_if_it_says_why() -> None:
    files = sequential()
    override = Override("law-reward-waits", "奖励与绩效同发，职代会已通过")
    (problem, *_more) = law(files, "reward", override)
    assert problem.severity == "warning"
    assert override.reason in problem.zh
    assert override.reason in problem.en
    assert law(files, "reward", Override("law-reward-waits", "  "))[0].severity == "error"


def test_what_an_article_demands_cannot_be_set_aside() -> None:
    files = redrawn("rectification", without("report_union"))
    override = Override("law-double-report", "我们不想报")
    found = law(files, "rectification", override)
    assert [problem.severity for problem in found] == ["error"]


def test_every_legal_rule_names_its_ground() -> None:
    ids = {rule.id for rule in RULES if rule.family == "law"}
    assert ids == ARTICLES.keys() == REFUSED.keys() | {"law-reward-waits"}
    assert ids > MAY_BE_SET_ASIDE
    assert all("安全生产" in article.zh for article in ARTICLES.values())


def test_a_majors_reports_may_be_drawn_anywhere_before_the_closure() -> None:
    """Both reports in the main process, at the same time, and only the closure in a call."""
    closing = d.process(
        d.start("s2"), d.service("close", "close_hazard"), d.service("tell", "tell_reporter"),
        d.end("e2"), d.flows("s2 close tell e2"), id="closing",
    )  # fmt: skip
    main = d.process(
        d.start("s", d.extensions(formKey="report")), d.service("register", "register_hazard"),
        d.both("f"), task("report_authority"), task("report_union"), d.both("j"), task("rectify"),
        task("accept", reviewer_not="rectify"), d.xor("g", "c"), d.call("c", "closing"), d.end(),
        d.flows("s register f report_authority j rectify accept g c e", "f report_union j",
                'g rectify? result == "failed"'),
    )  # fmt: skip
    assert law({"p": d.file(main), "c": d.file(closing)}, "p") == []
    assert law({"p": d.file(main), "c": d.file(closing)}, "c") == []
