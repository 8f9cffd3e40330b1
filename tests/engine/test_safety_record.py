"""Everybody's own safety record: theirs alone, unless they agree that those who appraise see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from engine import appraisal, clock, safety_record, thanks
from engine.commands import execute
from engine.errors import InvalidAnswers, NotAllowed
from engine.filestore import FileStore
from tests.cast import Cast
from tests.engine import stories
from tests.loop import Loop
from tests.processes.player import REPORT


@pytest.fixture
def told(session: Session, cast: Cast, tmp_path: Path) -> Cast:
    """包晓 reported by name, in confidence and anonymously; the first went all the way round."""
    session.info["files"] = FileStore(tmp_path)
    loop = Loop(session, cast, owner=cast.office_id)
    loop.goes_round()
    for mode in ("confidential", "anonymous"):
        stories.begin(session, cast.reporter, "hazard_report", mode=mode, answers=dict(REPORT))
    return cast


def test_one_s_own_record_counts_all_but_the_anonymous(session: Session, told: Cast) -> None:
    total, year = safety_record.own(session, actor=told.reporter)
    assert (total.reported, total.verified, total.closed, total.rewards) == (2, 1, 1, 1)
    assert total.paid_fen is not None
    assert total.paid_fen > 0
    assert (year.year, year.verified) == (clock.local_date().year, 1)
    nobody = safety_record.own(session, actor=told.finance)
    assert [(one.year, one.reported) for one in nobody] == [(None, 0)]


def test_all_who_work_there_see_what_is_gone_and_nobody_s_name(
    session: Session, told: Cast
) -> None:
    found = thanks.read(session, actor=told.finance)
    assert (found.reported, found.verified, found.closed, found.rewarded) == (3, 1, 1, 1)
    (gone,) = found.gone.items
    assert gone.description == REPORT["description"]
    assert "包晓" not in str(gone)
    with pytest.raises(NotAllowed):
        thanks.read(session, actor=told.officer)


def test_nobody_is_shown_who_did_not_agree(session: Session, told: Cast) -> None:
    assert appraisal.agreed(session, actor=told.principal).items == []
    execute(session, safety_record.consent, "counts", actor=told.reporter)
    (shown,) = appraisal.agreed(session, actor=told.union).items
    assert (shown.name, shown.total.reported, shown.total.verified) == ("包晓", 1, 1)
    # Neither the sum, which was not agreed to, nor what was told in confidence.
    assert shown.total.paid_fen is None
    execute(session, safety_record.consent, "all_counts_and_amounts", actor=told.reporter)
    (shown,) = appraisal.agreed(session, actor=told.principal).items
    assert shown.total.reported == 2
    assert shown.total.paid_fen
    (before,) = appraisal.agreed(session, actor=told.principal, year=2020).items
    assert before.total.reported == 0
    execute(session, safety_record.withdraw, actor=told.reporter)
    assert appraisal.agreed(session, actor=told.principal).items == []
    assert safety_record.consent_of(session, actor=told.reporter) is None


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_may_look(session: Session, told: Cast) -> None:
    execute(session, safety_record.consent, "counts", actor=told.reporter)
    for other in (told.verifier, told.finance, told.administrator, told.officer, told.office):
        with pytest.raises(NotAllowed):
            appraisal.agreed(session, actor=other)
    assert appraisal.agreed(session, actor=told.stranger).items == []
    with pytest.raises(InvalidAnswers):
        execute(session, safety_record.consent, "everything", actor=told.reporter)
    with pytest.raises(NotAllowed):
        safety_record.own(session, actor=told.officer)
