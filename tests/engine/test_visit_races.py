"""A visit is called off while its letter is being signed: one of the two happens, never both."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import doctor, tasks
from engine.errors import AlreadyDone, Conflict
from engine.guidance import planning
from engine.secrets import Secrets
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.engine.guidance_story import Visiting
from tests.together import Together

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def written(session: Session, cast: Cast) -> Visiting:
    """A visit of which everything is done but the signature."""
    visiting = Visiting(session, cast)
    visiting.goes(rules_published="no")
    today = visiting.plan()["planned_on"]
    visiting.does(visiting.officer, "advise", opinion="请把制度公示。", answer_by=today)
    return visiting


@pytest.mark.parametrize("first", ["signed", "called off"])
def test_a_visit_is_called_off_or_its_letter_goes_out(
    session: Session, database: Engine, secrets: Secrets, written: Visiting, first: str
) -> None:
    task = stories.open_task(session, written.id, "sign_opinion")
    session.rollback()
    sign = partial(tasks.complete, task_id=task, answers={"signed": True}, actor=written.director)
    call_off = partial(planning.cancel, visit_id=written.id, reason="停业", actor=written.officer)
    both = [sign, call_off] if first == "signed" else [call_off, sign]
    _, late = Together(database, secrets).overtaking(*both)
    assert isinstance(late, Conflict | AlreadyDone), late
    session.expire_all()
    row = session.get_one(t.Visit, (written.cast.department_id, written.id))
    assert (row.state, bool(row.opinion_number)) == {
        "signed": ("advised", True), "called off": ("cancelled", False),
    }[first]  # fmt: skip
    assert list(doctor.examine(session)) == []
