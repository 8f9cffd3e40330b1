"""A bundle is checked as a whole: diagrams, forms, tables, delegates and roles fit each other."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from engine.commands import execute
from engine.definitions import Bundle, deploy, problems_of, read_folder, review
from engine.errors import DefinitionRefused, Invalid
from engine.spiff.lint import Override
from tests.cast import Cast
from tests.engine.spiff.lint.redrawing import Edit, get, leading, redrawn, saying, without
from tests.processes.player import ROOT, bundle

SHIPPED = read_folder(ROOT)
WAITING = (
    leading("both_start_to_reward_reporter", target="both_done"),
    leading("rectify_hazard_to_both_done", target="reward_reporter"),
)


def with_diagram(key: str, *edits: Edit) -> Bundle:
    # The scenarios that are shipped tell of the flow as it is shipped.
    return Bundle({**SHIPPED.contents, "bpmn": redrawn(key, *edits), "scenario": {}})


def with_form(key: str, change: Callable[[dict[str, object]], None]) -> Bundle:
    form = json.loads(bundle("forms")[key])
    change(form)
    return Bundle({**SHIPPED.contents, "form": {**bundle("forms"), key: json.dumps(form).encode()}})


def worded(flow: str, condition: str) -> Edit:
    def edit(root: object) -> None:
        expression = get(root, flow)[0]  # type: ignore[arg-type]
        expression.text = condition

    return edit


def told(found: Bundle) -> dict[tuple[str, str], str]:
    return {(p.rule, p.element): p.severity for p in problems_of(found)}


def test_nothing_is_wrong_with_what_is_shipped() -> None:
    assert problems_of(SHIPPED) == []
    assert review(SHIPPED) == []


@pytest.mark.parametrize(
    ("rule", "element", "severity", "changed"),
    [
        (
            "deadline-unreadable",
            "accept",
            "error",
            with_diagram("rectification", saying("accept", "dueIn", "soon")),
        ),
        (
            "form-missing",
            "rectification",
            "error",
            with_diagram("rectification", saying("accept", "formKey", "gone")),
        ),
        (
            "reviewer-unknown",
            "accept",
            "warning",
            with_diagram("rectification", saying("accept", "reviewer_not", "rectify,nobody")),
        ),
        (
            "assignee-unknown",
            "rectify",
            "warning",
            with_diagram("rectification", saying("rectify", "assignee", "place")),
        ),
        (
            "field-unknown",
            "sign_gate_to_sign_closure",
            "warning",
            with_diagram("rectification", worded("sign_gate_to_sign_closure", 'leve == "major"')),
        ),
        ("law-acceptance", "close", "error", with_diagram("rectification", without("accept"))),
        ("law-reward-waits", "propose", "error", with_diagram("hazard_report", *WAITING)),
    ],
)
def test_what_does_not_fit_is_told(rule: str, element: str, severity: str, changed: Bundle) -> None:
    assert told(changed)[rule, element] == severity


def test_a_choice_that_nothing_reads_is_told() -> None:
    def change(form: dict[str, object]) -> None:
        choices = [{"label": "是", "value": "yes"}, {"label": "否", "value": "no"}]
        components = form["components"]
        assert isinstance(components, list)
        components.append(
            {"type": "select", "key": "wet", "label": "潮湿？", "values": choices, "id": "w1"}
        )

    assert told(with_form("accept", change)) == {("field-unread", "accept"): "warning"}


def test_of_fields_that_a_broken_diagram_may_give_nothing_is_said() -> None:
    broken = with_diagram("rectification", leading("sign_gate_to_sign_closure", target="x"))
    found = told(broken)
    assert "error" in found.values()
    assert "field-unknown" not in {rule for rule, _element in found}


def test_a_role_that_nobody_holds_is_told() -> None:
    files = redrawn("rectification")
    files["rectification"] = (
        files["rectification"]
        .replace(b"'\"rectifier,verifier\"'", b"'\"janitor\"'")
        .replace(b"&quot;rectifier,verifier&quot;", b"&quot;janitor&quot;")
    )
    found = told(Bundle({**SHIPPED.contents, "bpmn": files}))
    assert found == {("role-unknown", "remind_rectify"): "error"}


def test_warnings_let_a_bundle_through_and_errors_do_not(session: Session, cast: Cast) -> None:
    warned = with_diagram("rectification", saying("accept", "reviewer_not", "rectify,nobody"))
    admin, home = cast.administrator, cast.enterprise_id
    assert execute(session, deploy, warned, organisation_id=home, actor=admin)
    refused = with_diagram("rectification", without("accept"))
    with pytest.raises(DefinitionRefused) as refusal:
        execute(session, deploy, refused, organisation_id=home, actor=admin)
    assert {p.severity for p in refusal.value.problems} == {"error"}
    assert "law-acceptance" in {p.rule for p in refusal.value.problems}


def test_what_an_enterprise_sets_aside_is_kept_with_the_version(
    session: Session, cast: Cast
) -> None:
    waiting, admin = with_diagram("hazard_report", *WAITING), cast.administrator
    reasons = [
        Override("law-reward-waits", "奖励与绩效同发，职代会已通过"),
        Override("law-feedback", "用不到"),
    ]
    made = execute(
        session, deploy, waiting, organisation_id=cast.enterprise_id, actor=admin,
        reason="新版", overrides=reasons,
    )  # fmt: skip
    kept = {definition.key: definition.reason for definition in made}["hazard_report"]
    assert kept == "新版；不适用 law-reward-waits：奖励与绩效同发，职代会已通过"


def test_a_reason_too_long_to_keep_is_refused(session: Session, cast: Cast) -> None:
    waiting, admin = with_diagram("hazard_report", *WAITING), cast.administrator
    reasons = [Override("law-reward-waits", "因" * 600)]
    with pytest.raises(Invalid):
        execute(
            session, deploy, waiting, organisation_id=cast.enterprise_id, actor=admin,
            overrides=reasons,
        )  # fmt: skip
