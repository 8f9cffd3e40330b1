"""A rule that comes with a later release stops no case that runs on what was deployed before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from engine import definitions
from engine.actors import SYSTEM
from engine.commands import execute
from engine.errors import DefinitionRefused
from engine.spiff.diagram import Diagram, Scope
from engine.spiff.lint import rules
from engine.spiff.lint.rules import Finding
from tests import checked
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do, state_of
from tests.flows import bundle


def _nothing_pleases(_diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    yield Finding(scope.node, "新规则不允许这样画。", "The new rule forbids this.")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, session: Session, cast: Cast) -> Iterator[None]:
    """Everything was deployed; then a release came whose new rule nothing keeps."""
    deploy(session, cast)
    checked.forget()
    new = rules.RULES[0]._replace(id="later", severity="error", check=_nothing_pleases)
    monkeypatch.setattr(rules, "RULES", [*rules.RULES, new])
    yield
    checked.forget()


def test_a_case_goes_on_and_a_new_one_starts(session: Session, cast: Cast, later: None) -> None:
    case = begin(session, cast.reporter, "line")
    do(session, cast.verifier, case, "first")
    do(session, cast.verifier, case, "second")
    assert state_of(session, case) == "completed"


def test_what_is_deployed_now_has_to_keep_it(session: Session, cast: Cast, later: None) -> None:
    with pytest.raises(DefinitionRefused):
        execute(
            session,
            definitions.deploy,
            bundle(),
            organisation_id=cast.enterprise_id,
            actor=SYSTEM,
        )
